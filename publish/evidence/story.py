"""What a pack is about: an alert or an incident of the release, with its flags and deliveries."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from publish.sql_text import literal
from tallywatch.errors import TerminalError

Row = dict[str, Any]
SHORTEST_ID = 8


@dataclass(frozen=True)
class Story:
    """Rows of the release; `incident` is None when the pack is about an alert alone."""

    about: str
    subject_keys: tuple[str, ...]
    incident: Row | None
    alerts: list[Row]
    flags: list[Row]
    deliveries: list[Row]
    rules: list[Row]
    thresholds: list[Row]


def read_story(con: duckdb.DuckDBPyConnection, wanted: str) -> Story:
    """The incident or alert whose id begins with `wanted`.

    Raises:
        TerminalError: there is none, or more than one.
    """
    if not re.fullmatch(rf"[0-9a-f]{{{SHORTEST_ID},64}}", wanted):
        raise TerminalError(
            "an id of another shape",
            f"an incident's or alert's id, or at least its first {SHORTEST_ID} characters",
            "take it from the extracts incidents or alerts_open",
        )
    incident = _one(con, "fct_incidents", "incident_id", wanted)
    if incident is not None:
        name = _text(incident, "incident_id")
        own = f"select alert_id from fct_incident_alerts where incident_id = {name}"
        about = f"incident {incident['incident_id']}"
    else:
        alert = _one(con, "fct_alerts", "alert_id", wanted)
        if alert is None:
            raise TerminalError(
                f"no incident or alert {wanted} in the current release",
                "one that is there",
                "take its id from the extracts incidents or alerts_open",
            )
        own, about = _text(alert, "alert_id"), f"alert {alert['alert_id']}"
    alerts = rows(con, f"select * from fct_alerts where alert_id in ({own}) order by alert_id")
    flags = rows(
        con,
        f"""
        select alert_flags.alert_id, flags.*
        from fct_alert_flags as alert_flags
        inner join fct_flags as flags on alert_flags.flag_id = flags.flag_id
        where alert_flags.alert_id in ({own})
        order by flags.event_at, flags.flag_id
        """,
    )
    named = _listed(flag["delivery_id"] for flag in flags)
    rules = _listed(flag["rule_id"] for flag in flags)
    return Story(
        about=about,
        subject_keys=tuple(sorted({alert["subject_key"] for alert in alerts})),
        incident=incident,
        alerts=alerts,
        flags=flags,
        deliveries=rows(
            con,
            "select * from rpt_feed_deliveries "
            f"where delivery_id in ({named}) order by delivery_id",
        ),
        rules=rows(con, f"select * from dim_rules where rule_id in ({rules}) order by rule_id"),
        thresholds=rows(
            con, f"select * from dim_rule_thresholds where rule_id in ({rules}) order by all"
        ),
    )


def rows(con: duckdb.DuckDBPyConnection, query: str) -> list[Row]:
    """Rows of a query, by column."""
    found = con.execute(query)
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _one(con: duckdb.DuckDBPyConnection, table: str, key: str, wanted: str) -> Row | None:
    there = con.execute("select 1 from duckdb_tables() where table_name = ?", [table]).fetchone()
    if not there:
        return None
    found = rows(
        con, f"select * from {table} where starts_with({key}, {literal(wanted)}) order by {key}"
    )
    if len(found) > 1:
        raise TerminalError(
            f"{len(found)} ids of {table} begin with {wanted}", "one", "give more of the id"
        )
    return found[0] if found else None


def _text(row: Row, key: str) -> str:
    return literal(str(row[key]))


def _listed(values: Any) -> str:
    texts: Sequence[str] = sorted({str(value) for value in values})
    return ", ".join(literal(text) for text in texts) or "null"
