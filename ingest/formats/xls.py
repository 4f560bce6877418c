"""Old Excel workbooks (BIFF in an OLE2 container)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager

import olefile

from ingest.formats.biff import BiffRows
from ingest.formats.sheet_reading import SheetReading, bytes_of
from ingest.formats.sheet_rows import Counter
from ingest.formats.sniff import WORKBOOK_STREAMS
from ingest.formats.source import Source, truncated


class XlsReading(SheetReading):
    """A workbook in the binary format; its rows are counted in its BIFF records."""

    @contextmanager
    def _counting(self, source: Source) -> Iterator[Counter]:
        try:
            with olefile.OleFileIO(bytes_of(source)) as container:
                name = next(name for name in WORKBOOK_STREAMS if container.exists(name))
                counted = BiffRows(container.openstream(name).read())
            yield lambda position, _: counted.rows(position)
        except (OSError, IndexError, ValueError, struct.error) as error:
            raise truncated("an XLS workbook that cannot be read to its end") from error
