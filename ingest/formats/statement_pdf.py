"""Bank statements as PDF: tables by position, cells wrapped over lines, headers on every page or
on the first. Cells have the names of the printed headers; see `statement_kinds`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, count

from ingest.contracts import Contract
from ingest.formats.pdf_words import Word, fold, lines, read_words
from ingest.formats.reading import OUTSIDE_BYTES, Tally
from ingest.formats.records import Record, RecordReading
from ingest.formats.source import Source
from ingest.formats.statement_kinds import CURRENCY, KINDS, StatementKind
from ingest.formats.statement_table import Columns, Line, find_columns, rows_of
from ingest.reasons import DeliveryRefused, RefusalReason, StructuralFault

SEARCHED_PAGES = 3
DATE = re.compile(r"\d{8}|\d{4}-\d{2}-\d{2}|\d{2}/\d{2}")
NUMBER = re.compile(r"\d{1,6}")
MONEY = re.compile(r"[+-]?[\d,]*\d\.\d{2}")

Page = Sequence[Line]


class PrintedStatement:
    """The records of a statement, page by page.

    `counted` is how many lines below the first header begin as records do, in whatever column;
    `declared` is what the pages say that they hold.
    """

    def __init__(self, pages: Iterable[list[Word]]) -> None:
        self._pages: Iterator[Page] = iter(())
        self.head = ""
        self.counted = 0
        self.declared: int | None = None
        self.kind = self._find_kind(lines(page) for page in pages)

    def records(self) -> Iterator[Record]:
        """Records with their number in the statement as line number."""
        numbers = count(1)
        columns: Columns | None = None
        currency: str | None = None
        for page in self._pages:
            self._take_declared(page)
            for part, part_columns, part_currency in self._parts(page, columns, currency):
                columns, currency = part_columns, part_currency
                if columns is None:
                    continue
                self.counted += sum(_is_record_line(line) for line in part)
                for row in rows_of(part, columns):
                    cells = row.cells() | ({CURRENCY: currency} if currency else {})
                    fault = StructuralFault.BAD_RECORD if row.has_strays else StructuralFault.SOUND
                    yield Record(next(numbers), cells, fault)
        given = next(numbers) - 1
        if given != self.counted:
            raise DeliveryRefused(
                RefusalReason.PARSE_LOW_CONFIDENCE,
                f"a PDF with {given} rows of a table, {self.counted} of which begin as rows do",
                "rows that each begin on a line of their own with a date",
                "deliver the statement again, or as a table",
            )

    def _find_kind(self, pages: Iterator[Page]) -> StatementKind:
        held: list[Page] = []
        for page in pages:
            held.append(page)
            for at in range(len(page)):
                kind = next((kind for kind in KINDS if find_columns(page, at, kind)), None)
                if kind:
                    above = [line for earlier in held[:-1] for line in earlier] + list(page[:at])
                    self.head = "\n".join(map(line_text, above))[-OUTSIDE_BYTES:]
                    self._pages = chain(held, pages)
                    return kind
            if len(held) == SEARCHED_PAGES:
                break
        raise DeliveryRefused(
            RefusalReason.HEADER_MISSING,
            f"no known table header on the first {len(held)} pages of a PDF",
            "a statement of: " + ", ".join(kind.name for kind in KINDS),
            "deliver the bank's own electronic statement, not a print or a scan of it",
        )

    def _parts(
        self, page: Page, columns: Columns | None, currency: str | None
    ) -> Iterator[tuple[Page, Columns | None, str | None]]:
        """Lines of a page, parted at headers and section titles, with what holds for each part."""
        part: list[Line] = []
        for at, line in enumerate(page):
            header = find_columns(page, at, self.kind)
            section = _section(line, self.kind)
            if header or section:
                yield part, columns, currency
                part, columns, currency = [], header or columns, section or currency
            else:
                part.append(line)
        yield part, columns, currency

    def _take_declared(self, page: Page) -> None:
        for line in page if self.kind.page_records else ():
            if match := re.search(self.kind.page_records or "", line_text(line)):
                self.declared = (self.declared or 0) + int(match.group(1))
                return


class StatementPdfReading(RecordReading):
    """A statement's PDF; its passwords are those of the delivery."""

    def __init__(self, source: Source, contract: Contract, batch_rows: int) -> None:
        super().__init__(source, contract, batch_rows, encoding="", physical_records=0)
        source.seek(0)
        self._statement = PrintedStatement(read_words(source, source.passwords))

    @property
    def tally(self) -> Tally:
        """Lines are those that hold a record."""
        counted = self._statement.counted
        return Tally(
            encoding=None,
            lines=counted,
            physical_records=counted,
            declared_records=self._statement.declared,
        )

    def outside(self) -> tuple[str, str]:
        """Text above the first table."""
        return self._statement.head, ""

    def records(self) -> Iterator[Record]:
        """See RecordReading."""
        return self._statement.records()


def line_text(line: Line) -> str:
    """The folded text of a line, words parted by blanks."""
    return " ".join(fold(word.text) for word in line)


def _section(line: Line, kind: StatementKind) -> str | None:
    for pattern, currency in kind.sections:
        if match := re.search(pattern, line_text(line).replace(" ", "")):
            return match.expand(currency)
    return None


def _is_record_line(line: Line) -> bool:
    """A line that begins with two dates, or with one, or its number and one, and holds an amount.

    A card's bill also lists what cost nothing, such as a fee that was waived.
    """
    texts = [fold(word.text) for word in line]
    first, second = (DATE.fullmatch(text) for text in (*texts, "")[:2])
    is_numbered = NUMBER.fullmatch(texts[0]) and second
    has_amount = any(map(MONEY.fullmatch, texts))
    return bool((first and second) or ((first or is_numbered) and has_amount))
