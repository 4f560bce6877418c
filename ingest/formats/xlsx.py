"""XLSX workbooks."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from xml.parsers import expat

from ingest.formats.sheet_reading import SheetReading, bytes_of
from ingest.formats.sheet_rows import Counter
from ingest.formats.source import Source, truncated
from ingest.formats.xlsx_digits import long_numbers
from ingest.formats.xlsx_rows import sheet_rows
from ingest.reasons import DeliveryRefused, RefusalReason

MAX_UNPACKED_BYTES = 1 << 30
DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, expat.ExpatError, EOFError, OSError),
    *(LookupError, ValueError, NotImplementedError, RuntimeError),
)
"""What the readers of zip and XML answer to bytes that were changed."""


class XlsxReading(SheetReading):
    """A workbook in the zipped format; its rows are counted in the XML of the sheets."""

    @contextmanager
    def _counting(self, source: Source) -> Iterator[Counter]:
        try:
            with zipfile.ZipFile(bytes_of(source)) as archive:
                refuse_too_large(archive)
                yield lambda _, name: sheet_rows(archive, name)
        except DAMAGED as error:
            raise truncated("an XLSX workbook that cannot be read to its end") from error

    def _written(self, source: Source, name: str) -> Mapping[tuple[int, int], str]:
        with zipfile.ZipFile(bytes_of(source)) as archive:
            return long_numbers(archive, name)


def refuse_too_large(archive: zipfile.ZipFile) -> None:
    """Refuse a workbook that would unpack to more than can be held."""
    size = sum(member.file_size for member in archive.infolist())
    if size > MAX_UNPACKED_BYTES:
        raise DeliveryRefused(
            RefusalReason.TOO_LARGE,
            f"a workbook of {size} bytes unpacked",
            f"at most {MAX_UNPACKED_BYTES}",
            "deliver it as CSV or Parquet",
        )
