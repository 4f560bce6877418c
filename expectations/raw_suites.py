"""The suites at the door in: one per feed, derived from its contract, and one for the ledger.

The screen has promised all of this before. The gate looks again at what really lies in the
warehouse, whichever way it came there.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from expectations.identifiers import no_identifiers
from expectations.suites import (
    BATCH,
    Expected,
    Suite,
    between,
    literal,
    never_null,
    no_rows,
    none_where,
    one_of,
    unique,
)
from ingest.contracts import LINEAGE_COLUMNS, Column, Contract
from ingest.identifiers import KINDS
from ingest.tokens import TOKEN_HEX_DIGITS

LOCATOR = ("_delivery_id", "_line_number")


def feed_suite(contract: Contract, now: datetime) -> Suite:
    """What the contract promises of `raw.<feed>`; freshness is held against `now` (aware)."""
    required = {c.raw_name for c in contract.columns if c.required} | set(contract.key)
    if contract.consent_scope:
        required.add("subject_key")
    required -= contract.cleared_columns
    never_empty = [name for name in contract.raw_columns if name in required | set(LINEAGE_COLUMNS)]
    scrubbed = [c.raw_name for c in contract.columns if c.scrub]
    return Suite(
        name=f"raw_{contract.feed}",
        table=f"raw.{contract.feed}",
        expected=(
            *map(never_null, never_empty),
            one_of("_feed", [contract.feed]),
            *(e for column in contract.columns for e in _column(column)),
            *([no_identifiers(scrubbed, LOCATOR)] if scrubbed else []),
            _rows_equal_ledger(contract.feed),
            _fresh(contract.freshness_days, now),
        ),
        locator=LOCATOR,
    )


def _column(column: Column) -> Iterator[Expected]:
    name = column.raw_name
    if column.identifier:
        shape = f"{KINDS[column.identifier].prefix}_[0-9a-f]{{{TOKEN_HEX_DIGITS}}}"
        yield _matches(name, shape, "has the shape of a token")
    elif column.pattern:
        yield _matches(name, column.pattern, f"matches {column.pattern}")
    if column.enum:
        yield one_of(name, column.enum)
    if column.minimum is not None or column.maximum is not None:
        yield between(name, column.minimum, column.maximum)
    if column.not_after == "received_at":
        limit = "_received_at" if column.logical_type == "timestamp" else "_received_at::date + 1"
        yield none_where(
            "is not after the delivery was received", f"{name} > {limit}", LOCATOR, name
        )


def _matches(name: str, pattern: str, says: str) -> Expected:
    return none_where(says, f"not regexp_full_match({name}, {literal(pattern)})", LOCATOR, name)


def _rows_equal_ledger(feed: str) -> Expected:
    return no_rows(
        "has as many rows of each delivery as the ledger says were accepted and not erased",
        f"""
        with found as (
            select _delivery_id as delivery_id, count(*) as row_count from {BATCH} group by all
        ),
        loaded as (
            select delivery_id, accepted_records - erased_records as kept_records
            from ledger.batches
            where feed = {literal(feed)} and status_code = 'loaded'
        )
        select
            delivery_id,
            null as line_number,
            format('{{{{}}}} in raw, {{{{}}}} in the ledger',
                coalesce(row_count, 0), coalesce(kept_records, 0)) as observed
        from found full join loaded using (delivery_id)
        where coalesce(row_count, 0) <> coalesce(kept_records, 0)
        order by delivery_id
        """,
    )


def _fresh(days: int, now: datetime) -> Expected:
    oldest = (now - timedelta(days=days)).replace(tzinfo=None)
    return no_rows(
        f"was received within the last {days} day{'' if days == 1 else 's'}",
        f"""
        select
            null as delivery_id,
            null as line_number,
            coalesce('newest row received on ' || max(_received_at)::date, 'no rows') as observed
        from {BATCH}
        having max(_received_at) is null or max(_received_at) < timestamp '{oldest:%Y-%m-%d %H:%M}'
        """,
        "_received_at",
        severity="warning",
    )


def ledger_suite() -> Suite:
    """What must hold between a delivery's bytes and its rows."""
    return Suite(
        name="ledger_batches",
        table="ledger.batches",
        expected=(
            never_null("delivery_id"),
            unique("delivery_id"),
            never_null("feed"),
            never_null("received_at"),
            one_of("status_code", ["loaded", "refused"]),
            no_rows(
                "accepts and rejects together every record of a loaded file",
                """
                select delivery_id, null as line_number,
                    format('{{}} physical, {{}} accepted, {{}} rejected',
                        physical_records, accepted_records, rejected_records) as observed
                from {batch}
                where status_code = 'loaded'
                    and accepted_records + rejected_records is distinct from physical_records
                order by delivery_id
                """,
                "physical_records",
            ),
            no_rows(
                "has every rejected record in quarantine, with a reason",
                """
                with batches as (
                    select * from {batch}
                ),
                quarantine as (
                    select delivery_id, count(distinct line_number) as line_count
                    from ledger.rejected_rows
                    where reason_code is not null
                    group by delivery_id
                )
                select b.delivery_id, null as line_number,
                    format('{{}} rejected, {{}} erased, {{}} in quarantine', b.rejected_records,
                        b.erased_rejected_records, coalesce(q.line_count, 0)) as observed
                from batches as b
                left join quarantine as q on b.delivery_id = q.delivery_id
                where b.status_code = 'loaded'
                    and b.rejected_records - b.erased_rejected_records <> coalesce(q.line_count, 0)
                order by b.delivery_id
                """,
                "rejected_records",
            ),
            no_rows(
                "has as many records as the file itself declares",
                """
                select delivery_id, null as line_number,
                    format('{{}} physical, {{}} declared',
                        physical_records, declared_records) as observed
                from {batch}
                where status_code = 'loaded' and declared_records <> physical_records
                order by delivery_id
                """,
                "declared_records",
                severity="warning",
            ),
            no_rows(
                "gives a reason for every refusal",
                """
                select delivery_id, null as line_number from {batch}
                where status_code = 'refused' and reason_code is null
                order by delivery_id
                """,
                "reason_code",
            ),
        ),
    )
