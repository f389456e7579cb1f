"""Pages are small on the wire; downloads come at once."""

import gzip

from django.conf import settings

from tests.conftest import Cast

ASKING = {"accept-encoding": "gzip"}


def test_page_goes_out_compressed(cast: Cast) -> None:
    admin = cast.client(cast.admin)
    answer = admin.get(cast.url(), headers=ASKING)
    assert answer["Content-Encoding"] == "gzip"
    page = gzip.decompress(answer.content)
    assert b"North High School" in page
    assert len(answer.content) < len(page) / 3


def test_length_of_a_page_does_not_tell_what_is_in_it(cast: Cast) -> None:
    # The padding differs, so what is reflected cannot be guessed by its length (BREACH).
    admin = cast.client(cast.admin)
    lengths = {len(admin.get(cast.url("reports/"), headers=ASKING).content) for _ in range(12)}
    assert len(lengths) > 3


def test_download_is_streamed_as_it_is(cast: Cast) -> None:
    answer = cast.client(cast.finance).get(cast.url("reports/usage.csv"), headers=ASKING)
    assert answer.streaming
    assert "Content-Encoding" not in answer


def test_nothing_is_compressed_before_the_static_files() -> None:
    # whitenoise brings its own, better ones.
    order = settings.MIDDLEWARE
    compressed = order.index("seatdash.compression.CompressedPages")
    assert compressed > order.index("whitenoise.middleware.WhiteNoiseMiddleware")
