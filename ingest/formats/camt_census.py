"""How many statements and records a CAMT message has, counted by expat on its tags."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NoReturn
from xml.parsers import expat

from ingest.formats.records import PIECE_BYTES
from ingest.formats.source import Source, truncated
from ingest.reasons import DeliveryRefused, RefusalReason

STATEMENTS = frozenset({"Rpt", "Stmt", "Ntfctn"})
DETAIL_AMOUNTS = ("TxDtls/Amt", "TxDtls/AmtDtls/TxAmt/Amt")
"""Where a transaction detail says its own amount; it counts in its entry's currency only."""


@dataclass
class Census:
    """Counts of a message, and the encoding that it declares."""

    statements: int = 0
    records: int = 0
    encoding: str = "utf-8"
    _path: list[str] = field(default_factory=list)
    _has_amount: list[bool] = field(default_factory=list)
    _currency: str | None = None

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        name = tag.rpartition(":")[2]
        self._path.append(name)
        if name in STATEMENTS:
            self.statements += 1
        elif name == "Ntry":
            self._has_amount = []
        elif name == "TxDtls":
            self._has_amount.append(False)
        elif name == "Amt":
            self._amount("/".join(self._path), attributes.get("Ccy"))

    def _amount(self, path: str, currency: str | None) -> None:
        if path.endswith("Ntry/Amt"):
            self._currency = currency
        elif path.endswith(DETAIL_AMOUNTS) and currency == self._currency:
            self._has_amount[-1] = True

    def end(self, _: str) -> None:
        """An element ends."""
        if self._path.pop() == "Ntry":
            details = len(self._has_amount)
            self.records += details if details > 1 and all(self._has_amount) else 1

    def declaration(self, _: str, encoding: str | None, __: int) -> None:
        """The XML declaration."""
        self.encoding = (encoding or "utf-8").lower()


def take_census(source: Source) -> Census:
    """Count a message from its first byte to its last.

    Raises:
        DeliveryRefused: no whole XML, or XML with a document type (which could hold a trap).
    """
    census, parser = Census(), expat.ParserCreate()
    parser.StartElementHandler = census.start
    parser.EndElementHandler = census.end
    parser.XmlDeclHandler = census.declaration
    parser.StartDoctypeDeclHandler = _refuse_doctype
    source.seek(0)
    try:
        while piece := source.read(PIECE_BYTES):
            parser.Parse(piece)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise truncated(f"XML that breaks off or is damaged in line {error.lineno}") from error
    except LookupError as error:
        raise DeliveryRefused(
            RefusalReason.UNDECODABLE,
            "XML that declares an encoding that nobody knows",
            "an XML document in the encoding that it declares",
            "ask the sender to export the file as UTF-8",
        ) from error
    return census


def _refuse_doctype(*_: object) -> NoReturn:
    raise DeliveryRefused(
        RefusalReason.UNKNOWN_FORMAT,
        "XML with a document type definition",
        "XML without one",
        "ask the sender to leave it out; no bank's message has one",
    )
