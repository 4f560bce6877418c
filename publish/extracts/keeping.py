"""How long the files of a pull are kept: a year, but identifiers in clear a month."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from publish.extracts.cursor import DELIVERED
from publish.extracts.records import MANIFEST, manifest_on_record, record_change
from publish.files import to_json, write_whole
from tallywatch.clock import utc_now
from tallywatch.settings import Settings

EXTRACT_DAYS = 365
REVEALED_DAYS = 30


def old_pulls(settings: Settings) -> list[Path]:
    """Every pull but the newest of a consumer and extract: that is the cursor."""
    extracts = settings.out / "extracts"
    earlier = [
        path
        for pulls in sorted(extracts.glob("*/[a-z]*"))
        for path in sorted(pulls.glob("[0-9]*"))[:-1]
    ]
    # Before extracts had names, pulls lay one folder higher; none of them is a cursor any more.
    return [*earlier, *sorted(extracts.glob("*/[0-9]*"))]


def revealed_pulls(settings: Settings, moment: datetime) -> list[Path]:
    """Pulls that hold identifiers in clear and are older than a month."""
    limit = moment - timedelta(days=REVEALED_DAYS)
    return [
        path.parent
        for path in sorted((settings.out / "extracts").glob(f"*/*/[0-9]*/{MANIFEST}"))
        if _is_revealed_before(json.loads(path.read_text(encoding="utf-8")), limit)
    ]


def clear_pull(settings: Settings, folder: Path) -> None:
    """Remove a pull's rows; its manifest and cursor stay, and the record says that they went."""
    path = folder / MANIFEST
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["cleared_at"] = utc_now().isoformat(timespec="seconds")
    manifest["files"] = {DELIVERED: manifest["files"][DELIVERED]}
    for file in folder.iterdir():
        if file.name not in {DELIVERED, MANIFEST}:
            file.unlink()
    write_whole(path, to_json(manifest)).chmod(0o444)
    if manifest_on_record(settings, folder):
        record_change(settings, folder, "identifiers in clear are kept for a month")


def _is_revealed_before(manifest: dict[str, Any], limit: datetime) -> bool:
    if not manifest.get("is_revealed") or "cleared_at" in manifest:
        return False
    return datetime.fromisoformat(manifest["created_at"]) < limit
