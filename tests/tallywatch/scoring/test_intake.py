"""A file becomes movements: times, amounts on our scale, labels, episodes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tallywatch.errors import TerminalError
from tallywatch.scoring.intake import Intake, take_in

REFERENCE_FEN = 300_000
ROWS = """tx_id,user_id,time,amount,merchant,is_fraud
t1,A,2024-05-01 23:30:00,10.5,m1,0
t2,A,2024-05-02 00:10:00,20,m2,1
t3,A,2024-05-09 12:00:00,30,m1,1
t4,A,2024-06-01 12:00:00,30,m1,1
t5,B,2024-05-01 08:00:00,-4,m1,0
"""


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as made:
        made.execute("set TimeZone = 'UTC'")
        yield made


def taken(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    rows: str = ROWS,
    mapped: str = "",
    labels: str | None = None,
) -> Intake:
    path = folder / "rows.csv"
    path.write_text(rows, encoding="utf-8")
    map_path = folder / "map.yml"
    map_path.write_text(mapped, encoding="utf-8")
    label_path = None
    if labels is not None:
        label_path = folder / "labels.csv"
        label_path.write_text(labels, encoding="utf-8")
    return take_in(connection, path, label_path, map_path, REFERENCE_FEN)


def test_times_are_the_persons_own_and_amounts_get_our_scale(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    """The 99th percentile of the outflows 10.5, 20, 30, 30 is 30: it counts as 3,000 yuan."""
    made = taken(connection, tmp_path)
    assert (made.rows, made.people, made.misuse) == (5, 2, 3)
    assert made.yuan_per_unit == pytest.approx(100)
    rows = connection.execute(
        "select movement_key, strftime(judged_at, '%d %H:%M'), local_hour, business_date::varchar, "
        "outflow_fen from file.movements order by movement_key"
    ).fetchall()
    assert rows[:2] == [
        ("t1", "01 15:30", 23, "2024-05-01", 105_000),
        ("t2", "01 16:10", 0, "2024-05-02", 200_000),
    ]
    assert rows[4][4] == -40_000, "what comes in is no outflow"


def test_a_rate_and_a_sign_are_taken_as_stated(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    made = taken(connection, tmp_path, mapped="currency_rate: 7.0\noutflow: negative\n")
    assert made.yuan_per_unit == 7
    assert connection.execute(
        "select outflow_fen from file.movements where movement_key = 't5'"
    ).fetchone() == (2_800,)


def test_the_scale_does_not_look_at_labels(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    first = taken(connection, tmp_path).yuan_per_unit
    assert taken(connection, tmp_path, ROWS.replace(",1\n", ",0\n")).yuan_per_unit == first


def test_misuse_within_the_gap_is_one_episode(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    """t3 follows t2 after 7 days, t4 after 23 more: with a gap of 14 days two episodes."""
    taken(connection, tmp_path)
    episodes = connection.execute(
        "select episode_key from file.labels where is_misuse order by movement_key"
    ).fetchall()
    assert episodes[0] == episodes[1] != episodes[2]
    taken(connection, tmp_path, mapped="episode_gap_days: 5\n")
    assert connection.execute(
        "select count(distinct episode_key) from file.labels where is_misuse"
    ).fetchone() == (3,)


@pytest.mark.parametrize(
    ("labels", "misused"),
    [
        ("tx_id,is_fraud\nt1,1\nt2,0\n", ["t1"]),
        ("tx_id,scenario\nt1,none\nt2,card copied\nt3,0\n", ["t2"]),
        ("tx_id\nt4\nt5\n", ["t4", "t5"]),
    ],
)
def test_labels_come_as_a_column_a_type_or_a_list(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, labels: str, misused: list[str]
) -> None:
    taken(connection, tmp_path, labels=labels)
    found = connection.execute(
        "select movement_key from file.labels where is_misuse order by movement_key"
    ).fetchall()
    assert [key for (key,) in found] == misused


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        (("0", "90000"), ["2001-01-01 00:00:00", "2001-01-02 01:00:00"]),
        (("1714600000", "1714600060"), ["2024-05-01 21:46:40", "2024-05-01 21:47:40"]),
    ],
)
def test_numbers_are_seconds_from_a_start_or_of_the_epoch(
    connection: duckdb.DuckDBPyConnection,
    tmp_path: Path,
    times: tuple[str, str],
    expected: list[str],
) -> None:
    rows = "tx_id,user_id,time,amount,is_fraud\n" + "".join(
        f"t{number},A,{time},5,{number}\n" for number, time in enumerate(times)
    )
    taken(connection, tmp_path, rows)
    found = connection.execute("select local_at::varchar from file.rows order by 1").fetchall()
    assert [at for (at,) in found] == expected


def test_an_id_that_repeats_is_refused(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    with pytest.raises(TerminalError, match="5 transactions with 4 ids"):
        taken(connection, tmp_path, ROWS.replace("t5,", "t1,"))
    taken(connection, tmp_path, ROWS.replace("t5,", "t1,"), "transactions: {id: null}\n")


def test_what_cannot_be_used_is_counted(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    """A row without an amount, one without a time, a label of no transaction."""
    rows = ROWS + "t6,B,2024-05-02 08:00:00,,m1,0\nt7,B,,3,m1,0\n"
    made = taken(connection, tmp_path, rows=rows, labels="tx_id,is_fraud\nt2,1\nt99,1\n")
    assert (made.rows, made.left_out) == (5, 2)
    assert (made.misuse, made.idle_labels) == (1, 1)
