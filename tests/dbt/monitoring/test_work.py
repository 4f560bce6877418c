"""From raw rows to work: incidents, scores, suppression, clocks, extensions, scorecards."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.dbt.compiled_models import compile_models
from tests.dbt.monitoring.work_world import OWNER, PEOPLE, SELECTED, SILENCED, VICTIM, work_built
from tests.dbt.monitoring.worlds import local

Query = Callable[[str], list[tuple[Any, ...]]]


@pytest.fixture(scope="module")
def query(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Query]:
    """A function that queries the built warehouse."""
    with work_built(compile_models(tmp_path_factory.mktemp("compiled"), SELECTED)) as made:
        yield lambda sql: made.execute(sql).fetchall()


def test_the_victims_chain_is_an_open_incident(query: Query) -> None:
    [incident] = query(
        "select stages_seen, missing_stages, status_code, band_code, channels, amount_at_risk_fen, "
        "case_id, response_code, minutes_between_stages "
        f"from marts.fct_incidents where subject_key = '{VICTIM}'"
    )
    assert incident[0] == "S3;S5;S6"
    assert json.loads(incident[1]) == dict.fromkeys(("S1", "S2", "S4"), "not_consented")
    assert incident[2:4] == ("open", "warning")
    assert "payment" in incident[4].split(";")
    assert incident[5] > 8000_00
    assert incident[6:8] == ("C1", "objection_accepted")
    assert list(json.loads(incident[8])) == ["S3-S5", "S5-S6"]


def test_who_says_that_it_was_them_has_no_score_and_a_closed_incident(query: Query) -> None:
    assert query("select distinct subject_key from marts.fct_subject_scores") == [(VICTIM,)]
    assert query(
        "select status_code, close_reason_code, closed_at, score "
        f"from marts.fct_incidents where subject_key = '{OWNER}'"
    ) == [("closed", "outcome", local(51, 9), 0)]
    [(score, top_terms)] = query("select score, top_terms from marts.fct_subject_scores")
    assert 50 <= score < 75
    assert len(json.loads(top_terms)) == 5


def test_what_operations_silenced_is_written_and_counted(query: Query) -> None:
    flags = query(
        "select count(*) from marts.fct_flags "
        f"where subject_key = '{SILENCED}' and suppression_id = 'O1'"
    )[0][0]
    assert flags > 7
    assert query(
        "select sum(flag_count), max(author_id), sum(harm_flag_count) "
        "from marts.rpt_suppression_audit where suppression_id = 'O1'"
    ) == [(flags, "ops1", 0)]
    assert not query(f"select * from marts.fct_incidents where subject_key = '{SILENCED}'")


def test_clocks_run_from_the_victims_case(query: Query) -> None:
    clocks = query(
        "select clock_code, status_code, case_id from marts.fct_clocks "
        f"where subject_key = '{VICTIM}' order by clock_code"
    )
    assert clocks == [
        ("freeze", "running", "C1"),
        ("notify", "met", "C1"),
        ("objection_20d", "running", "C1"),
        ("support_24h", "overdue", None),
    ]


def test_confirmed_misuse_grants_the_extension(query: Query) -> None:
    until = (local(90, 0) + timedelta(hours=8)).date()
    assert query(
        "select subscription_id, case_id, extended_from_date, extended_until_date, is_given "
        "from marts.fct_service_extensions"
    ) == [("B1", "C1", until, until + timedelta(days=30), False)]


def test_scorecards_agree_with_the_flags(query: Query) -> None:
    assert query("select sum(flag_count), max(people_count) from marts.rpt_rule_scorecard") == [
        (query("select count(*) from marts.fct_flags")[0][0], len(PEOPLE))
    ]
    assert query(
        "select tp_count, fp_count from marts.rpt_rule_scorecard where rule_id = 'IM-BK-013'"
    ) == [(0, 2)]
    assert query(
        "select slice_code, subject_count, fp_count from marts.rpt_rule_slices "
        "where rule_id = 'IM-BK-013' and slice_type = 'age_group' order by slice_code"
    ) == [("1950s", 1, 0), ("1980s", 2, 2)]


def test_four_clocks_are_measured(query: Query) -> None:
    rows = query(
        "select flag_count, delivered_flag_count, available_to_detected_p50_seconds, "
        "detected_to_delivered_p50_seconds "
        "from marts.rpt_flag_clocks where feed = 'bank_statements'"
    )
    [(flags, delivered, load, handed)] = rows
    assert 0 < delivered < flags
    assert load == 300
    assert handed == 2 * 3600 - 300
