"""Words that a contract may use beyond the standard's own."""

from __future__ import annotations

import re

from ingest.identifiers import KINDS

FORMATS = frozenset(
    {
        "delimited",
        "html",
        "json_lines",
        "json",
        "parquet",
        "xlsx",
        "xls",
        "xml",
        "fixed_width",
        "mt940",
        "camt",
        "ofx",
        "credit_report",
        "statement_pdf",
        "text_message",
    }
)
DRIFTS = frozenset({"freeze", "discard_row", "evolve"})
LOGICAL_TYPES = frozenset({"string", "integer", "boolean", "date", "timestamp"})
IDENTIFIERS = frozenset(KINDS)
CLASSIFICATIONS = frozenset({"public", "internal", "confidential", "personal"})
PARSERS = {"yuan": "_fen", "minor": "_fen", "percent": "_ppm"}
"""How a column is parsed, and the suffix that its name then has."""
DECLARED_MISMATCHES = frozenset({"note", "refuse"})
RETENTION_UNITS = {"y": "years", "m": "months", "d": "days"}

CONTRACT_EXTRAS = frozenset(
    {
        "formats",
        "dialect",
        "drift",
        "businessDate",
        "consentScope",
        "nullTexts",
        "rejectThresholdPpm",
        "layouts",
        "takenAt",
        "declaredTotals",
        "declaredMismatch",
        "signature",
        "retentionOf",
    }
)
COLUMN_EXTRAS = frozenset(
    {
        "headers",
        "optionalHeader",
        "source",
        "identifier",
        "holder",
        "scrub",
        "parse",
        "codes",
        "notAfter",
        "rewrite",
        "preamble",
        "dateFormats",
        "transient",
        "derive",
        "fold",
    }
)
DIALECT_KEYS = frozenset(
    {
        "delimiter",
        "quoting",
        "padded",
        "footer",
        "declaredRecords",
        "recordPath",
        "fixedWidth",
        "encoding",
        "shortRows",
        "names",
        "head",
        "ignoreMembers",
    }
)
FIXED_WIDTH_KEYS = frozenset({"encoding", "fields", "head", "tail"})
LAYOUT_KEYS = frozenset(
    {"name", "formats", "dialect", "drift", "ignore", "nullTexts", "columns", "signature"}
)
TOTAL_KEYS = frozenset({"pattern", "column", "where", "negated"})
RETAINED_THINGS = frozenset({"raw_bytes_days", "from", "rows"})
ROWS_KEPT = frozenset({"delete", "superseded", "anonymise"})
"""What retention does with rows that are over: delete them, delete those that a later version
replaced, or clear the identifiers in them (erasure as well)."""
OPTION_KEYS = frozenset({"pattern", "minimum", "maximum"})
SLA_NAMES = frozenset({"frequency", "freshness", "retention"})
NAME = re.compile(r"[a-z][a-z0-9_]*")
