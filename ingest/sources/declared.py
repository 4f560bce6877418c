"""The sources of a feed, as `servers` of its contract (ODCS v3) declare them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

KINDS = {"local": "path", "sftp": "location", "s3": "location"}
"""Server types that are swept, each with the key that holds its path pattern."""

NAME = re.compile(r"[a-z][a-z0-9_]*")
EVERYTHING = "**/*"
_WILD = re.compile(r"[*?]")
_SCHEME = re.compile(r"^[a-z0-9]+://")


@dataclass(frozen=True)
class RemoteSource:
    """Where deliveries of a feed lie.

    `name` is the id of the connection. `root` is the folder (or bucket and prefix) that is listed;
    `pattern` says which files below it are taken: `*` and `?` within a name, `**/` for any folders.
    `attributes` go with every delivery from here, beside those in folder names.
    """

    name: str
    kind: str
    root: str
    pattern: str
    attributes: tuple[tuple[str, str], ...] = ()

    def takes(self, relative: str) -> bool:
        """Whether the file at this path below the root is meant."""
        return re.fullmatch(_regex(self.pattern), relative) is not None

    @property
    def depth(self) -> int | None:
        """How many levels below the root can hold a match; None when any may."""
        return None if "**" in self.pattern else self.pattern.count("/") + 1


def declared_sources(document: Mapping[str, Any]) -> tuple[RemoteSource, ...]:
    """The sources in a contract without faults."""
    return tuple(_source(entry) for entry in document.get("servers") or ())


def source_faults(document: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with `servers`, for the faults of a contract."""
    seen: set[tuple[str, str]] = set()
    for position, entry in enumerate(document.get("servers") or ()):
        place = f"servers[{position}]"
        kind = entry.get("type")
        if not NAME.fullmatch(str(entry.get("server"))):
            yield f"{place}.server: the id of a connection, lower case letters, digits and _"
        if kind not in KINDS:
            yield f"{place}.type: {kind!r}, must be one of {sorted(KINDS)}"
            continue
        key = KINDS[kind]
        located = str(entry.get(key) or "")
        if not located:
            yield f"{place}.{key}: is missing (the path pattern of the files)"
        elif kind == "s3" and not re.match(r"s3://[^/*?]+/", located):
            yield f"{place}.location: must begin with s3://BUCKET/"
        extras = {p.get("property"): p.get("value") for p in entry.get("customProperties") or ()}
        for extra in sorted(set(extras) - {"attributes"}):
            yield f"{place}.{extra}: unknown (known: attributes)"
        if not isinstance(extras.get("attributes", {}), dict):
            yield f"{place}.attributes: must map names to values"
        if (str(entry.get("server")), located) in seen:
            yield f"{place}: is declared twice"
        seen.add((str(entry.get("server")), located))


def _source(entry: Mapping[str, Any]) -> RemoteSource:
    kind = entry["type"]
    root, pattern = _split(_SCHEME.sub("", entry[KINDS[kind]]))
    extras = {p["property"]: p["value"] for p in entry.get("customProperties") or ()}
    attributes = extras.get("attributes", {})
    return RemoteSource(
        name=entry["server"],
        kind=kind,
        root=root,
        pattern=pattern,
        attributes=tuple(sorted((str(k), str(v)) for k, v in attributes.items())),
    )


def _split(located: str) -> tuple[str, str]:
    """Root and pattern; without a wildcard everything below the path is meant."""
    parts = located.split("/")
    fixed = next((n for n, part in enumerate(parts) if _WILD.search(part)), len(parts))
    root = "/".join(parts[:fixed]).rstrip("/")
    absolute_root = root or ("/" if located.startswith("/") else ".")
    return absolute_root, "/".join(parts[fixed:]) or EVERYTHING


def _regex(pattern: str) -> str:
    pieces = re.split(r"(\*\*/|\*\*|\*|\?)", pattern)
    meaning = {"**/": "(?:[^/]+/)*", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return "".join(meaning.get(piece, re.escape(piece)) for piece in pieces)
