"""Movements of money of a block, before anybody reads them: an array per column."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

NO_EVENT = -1
NOWHERE = -1
(
    PURCHASE,
    ONLINE,
    TRANSFER_OUT,
    TRANSFER_IN,
    SALARY,
    RENT,
    MORTGAGE,
    UTILITY_BILL,
    PREMIUM,
    TUITION,
    MEDICAL,
    RED_PACKET_OUT,
    RED_PACKET_IN,
    CASH,
    INTEREST,
    FEE,
    REFUND,
    CARD_REPAYMENT,
    TOP_UP,
    BINDING_CHECK,
    LOAN_PAYOUT,
    BROKERAGE_OUT,
    BROKERAGE_IN,
    CARD_REPAID,
    FUND_PAYOUT,
    BY_CARD,
    WALLET_FILLED,
) = range(27)


@dataclass
class Movements:
    """`person`: place in the block. `amount`: fen, negative when it leaves. `event`: number of the
    planted event, else NO_EVENT. `city`: where a card was present, else NOWHERE. `drew_card`: a
    wallet took the money from the bank card, and the bank shows it too."""

    person: np.ndarray
    at: np.ndarray
    amount: np.ndarray
    payee: np.ndarray
    account: np.ndarray
    kind: np.ndarray
    city: np.ndarray
    event: np.ndarray
    drew_card: np.ndarray

    def __len__(self) -> int:
        return len(self.person)

    def take(self, rows: np.ndarray) -> Movements:
        """Some of them, or in another order."""
        return Movements(*(getattr(self, f.name)[rows] for f in fields(self)))


KINDS_OF_COLUMNS = {
    "person": np.int32,
    "at": np.int64,
    "amount": np.int64,
    "payee": np.int64,
    "account": np.int8,
    "kind": np.int8,
    "city": np.int16,
    "event": np.int32,
    "drew_card": np.bool_,
}


def moved(
    person: np.ndarray,
    at: np.ndarray,
    amount: np.ndarray,
    payee: np.ndarray,
    account: np.ndarray | int,
    kind: np.ndarray | int,
    city: np.ndarray | int = NOWHERE,
    event: np.ndarray | int = NO_EVENT,
    drew_card: np.ndarray | bool = False,
) -> Movements:
    """Movements from columns and constants."""
    given = {
        "person": person,
        "at": at,
        "amount": amount,
        "payee": payee,
        "account": account,
        "kind": kind,
        "city": city,
        "event": event,
        "drew_card": drew_card,
    }
    shape = np.shape(person)
    return Movements(
        *(
            np.broadcast_to(np.asarray(value), shape).astype(KINDS_OF_COLUMNS[name])
            for name, value in given.items()
        )
    )


def together(parts: list[Movements]) -> Movements:
    """All of them, one after the other."""
    return Movements(
        *(np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(Movements))
    )
