"""How the files of a feed are laid out: dialects, and layouts that differ by their headers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from ingest.contract_columns import Rewrites, rewrites_of

Header = tuple[str, ...]
"""The texts that may head one column of a file; the first of them that the file has counts."""

FORM_KEYS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "header": frozenset(),
        "join": frozenset({"separator"}),
        "first": frozenset(),
        "credit": frozenset({"debit"}),
        "debit": frozenset({"credit"}),
        "value": frozenset({"sign", "negative", "positive"}),
        "constant": frozenset(),
        "preamble": frozenset(),
    }
)
"""The key that tells the form of a mapping, and the keys that belong to this form only."""
COMMON_KEYS = frozenset({"default", "rewrite", "year", "optional"})


class Drift(StrEnum):
    """What happens when a file has a column that the contract does not know."""

    FREEZE = "freeze"
    DISCARD_ROW = "discard_row"
    EVOLVE = "evolve"


class Form(StrEnum):
    """How the text of a canonical column is made from the cells of a record."""

    JOIN = "join"
    """The cells that are filled, with a separator between them; one cell is the usual case."""
    FIRST = "first"
    """The first cell that is filled."""
    CREDIT_DEBIT = "credit_debit"
    """The credit cell, or the negated debit cell; empty and zero count as absent."""
    SIGNED = "signed"
    """A value cell, negated where a second cell holds one of the negative texts. Where positive
    texts are listed too, a sign that is neither makes the value unreadable."""
    CONSTANT = "constant"
    """The same text in every record."""
    PREAMBLE = "preamble"
    """What a pattern finds outside the records."""


@dataclass(frozen=True)
class FixedWidth:
    """Records of fields that are so many bytes wide in an encoding.

    `head` and `tail` find the lines before and after the records. A file that names its fields
    itself (OFDCFDAT) takes only their widths from here.
    """

    fields: tuple[tuple[str, int], ...]
    encoding: str = "gb18030"
    head: str | None = None
    tail: str | None = None


@dataclass(frozen=True)
class Dialect:
    """How a file is written.

    `other_delimiters` are tried after `delimiter`; a reader of records sees the one that fits.
    `record_path` leads to the records of JSON (dotted) or XML (slashes). `encoding` is tried first.
    `short_rows`: cells that are missing at the end of a line are empty. `names` are the columns of
    a file that has no header line, and `head` finds the lines before its records. Members of an
    archive whose name `ignore_members` finds are not read.
    """

    delimiter: str = ","
    quoting: str = "minimal"
    padded: bool = False
    footer: str | None = None
    declared_records: str | None = None
    other_delimiters: tuple[str, ...] = ()
    record_path: str | None = None
    fixed_width: FixedWidth | None = None
    encoding: str | None = None
    short_rows: bool = False
    names: tuple[str, ...] = ()
    head: str | None = None
    ignore_members: str | None = None


@dataclass(frozen=True)
class CellSource:
    """Where the text of one canonical column comes from in a layout.

    `headers` are the cells that the form takes, in its order: credit before debit (either may be
    an empty tuple), value before sign. `text` is the constant, or the pattern of a preamble.
    `year` finds the year for dates that have none.
    """

    form: Form
    headers: tuple[Header, ...] = ()
    separator: str = ""
    negative: tuple[str, ...] = ()
    positive: tuple[str, ...] = ()
    text: str | None = None
    default: str | None = None
    rewrite: Rewrites = ()
    year: str | None = None
    is_optional: bool = False


@dataclass(frozen=True)
class FileLayout:
    """One way in which the files of a feed are laid out; `sources` by canonical column.

    `ignored` are headers of the file that are known and not taken.
    """

    name: str
    formats: tuple[str, ...]
    dialect: Dialect
    drift: Drift
    sources: Mapping[str, CellSource]
    ignored: Header = ()
    null_texts: tuple[str, ...] = ()
    signature: tuple[str, ...] = ()


def dialect_of(entry: Mapping[str, Any]) -> Dialect:
    """The dialect of a sound entry."""
    delimiter = entry.get("delimiter", ",")
    first, *others = delimiter if isinstance(delimiter, list) else [delimiter]
    return Dialect(
        delimiter=first,
        quoting=entry.get("quoting", "minimal"),
        padded=entry.get("padded", False),
        footer=entry.get("footer"),
        declared_records=entry.get("declaredRecords"),
        other_delimiters=tuple(others),
        record_path=entry.get("recordPath"),
        fixed_width=_fixed_width(entry["fixedWidth"]) if "fixedWidth" in entry else None,
        encoding=entry.get("encoding"),
        short_rows=entry.get("shortRows", False),
        names=tuple(entry.get("names", ())),
        head=entry.get("head"),
        ignore_members=entry.get("ignoreMembers"),
    )


def _fixed_width(entry: Mapping[str, Any]) -> FixedWidth:
    return FixedWidth(
        fields=tuple((name, width) for name, width in entry["fields"]),
        encoding=entry.get("encoding", "gb18030"),
        head=entry.get("head"),
        tail=entry.get("tail"),
    )


def layouts_of(extras: Mapping[str, Any]) -> tuple[FileLayout, ...]:
    """The layouts of a feed; what a layout does not say it has from the feed."""
    return tuple(_layout(entry, extras) for entry in extras.get("layouts", ()))


def _layout(entry: dict[str, Any], extras: Mapping[str, Any]) -> FileLayout:
    return FileLayout(
        name=entry["name"],
        formats=tuple(entry.get("formats", extras["formats"])),
        dialect=dialect_of({**extras.get("dialect", {}), **entry.get("dialect", {})}),
        drift=Drift(entry.get("drift", extras["drift"])),
        sources=MappingProxyType(
            {name: cell_source_of(mapping) for name, mapping in entry["columns"].items()}
        ),
        ignored=tuple(str(header) for header in entry.get("ignore", ())),
        null_texts=tuple(entry.get("nullTexts", extras.get("nullTexts", ()))),
        signature=tuple(entry.get("signature", ())),
    )


def cell_source_of(mapping: Any) -> CellSource:
    """The source of one canonical column; a text or a list is short for a header."""
    if not isinstance(mapping, dict):
        mapping = {"header": mapping}
    form, headers, text = _form(mapping)
    default = mapping.get("default")
    return CellSource(
        form=form,
        headers=headers,
        separator=str(mapping.get("separator", "")),
        negative=tuple(mapping.get("negative", ())),
        positive=tuple(mapping.get("positive", ())),
        text=text,
        default=None if default is None else str(default),
        rewrite=rewrites_of(mapping.get("rewrite")),
        year=mapping.get("year"),
        is_optional=mapping.get("optional", False),
    )


def _form(mapping: dict[str, Any]) -> tuple[Form, tuple[Header, ...], str | None]:
    if "header" in mapping:
        return Form.JOIN, (_header(mapping["header"]),), None
    for form in (Form.JOIN, Form.FIRST):
        if form in mapping:
            return form, tuple(_header(part) for part in mapping[form]), None
    if "credit" in mapping or "debit" in mapping:
        sides = (mapping.get("credit", ()), mapping.get("debit", ()))
        return Form.CREDIT_DEBIT, tuple(_header(side) for side in sides), None
    if "value" in mapping:
        return Form.SIGNED, (_header(mapping["value"]), _header(mapping["sign"])), None
    form = Form.CONSTANT if "constant" in mapping else Form.PREAMBLE
    return form, (), str(mapping[form])


def _header(texts: Any) -> Header:
    return tuple(str(text) for text in ([texts] if isinstance(texts, str) else texts))
