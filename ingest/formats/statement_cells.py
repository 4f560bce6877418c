"""The names of the cells that the formats of bank statements give: MT940, CAMT and OFX.

One vocabulary for the three, so that a contract maps them once. A format leaves out the cells that
it has no word for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from ingest.formats.reading import Figure

STATEMENT_CELLS = (
    "bank_id",  # BIC, routing number or national code of the bank
    "account",  # IBAN or account number
    "account_type",  # as the file names it
    "account_holder",  # name of the account's owner
    "currency",  # three letters
    "statement_reference",  # the bank's reference of the statement
    "statement_number",  # running number of the statement
    "taken_at",  # when the statement was made
    "transaction_date",  # YYYY-MM-DD, day of the transaction
    "booked_date",  # YYYY-MM-DD
    "value_date",  # YYYY-MM-DD
    "occurred_at",  # instant with offset
    "amount",  # plain decimal, negative when money left the account
    "balance",  # plain decimal, after the transaction
    "transaction_id",  # the bank's reference of the transaction
    "reference",  # the customer's or end-to-end reference
    "status",  # booked, pending and the like, as the file names it
    "type",  # code of the kind of transaction
    "type_name",  # words for it
    "counterparty",  # name of the other side
    "counterparty_account",  # its account
    "remark",  # free text
)


@dataclass
class Balance:
    """A statement's opening and closing balance, and the sum of what was read between them."""

    opening: Decimal | None = None
    closing: Decimal | None = None
    currency: str | None = None
    movements: Decimal = Decimal(0)

    @property
    def is_declared(self) -> bool:
        """Does the statement state both?"""
        return self.opening is not None and self.closing is not None

    @property
    def is_met(self) -> bool:
        """Opening and movements make the closing balance, or one of the two is not stated."""
        if self.opening is None or self.closing is None:
            return True
        return self.opening + self.movements == self.closing


def balanced_statements(balances: Iterable[Balance]) -> tuple[Figure, ...]:
    """How many statements declare both balances, and for how many of them the movements agree."""
    declared = [balance for balance in balances if balance.is_declared]
    met = sum(balance.is_met for balance in declared)
    return (("balanced statements", len(declared), met),) if declared else ()


def plain_decimal(text: str) -> Decimal | None:
    """The number that a text is, written with a point or not at all; None for another text."""
    return Decimal(text) if re.fullmatch(r"[+-]?\d+(\.\d*)?|[+-]?\.\d+", text) else None


def plain_amount(text: str) -> str:
    """A number's text without zeros that say nothing: before it, and beyond two places."""
    return re.sub(r"(\.\d\d)0+$", r"\1", re.sub(r"^\+?(-?)0+(?=\d)", r"\1", text))
