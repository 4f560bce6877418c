"""What differs in a pack from what its own manifest and chain of custody say."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from publish.evidence import custody
from publish.evidence.pack import CUSTODY, MANIFEST

KEYS = {"flag": ("flags.jsonl", "flag_id"), "alert": ("alerts.jsonl", "alert_id")}


def pack_faults(files: Mapping[str, bytes]) -> tuple[int, list[str], str]:
    """How many source rows the pack has, what differs, and the digest of its manifest."""
    content = files.get(MANIFEST, b"")
    digest = hashlib.sha256(content).hexdigest()
    try:
        manifest = json.loads(content)
        listed = manifest["files"]
        rows = int(manifest["rows"])
    except (ValueError, KeyError, TypeError):
        return 0, [f"{MANIFEST} cannot be read"], digest
    faults = []
    for name, facts in listed.items():
        if name not in files:
            faults.append(f"{name} is missing")
        elif hashlib.sha256(files[name]).hexdigest() != facts["sha256"]:
            faults.append(f"{name} was changed")
    added = sorted(files.keys() - listed.keys() - {MANIFEST})
    faults += [f"{name} was added" for name in added]
    return rows, faults + _custody_faults(files, listed, manifest), digest


def _custody_faults(
    files: Mapping[str, bytes], listed: Mapping[str, Any], manifest: Mapping[str, Any]
) -> list[str]:
    try:
        chain = json.loads(files[CUSTODY])
        if custody.sealed(chain) != chain:
            return [f"the chain of custody is broken at link {_first_broken(chain)}"]
        others = {name: facts for name, facts in listed.items() if name != CUSTODY}
        last = custody.pack_link(
            manifest["pack_id"], manifest["made_at"], others, manifest["release_id"]
        )
        faults = (
            [] if chain[-1]["sha256"] == last["sha256"] else ["the last link is of other files"]
        )
        return faults + _link_faults(files, chain)
    except (ValueError, KeyError, TypeError, IndexError):
        return [f"{CUSTODY} cannot be read"]


def _first_broken(chain: list[dict[str, Any]]) -> int:
    pairs = zip(custody.sealed(chain), chain, strict=True)
    return next(number for number, (want, got) in enumerate(pairs, 1) if want != got)


def _link_faults(files: Mapping[str, bytes], chain: list[dict[str, Any]]) -> list[str]:
    """Links whose digest is not that of the row they name."""
    digests = {}
    for row in _lines(files["source_rows.jsonl"]):
        digests["row", custody.row_id(row)] = custody.digest_of(row)
    for row in _lines(files["deliveries.jsonl"]):
        digests["delivery", row["delivery_id"]] = row["file_sha256"]
        digests["batch", row["delivery_id"]] = row["batch_sha256"]
    for step, (name, key) in KEYS.items():
        for row in _lines(files[name]):
            digests[step, row[key]] = custody.digest_of(row)
    if "incident.json" in files:
        incident = json.loads(files["incident.json"])
        digests["incident", incident["incident_id"]] = custody.digest_of(incident)
    named = {(link["step"], link["id"]): link["sha256"] for link in chain}
    outside = {"release", "pack"}
    return [
        f"custody names another {step} {name}"
        for (step, name), digest in named.items()
        if step not in outside and digests.get((step, name), "") != digest
    ]


def _lines(content: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in content.decode().splitlines()]
