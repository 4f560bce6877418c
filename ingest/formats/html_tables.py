"""Tables of an HTML page, such as a bill that came by e-mail or an "XLS" that is a page.

The page is parsed by libxml2 without network; nothing in it is run, loaded or resolved.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import lxml.html
from lxml import etree

from ingest.formats.encoding import survey
from ingest.formats.pieces import raw_pieces
from ingest.formats.sheet_reading import Row, Worksheet
from ingest.formats.source import Source
from ingest.reasons import DeliveryRefused, RefusalReason

MOST_BYTES = 1 << 26
MOST_CELLS = 5_000_000
WIDEST_CELL = 1_000
"""Columns that a cell spans at most, by the HTML standard."""
PIECE_BYTES = 1 << 20
CELLS = frozenset({"td", "th"})
UNSEEN = frozenset({"script", "style", "template", "title"})


@dataclass(frozen=True)
class Page:
    """The tables of a page in the order in which they begin, and the text outside all of them."""

    tables: list[Worksheet]
    text: str


@dataclass
class _Budget:
    """Cells of the page so far: a few bytes can span very many."""

    cells: int = 0

    def spend(self, cells: int) -> None:
        self.cells += cells
        if self.cells > MOST_CELLS:
            raise _too_large(f"an HTML page of more than {MOST_CELLS:,} cells")


@dataclass
class _Grid:
    """Rows of a table; `below` is for how many rows a cell above still fills each column."""

    rows: list[Row] = field(default_factory=list)
    below: dict[int, int] = field(default_factory=dict)


def page_text(source: Source) -> str:
    """The text of the page as it is written.

    Raises:
        DeliveryRefused: no encoding fits, or it is larger than any statement.
    """
    found = survey(source)
    if found.text_bytes > MOST_BYTES:
        raise _too_large(f"an HTML page of {found.text_bytes:,} bytes")
    encoding = found.encoding if found.encoding in {"utf-8", "gb18030"} else "utf-8"
    pieces = raw_pieces(source, found.encoding, found.offset, PIECE_BYTES)
    return b"".join(pieces).decode(encoding, "replace")


def html_page(source: Source) -> Page:
    """The page; parsed once.

    Raises:
        DeliveryRefused: see `page_text`.
    """
    return source.once("html page", lambda: _parsed(page_text(source)))


def is_section(cell_count: int, span: int) -> bool:
    """Is a row one cell over the whole table? It heads the rows below it and is no record."""
    return cell_count == 1 and span > 1


def span_of(given: str | None) -> int:
    """Columns or rows that a cell spans, as its attribute says."""
    return min(int(given), WIDEST_CELL) if given and given.isdecimal() and int(given) else 1


def _parsed(text: str) -> Page:
    parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, no_network=True)
    try:
        root = lxml.html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return Page([], "")
    budget = _Budget()
    tables = [
        Worksheet(position, str(position), 1, _rows(table, budget))
        for position, table in enumerate(root.iter("table"))
    ]
    return Page(tables, "\n".join(filter(None, map(_squeezed, _own_texts(root)))))


def _rows(table: etree._Element, budget: _Budget) -> list[Row]:
    grid = _Grid()
    for row in table.iter("tr"):
        if next(row.iterancestors("table"), None) is table:
            grid.rows.append(_cells(row, grid, budget))
    width = max(map(len, grid.rows), default=0)
    budget.spend(width * len(grid.rows))
    return [[*row, *[""] * (width - len(row))] for row in grid.rows]


def _cells(row: etree._Element, grid: _Grid, budget: _Budget) -> list[str]:
    given = [cell for cell in row if cell.tag in CELLS]
    spans = [span_of(cell.get("colspan")) for cell in given]
    made: list[str] = []
    filled: dict[int, int] = {}
    if not (given and is_section(len(given), spans[0])):
        budget.spend(sum(spans))
        for cell, span in zip(given, spans, strict=True):
            while grid.below.get(len(made)):
                made.append("")
            down = span_of(cell.get("rowspan")) - 1
            filled |= dict.fromkeys(range(len(made), len(made) + span), down)
            made += [_squeezed("".join(_own_texts(cell))), *[""] * (span - 1)]
    left = {column: rows - 1 for column, rows in grid.below.items() if rows > 1}
    grid.below = {**left, **{column: rows for column, rows in filled.items() if rows}}
    return made


def _own_texts(element: etree._Element) -> Iterator[str]:
    """Texts below an element but in no table within it; lines and blocks part words."""
    yield element.text or ""
    for child in element:
        if child.tag not in UNSEEN and child.tag != "table" and isinstance(child.tag, str):
            if child.tag in {"br", "p", "div"}:
                yield " "
            yield from _own_texts(child)
        yield child.tail or ""


def _squeezed(text: str) -> str:
    return " ".join(text.split())


def _too_large(found: str) -> DeliveryRefused:
    return DeliveryRefused(
        RefusalReason.TOO_LARGE,
        found,
        f"at most {MOST_BYTES:,} bytes and {MOST_CELLS:,} cells",
        "deliver the statement as CSV, or in several files",
    )
