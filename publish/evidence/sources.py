"""The rows that deliveries brought, and proof that the delivered bytes are still the same."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import duckdb

from ingest.keyring import archive_ring
from ingest.landing import MANIFEST, read_landed
from publish.evidence.story import Row, rows
from publish.files import sha256_of
from publish.sql_text import literal
from tallywatch.settings import Settings

CHUNK = 1 << 20
SAME, DIFFERENT, SHREDDED, ABSENT = "same", "different", "shredded", "not kept here"


def source_rows(
    settings: Settings, deliveries: Iterable[Row], lines: Mapping[str, set[int]]
) -> tuple[list[Row], list[str]]:
    """Rows of the lake by delivery and line; those that are there no more, as `delivery:line`."""
    known = {str(delivery["delivery_id"]): delivery for delivery in deliveries}
    found: list[Row] = []
    missing: list[str] = []
    with duckdb.connect() as con:
        for delivery_id, numbers_of in sorted(lines.items()):
            wanted = sorted(numbers_of)
            delivery = known.get(delivery_id)
            path = lake_file(settings, delivery) if delivery else None
            there: list[Row] = []
            if path is not None and path.exists():
                numbers = ", ".join(map(str, wanted))
                there = rows(
                    con,
                    f"select * from read_parquet({literal(str(path))}) "
                    f"where _line_number in ({numbers}) order by _line_number",
                )
            kept = [{"delivery_id": delivery_id, **row} for row in there]
            found += [
                {name: cell for name, cell in row.items() if cell is not None} for row in kept
            ]
            seen = {int(row["_line_number"]) for row in there}
            missing += [f"{delivery_id}:{number}" for number in wanted if number not in seen]
    return found, missing


def batch_digest(settings: Settings, delivery: Row) -> str | None:
    """Digest of the lake's file of a delivery; None when there is none."""
    path = lake_file(settings, delivery)
    return sha256_of(path) if path.exists() else None


def landed_bytes(settings: Settings, delivery: Row) -> str:
    """Whether the landed bytes, opened now, still have the digest they had when they came."""
    folder = settings.landing / str(delivery["feed"]) / str(delivery["delivery_id"])
    if not (folder / MANIFEST).exists():
        return ABSENT
    landed = read_landed(folder)
    if landed.is_shredded:
        return SHREDDED
    digest = hashlib.sha256()
    with landed.open(archive_ring(settings.keys)) as stream:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
    return SAME if digest.hexdigest() == delivery["file_sha256"] else DIFFERENT


def lake_file(settings: Settings, delivery: Mapping[str, Any]) -> Path:
    """The file of a delivery's accepted rows."""
    return settings.lake / str(delivery["feed"]) / f"{delivery['delivery_id']}.parquet"
