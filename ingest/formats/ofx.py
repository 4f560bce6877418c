"""OFX 1 (SGML) and 2 (XML): statements of bank, card and investment accounts.

Cells are those of `statement_cells`. A record is a bank transaction (`STMTTRN`) or a trade
(`INVTRAN` with what stands around it); its line number is its number in the file, since lines mean
nothing here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count

from ingest.contracts import Contract
from ingest.formats.ofx_cells import TRADES, transaction_cells
from ingest.formats.ofx_tokens import Token, ofx_encoding, ofx_tokens
from ingest.formats.records import PIECE_BYTES, Record, RecordReading
from ingest.formats.source import Source, truncated
from ingest.reasons import DeliveryRefused, RefusalReason

STATEMENTS = frozenset({"STMTRS", "CCSTMTRS", "INVSTMTRS"})
ACCOUNTS = frozenset({"BANKACCTFROM", "CCACCTFROM", "INVACCTFROM"})
NESTED = frozenset({"PAYEE", "BANKACCTTO", "CCACCTTO", "CURRENCY", "ORIGCURRENCY", "SECID"})
"""Aggregates of a transaction whose elements are told apart from its own."""
RECORD = re.compile(rb"<(?:STMTTRN|INVTRAN)>", re.IGNORECASE)
LONGEST_MARK = len(b"<STMTTRN>")

TRANSACTIONS = TRADES | {"STMTTRN"}

Values = dict[str, str]


class OfxReading(RecordReading):
    """A file of statements; tolerant of what banks leave out, close wrongly, or do not close.

    A file that ends within a transaction, or whose tags were damaged, is refused. Records are
    counted by the opening tags of transactions in the bytes.
    """

    def __init__(self, source: Source, contract: Contract, batch_rows: int) -> None:
        encoding = ofx_encoding(source)
        super().__init__(
            source,
            contract,
            batch_rows,
            encoding=encoding,
            physical_records=transaction_count(source),
        )
        _refuse_without_statement(source, encoding)

    def records(self) -> Iterator[Record]:
        """See RecordReading."""
        about: Values = {}
        transaction: _Transaction | None = None
        numbers = count(1)
        place = ""
        for token in ofx_tokens(self.source, self.encoding):
            if transaction is None:
                if token.name in TRANSACTIONS and not token.is_end:
                    transaction = _Transaction(token.name)
                elif token.name in STATEMENTS and not token.is_end:
                    about, place = {}, ""
                elif token.name in ACCOUNTS:
                    place = "" if token.is_end else token.name
                elif token.text and (place or token.name in {"CURDEF", "DTASOF"}):
                    about.setdefault(token.name, token.text)
            elif transaction.ends_with(token):
                if transaction.is_record:
                    yield Record(next(numbers), transaction_cells(about, transaction.values))
                transaction = None
            else:
                transaction.take(token)
        ended = next(numbers) - 1
        if ended != self._physical_records:
            raise truncated(
                f"a statement in which {self._physical_records} transactions begin and {ended} end"
            )


class _Transaction:
    def __init__(self, name: str) -> None:
        self.values: Values = {"kind": name}
        self.is_record = name == "STMTTRN"
        self._name = name
        self._place = ""

    def ends_with(self, token: Token) -> bool:
        """Ended by its closing tag, or by that of its list where its own was left out."""
        return token.is_end and token.name in {self._name, "BANKTRANLIST", "INVTRANLIST"}

    def take(self, token: Token) -> None:
        if token.name == "INVTRAN":
            self.is_record = True
        elif token.name in NESTED:
            self._place = "" if token.is_end else f"{token.name}."
        elif token.text and not token.is_end:
            self.values.setdefault(self._place + token.name, token.text)


def transaction_count(source: Source) -> int:
    """How many tags open a transaction."""
    source.seek(0)
    found, kept = 0, b""
    while piece := source.read(PIECE_BYTES):
        text = kept + piece
        found += len(RECORD.findall(text))
        kept = text[-(LONGEST_MARK - 1) :]
    return found


def _refuse_without_statement(source: Source, encoding: str) -> None:
    code, refusal = "", ""
    for token in ofx_tokens(source, encoding):
        if token.name in STATEMENTS:
            return
        if token.name == "CODE" and token.text:
            code = token.text
        elif token.name == "SEVERITY" and token.text == "ERROR":
            refusal = code
    if refusal:
        raise DeliveryRefused(
            RefusalReason.SENDER_ERROR,
            f"the institution's answer that it failed (OFX status {refusal})",
            "a statement",
            "have the statement downloaded again; look the status up in the OFX specification",
        )
    raise DeliveryRefused(
        RefusalReason.NO_STATEMENT,
        "an OFX answer without a statement (STMTRS, CCSTMTRS, INVSTMTRS)",
        "a statement",
        "have the statement downloaded, not the sign-on or the list of accounts",
    )
