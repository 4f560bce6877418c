"""Trying one file: told by its content, landed, recognised and screened in a scratch home."""

from __future__ import annotations

import hashlib
import shutil
import time
import traceback
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from ingest.batch import BatchReport, lake_path, rejected_path, report_path
from ingest.conformance.nearest import looks_like, nearest_feeds, true_refusal
from ingest.conformance.results import (
    Declared,
    FileResult,
    Outcome,
    Quarantined,
    Refusal,
    scrubbed_path,
)
from ingest.contracts import Column, Contract
from ingest.files import sync
from ingest.landing import Delivered, land
from ingest.passwords import read_sidecar
from ingest.reasons import DeliveryRefused, RefusalReason
from ingest.recognise import recognise
from ingest.screen import screen
from tallywatch.clock import utc_now
from tallywatch.settings import REPOSITORY, Settings

GRANT_PATTERN = "A{:07d}"
SUBJECT = "S0000000"
EVER, NEVER = datetime(1900, 1, 1), datetime(2199, 1, 1)
STAND_INS = {"partner_id": "P0000"}


class Trial:
    """A scratch home in which consent is given for everything."""

    def __init__(self, settings: Settings, contracts: Mapping[str, Contract]) -> None:
        self._settings = settings
        known = (password for feed in settings.feed_passwords.values() for password in feed)
        self._passwords = tuple(dict.fromkeys(known))
        self._contracts = {feed: _without_own_grants(c) for feed, c in contracts.items()}
        scopes = sorted({c.consent_scope for c in contracts.values() if c.consent_scope})
        self._grants = {scope: GRANT_PATTERN.format(n) for n, scope in enumerate(scopes)}
        self._write_grants()

    def run(self, path: Path, relative: str) -> FileResult:
        """What becomes of the file; an unexpected error is a result as well."""
        started = time.perf_counter()
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        result = FileResult(scrubbed_path(relative), digest, path.stat().st_size, Outcome.CRASH)
        try:
            result = self._tried(path, relative, result)
        except DeliveryRefused as refusal:
            result = replace(result, outcome=Outcome.REFUSED, refusal=_refusal(refusal))
        except Exception as error:
            result = replace(result, exception=type(error).__name__, where=_where(error))
        return replace(result, seconds=round(time.perf_counter() - started, 3))

    def _tried(self, path: Path, relative: str, result: FileResult) -> FileResult:
        passwords = (*read_sidecar(path), *self._passwords)
        with path.open("rb") as stream:
            ranked = recognise(stream, self._contracts.values(), passwords)
        if not ranked:
            if refusal := true_refusal(path, self._contracts.values(), passwords):
                raise refusal
            return replace(
                result,
                outcome=Outcome.NOT_RECOGNISED,
                looks_like=looks_like(path, self._contracts.values(), passwords),
                nearest=nearest_feeds(path, self._contracts.values(), passwords),
            )
        feed, layout, score = ranked[0]
        result = replace(result, feed=feed, layout=layout, score=round(score, 3))
        return _reported(result, self._screened(self._contracts[feed], path, relative))

    def _screened(self, contract: Contract, path: Path, relative: str) -> BatchReport:
        attributes = self._attributes(contract, relative)
        landed = land(self._settings, Delivered(contract.feed, path, attributes, utc_now()))
        names = (self._settings, contract.feed, landed.delivery_id)
        try:
            return screen(self._settings, contract, landed)
        finally:
            shutil.rmtree(landed.folder, ignore_errors=True)
            for made in (lake_path(*names), rejected_path(*names), report_path(*names)):
                made.unlink(missing_ok=True)

    def _attributes(self, contract: Contract, relative: str) -> tuple[tuple[str, str], ...]:
        folders = dict(part.split("=", 1) for part in relative.split("/")[:-1] if "=" in part)
        given = STAND_INS | folders
        if contract.consent_scope:
            given["authorisation_id"] = self._grants[contract.consent_scope]
        return tuple(
            sorted((c.name, given.get(c.name) or _stand_in(c)) for c in contract.delivery_columns)
        )

    def _write_grants(self) -> None:
        rows = [
            {
                "authorisation_id": grant,
                "subject_key": SUBJECT,
                "scope_code": scope,
                "granted_at": EVER,
                "expires_at": NEVER,
                "revoked_at": None,
                "recorded_at": EVER,
                "_received_at": EVER,
                "_delivery_id": "d0",
                "_line_number": 1,
            }
            for scope, grant in self._grants.items()
        ]
        instants = ("granted_at", "expires_at", "revoked_at", "recorded_at", "_received_at")
        table = pa.Table.from_pylist(rows) if rows else pa.table({})
        for name in instants if rows else ():
            position = table.schema.get_field_index(name)
            table = table.set_column(position, name, table[name].cast(pa.timestamp("us")))
        target = lake_path(self._settings, "authorisations", "scratch")
        target.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(table, target)
        sync(target)


def _without_own_grants(contract: Contract) -> Contract:
    """Where rows name their grant themselves no scratch grant can match: they need none here."""
    if not contract.consent_scope or any(
        column.name == "authorisation_id" for column in contract.delivery_columns
    ):
        return contract
    columns = tuple(replace(column, holder=None) for column in contract.columns)
    return replace(contract, consent_scope=None, columns=columns)


def _stand_in(column: Column) -> str:
    return column.enum[0] if column.enum else "0"


def _reported(result: FileResult, report: BatchReport) -> FileResult:
    is_whole = report.accepted_records + report.rejected_records == report.physical_records
    outcome = Outcome.TAKEN_IN if is_whole else Outcome.LOST_ROWS
    if report.is_refused:
        is_ours = report.reason_code == RefusalReason.RECORDS_LOST
        outcome = Outcome.LOST_ROWS if is_ours else Outcome.REFUSED
    return replace(
        result,
        outcome=outcome,
        layout=report.layout or result.layout,
        encoding=report.encoding,
        rows=report.physical_records,
        accepted=report.accepted_records,
        quarantined=report.rejected_records,
        quarantined_by=tuple(
            Quarantined(column or None, reason, faults)
            for (column, reason), faults in sorted(report.reasons.items())
        ),
        declared=tuple(Declared(w, d, c, d == c) for w, d, c in report.declared),
        unknown_headers=report.unknown_headers,
        refusal=Refusal(
            report.reason_code or "",
            report.found or "",
            report.expected or "",
            report.remedy or "",
        )
        if report.is_refused
        else None,
    )


def _refusal(refusal: DeliveryRefused) -> Refusal:
    return Refusal(refusal.reason_code, refusal.found, refusal.expected, refusal.remedy)


def _where(error: Exception) -> str | None:
    """The innermost place in our own code, as file:line."""
    ours = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).is_relative_to(REPOSITORY / "ingest")
    ]
    if not ours:
        return None
    return f"{Path(ours[-1].filename).relative_to(REPOSITORY)}:{ours[-1].lineno}"
