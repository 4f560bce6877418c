"""Export records: what was handed out, to whom, when and why, kept for three years.

    out/exports/000042.json      one record per extract, sealed in a hash chain
    out/exports/000042.parquet   the alerts that it handed over, where it is a list of alerts

They name nobody: a person in a filter stands there as a keyed hash.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from publish.files import sha256_of
from publish.hash_chain import HashChain
from publish.sql_text import literal
from tallywatch.clock import utc_now
from tallywatch.settings import Settings

KEPT_DAYS = 3 * 366
"""Network data regulation, article 12: records of providing personal data, at least three years."""
MANIFEST = "manifest.json"
RECORDED = (
    "extract",
    "consumer",
    "pull",
    "purpose",
    "serves",
    "requested_by",
    "pulled_by",
    "role",
    "is_revealed",
    "rows",
    "people",
    "filters",
    "release_id",
    "as_of",
    "rule_set_version",
)


def export_chain(settings: Settings) -> HashChain:
    """The chain of export records."""
    return HashChain(settings.exports, "export records", settings.keys.token)


def record_pull(
    settings: Settings, folder: Path, manifest: Mapping[str, Any], *, is_new: bool = False
) -> None:
    """Enter a pull, once: unless `is_new`, it is looked whether a killed run got as far as that."""
    named = manifest | {"pull": manifest["sequence"]}
    facts = {
        "kind": "extract",
        "folder": folder_name(settings, folder),
        "recorded_at": manifest["created_at"],
        **{name: named[name] for name in RECORDED},
        "extract_files": manifest["files"],
        "manifest_sha256": sha256_of(folder / MANIFEST),
    }
    delivers = manifest["delivers"]
    rows = folder / f"{manifest['extract']}.parquet"

    def write(path: Path) -> None:
        with duckdb.connect() as con:
            con.execute(
                f"""
                copy (
                    select
                        {delivers} as alert_id,
                        {literal(manifest["consumer"])} as consumer_name,
                        {literal(_utc(manifest["created_at"]))}::timestamp as delivered_at,
                        {literal(manifest["release_id"])} as release_id
                    from read_parquet({literal(str(rows))})
                    where change_code <> 'unchanged'
                    order by all
                ) to {literal(str(path))} (format parquet, compression zstd)
                """
            )

    chain, beside = export_chain(settings), write if delivers else None
    if is_new:
        chain.append(facts, beside)
        return
    chain.append_once(
        lambda record: record["kind"] == "extract" and record["folder"] == facts["folder"],
        facts,
        beside,
    )


def record_change(settings: Settings, folder: Path, why: str) -> None:
    """Enter that the files of a pull were written anew, for instance without a person."""
    export_chain(settings).append(
        {
            "kind": "rewritten",
            "folder": folder_name(settings, folder),
            "recorded_at": utc_now().isoformat(timespec="seconds"),
            "why": why,
            "manifest_sha256": sha256_of(folder / MANIFEST),
        }
    )


def manifests_on_record(settings: Settings) -> dict[str, str]:
    """By folder of a pull, the digest that the last record says its manifest has."""
    entered: dict[str, str] = {}
    for record in export_chain(settings).records():
        if "folder" in record:
            entered.setdefault(record["folder"], str(record["manifest_sha256"]))
    return entered


def manifest_on_record(settings: Settings, folder: Path) -> str | None:
    """The digest that the last record says the manifest of this pull has; None without a record."""
    return manifests_on_record(settings).get(folder_name(settings, folder))


def is_over(moment: datetime) -> Callable[[Mapping[str, Any]], bool]:
    """Whether a record is kept no longer at `moment`."""
    limit = moment - timedelta(days=KEPT_DAYS)
    return lambda record: datetime.fromisoformat(record["recorded_at"]) < limit


def folder_name(settings: Settings, folder: Path) -> str:
    """A pull's folder as records name it: `ops/alerts_open/000007`."""
    return str(folder.resolve().relative_to((settings.out / "extracts").resolve()))


def _utc(text: str) -> str:
    return datetime.fromisoformat(text).strftime("%Y-%m-%d %H:%M:%S")
