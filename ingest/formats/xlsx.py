"""XLSX workbooks."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from xml.parsers import expat

from ingest.formats.sheet_reading import SheetReading
from ingest.formats.sheet_rows import Counter
from ingest.formats.source import truncated
from ingest.formats.xlsx_rows import sheet_rows
from ingest.reasons import DeliveryRefused, RefusalReason

MAX_UNPACKED_BYTES = 1 << 30


class XlsxReading(SheetReading):
    """A workbook in the zipped format; its rows are counted in the XML of the sheets."""

    @contextmanager
    def _counting(self, content: bytes) -> Iterator[Counter]:
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                refuse_too_large(archive)
                yield lambda _, name: sheet_rows(archive, name)
        except (zipfile.BadZipFile, KeyError, ValueError, expat.ExpatError) as error:
            raise truncated("an XLSX workbook that cannot be read to its end") from error


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
