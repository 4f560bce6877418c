"""Screen: read a landed delivery once, split its records into accepted and rejected.

Chunks flow through three threads, so that memory does not grow with the file: one reads text
batches from the format module and turns identifiers to tokens, one judges by the contract's SQL in
DuckDB, one writes accepted rows to the lake and the faults of rejected ones beside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC
from pathlib import Path

from ingest.background import read_ahead
from ingest.batch import (
    BatchReport,
    lake_path,
    read_report,
    rejected_path,
    report_path,
    write_report,
)
from ingest.contracts import Contract
from ingest.declared import Figures, refuse_mismatch
from ingest.files import replacing
from ingest.formats import Reading, open_delivery
from ingest.judge import Judge
from ingest.keyring import archive_ring
from ingest.landing import Landed
from ingest.reasons import DeliveryRefused, RefusalReason
from ingest.screen_sql import screen_of
from ingest.split import Split
from tallywatch.settings import Settings

SMALL_DELIVERY_RECORDS = 20


def screen(
    settings: Settings, contract: Contract, landed: Landed, judge: Judge | None = None
) -> BatchReport:
    """Screen one delivery into the lake; a delivery that was screened before is not read again.

    The report is written last: whatever is killed before, the next call starts afresh and ends with
    the same files. `judge` is of the same contract, for what several deliveries share.
    """
    done = report_path(settings, landed.feed, landed.delivery_id)
    if done.exists():
        return read_report(done)
    accepted = lake_path(settings, landed.feed, landed.delivery_id)
    rejected = rejected_path(settings, landed.feed, landed.delivery_id)
    report = screen_into(settings, contract, landed, accepted, rejected, judge)
    write_report(settings, report)
    return report


def screen_into(
    settings: Settings,
    contract: Contract,
    landed: Landed,
    accepted_file: Path,
    rejected_file: Path,
    judge: Judge | None = None,
) -> BatchReport:
    """Screen one delivery into two files of its own; nothing is written when it is refused."""
    report = begun(contract, landed)
    try:
        with ExitStack() as stack:
            judge = judge or stack.enter_context(Judge(settings, contract))
            reading = stack.enter_context(opened(settings, contract, landed))
            accepted_temporary = stack.enter_context(replacing(accepted_file))
            rejected_temporary = stack.enter_context(replacing(rejected_file))
            own = screen_of(
                contract,
                delivery_id=landed.delivery_id,
                file_sha256=landed.file_sha256,
                received_at=landed.received_at.astimezone(UTC),
                attributes=dict(landed.attributes),
            )
            judge.renew_grants()
            figures = Figures(contract)
            with Split(contract, landed, accepted_temporary, rejected_temporary) as split:
                for given in read_ahead(map(judge.tokenise, reading.batches())):
                    typed = judge.judge(given, own)
                    figures.add(typed)
                    accepted = split.write(typed, own)
                    judge.seal(given, typed, accepted)
            return settled(contract, reading, split, figures, report)
    except DeliveryRefused as refusal:
        return refused(report, refusal)


def begun(contract: Contract, landed: Landed) -> BatchReport:
    """The report of a delivery before anything is known of its records."""
    return BatchReport(
        delivery_id=landed.delivery_id,
        feed=landed.feed,
        status_code="screened",
        file_name_token=landed.file_name_token,
        file_sha256=landed.file_sha256,
        file_bytes=landed.file_bytes,
        received_at=landed.received_at,
        landed_at=landed.landed_at,
        contract_version=contract.version,
    )


def refused(report: BatchReport, refusal: DeliveryRefused) -> BatchReport:
    """The report of a delivery of which nothing is taken."""
    return replace(
        report,
        status_code="refused",
        accepted_records=0,
        rejected_records=0,
        reason_code=str(refusal.reason_code),
        found=refusal.found,
        expected=refusal.expected,
        remedy=refusal.remedy,
    )


@contextmanager
def opened(settings: Settings, contract: Contract, landed: Landed) -> Iterator[Reading]:
    """The delivery being read.

    Raises:
        DeliveryRefused: it cannot be read as this feed's.
    """
    keys = archive_ring(settings.keys)
    with landed.open(keys) as stream:
        passwords = (*landed.passwords(keys), *settings.feed_passwords.get(landed.feed, ()))
        yield open_delivery(stream, contract, passwords=passwords)


def settled(
    contract: Contract, reading: Reading, split: Split, figures: Figures, report: BatchReport
) -> BatchReport:
    """The report of a delivery all of whose records were judged.

    Raises:
        DeliveryRefused: records were lost, too many are faulty, or a declared figure is wrong.
    """
    tally = reading.tally
    judged = split.accepted_records + split.rejected_records
    if judged != tally.physical_records:
        raise DeliveryRefused(
            RefusalReason.RECORDS_LOST,
            f"{judged} records judged",
            f"{tally.physical_records}, the records counted in the file by another way",
            "keep the file and report this as a defect of the format module",
        )
    declared = figures.against(reading)
    if contract.declared_mismatch == "refuse":
        refuse_mismatch(declared)
    faulty = split.rejected_records - split.consent_records
    limit = contract.reject_threshold_ppm
    if judged >= SMALL_DELIVERY_RECORDS and faulty * 1_000_000 > limit * judged:
        worst = ", ".join(f"{r} in {c or 'the line'}" for (c, r), _ in split.reasons.most_common(3))
        raise DeliveryRefused(
            RefusalReason.TOO_MANY_REJECTS,
            f"{faulty} of {judged} records rejected, most often: {worst}",
            f"at most {limit / 10_000:g} %",
            "ask the sender for a corrected file, or mend the contract if the layout changed",
        )
    return replace(
        report,
        encoding=tally.encoding,
        physical_records=tally.physical_records,
        accepted_records=split.accepted_records,
        rejected_records=split.rejected_records,
        declared_records=tally.declared_records,
        declared=declared,
        layout=tally.layout,
        unknown_headers=tuple(tally.unknown_headers),
        reasons=dict(split.reasons),
    )
