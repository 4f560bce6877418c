"""Text that stands before and after the records of a text file."""

from __future__ import annotations

import io
import re

from ingest.formats.cells import PADDING
from ingest.formats.encoding import Survey
from ingest.formats.reading import OUTSIDE_BYTES
from ingest.formats.source import Source


def tail_text(source: Source, found: Survey, pattern: str | None, skipped_lines: int) -> str:
    """Text from the first line of the file's end that `pattern` finds; none without a pattern.

    Args:
        source: is moved.
        found: of the file.
        pattern: of the line that ends the records.
        skipped_lines: lines at the start of the file that are not looked at.
    """
    if pattern is None:
        return ""
    size = source.seek(0, io.SEEK_END)
    # Wide characters begin at multiples of their width.
    begin = max(found.offset, size - OUTSIDE_BYTES - (size - OUTSIDE_BYTES - found.offset) % 4)
    source.seek(begin)
    text = source.read().decode(found.encoding, "replace").replace("\r\n", "\n")
    lines = text.split("\n")
    lines = lines[skipped_lines:] if begin == found.offset else lines[1:]
    is_end = re.compile(pattern)
    first = next((i for i, line in enumerate(lines) if is_end.search(line)), None)
    return "" if first is None else "\n".join(lines[first:])


def declared_count(text: str, pattern: str | None) -> int | None:
    """The number of records that the text declares; written with commas or as 45.0 at times."""
    if pattern is None:
        return None
    for line in (text, *text.split("\n")):
        if match := re.search(pattern, line.rstrip("," + PADDING)):
            return int(float(match.group(1).replace(",", "")))
    return None
