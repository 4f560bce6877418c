"""Tallies of the parts of a delivery, such as sheets or members of an archive, put together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ingest.formats.reading import Tally

COUNTS = ("lines", "physical_records", "blank_lines", "preamble_lines", "footer_lines")


def sum_of(tallies: Sequence[Tally]) -> Tally:
    """One tally of several parts, in their order: counts are added, the first of the rest wins.

    The parts declare a number of records together only where each of them declares its own.
    """
    first = tallies[0]
    declared = [t.declared_records for t in tallies if t.declared_records is not None]
    headers = (header for tally in tallies for header in tally.unknown_headers)
    return replace(
        first,
        **{name: sum(getattr(tally, name) for tally in tallies) for name in COUNTS},
        declared_records=sum(declared) if len(declared) == len(tallies) else None,
        declared_figures=tuple(figure for tally in tallies for figure in tally.declared_figures),
        unknown_headers=tuple(dict.fromkeys(headers)),
    )
