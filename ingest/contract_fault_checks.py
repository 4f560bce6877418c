"""Checks that every part of a contract needs."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Any

# Looking around, conditions, atomic groups, references back, possessive repeats.
NOT_IN_RE2 = re.compile(r"\(\?(?:[=!>(]|<[=!]|P=)|\\[1-9]|[*+?}]\+")


def mapping_faults(value: Any, known: Collection[str], where: str) -> Iterator[str]:
    """Faults of a value that must be a mapping of known keys."""
    if not isinstance(value, dict):
        yield f"{where}: must be a mapping"
        return
    for key in sorted(set(map(str, value)) - set(known)):
        yield f"{where}.{key}: unknown (known: {', '.join(sorted(known))})"


def text_list_faults(value: Any, where: str) -> Iterator[str]:
    """Faults of a value that must be a list of texts."""
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        yield f"{where}: must be a list of texts"


def pattern_faults(pattern: Any, where: str, *, has_group: bool = False) -> Iterator[str]:
    """Faults of a regular expression; with `has_group`, of one that must capture something."""
    if pattern is None:
        return
    if not isinstance(pattern, str):
        yield f"{where}: must be a text, quoted"
        return
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        yield f"{where}: {pattern!r} is no regular expression: {error}"
        return
    if has_group and not compiled.groups:
        yield f"{where}: {pattern!r} needs a group that captures the value"


def rewrite_faults(pairs: Any, where: str) -> Iterator[str]:
    """Faults of a list of (RE2 pattern, replacement) pairs."""
    if pairs is None:
        return
    is_list = isinstance(pairs, list) and all(
        isinstance(pair, list) and len(pair) == 2 and all(isinstance(t, str) for t in pair)
        for pair in pairs
    )
    if not is_list:
        yield f"{where}: must be a list of pairs of texts (pattern, replacement)"
        return
    for pattern, replacement in pairs:
        if why := _why_no_rewrite(pattern, replacement):
            yield f"{where}: {pattern!r} with {replacement!r} is no RE2 rewrite: {why}"


def _why_no_rewrite(pattern: str, replacement: str) -> str | None:
    """What RE2 would refuse, told without it: Arrow is too heavy to import with every contract."""
    try:
        groups = re.compile(pattern).groups
    except re.error as error:
        return str(error)
    bare = re.sub(r"\[[^]]*\]", "x", re.sub(r"\\[^1-9]", "x", pattern))
    if found := NOT_IN_RE2.search(bare):
        return f"{found.group()} is not in RE2"
    if any(int(number) > groups for number in re.findall(r"\\([0-9])", replacement)):
        return f"the pattern has {groups} groups"
    if re.search(r"\\[^0-9\\]", replacement.replace(r"\\", "")):
        return "a backslash stands only before a group's number"
    return None


def flag_faults(entry: dict[str, Any], names: Collection[str], where: str) -> Iterator[str]:
    """Faults of values that must be true or false."""
    for name in names:
        if type(entry.get(name, False)) is not bool:
            yield f"{where}.{name}: must be true or false"


def allowed_faults(name: str, key: str, value: object, allowed: Collection[str]) -> Iterator[str]:
    """Faults of a value that must be one of a few."""
    if value is not None and (not isinstance(value, str) or value not in allowed):
        yield f"{name}.{key}: {value!r}, must be one of {sorted(allowed)}"
