"""HTML pages: every table that has the header."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ingest.contracts import Contract
from ingest.formats.html_rows import table_rows
from ingest.formats.html_tables import html_page, page_text
from ingest.formats.reading import OUTSIDE_BYTES
from ingest.formats.sheet_reading import SheetReading, Worksheet, joined
from ingest.formats.sheet_rows import Counter
from ingest.formats.source import Source, truncated


class HtmlReading(SheetReading):
    """The tables of a page, read as the sheets of a workbook; rows are counted in its tags.

    What stands outside the records is the text of the page and of its other tables.
    """

    def __init__(self, source: Source, contract: Contract, batch_rows: int) -> None:
        super().__init__(source, contract, batch_rows)
        records = sum(1 for sheet in self._sheets for _ in self._records(sheet))
        if records != (counted := self.tally.physical_records):
            raise truncated(
                f"an HTML page of {counted} rows, {records} of them once its tags are paired"
            )
        page = html_page(source)
        taken = {id(sheet.rows) for sheet in self._sheets}
        others = [joined(table.rows) for table in page.tables if id(table.rows) not in taken]
        self._text = "\n".join([page.text, *filter(str.strip, others)])[:OUTSIDE_BYTES]

    def outside(self) -> tuple[str, str]:
        """See Reading."""
        return self._text, ""

    def _worksheets(self, source: Source) -> list[Worksheet]:
        return html_page(source).tables

    @contextmanager
    def _counting(self, source: Source) -> Iterator[Counter]:
        counted = table_rows(page_text(source))
        yield lambda position, _: counted[position]
