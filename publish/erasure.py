"""Erasing a person from what was published: releases and extracts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from ingest.erasure.person import Person
from ingest.erasure.place import Items, Place
from ingest.erasure.rules import RowRule, derived_rule
from ingest.erasure.tables import tables_of
from publish.extracts.cursor import DELIVERED
from publish.extracts.files import FORMATS, about_lines, content_of
from publish.extracts.files import write_parquet as write_rows
from publish.extracts.records import MANIFEST as EXTRACT_MANIFEST
from publish.extracts.records import manifest_on_record, record_change
from publish.files import (
    clean,
    new_folder,
    only_one,
    point,
    put_folder,
    remove_folder,
    sha256_of,
    to_json,
    write_whole,
)
from publish.release import CURRENT, MANIFEST, Release, all_releases, connect, current_release
from publish.release_tables import DATABASE, content_sha256, write_parquet
from publish.sql_text import literal, quoted
from tallywatch.clock import utc_now
from tallywatch.database import attach, open_database
from tallywatch.settings import Settings


class Releases(Place):
    """The current release is written anew without the person; older ones that name them go.

    Readers who have the release open keep it; whoever opens one afterwards does not find them.
    """

    name = "releases"

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def count(self, person: Person) -> Items:
        """Rows by release."""
        found = {}
        for release in all_releases(self._settings):
            if rows := self._rows(release, person):
                found[release.release_id] = rows
        return found

    def erase(self, person: Person, items: Items) -> None:
        """See `Place`."""
        if not self._settings.releases.exists():
            return
        with only_one(self._settings.releases, "a release"):
            current = current_release(self._settings)
            if current is not None and self._rows(current, person):
                made = _without(self._settings, current, person)
                point(self._settings.releases / CURRENT, made)
            clean(self._settings.releases)
            for release in all_releases(self._settings):
                if self._rows(release, person):
                    remove_folder(release.path)

    def _rows(self, release: Release, person: Person) -> int:
        with connect(self._settings, release) as con:
            return sum(
                _count(con, f"select count(*) from {table} where {rule.touched_where}")
                for table, rule in _rules(con, person)
            )


class Extracts(Place):
    """Every extract with the person in it is written anew without them. What a consumer copied
    elsewhere is the consumer's to erase: the next extract names the alerts as withdrawn."""

    name = "extracts"

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._folder = settings.out / "extracts"

    def count(self, person: Person) -> Items:
        """Rows by extract."""
        found = {}
        with duckdb.connect() as con:
            for path in self._tables():
                rule = _parquet_rule(con, path, person)
                query = f"select count(*) from {_parquet(path)} where {rule.touched_where}"
                if rows := _count(con, query):
                    found[str(path.parent.relative_to(self._folder))] = rows
        return found

    def erase(self, person: Person, items: Items) -> None:
        """See `Place`. The table goes last: while it names the person, the next call does it all
        again."""
        for path in self._tables():
            with duckdb.connect() as con:
                rule = _parquet_rule(con, path, person)
                if _count(con, f"select count(*) from {_parquet(path)} where {rule.touched_where}"):
                    _rewrite_extract(con, self._settings, path, rule)

    def _tables(self) -> list[Path]:
        """The rows of every pull; all other files of it are made from them."""
        return sorted(
            path
            for path in self._folder.rglob("*.parquet")
            if path.name != DELIVERED and not path.name.startswith(".")
        )


def _without(settings: Settings, before: Release, person: Person) -> str:
    """Write a release like `before`, of the same data and gates, without the person; its id."""
    making = new_folder(settings.releases)
    with open_database(settings, making / DATABASE, alias="release") as con:
        attach(con, settings, before.path / DATABASE, alias="earlier", read_only=True)
        rules = dict(_rules(con, person, "earlier"))
        tables: dict[str, dict[str, Any]] = {}
        for table in tables_of(con, "earlier"):
            name = table.partition(".")[2]
            source = f"earlier.main.{quoted(name)}"
            kept = rules[table].kept(source) if table in rules else f"select * from {source}"
            con.execute(f"create table {quoted(name)} as {kept} order by all")
            tables[name] = write_parquet(con, name, making)
        con.execute("detach earlier")
        con.execute("checkpoint")
    manifest = dict(before.manifest)
    newest = max(release.manifest["created_at"] for release in all_releases(settings))
    after = datetime.fromisoformat(newest) + timedelta(seconds=1)
    created_at = max(utc_now().replace(microsecond=0), after)
    digest = content_sha256(tables)
    manifest |= {
        "release_id": f"{created_at:%Y%m%dT%H%M%SZ}-{digest[:12]}",
        "created_at": created_at.isoformat(),
        "content_sha256": digest,
        "database": {"file": DATABASE, "sha256": sha256_of(making / DATABASE)},
        "tables": tables,
        "erased_at": utc_now().isoformat(),
    }
    write_whole(making / MANIFEST, to_json(manifest))
    return put_folder(making, settings.releases / manifest["release_id"]).name


def _rewrite_extract(
    con: duckdb.DuckDBPyConnection, settings: Settings, path: Path, rule: RowRule
) -> None:
    folder = path.parent
    con.execute(f"create table pulled as {rule.kept(_parquet(path))}")
    making = folder / f".making-{path.name}"
    write_rows(con, "pulled", making)
    manifest = json.loads((folder / EXTRACT_MANIFEST).read_text(encoding="utf-8"))
    codes = con.execute("select change_code, count(*) from pulled group by 1").fetchall()
    manifest["rows"] = sum(count for _, count in codes)
    manifest["changes"] |= dict.fromkeys(manifest["changes"], 0) | dict(codes)
    manifest["erased_at"] = utc_now().isoformat()
    for kind in FORMATS:
        copy = path.with_suffix(f".{kind}")
        if kind != "parquet" and copy.exists():
            about = about_lines(manifest) if kind == "xlsx" else []
            _replace(copy, content_of(con, "pulled", kind, manifest.get("title", path.stem), about))
    for name, facts in manifest["files"].items():
        lies = making if name == path.name else folder / name
        facts |= {"bytes": lies.stat().st_size, "sha256": sha256_of(lies)}
    _replace(folder / EXTRACT_MANIFEST, to_json(manifest))
    if manifest_on_record(settings, folder):
        record_change(settings, folder, "somebody was erased")
    making.chmod(0o444)
    making.replace(path)


def _replace(path: Path, content: bytes | str) -> None:
    write_whole(path, content).chmod(0o444)


def _rules(
    con: duckdb.DuckDBPyConnection, person: Person, database: str | None = None
) -> Iterator[tuple[str, RowRule]]:
    for table, columns in tables_of(con, database).items():
        if rule := derived_rule(columns, person):
            yield table, rule


def _parquet_rule(con: duckdb.DuckDBPyConnection, path: Path, person: Person) -> RowRule:
    described = con.execute(f"describe select * from {_parquet(path)}").fetchall()
    rule = derived_rule({name: (kind, True) for name, kind, *_ in described}, person)
    if rule is None:
        raise ValueError(f"{path.name} has no text to look into")
    return rule


def _parquet(path: Path) -> str:
    return f"read_parquet({literal(str(path))})"


def _count(con: duckdb.DuckDBPyConnection, query: str) -> int:
    row = con.execute(query).fetchone()
    return int(row[0]) if row else 0
