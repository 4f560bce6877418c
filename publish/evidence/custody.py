"""The chain of custody: delivery, batch, row, flag, alert, incident, release, pack.

Each link has a hash of what it is, the time, and the hash of the link before it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from publish.evidence.story import Row, Story

BEFORE_THE_FIRST = "0" * 64
Link = dict[str, Any]


def line_of(row: Mapping[str, Any]) -> str:
    """A row as one line of JSON, the same for equal rows."""
    return json.dumps(row, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_text)


def digest_of(row: Mapping[str, Any]) -> str:
    """Digest of that line."""
    return hashlib.sha256(line_of(row).encode()).hexdigest()


def row_id(row: Mapping[str, Any]) -> str:
    """`delivery:line` of a source row or a flag."""
    line = row["_line_number"] if "_line_number" in row else row["line_number"]
    return f"{row['delivery_id']}:{line}"


def links(
    story: Story,
    source_rows: Iterable[Row],
    batches: Mapping[str, str | None],
    release: Mapping[str, Any],
) -> list[Link]:
    """Every link but the last, the pack itself, oldest kind first."""
    made: list[Link] = []
    by_delivery = {delivery["delivery_id"]: delivery for delivery in story.deliveries}
    for delivery in story.deliveries:
        name = delivery["delivery_id"]
        made.append(_link("delivery", name, delivery["received_at"], delivery["file_sha256"], []))
    for delivery in story.deliveries:
        name = delivery["delivery_id"]
        made.append(_link("batch", name, delivery["loaded_at"], batches[name], [name]))
    for row in source_rows:
        loaded = by_delivery[row["delivery_id"]]["loaded_at"]
        made.append(_link("row", row_id(row), loaded, digest_of(row), [row["delivery_id"]]))
    for flag in story.flags:
        made.append(
            _link("flag", flag["flag_id"], flag["detected_at"], digest_of(flag), [row_id(flag)])
        )
    for alert in story.alerts:
        own = [flag["flag_id"] for flag in story.flags if flag["alert_id"] == alert["alert_id"]]
        at = alert["first_detected_at"]
        made.append(_link("alert", alert["alert_id"], at, digest_of(alert), own))
    if story.incident is not None:
        own = [alert["alert_id"] for alert in story.alerts]
        at = story.incident["opened_at"]
        name = story.incident["incident_id"]
        made.append(_link("incident", name, at, digest_of(story.incident), own))
    top = [story.about.partition(" ")[2]]
    created = release["created_at"]
    made.append(_link("release", release["release_id"], created, release["content_sha256"], top))
    return sealed(made)


def sealed(chain: list[Link]) -> list[Link]:
    """The links with their numbers, the hash before each and its own."""
    previous = BEFORE_THE_FIRST
    done = []
    for number, link in enumerate(chain, 1):
        facts = {k: v for k, v in link.items() if k not in {"number", "previous_hash", "hash"}}
        numbered = {"number": number, **facts, "previous_hash": previous}
        previous = digest_of(numbered)
        done.append({**numbered, "hash": previous})
    return done


def pack_link(name: str, at: str, files: Mapping[str, Mapping[str, Any]], release_id: str) -> Link:
    """The last link: a digest over the digests of the pack's other files."""
    text = "".join(f"{file} {facts['sha256']}\n" for file, facts in sorted(files.items()))
    return _link("pack", name, at, hashlib.sha256(text.encode()).hexdigest(), [release_id])


def _link(step: str, name: str, at: Any, sha256: str | None, comes_from: list[str]) -> Link:
    return {
        "step": step,
        "id": name,
        "at": _text(at),
        "sha256": sha256,
        "comes_from": sorted(set(comes_from)),
    }


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds") + ("" if value.tzinfo else "Z")
    if isinstance(value, (date, Decimal)):
        return str(value)
    return str(value)
