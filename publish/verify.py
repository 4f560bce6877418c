"""Proving that what was handed out or posted is what it was: packs, extracts, chains.

Each check gives in words what differs; an empty list is the proof that nothing does.
"""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ingest.vault import open_vault
from ingest.vault.access import verified_log
from publish.evidence.pack import CUSTODY, MANIFEST, evidence_chain
from publish.evidence.verify import pack_faults
from publish.extracts.cursor import DELIVERED
from publish.extracts.records import export_chain, folder_name, manifests_on_record
from publish.files import sha256_of
from publish.posting_chain import verified_chain
from tallywatch.errors import TerminalError
from tallywatch.settings import Settings


@dataclass(frozen=True)
class Checked:
    """One thing that was checked: how much is in it, what differs, what else to know."""

    what: str
    count: int
    faults: tuple[str, ...] = ()
    note: str = ""


def verify(settings: Settings, path: Path | None = None) -> Iterator[Checked]:
    """Check what lies at `path`, or everything that this data home has handed out and posted.

    Raises:
        TerminalError: at `path` is nothing that can be checked.
    """
    if path is not None:
        yield _at(settings, path)
        return
    yield _postings(settings)
    yield _exports(settings)
    yield _packs_chain(settings)
    yield _reveal_log(settings)
    entered = manifests_on_record(settings)
    for folder in sorted((settings.out / "extracts").glob("*/*/[0-9]*")):
        yield _extract(settings, folder, entered)
    sealed = _sealed(settings)
    for name in sealed:
        yield _sealed_pack(settings, name, sealed)


def verify_pack(path: Path) -> Checked:
    """Check a pack by itself, as somebody can to whom it was handed over.

    Raises:
        TerminalError: at `path` is no pack.
    """
    is_zip = path.suffix == ".zip" and path.is_file()
    if not is_zip and not (path / CUSTODY).exists():
        raise _nothing_at(path)
    return _checked_pack(path.stem if is_zip else path.name, _content(path), None)


def _at(settings: Settings, path: Path) -> Checked:
    if path.suffix == ".zip" and path.is_file():
        return _checked_pack(path.stem, _content(path), _sealed(settings).get(path.stem))
    if (path / MANIFEST).is_file():
        content = (path / MANIFEST).read_bytes()
        if (path / CUSTODY).exists() or b'"pack_id"' in content:
            return _checked_pack(path.name, _content(path), _sealed(settings).get(path.name))
        if (path / DELIVERED).exists() or b'"extract"' in content:
            return _extract(settings, path, manifests_on_record(settings))
    resolved = path.resolve()
    for place, check in (
        (settings.postings, _postings),
        (settings.exports, _exports),
        (settings.evidence / "chain", _packs_chain),
    ):
        if resolved == place.resolve():
            return check(settings)
    raise _nothing_at(path)


def _nothing_at(path: Path) -> TerminalError:
    return TerminalError(
        f"nothing to verify at {path}",
        "an evidence pack (folder or zip), an extract's folder, out/exports, out/evidence/chain or "
        "postings",
        "name one of these, or none to verify all",
    )


def _postings(settings: Settings) -> Checked:
    try:
        return Checked("chain of postings", len(verified_chain(settings.postings)))
    except TerminalError as error:
        return Checked("chain of postings", 0, (error.found,))


def _exports(settings: Settings) -> Checked:
    records, faults = export_chain(settings).check()
    return Checked("chain of export records", len(records), tuple(faults))


def _packs_chain(settings: Settings) -> Checked:
    records, faults = evidence_chain(settings).check()
    return Checked("chain of evidence packs", len(records), tuple(faults))


def _reveal_log(settings: Settings) -> Checked:
    if settings.vault_url is None and not settings.vault.exists():
        return Checked("log of look-ups", 0, note="no vault yet")
    try:
        return Checked("log of look-ups", len(verified_log(settings, open_vault(settings))))
    except TerminalError as error:
        return Checked("log of look-ups", 0, (error.found,))


def _extract(settings: Settings, folder: Path, entered: Mapping[str, str]) -> Checked:
    name = f"extract {'/'.join(folder.parts[-3:])}"
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        listed = manifest["files"]
    except (ValueError, KeyError, OSError):
        return Checked(name, 0, (f"{MANIFEST} cannot be read",))
    faults = _differences(folder, listed)
    on_record, note = None, "no record at hand; the files agree with the manifest"
    if (settings.out / "extracts").resolve() in folder.resolve().parents:
        on_record = entered.get(folder_name(settings, folder))
    if on_record is not None:
        note = "as on record"
        if on_record != sha256_of(folder / MANIFEST):
            faults.append(f"{MANIFEST} is not the one on record")
    return Checked(name, manifest["rows"], tuple(faults), note)


def _differences(folder: Path, listed: Mapping[str, Mapping[str, object]]) -> list[str]:
    faults = []
    for name, facts in listed.items():
        path = folder / name
        if not path.is_file():
            faults.append(f"{name} is missing")
        elif sha256_of(path) != facts["sha256"]:
            faults.append(f"{name} was changed")
    there = {path.name for path in folder.iterdir() if not path.name.startswith(".")}
    return faults + [f"{name} was added" for name in sorted(there - {*listed, MANIFEST})]


def _sealed(settings: Settings) -> dict[str, str]:
    """Packs that were sealed and are not removed, with the digest of their manifest."""
    records, _ = evidence_chain(settings).check()
    gone = {record["pack_id"] for record in records if record.get("kind") == "removed"}
    return {
        str(record["pack_id"]): str(record["manifest_sha256"])
        for record in records
        if record.get("kind") == "pack" and record["pack_id"] not in gone
    }


def _sealed_pack(settings: Settings, name: str, sealed: Mapping[str, str]) -> Checked:
    folder = settings.evidence / name
    if not folder.is_dir():
        return Checked(f"evidence pack {name}", 0, ("the pack is missing",))
    return _checked_pack(name, _content(folder), sealed[name])


def _checked_pack(name: str, files: Mapping[str, bytes], on_record: str | None) -> Checked:
    rows, faults, digest = pack_faults(files)
    note = "as sealed" if on_record else f"no chain at hand; its manifest has the digest {digest}"
    if on_record and on_record != digest:
        faults.append(f"{MANIFEST} is not the one that was sealed")
    return Checked(f"evidence pack {name}", rows, tuple(faults), note)


def _content(path: Path) -> dict[str, bytes]:
    """The files of a pack; none where an archive cannot be read."""
    if path.is_dir():
        return {file.name: file.read_bytes() for file in path.iterdir() if file.is_file()}
    try:
        with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
            return {Path(name).name: archive.read(name) for name in archive.namelist()}
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError):
        return {}
