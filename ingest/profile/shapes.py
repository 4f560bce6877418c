"""Shapes of texts, and invented values of the same shape; no text of a sample is ever kept."""

from __future__ import annotations

import json
import re
from itertools import groupby

from ingest.contracts import Column


def shape_of(text: str) -> str:
    """A text with digits as 9, letters as a or A, other letters as 字; the rest as it is."""
    return "".join(map(_class_of, text))


def _class_of(character: str) -> str:
    if character in "0123456789":
        return "9"
    if character.isascii() and character.isalpha():
        return "A" if character.isupper() else "a"
    return "字" if character.isalpha() else character


def pattern_of(shapes: tuple[str, ...]) -> str | None:
    """A regular expression of values that all have one shape of digits and ASCII letters."""
    if len(shapes) != 1 or not re.fullmatch(r"[9aA._-]+", shapes[0]) or "9" not in shapes[0]:
        return None
    names = {"9": "[0-9]", "a": "[a-z]", "A": "[A-Z]"}
    parts = []
    for kind, run in groupby(shapes[0]):
        length = len(list(run))
        parts.append(names.get(kind, re.escape(kind)) + (f"{{{length}}}" if length > 1 else ""))
    return "".join(parts)


def invented(column: Column, shapes: tuple[str, ...]) -> str:
    """A Python expression over `number` that gives the text of a cell of row `number`, invented."""
    if column.identifier:
        return _IDENTIFIERS[column.identifier]
    if column.enum:
        listed = ", ".join(map(as_literal, column.enum))
        return f"[{listed}][number % {len(column.enum)}]"
    if column.logical_type in {"date", "timestamp"}:
        form = as_literal(_date_format(column, shapes))
        return f"(START + timedelta(hours=number)).strftime({form})"
    if column.parse == "yuan":
        return 'f"{number + 1}.50"'
    if column.parse == "percent":
        return 'f"{number % 90 + 1}%"'
    if column.logical_type == "integer":
        return "str(number + 1)"
    if column.logical_type == "boolean":
        return '"true" if number % 2 else "false"'
    return _of_shape(shapes[0]) if shapes and not column.scrub else 'f"text {number}"'


def as_literal(text: str) -> str:
    """The text as a literal of Python, as a formatter would write it."""
    return json.dumps(text, ensure_ascii=False)


def _date_format(column: Column, shapes: tuple[str, ...]) -> str:
    if column.date_formats:
        return column.date_formats[0]
    shape = shapes[0] if shapes else ""
    slash = "/" if "/" in shape else "-"
    day = f"%Y{slash}%m{slash}%d"
    if column.logical_type == "date":
        return day
    middle = "T" if "A99:" in shape else " "
    return f"{day}{middle}%H:%M" + (":%S" if shape.count(":") > 1 else "")


def _of_shape(shape: str) -> str:
    """Letters stay the same from row to row, the longest run of digits counts up."""
    runs = [(kind, len(list(run))) for kind, run in groupby(shape)]
    digits = [n for n, (kind, _) in enumerate(runs) if kind == "9"]
    counting = max(digits, key=lambda n: runs[n][1], default=None)
    letters = {"a": "x", "A": "X", "字": "例"}
    parts = []
    for n, (kind, length) in enumerate(runs):
        if n == counting:
            parts.append(f"{{number:0{length}d}}")
        elif kind == "9":
            parts.append("1" * length)
        else:
            text = letters.get(kind, kind) * length
            parts.append(text.replace("{", "{{").replace("}", "}}"))
    text = "".join(parts)
    if counting is None:
        text += "{number}"
    return "f" + as_literal(text)


_IDENTIFIERS = {
    "name": 'f"例人{number}"',
    "counterparty": 'f"例店{number}"',
    "company": 'f"例公司{number}"',
    "phone": 'f"138{number:08d}"',
    "id_number": "id_number(number)",
    "email": 'f"person{number}@example.com"',
    "card": 'f"62220000{number:08d}"',
    "account": 'f"account{number}"',
    "address": 'f"例路{number}号"',
    "device": 'f"device{number}"',
    "ip": 'f"192.0.2.{number % 250}"',
}
