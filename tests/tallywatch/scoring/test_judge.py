"""The judge's arithmetic, by hand."""

from __future__ import annotations

from datetime import datetime, timedelta

import duckdb
import pytest

from tallywatch.scoring.judge import judge

START = datetime(2026, 1, 1)


def connection(
    facts: list[tuple[str, str, float, str | None, str | None]],
    found: list[tuple[str, str, float, bool]],
) -> duckdb.DuckDBPyConnection:
    """`facts`: key, person, hours after the start, type and episode of misuse."""
    made = duckdb.connect()
    made.execute(
        "create table facts (fact_key varchar, subject_key varchar, fact_at timestamp, "
        "is_misuse boolean, type_code varchar, episode_key varchar)"
    )
    for key, person, hours, kind, episode in facts:
        at = START + timedelta(hours=hours)
        made.execute(
            "insert into facts values (?, ?, ?, ?, ?, ?)",
            [key, person, at, kind is not None, kind, episode],
        )
    made.execute(
        "create table found (detector varchar, fact_key varchar, strength double, "
        "is_flagged boolean)"
    )
    if found:
        made.executemany("insert into found values (?, ?, ?, ?)", found)
    return made


FACTS: list[tuple[str, str, float, str | None, str | None]] = [
    ("a1", "A", 0, "theft", "A1"),
    ("a2", "A", 10, "theft", "A1"),
    ("a3", "A", 30, None, None),
    ("a4", "A", 90, "theft", "A2"),
    ("b1", "B", 0, "till", "B1"),
    ("b2", "B", 40, None, None),
    ("b3", "B", 50, None, None),
    ("c1", "C", 5, None, None),
]


def test_rows_alerts_episodes_and_delays() -> None:
    """Flags a2, a3, a4, b2, b3.

    Rows: 2 of 5 true, 2 of 4 misuse found. Alerts of A: a2 (a3 comes within 24 h of it), a4; of B:
    b2 (b3 within 24 h): 2 of 3 first flags are true. Episodes: A1 seen 10 h late, A2 at once, B1
    never: 2 of 3, median 5 h, p90 9 h.
    """
    flagged = [("d", key, 1.0, True) for key in ("a2", "a3", "a4", "b2", "b3")]
    (figures,) = judge(connection(FACTS, flagged), "facts", "found", ["d"])
    assert (figures.flags, figures.alerts) == (5, 3)
    assert figures.precision == pytest.approx(2 / 5)
    assert figures.first_alert_precision == pytest.approx(2 / 3)
    assert figures.recall == pytest.approx(2 / 4)
    assert figures.episode_recall == pytest.approx(2 / 3)
    assert figures.median_delay_hours == pytest.approx(5)
    assert figures.p90_delay_hours == pytest.approx(9)
    assert figures.recall_by_type == {"theft": pytest.approx(2 / 3), "till": 0}
    assert figures.episode_recall_by_type == {"theft": 1, "till": 0}
    # Flagged rows tie: 1/2 of the misuse at precision 2/5, the rest at that of everything, 4/8.
    assert figures.average_precision == pytest.approx(0.5 * 2 / 5 + 0.5 * 4 / 8)


def test_average_precision_follows_the_ranking_beyond_what_is_flagged() -> None:
    """Ranked a1, c1, then b1 with a2 (a tie), then the rest: 1/4 + 2/4 x 3/4 + 1/4 x 4/8."""
    ranked = [
        *(("d", "a1", 9.0, True), ("d", "c1", 8.0, False)),
        *(("d", "b1", 7.0, False), ("d", "a2", 7.0, False)),
    ]
    (figures,) = judge(connection(FACTS, ranked), "facts", "found", ["d"])
    assert figures.flags == 1
    assert figures.average_precision == pytest.approx(1 / 4 + 2 / 4 * 3 / 4 + 1 / 4 * 4 / 8)


def test_average_precision_is_that_of_scikit_learn() -> None:
    from sklearn.metrics import average_precision_score

    strengths = {
        "a1": 3.0,
        "a2": 1.0,
        "a3": 2.0,
        "a4": 2.0,
        "b1": 0.5,
        "b2": 0.7,
        "b3": 4.0,
        "c1": 0,
    }
    found = [("d", key, value, False) for key, value in strengths.items()]
    (figures,) = judge(connection(FACTS, found), "facts", "found", ["d"])
    truth = [kind is not None for _, _, _, kind, _ in FACTS]
    expected = average_precision_score(truth, [strengths[fact[0]] for fact in FACTS])
    assert figures.average_precision == pytest.approx(expected)


def test_who_finds_nothing_has_no_precision() -> None:
    (figures,) = judge(connection(FACTS, []), "facts", "found", ["d"])
    assert (figures.flags, figures.precision, figures.recall) == (0, None, 0)
    assert (figures.episode_recall, figures.median_delay_hours) == (0, None)


def test_the_same_fact_found_twice_counts_once() -> None:
    twice = [("d", "a1", 1.0, True), ("d", "a1", 5.0, True), ("other", "c1", 1.0, True)]
    (figures,) = judge(connection(FACTS, twice), "facts", "found", ["d"])
    assert (figures.flags, figures.precision) == (1, 1)
