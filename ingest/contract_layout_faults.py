"""What can be wrong with the formats, dialects and layouts of a contract."""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Mapping
from typing import Any

from ingest.contract_columns import extras_of
from ingest.contract_fault_checks import (
    allowed_faults,
    flag_faults,
    mapping_faults,
    pattern_faults,
    rewrite_faults,
    text_list_faults,
)
from ingest.contract_layouts import COMMON_KEYS, FORM_KEYS
from ingest.contract_vocabulary import (
    DIALECT_KEYS,
    DRIFTS,
    FIXED_WIDTH_KEYS,
    FORMATS,
    LAYOUT_KEYS,
    NAME,
)

HERE = "customProperties.layouts"
LISTS = ("join", "first")


def format_faults(formats: Any, where: str) -> Iterator[str]:
    """Faults of a list of formats."""
    if not isinstance(formats, list) or not formats or set(map(str, formats)) - FORMATS:
        yield f"{where}: {formats!r}, must name some of {sorted(FORMATS)}"


def dialect_faults(dialect: Any, where: str) -> Iterator[str]:
    """Faults of a dialect."""
    yield from mapping_faults(dialect, DIALECT_KEYS, where)
    if not isinstance(dialect, dict):
        return
    for key in ("footer", "head", "ignoreMembers"):
        yield from pattern_faults(dialect.get(key), f"{where}.{key}")
    yield from pattern_faults(
        dialect.get("declaredRecords"), f"{where}.declaredRecords", has_group=True
    )
    if dialect.get("quoting", "minimal") not in {"minimal", "none"}:
        yield f"{where}.quoting: must be minimal or none"
    yield from flag_faults(dialect, ("padded", "shortRows"), where)
    yield from text_list_faults(dialect.get("names", []), f"{where}.names")
    delimiters = dialect.get("delimiter", ",")
    delimiters = delimiters if isinstance(delimiters, list) else [delimiters]
    if not delimiters or not all(isinstance(d, str) and len(d) == 1 for d in delimiters):
        yield f"{where}.delimiter: must be one character, or a list of such"
    if not isinstance(dialect.get("recordPath", ""), str):
        yield f"{where}.recordPath: must be a text"
    yield from _encoding_faults(dialect.get("encoding", "utf-8"), f"{where}.encoding")
    if "fixedWidth" in dialect:
        yield from _fixed_width_faults(dialect["fixedWidth"], f"{where}.fixedWidth")


def _encoding_faults(encoding: Any, where: str) -> Iterator[str]:
    try:
        codecs.lookup(encoding)
    except (LookupError, TypeError):
        yield f"{where}: {encoding!r} is no encoding"


def _fixed_width_faults(entry: Any, where: str) -> Iterator[str]:
    yield from mapping_faults(entry, FIXED_WIDTH_KEYS, where)
    if not isinstance(entry, dict):
        return
    fields = entry.get("fields")
    if not isinstance(fields, list) or not fields or not all(map(_is_field, fields)):
        yield f"{where}.fields: must be a list of [name, bytes]"
    for key in ("head", "tail"):
        yield from pattern_faults(entry.get(key), f"{where}.{key}")
    yield from _encoding_faults(entry.get("encoding", "gb18030"), f"{where}.encoding")


def _is_field(field: Any) -> bool:
    return (
        isinstance(field, list)
        and len(field) == 2
        and isinstance(field[0], str)
        and type(field[1]) is int
        and field[1] > 0
    )


def layouts_faults(extras: Mapping[str, Any], columns: list[dict[str, Any]]) -> Iterator[str]:
    """Faults of the layouts of a feed with these extras and column entries."""
    layouts = extras["layouts"]
    if not isinstance(layouts, list) or not layouts:
        yield f"{HERE}: must be a list of layouts"
        return
    by_name = {str(c.get("name")): c for c in columns}
    names: set[str] = set()
    for position, layout in enumerate(layouts):
        where = f"{HERE}[{position}]"
        yield from mapping_faults(layout, LAYOUT_KEYS, where)
        if not isinstance(layout, dict):
            continue
        name = str(layout.get("name"))
        if not NAME.fullmatch(name):
            yield f"{where}.name: {name!r}, must be lower case letters, digits and underscores"
        if name in names:
            yield f"{where}.name: {name!r} is the name of an earlier layout"
        names.add(name)
        yield from _layout_faults(layout, f"{HERE}.{name}")
        yield from _mappings_faults(layout.get("columns"), by_name, f"{HERE}.{name}")


def _layout_faults(layout: dict[str, Any], where: str) -> Iterator[str]:
    if "formats" in layout:
        yield from format_faults(layout["formats"], f"{where}.formats")
    if "dialect" in layout:
        yield from dialect_faults(layout["dialect"], f"{where}.dialect")
    yield from allowed_faults(where, "drift", layout.get("drift"), DRIFTS)
    for key in ("ignore", "nullTexts", "signature"):
        yield from text_list_faults(layout.get(key, []), f"{where}.{key}")
    signature = layout.get("signature", [])
    for pattern in signature if isinstance(signature, list) else ():
        yield from pattern_faults(pattern, f"{where}.signature")


def _mappings_faults(
    mappings: Any, columns: Mapping[str, dict[str, Any]], where: str
) -> Iterator[str]:
    if not isinstance(mappings, dict) or not mappings:
        yield f"{where}.columns: must map columns of the feed"
        return
    for name, mapping in mappings.items():
        place = f"{where}.columns.{name}"
        if name not in columns:
            yield f"{place}: is no column of the feed"
        elif extras_of(columns[name]).get("source") == "delivery":
            yield f"{place}: comes with the delivery"
        yield from _mapping_faults(mapping, place)
    for name, column in columns.items():
        has_origin = {"derive", "preamble"} & set(extras_of(column))
        is_delivered = extras_of(column).get("source") == "delivery"
        # A translation of the empty text gives a value where there is none.
        gives_for_nothing = "" in (extras_of(column).get("codes") or {})
        if column.get("required") and not (
            has_origin or is_delivered or gives_for_nothing or name in mappings
        ):
            yield f"{where}.columns: lacks {name}, which is required"


def _mapping_faults(mapping: Any, where: str) -> Iterator[str]:
    if not isinstance(mapping, dict):
        yield from _header_faults(mapping, where)
        return
    forms = [key for key in FORM_KEYS if key in mapping]
    # credit and debit are one form and may stand together.
    if len(forms) != 1 and forms != ["credit", "debit"]:
        yield f"{where}: must have exactly one of {', '.join(FORM_KEYS)}, has {forms or 'none'}"
        return
    form = forms[0]
    yield from mapping_faults(mapping, {form} | FORM_KEYS[form] | COMMON_KEYS, where)
    yield from _common_faults(mapping, where)
    if form == "constant" and not isinstance(mapping["constant"], str):
        yield f"{where}.constant: must be a text, quoted"
    elif form == "preamble":
        yield from pattern_faults(mapping["preamble"], f"{where}.preamble", has_group=True)
    elif form in LISTS:
        yield from _parts_faults(mapping[form], f"{where}.{form}")
    elif form == "value":
        yield from _sign_faults(mapping, where)
    for key in ("header", "credit", "debit", "value"):
        if key in mapping:
            yield from _header_faults(mapping[key], f"{where}.{key}")


def _common_faults(mapping: dict[str, Any], where: str) -> Iterator[str]:
    yield from flag_faults(mapping, ("optional",), where)
    yield from rewrite_faults(mapping.get("rewrite"), f"{where}.rewrite")
    yield from pattern_faults(mapping.get("year"), f"{where}.year", has_group=True)
    for key in ("default", "separator"):
        if not isinstance(mapping.get(key, ""), str):
            yield f"{where}.{key}: must be a text, quoted"


def _parts_faults(parts: Any, where: str) -> Iterator[str]:
    if not isinstance(parts, list) or not parts:
        yield f"{where}: must be a list of headers"
        return
    for part in parts:
        yield from _header_faults(part, where)


def _sign_faults(mapping: dict[str, Any], where: str) -> Iterator[str]:
    yield from _header_faults(mapping.get("sign"), f"{where}.sign")
    if not mapping.get("negative"):
        yield f"{where}.negative: is missing (texts of the sign that mean minus)"
    for key in ("negative", "positive"):
        yield from text_list_faults(mapping.get(key, []), f"{where}.{key}")


def _header_faults(header: Any, where: str) -> Iterator[str]:
    texts = header if isinstance(header, list) else [header]
    if not texts or not all(isinstance(text, str) and text for text in texts):
        yield f"{where}: {header!r}, must be a header, or a list of alternatives for one"
