"""Which column is what: told by its name, stated in a map, refused when it cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest

from tallywatch.errors import TerminalError
from tallywatch.scoring.columns import read_map

HANDBOOK = [
    *("TRANSACTION_ID", "TX_DATETIME", "CUSTOMER_ID", "TERMINAL_ID", "TX_AMOUNT"),
    *("TX_TIME_SECONDS", "TX_TIME_DAYS", "TX_FRAUD", "TX_FRAUD_SCENARIO"),
]
CARDS = [
    *("trans_date_trans_time", "cc_num", "merchant", "category", "amt", "lat", "long"),
    *("trans_num", "unix_time", "merch_lat", "merch_long", "is_fraud"),
]


def written(folder: Path, text: str) -> Path:
    path = folder / "map.yml"
    path.write_text(text, encoding="utf-8")
    return path


def test_usual_names_need_no_map() -> None:
    assert read_map(None, HANDBOOK).columns == {
        "id": ("TRANSACTION_ID",),
        "person": ("CUSTOMER_ID",),
        "time": ("TX_DATETIME",),
        "amount": ("TX_AMOUNT",),
        "payee": ("TERMINAL_ID",),
        "label": ("TX_FRAUD",),
        "type": ("TX_FRAUD_SCENARIO",),
    }
    cards = read_map(None, CARDS).columns
    assert cards["person"] == ("cc_num",)
    assert cards["latitude"] == ("merch_lat",), "where it was paid, not where the holder lives"
    assert "type" not in cards


def test_a_date_and_a_time_of_day_are_one_instant() -> None:
    columns = ["trans_num", "cc_num", "trans_date", "trans_time", "amt", "is_fraud"]
    assert read_map(None, columns).columns["time"] == ("trans_date", "trans_time")


def test_a_map_wins_over_names_and_null_means_none(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "transactions: {person: holder, time: [day, clock], amount: sum, category: null,"
        " label: bad}\ncurrency_rate: 7.1\nset: {IM-BK-011.min_amount_fen: 20000}\n",
    )
    mapped = read_map(path, ["holder", "day", "clock", "sum", "category", "bad", "id"])
    assert mapped.columns["time"] == ("day", "clock")
    assert mapped.columns["id"] == ("id",)
    assert "category" not in mapped.columns
    assert mapped.currency_rate == 7.1
    assert mapped.overrides == {"IM-BK-011.min_amount_fen": 20_000}


def test_labels_of_their_own_replace_those_of_the_transactions() -> None:
    mapped = read_map(None, ["tx_id", "user_id", "time", "amount", "label"], ["txid", "scenario"])
    assert "label" not in mapped.columns
    assert mapped.label_columns == {"id": ("txid",), "type": ("scenario",)}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("transactions: {persn: holder}", "persn"),
        ("transactions: {person: nobody}", "transactions.person: nobody"),
        ("colums: {}", "colums"),
        ("set: {nonsense: 1}", "set: nonsense"),
    ],
)
def test_what_a_map_gets_wrong_is_told(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(TerminalError, match=told):
        read_map(written(tmp_path, text), HANDBOOK)


def test_what_is_needed_is_told() -> None:
    with pytest.raises(TerminalError, match="no column for `amount`"):
        read_map(None, ["id", "user_id", "time", "label"])
    with pytest.raises(TerminalError, match="without labels"):
        read_map(None, ["id", "user_id", "time", "amount"])
    with pytest.raises(TerminalError, match="labels without an id"):
        read_map(None, ["id", "user_id", "time", "amount"], ["is_fraud"])
