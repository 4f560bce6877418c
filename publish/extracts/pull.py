"""Pulling an extract: what is new or changed since the last pull, for a purpose, on record.

    out/extracts/<consumer>/<extract>/000007/
        alerts_open.parquet  for machines: the columns of the mart, plus `change_code`
        alerts_open.csv      for people: headings in two languages, Beijing time, safe to open
        alerts_open.xlsx, alerts_open.jsonl
        manifest.json        what it holds, for whom and why, from which release
        delivered.parquet    the cursor: what this consumer has received so far

The newest folder is the cursor, and it appears in one step: a killed pull leaves nothing, and the
next one gives the same rows. If the folders are lost the next pull is a full one. Every pull is
entered in `out/exports/`.
"""

from __future__ import annotations

import json
import os
import pwd
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from publish.extracts.catalogue import Definition, definition
from publish.extracts.cursor import DELIVERED, compare
from publish.extracts.files import about_lines, content_of, facts_of, require_formats, write_parquet
from publish.extracts.filters import Filters, where
from publish.extracts.masks import policy
from publish.extracts.people import (
    put_people,
    require_nameless,
    require_purpose,
    require_right,
)
from publish.extracts.records import MANIFEST, record_pull
from publish.extracts.rule_set import rule_set_version
from publish.files import new_folder, only_one, put_folder, to_json, write_whole
from publish.release import connect, require_release
from tallywatch.clock import utc_now
from tallywatch.errors import TerminalError
from tallywatch.settings import Settings

_CONSUMER = re.compile(r"[a-z][a-z0-9_]{0,31}")
_SEQUENCE = re.compile(r"\d{6}")


@dataclass(frozen=True)
class Request:
    """What is asked for. `role` reveals identifiers; `user` is who signed in, never a claim."""

    consumer: str = "ops"
    formats: tuple[str, ...] = ("csv",)
    filters: Filters = field(default_factory=Filters)
    is_full: bool = False
    purpose: str | None = None
    requested_by: str | None = None
    role: str | None = None
    user: str | None = None

    @property
    def pulled_by(self) -> str:
        """Who runs it."""
        return self.user or pwd.getpwuid(os.getuid()).pw_name


@dataclass(frozen=True)
class Extract:
    """One pull: where it lies and how many rows it holds; in a full one some are unchanged."""

    name: str
    consumer: str
    sequence: int
    path: Path
    row_count: int
    new_count: int
    changed_count: int
    manifest: Mapping[str, Any]

    @property
    def parquet(self) -> Path:
        """The rows for machines."""
        return self.path / f"{self.name}.parquet"


def write_extract(settings: Settings, name: str, request: Request | None = None) -> Extract:
    """Write what the consumer has not received yet of the extract; with `is_full`, all of it.

    An extract without rows is a success: its manifest proves that the pull took place. Rows that
    were delivered and are no longer in the release are listed in the manifest. Filters narrow what
    is written and what counts as received.

    Raises:
        TerminalError: no release yet, no such extract, a request that does not fit it, or no right
            to reveal.
        TransientError: another pull of this consumer is under way.
    """
    asked = request or Request()
    wanted = definition(name)
    _check(settings, wanted, asked)
    formats = require_formats(asked.formats)
    folder = settings.out / "extracts" / asked.consumer / name
    release = require_release(settings)
    with only_one(folder, f"an extract {name} for {asked.consumer}"):
        last = latest_extract(settings, asked.consumer, name)
        if last is not None:
            record_pull(settings, last.path, last.manifest)
        making = new_folder(folder)
        with connect(settings, release) as con:
            manifest = {
                "extract": name,
                "title": wanted.title,
                "about": wanted.about,
                "consumer": asked.consumer,
                "sequence": last.sequence + 1 if last else 1,
                "purpose": asked.purpose or f"{wanted.serves}: {wanted.title}",
                "serves": wanted.serves,
                "delivers": wanted.delivers,
                "requested_by": asked.requested_by or asked.consumer,
                "pulled_by": asked.pulled_by,
                "role": asked.role,
                "is_revealed": asked.role is not None,
                "filters": asked.filters.recorded(settings.keys.token),
                "created_at": utc_now().replace(microsecond=0).isoformat(),
                "is_full": asked.is_full or last is None,
                "release_id": release.release_id,
                "as_of": release.manifest["as_of"],
                "code": release.manifest["code"],
                "rule_set_version": rule_set_version(con, release),
                "rules": [rule for rule in release.manifest["rules"] if "rule_id" in rule],
            }
            base = _base(settings, asked, name, last)
            manifest["since"] = _cursor(base)
            manifest |= _select(con, settings, wanted, asked, last, base)
            _write(con, making, manifest, formats)
        write_whole(making / MANIFEST, to_json(manifest))
        done = _read(put_folder(making, folder / f"{manifest['sequence']:06d}"))
        record_pull(settings, done.path, done.manifest, is_new=True)
        return done


def latest_extract(
    settings: Settings, consumer: str = "ops", name: str = "alerts_open"
) -> Extract | None:
    """The last pull of an extract by a consumer, or None before the first."""
    folder = settings.out / "extracts" / consumer / name
    if not folder.is_dir():
        return None
    pulled = sorted(path for path in folder.iterdir() if _SEQUENCE.fullmatch(path.name))
    return _read(pulled[-1]) if pulled else None


def _check(settings: Settings, wanted: Definition, asked: Request) -> None:
    if not _CONSUMER.fullmatch(asked.consumer):
        raise TerminalError(
            f"consumer {asked.consumer[:40]!r}",
            "a name of lower-case letters, digits and underscores",
            "name the consumer as it is listed, for example `ops`",
        )
    require_nameless(asked.purpose, asked.requested_by)
    if asked.purpose is not None:
        require_purpose(asked.purpose)
    if asked.role is not None:
        require_right(settings, wanted, asked.pulled_by, asked.role, asked.purpose)


def _select(
    con: duckdb.DuckDBPyConnection,
    settings: Settings,
    wanted: Definition,
    asked: Request,
    last: Extract | None,
    base: Extract | None,
) -> dict[str, Any]:
    """Make temp table `pulled`, the rows as they are written; what the manifest says of them."""
    columns = _columns(con, wanted)
    condition = where(wanted, columns, asked.filters)
    withdrawn = compare(
        con,
        wanted,
        condition,
        last=last.path if last else None,
        base=base.path if base else None,
        is_full=asked.is_full,
    )
    people = 0
    if "subject_key" in columns:
        counted = con.execute("select count(distinct subject_key) from pulled").fetchone()
        people = counted[0] if counted else 0
    if wanted.person:
        _name(con, settings, wanted, asked, columns)
    counts = dict(con.execute("select change_code, count(*) from pulled group by 1").fetchall())
    return {
        "rows": sum(counts.values()),
        "people": people,
        "changes": {code: counts.get(code, 0) for code in ("new", "changed", "unchanged")},
        "withdrawn": withdrawn,
    }


def _name(
    con: duckdb.DuckDBPyConnection,
    settings: Settings,
    wanted: Definition,
    asked: Request,
    columns: list[str],
) -> None:
    if forbidden := policy().forbidden(columns):
        raise TerminalError(
            f"{wanted.table} with the columns {', '.join(forbidden)}",
            "no column that finds a person together with a masked value",
            "leave them out of the mart; masks.yaml lists them",
        )
    named = put_people(
        con,
        settings,
        wanted,
        user=asked.pulled_by,
        role=asked.role,
        purpose=asked.purpose or wanted.title,
    )
    con.execute("alter table pulled rename to unnamed")
    after = columns.index("subject_key") + 1
    shown = [f"unnamed.{name}" for name in ("change_code", *columns)]
    shown[after + 1 : after + 1] = [f"people.{name}" for name in named]
    con.execute(
        f"""
        create temp table pulled as
        select {", ".join(shown)}
        from unnamed
        left join people on unnamed.subject_key = people.subject_key
        order by {wanted.order}
        """
    )


def _write(
    con: duckdb.DuckDBPyConnection, making: Path, manifest: dict[str, Any], formats: tuple[str, ...]
) -> None:
    name = manifest["extract"]
    write_parquet(con, "pulled", making / f"{name}.parquet")
    write_parquet(con, "delivered_now", making / DELIVERED)
    about = about_lines(manifest)
    for kind in formats:
        if kind != "parquet":
            content = content_of(con, "pulled", kind, manifest["title"], about)
            (making / f"{name}.{kind}").write_bytes(content)
    manifest["files"] = facts_of(making.iterdir())


def _columns(con: duckdb.DuckDBPyConnection, wanted: Definition) -> list[str]:
    try:
        return [name for name, *_ in con.execute(f"describe {wanted.table}").fetchall()]
    except duckdb.CatalogException:
        raise TerminalError(
            f"no {wanted.table} in the current release",
            "a release made by this version",
            "run `tallywatch build`, `check` and `release`",
        ) from None


def _base(settings: Settings, asked: Request, name: str, last: Extract | None) -> Extract | None:
    """The pull that this one is compared with."""
    number = asked.filters.since_pull
    if number is None:
        return last
    folder = settings.out / "extracts" / asked.consumer / name / f"{number:06d}"
    if number == 0:
        return None
    if not (folder / DELIVERED).exists():
        raise TerminalError(
            f"no pull {number} of {name} by {asked.consumer}",
            f"the number of a pull that is kept, {last.sequence if last else 0} at most",
            "leave --since out to go on from the last one, or pull with --full",
        )
    return _read(folder)


def _cursor(last: Extract | None) -> dict[str, Any] | None:
    if last is None:
        return None
    return {key: last.manifest[key] for key in ("sequence", "created_at", "release_id")}


def _read(folder: Path) -> Extract:
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    changes = manifest["changes"]
    return Extract(
        name=manifest["extract"],
        consumer=manifest["consumer"],
        sequence=manifest["sequence"],
        path=folder,
        row_count=manifest["rows"],
        new_count=changes["new"],
        changed_count=changes["changed"],
        manifest=manifest,
    )
