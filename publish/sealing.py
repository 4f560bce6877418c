"""Sealing what lies at rest: the warehouse and the releases under the configured database key."""

from __future__ import annotations

import json
from pathlib import Path

from publish.files import only_one, sha256_of, to_json, write_whole
from publish.release import MANIFEST
from publish.release_tables import DATABASE
from tallywatch.database import open_database, rewrite_database
from tallywatch.errors import TerminalError
from tallywatch.settings import Settings


def seal_databases(settings: Settings) -> list[Path]:
    """Bring every DuckDB file under the configured key; returns those that were rewritten.

    A file is plain, or sealed with the configured key, or with the previous one
    (`TALLYWATCH_DATABASE_KEY_PREVIOUS`). Run it while nobody reads or writes; killed half-way, it
    is run again.

    Raises:
        TerminalError: a file is sealed with neither key.
    """
    rewritten = []
    if settings.warehouse.exists() and _rewrite(settings, settings.warehouse):
        rewritten.append(settings.warehouse)
    with only_one(settings.releases, "a release"):
        for manifest in sorted(settings.releases.glob(f"*/{MANIFEST}")):
            database = manifest.with_name(DATABASE)
            if _rewrite(settings, database):
                rewritten.append(database)
            _keep_true(manifest, database)
    return rewritten


def _rewrite(settings: Settings, path: Path) -> bool:
    present = _present_key(settings, path)
    if present == settings.keys.database:
        return False
    rewrite_database(settings, path, present_key=present)
    return True


def _present_key(settings: Settings, path: Path) -> bytes | None:
    keys = settings.keys
    for key in dict.fromkeys((keys.database, keys.previous_database, None)):
        try:
            open_database(settings.under(key), path, alias="present", read_only=True).close()
        except TerminalError:
            continue
        return key
    raise TerminalError(
        f"{path.name} is sealed with a key that is not configured",
        "the present or the previous database key",
        "set TALLYWATCH_DATABASE_KEY_PREVIOUS to the key it was sealed with",
    )


def _keep_true(manifest: Path, database: Path) -> None:
    """The manifest names the digest of the file as it lies there now."""
    content = json.loads(manifest.read_text(encoding="utf-8"))
    digest = sha256_of(database)
    if content["database"]["sha256"] != digest:
        content["database"]["sha256"] = digest
        write_whole(manifest, to_json(content))
