"""A personal credit report of the credit reference centre, read whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator

from ingest.contracts import Contract
from ingest.formats.credit_report.brief import read_brief
from ingest.formats.credit_report.census import count_brief
from ingest.formats.credit_report.detailed import read_detailed
from ingest.formats.credit_report.detailed_census import count_detailed
from ingest.formats.credit_report.items import Report, numbered
from ingest.formats.credit_report.pages import Line, read_lines
from ingest.formats.credit_report.retention import kept_from
from ingest.formats.pdf_words import read_words
from ingest.formats.reading import Tally
from ingest.formats.records import Record, RecordReading
from ingest.formats.source import Source

DETAILED_MARK = "被查询者姓名"
HEAD_LINES = 30


class CreditReportReading(RecordReading):
    """One record per item of the report, its number as line number.

    The report is read when it is opened: it is understood as a whole, or refused.
    """

    def __init__(self, source: Source, contract: Contract, batch_rows: int) -> None:
        """Raises:
        DeliveryRefused: no credit report, or not understood with certainty.
        """
        source.seek(0)
        lines = read_lines(read_words(source, source.passwords))
        self._report, counted = read_report(lines)
        self._lines = len(lines)
        super().__init__(source, contract, batch_rows, encoding="", physical_records=counted)

    @property
    def tally(self) -> Tally:
        """`lines` are printed ones, without footers."""
        return Tally(encoding=None, lines=self._lines, physical_records=self._physical_records)

    def records(self) -> Iterator[Record]:
        """Items in printed order."""
        items = numbered(self._report.items, self._report.common)
        return (Record(number, cells) for number, cells in enumerate(items, start=1))


def read_report(lines: list[Line]) -> tuple[Report, int]:
    """The report, and how many items a count of its words finds.

    Raises:
        DeliveryRefused: not understood with certainty.
    """
    if any(DETAILED_MARK in line.text for line in lines[:HEAD_LINES]):
        report, counted = read_detailed(lines), count_detailed(lines)
    else:
        report, counted = read_brief(lines), count_brief(lines)
    for item in report.items:
        item.kept_from = kept_from(item, report.common["report_at"][:10])
    return report, counted
