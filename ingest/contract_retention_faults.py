"""Faults in what a contract says about how long things are kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ingest.contract_columns import extras_of
from ingest.contract_fault_checks import mapping_faults
from ingest.contract_vocabulary import RETAINED_THINGS, ROWS_KEPT

WHERE = "customProperties.retentionOf"
VERSION = "recorded_at"
DATED = frozenset({"date", "timestamp"})


def retention_faults(document: dict[str, Any]) -> Iterator[str]:
    """Faults of `retentionOf`, held against the columns it names."""
    kept = extras_of(document).get("retentionOf", {})
    yield from mapping_faults(kept, RETAINED_THINGS, WHERE)
    if not isinstance(kept, dict):
        return
    days = kept.get("raw_bytes_days", 0)
    if type(days) is not int or days < 0:
        yield f"{WHERE}.raw_bytes_days: must be a whole number of days"
    columns = {c.get("name"): c for c in document["schema"][0].get("properties") or []}
    if "from" in kept and columns.get(kept["from"], {}).get("logicalType") not in DATED:
        yield f"{WHERE}.from: {kept['from']!r} is no date or timestamp column"
    rows = kept.get("rows", "delete")
    if rows not in ROWS_KEPT:
        yield f"{WHERE}.rows: must be one of {sorted(ROWS_KEPT)}"
    if rows == "superseded" and not columns.get(VERSION, {}).get("primaryKey"):
        yield f"{WHERE}.rows: superseded needs a key with {VERSION}, which tells versions apart"
    for name, column in columns.items() if rows == "anonymise" else ():
        if column.get("required") and extras_of(column).get("identifier"):
            yield f"{name}: is required, but {WHERE}.rows says that it is cleared"
