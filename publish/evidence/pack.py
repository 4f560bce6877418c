"""Making an evidence pack and sealing it in the chain of packs.

out/evidence/incident-4f1c09aa12bc-20261108T001500Z/
    source_rows.jsonl   the rows behind the flags as they were taken in, identifiers as tokens
    deliveries.jsonl    the deliveries that brought them: digest, received, landed, loaded
    flags.jsonl, alerts.jsonl, incident.json
    rules.json          versions and thresholds of the rules that flagged
    custody.json        delivery, batch, row, flag, alert, incident, release, pack: a hash chain
    manifest.json       every file's digest; for whom and why
out/evidence/chain/     the digest of every manifest, in a hash chain
"""

from __future__ import annotations

import os
import pwd
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.erasure.journal import subject_hash
from publish.evidence import custody
from publish.evidence.sources import batch_digest, landed_bytes, source_rows
from publish.evidence.story import Row, Story, read_story
from publish.extracts.files import facts_of
from publish.extracts.people import require_nameless, require_purpose
from publish.extracts.rule_set import rule_set_version
from publish.files import new_folder, only_one, put_folder, sha256_of, to_json, write_whole
from publish.hash_chain import HashChain
from publish.release import Release, connect, require_release
from tallywatch.clock import utc_now
from tallywatch.settings import Settings

MANIFEST = "manifest.json"
CUSTODY = "custody.json"
PURPOSE = "证据保全 / evidence preserved"
SHORT_ID = 12


@dataclass(frozen=True)
class Pack:
    """A pack as it was sealed. `manifest_sha256` is what a case's step `evidence_sealed` quotes."""

    pack_id: str
    path: Path
    archive: Path | None
    row_count: int
    missing: tuple[str, ...]
    manifest_sha256: str


def evidence_chain(settings: Settings) -> HashChain:
    """The chain of packs."""
    return HashChain(settings.evidence / "chain", "evidence packs", settings.keys.token)


def make_pack(
    settings: Settings,
    wanted: str,
    *,
    purpose: str = PURPOSE,
    requested_by: str | None = None,
    is_zipped: bool = False,
) -> Pack:
    """Write and seal the pack of an incident or alert; `wanted` is its id or the beginning of it.

    Raises:
        TerminalError: no release, no such id, or a purpose that holds an identifier.
        TransientError: another pack is being made.
    """
    require_nameless(purpose, requested_by)
    require_purpose(purpose)
    user = pwd.getpwuid(os.getuid()).pw_name
    release = require_release(settings)
    with only_one(settings.evidence, "an evidence pack"):
        with connect(settings, release) as con:
            story = read_story(con, wanted)
            version = rule_set_version(con, release)
        at = utc_now().replace(microsecond=0)
        kind, _, name = story.about.partition(" ")
        pack_id = _free(settings, f"{kind}-{name[:SHORT_ID]}-{at:%Y%m%dT%H%M%SZ}")
        making = new_folder(settings.evidence)
        facts = {
            "pack_id": pack_id,
            "about": story.about,
            "purpose": purpose,
            "requested_by": requested_by or user,
            "made_by": user,
            "made_at": at.isoformat(),
            "release_id": release.release_id,
            "as_of": release.manifest["as_of"],
            "code": release.manifest["code"],
            "rule_set_version": version,
            "people": [subject_hash(settings.keys.token, key) for key in story.subject_keys],
        }
        counted = _write(settings, making, story, release, facts)
        manifest = {**facts, **counted, "files": facts_of(making.iterdir())}
        write_whole(making / MANIFEST, to_json(manifest))
        path = put_folder(making, settings.evidence / pack_id)
        digest = sha256_of(path / MANIFEST)
        _seal(settings, manifest, digest)
        archive = _zip(path) if is_zipped else None
    missing = tuple(manifest["missing_rows"])
    return Pack(pack_id, path, archive, manifest["rows"], missing, digest)


def _write(
    settings: Settings, making: Path, story: Story, release: Release, facts: dict[str, Any]
) -> dict[str, Any]:
    lines: dict[str, set[int]] = {}
    for flag in story.flags:
        if flag["line_number"] is not None:
            lines.setdefault(flag["delivery_id"], set()).add(flag["line_number"])
    rows, missing = source_rows(settings, story.deliveries, lines)
    batches = {d["delivery_id"]: batch_digest(settings, d) for d in story.deliveries}
    checked = [
        d | {"bytes_now": landed_bytes(settings, d), "batch_sha256": batches[d["delivery_id"]]}
        for d in story.deliveries
    ]
    for name, content in (
        ("source_rows", rows),
        ("deliveries", checked),
        ("flags", story.flags),
        ("alerts", story.alerts),
    ):
        _json_lines(making / f"{name}.jsonl", content)
    if story.incident is not None:
        (making / "incident.json").write_text(custody.line_of(story.incident) + "\n", "utf-8")
    rules = {"rules": story.rules, "thresholds": story.thresholds}
    (making / "rules.json").write_text(to_json(rules), "utf-8")
    (making / "README.txt").write_text(_readme(facts), "utf-8")
    chain = custody.links(story, rows, batches, release.manifest)
    last = custody.pack_link(
        facts["pack_id"], facts["made_at"], facts_of(making.iterdir()), release.release_id
    )
    (making / CUSTODY).write_text(to_json(custody.sealed([*chain, last])), "utf-8")
    return {
        "rows": len(rows),
        "missing_rows": missing,
        "flags": len(story.flags),
        "alerts": len(story.alerts),
        "deliveries": {d["delivery_id"]: d["bytes_now"] for d in checked},
    }


def _seal(settings: Settings, manifest: dict[str, Any], digest: str) -> None:
    evidence_chain(settings).append(
        {
            "kind": "pack",
            "recorded_at": manifest["made_at"],
            **{name: manifest[name] for name in ("pack_id", "about", "purpose", "requested_by")},
            **{name: manifest[name] for name in ("made_by", "release_id", "rows", "people")},
            "manifest_sha256": digest,
        }
    )


def _zip(folder: Path) -> Path:
    """The pack as one file; equal packs give equal bytes."""
    path = folder.with_name(f"{folder.name}.zip")
    making = path.with_name(f".making-{path.name}")
    with zipfile.ZipFile(making, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.iterdir()):
            entry = zipfile.ZipInfo(f"{folder.name}/{file.name}", (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, file.read_bytes())
    making.chmod(0o444)
    return making.replace(path)


def _free(settings: Settings, name: str) -> str:
    taken = [
        number for number in range(2, 1000) if (settings.evidence / f"{name}-{number}").exists()
    ]
    if not (settings.evidence / name).exists():
        return name
    return f"{name}-{max(taken, default=1) + 1}"


def _json_lines(path: Path, rows: Iterable[Row]) -> None:
    path.write_text("".join(f"{custody.line_of(row)}\n" for row in rows), "utf-8")


def _readme(facts: dict[str, Any]) -> str:
    return (
        f"证据包 Evidence pack {facts['pack_id']}\n"
        f"关于 About: {facts['about']}\n用途 Purpose: {facts['purpose']}\n\n"
        "manifest.json 列出各文件的 sha256;custody.json 是从交付到本包的保管链,"
        "每一环含前一环的哈希。\n"
        "manifest.json lists the sha256 of every file; custody.json is the chain of custody from\n"
        "the delivery to this pack, each link with the hash of the one before it.\n"
        "`tallywatch verify PATH` checks both, and the manifest against the chain of packs where\n"
        "that is at hand.\n"
        "个人标识以令牌出现(同值同令牌)。Identifiers stand here as tokens; equal ones are equal.\n"
    )
