"""Runs a suite in Great Expectations and says what came of it, without a value from the data.

Every suite runs twice at most. First for success alone, where GX computes the metrics of a table
in one bundled query; then each expectation that failed once more, to count and locate its rows.
"""

from __future__ import annotations

import re
from typing import Any

from expectations.duckdb_source import import_gx
from expectations.report import Check
from expectations.suites import Expected, Suite

ROWS_LOCATED = 20
OBSERVED_KEPT = 3
SUCCESS_ONLY = {"result_format": "BOOLEAN_ONLY"}


def run_suite(source: Any, suite: Suite) -> list[Check]:
    """One Check per expectation of the suite, in its order."""
    gx = import_gx()
    everything = f"select * from {suite.table}"
    asset = source.add_query_asset(suite.name, query=everything)
    batch = asset.add_batch_definition_whole_table("all").get_batch()
    expectations = [
        {
            "type": e.type,
            "kwargs": dict(e.arguments),
            "severity": e.severity,
            "meta": {"position": position},
        }
        for position, e in enumerate(suite.expected)
    ]
    outcome = batch.validate(
        gx.ExpectationSuite(name=suite.name, expectations=expectations),
        result_format=SUCCESS_ONLY,
    )
    results = {r.expectation_config.meta["position"]: r for r in outcome.results}
    return [
        _check(suite, expected, results[position], batch)
        for position, expected in enumerate(suite.expected)
    ]


def _check(suite: Suite, expected: Expected, result: Any, batch: Any) -> Check:
    count, observed, where = 0, "", ()
    if not result.success:
        count, observed, where = _faults(suite, expected, result, batch)
    return Check(
        suite=suite.name,
        table=suite.table,
        column=expected.column,
        expectation=expected.says,
        expectation_type=expected.type,
        severity=expected.severity,
        passed=bool(result.success),
        unexpected_count=count,
        observed=observed,
        where=where,
    )


def _faults(
    suite: Suite, expected: Expected, result: Any, batch: Any
) -> tuple[int | None, str, tuple[str, ...]]:
    error = _error_kind(result.exception_info)
    if error is None:
        detail = batch.validate(_expectation(expected), result_format=_located(suite, expected))
        error = _error_kind(detail.exception_info)
        if error is None:
            return _found(expected, detail.result)
    return None, f"could not be evaluated ({error})", ()


def _expectation(expected: Expected) -> Any:
    gx = import_gx()
    return gx.expectations.registry.get_expectation_impl(expected.type)(
        **expected.arguments, severity=expected.severity
    )


def _located(suite: Suite, expected: Expected) -> dict[str, Any]:
    """Result format that locates rows and leaves their values out. Only rows that an own query
    selects come with COMPLETE; everything else is cut in the database by SUMMARY."""
    if expected.type == "unexpected_rows_expectation":
        return {"result_format": "COMPLETE"}
    index = {"unexpected_index_column_names": list(suite.locator)} if suite.locator else {}
    return {
        "result_format": "SUMMARY",
        "partial_unexpected_count": ROWS_LOCATED,
        "exclude_unexpected_values": True,
        **index,
    }


def _found(expected: Expected, result: dict[str, Any]) -> tuple[int, str, tuple[str, ...]]:
    if expected.type == "unexpected_rows_expectation":
        rows = result["details"]["unexpected_rows"]
        words = sorted({str(row.pop("observed")) for row in rows if "observed" in row})
        count = int(result["observed_value"])
        observed = "; ".join(words[:OBSERVED_KEPT]) or _rows(count)
        return count, observed, _places([tuple(row.values())[:2] for row in rows])
    count = int(result["unexpected_count"])
    observed = f"{count:,} of {_rows(int(result['element_count']))}"
    places = [
        place
        for index in result.get("partial_unexpected_index_list", ())
        for place in zip(*index.values(), strict=True)
    ]
    return count, observed, _places(places)


def _rows(count: int) -> str:
    return f"{count:,} row{'' if count == 1 else 's'}"


def _places(rows: list[tuple[Any, ...]]) -> tuple[str, ...]:
    known = sorted({row for row in rows if any(part is not None for part in row)}, key=_in_order)
    return tuple(
        ":".join("?" if part is None else str(part) for part in row) for row in known[:ROWS_LOCATED]
    )


def _in_order(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple((isinstance(part, str), part is None, part or 0) for part in row)


def _error_kind(info: dict[str, Any]) -> str | None:
    """The kind of error that kept GX from an answer, such as `Binder Error`; None for an answer.

    Only the kind: the message of a database error may quote a value."""
    entries = info.values() if "raised_exception" not in info else [info]
    raised = [e for e in entries if e["raised_exception"]]
    if not raised:
        return None
    found = re.search(r"\b([A-Z][A-Za-z ]{2,30} Error):", str(raised[0]["exception_message"]))
    return found.group(1) if found else "error in Great Expectations"
