"""Extracts for operations: named, filtered, masked unless revealed, each on record."""

from __future__ import annotations

from publish.extracts.catalogue import Definition, catalogue, definition
from publish.extracts.filters import Filters
from publish.extracts.pull import Extract, Request, latest_extract, write_extract

__all__ = [
    "Definition",
    "Extract",
    "Filters",
    "Request",
    "catalogue",
    "definition",
    "latest_extract",
    "write_extract",
]
