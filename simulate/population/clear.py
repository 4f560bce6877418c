"""Identifiers in clear, from the same numbers: valid in form, of nobody (simulate.identifiers)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa

from simulate.columns import chosen, joined, number_text
from simulate.identifiers import PHONE_NUMBERS, REGIONS, UNUSED_RANGE, id_numbers
from simulate.population.tokens import Tokens
from simulate.vocabulary import GIVEN_FIRST, GIVEN_SECOND, SURNAMES

TokenOf = Callable[[str, str], str | None]
BIRTHS_FROM, BIRTH_DAYS = np.datetime64("1950-01-01"), 20_000


class Clear(Tokens):
    """Gives the identifiers themselves in the place of tokens."""

    def of(self, kind: str, numbers: np.ndarray) -> pa.Array:
        """The identifier of each number of that kind."""
        numbers = numbers.astype(np.int64)
        if kind == "phone":
            return joined(UNUSED_RANGE, number_text(numbers % PHONE_NUMBERS, 8))
        if kind == "id_number":
            regions = REGIONS[numbers % len(REGIONS)]
            return id_numbers(regions, BIRTHS_FROM + numbers * 7_919 % BIRTH_DAYS, numbers % 1_000)
        if kind == "email":
            return joined("user", number_text(numbers), "@example.com")
        if kind == "name":
            rest = numbers // len(SURNAMES)
            return joined(
                chosen(SURNAMES, numbers % len(SURNAMES)),
                chosen(GIVEN_FIRST, rest % len(GIVEN_FIRST)),
                chosen(GIVEN_SECOND, rest // len(GIVEN_FIRST) % len(GIVEN_SECOND)),
            )
        before, after = _WORDS[kind]
        return joined(before, number_text(numbers), after)


_WORDS = {
    "account": ("62", ""),
    "counterparty": ("往来户第", "号"),
    "device": ("device-", ""),
    "address": ("江城市桂花路", "号"),
    "ip": ("net-", ""),
    "company": ("江城第", "商贸有限公司"),
}


class Sealed(Clear):
    """Gives the tokens by which the pipeline knows the identifiers of Clear."""

    def __init__(self, seed: int, token_of: TokenOf) -> None:
        super().__init__(seed)
        self._token_of = token_of

    def of(self, kind: str, numbers: np.ndarray) -> pa.Array:
        """The pipeline's token of each number of that kind."""
        return pa.array([self._token_of(kind, t) for t in super().of(kind, numbers).to_pylist()])
