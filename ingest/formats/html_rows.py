"""Which rows of a page's tables hold something, counted in its tags and not in its tree."""

from __future__ import annotations

from html.parser import HTMLParser

from ingest.formats.html_tables import CELLS, UNSEEN, is_section, span_of
from ingest.formats.sheet_rows import SheetRows


def table_rows(text: str) -> list[SheetRows]:
    """Of every table, in the order in which they begin: rows with a cell that is not blank.

    A row of one cell over several columns heads the rows below it and is not counted.
    """
    counter = _Counter()
    counter.feed(text)
    counter.close()
    while counter.open:
        counter.close_table()
    return counter.tables


class _Table:
    def __init__(self) -> None:
        self.found = SheetRows()
        self.row = self.cells = self.span = 0
        self.is_in_row = self.is_filled = self.is_in_cell = False

    def start_row(self) -> None:
        self.end_row()
        self.row += 1
        self.is_in_row = True

    def start_cell(self, span: int) -> None:
        if not self.is_in_row:
            self.start_row()
        self.cells += 1
        self.span, self.is_in_cell = span, True

    def end_row(self) -> None:
        if self.is_filled and not is_section(self.cells, self.span):
            self.found.filled.add(self.row)
        self.cells = self.span = 0
        self.is_in_row = self.is_filled = self.is_in_cell = False


class _Counter(HTMLParser):
    """Tables may stand within cells of others: what is read belongs to the innermost."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[SheetRows] = []
        self.open: list[_Table] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.open.append(_Table())
            self.tables.append(self.open[-1].found)
        elif tag in UNSEEN:
            self._unseen += 1
        elif self.open and tag == "tr":
            self.open[-1].start_row()
        elif self.open and tag in CELLS:
            self.open[-1].start_cell(span_of(dict(attrs).get("colspan")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "table" and self.open:
            self.close_table()
        elif tag in UNSEEN:
            self._unseen = max(self._unseen - 1, 0)
        elif self.open and tag == "tr":
            self.open[-1].end_row()

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1].is_in_cell and not self._unseen and data.strip():
            self.open[-1].is_filled = True

    def close_table(self) -> None:
        """End the innermost table, and the row that it was in."""
        self.open.pop().end_row()
