"""Alert extracts: the alerts that are new or changed since a consumer's last pull.

    out/extracts/<consumer>/000007/
        alerts.csv       for people: headings in two languages, Beijing time, safe to open
        alerts.parquet   for machines: the columns of `xtr_alerts`, plus `change_code`
        manifest.json    what it holds, for whom and why, from which release
        delivered.parquet   the cursor: what this consumer has received so far

The newest folder is the cursor, and it appears in one step: a killed pull leaves nothing, and the
next one gives the same alerts. If the folders are lost the next pull is a full one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from publish.csv_cells import to_csv
from publish.extract_columns import for_people
from publish.files import new_folder, only_one, put_folder, sha256_of, to_json, write_whole
from publish.release import Release, connect, require_release
from publish.sql_text import literal
from tallywatch.clock import utc_now
from tallywatch.errors import TerminalError
from tallywatch.settings import Settings

ALERTS = "xtr_alerts"
DELIVERED = "delivered.parquet"
MANIFEST = "manifest.json"
PURPOSE = "处理身份盗用告警 / work the open misuse alerts"
_CONSUMER = re.compile(r"[a-z][a-z0-9_]{0,31}")
_SEQUENCE = re.compile(r"\d{6}")


@dataclass(frozen=True)
class Extract:
    """One pull: where it lies and how many alerts it holds; in a full one some are unchanged."""

    consumer: str
    sequence: int
    path: Path
    row_count: int
    new_count: int
    changed_count: int
    manifest: Mapping[str, Any]


def write_alert_extract(
    settings: Settings,
    consumer: str = "ops",
    *,
    full: bool = False,
    purpose: str = PURPOSE,
    requested_by: str | None = None,
) -> Extract:
    """Write what `consumer` has not received yet; with `full`, every alert of the release.

    An extract without rows is a success: its manifest proves that the pull took place. Alerts
    that were delivered and are no longer in the release are listed in the manifest.
    `requested_by` is who asked, by default the consumer itself.

    Raises:
        TerminalError: no release yet, or `consumer` is not a plain name.
        TransientError: another pull of this consumer is under way.
    """
    if not _CONSUMER.fullmatch(consumer):
        raise TerminalError(
            f"consumer {consumer[:40]!r}",
            "a name of lower-case letters, digits and underscores",
            "name the consumer as it is listed, for example `ops`",
        )
    folder = settings.out / "extracts" / consumer
    release = require_release(settings)
    with only_one(folder, f"an extract for {consumer}"):
        last = latest_extract(settings, consumer)
        making = new_folder(folder)
        with connect(settings, release) as con:
            facts = _write_rows(con, making, last, full)
        asked = {
            "consumer": consumer,
            "sequence": last.sequence + 1 if last else 1,
            "purpose": purpose,
            "requested_by": requested_by or consumer,
            "created_at": utc_now().replace(microsecond=0).isoformat(),
            "is_full": full or last is None,
            "since": _cursor(last),
        }
        write_whole(making / MANIFEST, to_json({**asked, **_origin(release), **facts}))
        return _read(put_folder(making, folder / f"{asked['sequence']:06d}"))


def latest_extract(settings: Settings, consumer: str = "ops") -> Extract | None:
    """The last pull of a consumer, or None before the first."""
    folder = settings.out / "extracts" / consumer
    if not folder.is_dir():
        return None
    pulled = sorted(path for path in folder.iterdir() if _SEQUENCE.fullmatch(path.name))
    return _read(pulled[-1]) if pulled else None


def _write_rows(
    con: duckdb.DuckDBPyConnection, making: Path, last: Extract | None, full: bool
) -> dict[str, Any]:
    _compare(con, last)
    wanted = "true" if full else "change_code is not null"
    con.execute(
        f"""
        create temp table pulled as
        select coalesce(change_code, 'unchanged') as change_code, * exclude (change_code, row_hash)
        from compared
        where {wanted}
        order by first_detected_at, alert_id
        """
    )
    _copy(con, "pulled", making / "alerts.parquet")
    _copy(con, "(select alert_id, row_hash from compared order by all)", making / DELIVERED)
    table, headings = for_people(con, "pulled")
    (making / "alerts.csv").write_bytes(to_csv(table, headings))
    counts = dict(
        con.execute("select change_code, count(*) from pulled group by change_code").fetchall()
    )
    withdrawn = con.execute("select alert_id from delivered anti join compared using (alert_id)")
    return {
        "rows": sum(counts.values()),
        "changes": {code: counts.get(code, 0) for code in ("new", "changed", "unchanged")},
        "withdrawn_alert_ids": sorted(alert_id for (alert_id,) in withdrawn.fetchall()),
        "files": {
            path.name: {"bytes": path.stat().st_size, "sha256": sha256_of(path)}
            for path in sorted(making.iterdir())
        },
    }


def _compare(con: duckdb.DuckDBPyConnection, last: Extract | None) -> None:
    """Make temp tables `delivered` (what the consumer has) and `compared` (what there is)."""
    if last is None:
        con.execute("create temp table delivered (alert_id varchar, row_hash varchar)")
    else:
        con.execute(
            "create temp table delivered as select * from read_parquet(?)",
            [str(last.path / DELIVERED)],
        )
    con.execute(
        f"""
        create temp table compared as
        select
            alert.*,
            case
                when delivered.alert_id is null then 'new'
                when delivered.row_hash <> alert.row_hash then 'changed'
            end as change_code
        from (select *, sha256(to_json({ALERTS})::varchar) as row_hash from {ALERTS}) as alert
        left join delivered using (alert_id)
        """
    )


def _copy(con: duckdb.DuckDBPyConnection, source: str, path: Path) -> None:
    con.execute(f"copy {source} to {literal(str(path))} (format parquet, compression zstd)")


def _cursor(last: Extract | None) -> dict[str, Any] | None:
    if last is None:
        return None
    return {key: last.manifest[key] for key in ("sequence", "created_at", "release_id")}


def _origin(release: Release) -> dict[str, Any]:
    manifest = release.manifest
    return {
        "release_id": release.release_id,
        "as_of": manifest["as_of"],
        "code": manifest["code"],
        "rules": [rule for rule in manifest["rules"] if "rule_id" in rule],
    }


def _read(folder: Path) -> Extract:
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    changes = manifest["changes"]
    return Extract(
        consumer=manifest["consumer"],
        sequence=manifest["sequence"],
        path=folder,
        row_count=manifest["rows"],
        new_count=changes["new"],
        changed_count=changes["changed"],
        manifest=manifest,
    )
