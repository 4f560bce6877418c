"""Functions that make the text of one column from the text of another, before it is judged.

A derivation takes the distinct, filled texts of a column and gives one text (or null) for each; it
must be pure, since a text is worked out once for all records that hold it. One module per function,
or per family of functions; a contract names it in `derive: {from: <column>, by: <name here>}`.
"""

from __future__ import annotations

from collections import UserDict
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

    Derivation = Callable[[pa.Array], pa.Array]


class _Derivations(UserDict[str, "Derivation | str"]):
    """Functions by name. A text names the module that holds the function: it is imported when the
    function is first asked for, since contracts are read where Arrow must not be imported."""

    def __getitem__(self, name: str) -> Derivation:
        found = self.data[name]
        if isinstance(found, str):
            function: Derivation = getattr(import_module(f"{__name__}.{found}"), name)
            self.data[name] = function
            return function
        return found


DERIVATIONS = _Derivations(
    {
        "birth_decade": "birth_decades",
        "card_tail": "stated_money",
        "contribution_kind": "contributions",
        "direction_of_amount": "directions",
        "housing_fund_business": "contributions",
        "instant_of_epoch": "stated_time",
        "institution_code": "message_identity",
        "insurance_kind": "contributions",
        "link_flag": "message_template",
        "message_class": "message_classes",
        "platform_class": "message_identity",
        "sender_code": "senders",
        "sender_contact": "senders",
        "sender_phone": "senders",
        "signature_name": "message_identity",
        "stated_amount": "stated_money",
        "stated_balance": "stated_money",
        "stated_credit_left": "stated_money",
        "stated_currency": "stated_money",
        "stated_direction": "stated_money",
        "stated_time": "stated_time",
        "template_hash": "message_template",
    }
)
"""By the name that contracts use, in alphabetical order."""
