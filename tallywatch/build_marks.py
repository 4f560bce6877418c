"""What the last whole build had, so that the next one works only on what came since.

A build may do that when nothing but new deliveries makes its result another: the models, their
seeds and variables are the same, what is in force of dated seeds is the same, and of the deliveries
that were taken none was replayed, emptied of a person or taken away.
"""

from __future__ import annotations

import csv
import hashlib
from datetime import UTC, date
from pathlib import Path

import duckdb

from tallywatch.clock import business_date
from tallywatch.settings import Settings
from tallywatch.warehouse import forget_builds, open_warehouse

NOT_MODELS = {"target", "logs", "lint", "__pycache__"}
LOADED = "select * from ledger.batches where status_code = 'loaded'"
SAME = """
    taken.delivery_id = loaded.delivery_id
    and taken.replay_count = coalesce(loaded.replay_count, 0)
    and taken.erased_records = coalesce(loaded.erased_records, 0)
"""


def begin(settings: Settings, project: Path, *, starts_anew: bool) -> bool:
    """Note which deliveries there are; returns whether the build may do with those that are new.

    `starts_anew` says that it must not. What comes in while it runs is for the next one.
    """
    with open_warehouse(settings) as warehouse:
        fingerprint = _fingerprint(warehouse, project)
        only_new = not starts_anew and _is_sound(warehouse, fingerprint)
        warehouse.execute("begin")
        if not only_new:
            forget_builds(warehouse)
        warehouse.execute("delete from builds.deliveries where mark_code = 'seen'")
        warehouse.execute(
            f"""
            insert into builds.deliveries (mark_code, fingerprint, delivery_id, replay_count,
                erased_records)
            select 'seen', ?, loaded.delivery_id, coalesce(loaded.replay_count, 0),
                coalesce(loaded.erased_records, 0)
            from ({LOADED}) as loaded
            anti join (select * from builds.deliveries where mark_code = 'taken') as taken
                on loaded.delivery_id = taken.delivery_id
            """,
            [fingerprint],
        )
        warehouse.execute("commit")
    return only_new


def end(settings: Settings) -> None:
    """Note that the build which began last had all that it saw."""
    with open_warehouse(settings) as warehouse:
        warehouse.execute("update builds.deliveries set mark_code = 'taken'")


def _is_sound(warehouse: duckdb.DuckDBPyConnection, fingerprint: str) -> bool:
    row = warehouse.execute(
        f"""
        select count(*), count(loaded.delivery_id),
            count(*) filter (taken.fingerprint <> ?)
        from (select * from builds.deliveries where mark_code = 'taken') as taken
        left join ({LOADED}) as loaded on {SAME}
        """,
        [fingerprint],
    ).fetchone()
    taken, unchanged, of_others = row or (0, 0, 0)
    return bool(taken > 0 and unchanged == taken and of_others == 0)


def _fingerprint(warehouse: duckdb.DuckDBPyConnection, project: Path) -> str:
    """A hash of the project's files and of how many rows of its dated seeds are known."""
    row = warehouse.execute(f"select max(received_at) from ({LOADED})").fetchone()
    today = business_date(row[0].replace(tzinfo=UTC)) if row and row[0] else date.min
    digest = hashlib.sha256()
    for path in sorted(project.rglob("*")):
        place = path.relative_to(project)
        if path.is_dir() or NOT_MODELS.intersection(place.parts):
            continue
        digest.update(f"\n{place.as_posix()}\n".encode())
        digest.update(path.read_bytes())
        if path.suffix == ".csv":
            digest.update(str(_known_rows(path, today)).encode())
    return digest.hexdigest()


def _known_rows(seed: Path, today: date) -> int:
    with seed.open(encoding="utf-8", newline="") as file:
        return sum(row.get("known_from", "") <= today.isoformat() for row in csv.DictReader(file))
