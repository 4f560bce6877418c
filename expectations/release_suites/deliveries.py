"""The report on deliveries shows every delivery once, with what the ledger says of it."""

from __future__ import annotations

from expectations.suites import Suite, never_null, no_rows, unique


def suites() -> list[Suite]:
    """The suite of the report on deliveries."""
    return [
        Suite(
            name="release_feed_deliveries",
            table="marts.rpt_feed_deliveries",
            expected=(
                never_null("delivery_id"),
                unique("delivery_id"),
                no_rows(
                    "shows every delivery of the ledger",
                    """
                    with deliveries as (
                        select * from {batch}
                    )
                    select
                        coalesce(d.delivery_id, b.delivery_id) as delivery_id,
                        null as line_number
                    from deliveries as d
                    full join ledger.batches as b on d.delivery_id = b.delivery_id
                    where d.delivery_id is null or b.delivery_id is null
                    order by all
                    """,
                    "delivery_id",
                ),
            ),
        )
    ]
