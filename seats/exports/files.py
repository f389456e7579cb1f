"""The formats that an export comes in."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from orgs.models import Organisation
from seats.exports import csv_files, xlsx_files
from seats.exports.question import Asked, Export


@dataclass(frozen=True, kw_only=True)
class Format:
    """How a file is written. One that `is_sheet` holds no more rows than Excel."""

    ending: str
    content_type: str
    stream: Callable[[Organisation, Export, Asked], Iterator[bytes]]
    is_sheet: bool = False


CSV = Format(ending="csv", content_type=csv_files.CONTENT_TYPE, stream=csv_files.stream_csv)
XLSX = Format(
    ending="xlsx",
    content_type=xlsx_files.CONTENT_TYPE,
    stream=xlsx_files.stream_xlsx,
    is_sheet=True,
)
FORMATS = (CSV, XLSX)
