"""ISO 20022 bank-to-customer messages: CAMT.052 reports, 053 statements, 054 notifications.

All versions: names are read without their namespace. Cells are those of `statement_cells`. A record
is a transaction detail (`TxDtls`) where an entry has several of them with an amount each, else the
entry (`Ntry`). Its line number is its number in the file, since lines mean nothing in XML.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from lxml import etree

from ingest.contracts import Contract
from ingest.formats.camt_cells import (
    Element,
    entry_records,
    local_name,
    statement_cells,
    texts_under,
)
from ingest.formats.camt_census import STATEMENTS, take_census
from ingest.formats.reading import Figure
from ingest.formats.records import Record, RecordReading
from ingest.formats.source import Source, truncated
from ingest.formats.statement_cells import Balance, balanced_statements, plain_decimal
from ingest.reasons import DeliveryRefused, RefusalReason, StructuralFault

OPENING = {"OPBD", "PRCD"}
CLOSING = {"CLBD"}


class CamtReading(RecordReading):
    """A message read entry by entry; what is read is let go, so that memory stays flat.

    Records are counted on the tags by another XML parser.
    """

    def __init__(self, source: Source, contract: Contract, batch_rows: int) -> None:
        census = take_census(source)
        super().__init__(
            source,
            contract,
            batch_rows,
            encoding=census.encoding,
            physical_records=census.records,
        )
        self._balances: list[Balance] = []
        if not census.statements:
            raise DeliveryRefused(
                RefusalReason.NO_STATEMENT,
                "a bank-to-customer message without a report, statement or notification",
                "at least one of Rpt, Stmt, Ntfctn",
                "deliver the whole message",
            )

    @property
    def declared_figures(self) -> tuple[Figure, ...]:
        """See RecordReading."""
        return balanced_statements(self._balances)

    def records(self) -> Iterator[Record]:
        """See RecordReading."""
        self.source.seek(0)
        events = etree.iterparse(
            self.source,
            events=("start", "end"),
            tag=[f"{{*}}{name}" for name in ("Ntry", "Bal", *STATEMENTS)],
            resolve_entities=False,
            no_network=True,
        )
        about: dict[str, str] = {}
        numbers = count(1)
        try:
            for event, element in events:
                name = local_name(element)
                if event == "start":
                    if name in STATEMENTS:
                        about = {}
                        self._balances.append(Balance())
                elif name == "Bal":
                    _take_balance(element, self._balances[-1])
                elif name == "Ntry":
                    about = about or statement_cells(element.getparent())
                    for cells in entry_records(element, about.get("account", "")):
                        yield self._record(next(numbers), about | cells)
                    _let_go(element)
        except etree.XMLSyntaxError as error:
            raise truncated(f"XML that breaks off or is damaged in line {error.lineno}") from error

    def _record(self, number: int, cells: dict[str, str]) -> Record:
        amount = plain_decimal(cells.get("amount", ""))
        if amount is None:
            return Record(number, fault=StructuralFault.BAD_RECORD)
        self._balances[-1].movements += amount
        return Record(number, cells)


def _take_balance(element: Element, balance: Balance) -> None:
    texts = {path: found[0] for path, found in texts_under(element).items()}
    kind = texts.get("Tp/CdOrPrtry/Cd") or texts.get("Tp/Cd")
    value = plain_decimal(texts.get("Amt", ""))
    if value is None:
        return
    signed = -value if texts.get("CdtDbtInd") == "DBIT" else value
    currency = texts.get("Amt/@Ccy")
    if kind in OPENING and balance.opening is None:
        balance.opening, balance.currency = signed, currency
    elif kind in CLOSING and balance.currency in {None, currency}:
        balance.closing, balance.currency = signed, currency


def _let_go(element: Element) -> None:
    element.clear(keep_tail=True)
    before = element.getprevious()
    if before is not None and local_name(before) == "Ntry":
        before.getparent().remove(before)
