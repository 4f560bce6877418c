"""What the exports of both wallets have in common."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from simulate.columns import chosen, joined, number_text, where
from simulate.identifiers import phones
from simulate.kinds import IS_GOODS, KINDS
from simulate.vocabulary import GOODS
from simulate.wallets import Movements

REMARKED_EVERY = 61
"""One purchase in so many names a courier's phone in its description, to be scrubbed."""


@dataclass(frozen=True)
class Export:
    """A bill as a holder exported it: the movements from `since` to before `until`.

    `number`: the holder's position in its block; `fault`: '', 'bad_rows', 'twice', or a reason code
    for which all rows are rejected.
    """

    number: int
    feed: str
    authorisation_id: str
    account: str
    layout: str
    since: np.datetime64
    until: np.datetime64
    received: np.datetime64
    fault: str = ""


@dataclass(frozen=True)
class Summary:
    """Rows and sums of an export by direction: out, in, neutral."""

    counts: tuple[int, int, int]
    fen: tuple[int, int, int]

    def yuan(self, direction: int) -> str:
        """The sum of one direction with two decimals."""
        return f"{self.fen[direction] // 100}.{self.fen[direction] % 100:02d}"


def note_text(movements: Movements) -> pa.Array:
    """What was bought, or what the money was for."""
    is_goods = IS_GOODS[movements.kind]
    bought = chosen(GOODS, movements.serial % len(GOODS))
    courier = joined(bought, " 取件电话", phones(movements.serial, 9))
    bought = where(movements.serial % REMARKED_EVERY == 0, courier, bought)
    return where(is_goods, bought, chosen([kind.note for kind in KINDS.values()], movements.kind))


def account_text(payee: np.ndarray) -> pa.Array:
    """Masked accounts of persons: half of them e-mail addresses, half phone numbers."""
    mail = joined("u", number_text(payee % 90 + 10), "***@example.com")
    phone = joined("154****", number_text(payee % 10_000, 4))
    return where(payee % 2 == 0, mail, phone)
