"""Static files under names that change with their content, compressed when collected."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from whitenoise.storage import CompressedManifestStaticFilesStorage

# The operator's pages and those of the API would take most of the time, and few people open them.
LEFT_AS_THEY_ARE = ("admin/", "ninja/")


class Storage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    def compress_files(self, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Compress what pages ask for: the names with a hash."""
        named = set(self.hashed_files.values()).intersection(paths)
        yield from super().compress_files(
            [path for path in named if not path.startswith(LEFT_AS_THEY_ARE)]
        )
