"""Static files under names that change with their content, compressed when collected."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from whitenoise.storage import CompressedManifestStaticFilesStorage

# Two thirds of a first start went into the operator's pages, which few people open.
LEFT_AS_THEY_ARE = ("admin/",)


class Storage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    def compress_files(self, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
        often_seen = [path for path in paths if not path.startswith(LEFT_AS_THEY_ARE)]
        yield from super().compress_files(often_seen)
