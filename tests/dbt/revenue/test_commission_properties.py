"""What must hold of commission in every world, checked on the models' own SQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from fractions import Fraction
from math import floor
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.dbt.revenue.commission_sql import UNPOSTED, Commission
from tests.dbt.revenue.facts import Facts
from tests.dbt.revenue.worlds import CLOSES, LAST, World, arrivals, facts_of, rates, worlds

PPM = 1_000_000
quick = settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
AMOUNTS = "sum(base_fen) as base_fen, sum(net_fen) as net_fen, sum(gross_fen) as gross_fen"


def _put(commission: Commission, given_worlds: list[World]) -> None:
    commission.empty()
    commission.put(facts_of(given_worlds))


def _close_all(
    commission: Commission, given_worlds: list[World]
) -> dict[str, list[dict[str, Any]]]:
    _put(commission, given_worlds)
    return {month: commission.close(month, str(cut_off)) for month, cut_off in CLOSES.items()}


def _posted_lines(commission: Commission) -> list[dict[str, Any]]:
    return commission.rows(
        f"""
        select line_key, direction_code, {AMOUNTS}
        from postings.commission_postings
        group by all
        having sum(base_fen) <> 0 or sum(gross_fen) <> 0
        order by all
        """
    )


@quick
@given(given_worlds=worlds())
def test_every_deal_is_in_one_line_or_has_a_reason(
    commission: Commission, given_worlds: list[World]
) -> None:
    _put(commission, given_worlds)
    commission.build(str(LAST), "2026-11", until=None)
    [found] = commission.rows(
        """
        select
            (select sum(amount_fen) from int_commission__deal_states) as deals_fen,
            (select coalesce(sum(base_fen), 0) from int_commission__lines) as lines_fen,
            (
                select coalesce(sum(amount_yuan * 100), 0)::bigint
                from rpt_unmatched_deals
            ) as unmatched_fen,
            (
                select coalesce(sum(deal_count), 0)
                from int_commission__lines
                where coalesce(tier_number, 1) = 1
            ) as counted,
            (select count(*) from rpt_unmatched_deals) as unmatched
        """
    )
    assert found["lines_fen"] + found["unmatched_fen"] == found["deals_fen"]
    assert found["counted"] + found["unmatched"] == sum(len(world.deals) for world in given_worlds)
    assert not commission.rows("select * from int_commission__lines where partner_id like '%-3'")


@quick
@given(given_worlds=worlds())
def test_postings_foot_to_lines_and_statements(
    commission: Commission, given_worlds: list[World]
) -> None:
    _close_all(commission, given_worlds)
    wanted = commission.rows(
        """
        select line_key, direction_code, base_fen, net_fen, gross_fen
        from int_commission__lines
        where base_fen <> 0 or gross_fen <> 0
        order by all
        """
    )
    assert _posted_lines(commission) == wanted
    commission.build(str(LAST), "2026-11", until=None)
    assert not commission.rows(
        """
        select partner_id, direction_code, sum(gross_fen) as gross_fen
        from postings.commission_postings
        group by all
        except
        select
            partner_id,
            direction_code,
            (max_by(closing_gross_yuan, posting_month) * 100)::hugeint
        from rpt_partner_statement
        group by all
        """
    )
    assert (
        commission.number(
            "select sum(net_fen + tax_fen - gross_fen) from postings.commission_postings"
        )
        == 0
    )


@quick
@given(given_worlds=worlds())
def test_reversing_everything_takes_everything_back(
    commission: Commission, given_worlds: list[World]
) -> None:
    _close_all(commission, [world.all_reversed() for world in given_worlds])
    assert _posted_lines(commission) == []


@quick
@given(given_worlds=worlds())
def test_closing_again_posts_nothing(commission: Commission, given_worlds: list[World]) -> None:
    _put(commission, given_worlds)
    for month, cut_off in CLOSES.items():
        commission.close(month, str(cut_off))
        commission.build(str(cut_off), month)
        assert commission.rows(f"select * from {UNPOSTED}") == []


@quick
@given(given_worlds=worlds(), data=st.data())
def test_the_order_of_arrival_never_changes_what_is_posted_in_the_end(
    commission: Commission, given_worlds: list[World], data: st.DataObject
) -> None:
    _close_all(commission, given_worlds)
    first = _posted_lines(commission)
    _close_all(commission, [_arriving_otherwise(world, data) for world in given_worlds])
    assert _posted_lines(commission) == first


@quick
@given(given_worlds=worlds())
def test_late_facts_never_change_a_closed_month(
    commission: Commission, given_worlds: list[World]
) -> None:
    closed_at = CLOSES["2026-09"]
    commission.empty()
    commission.put(facts_of(given_worlds).known_by(closed_at))
    before = commission.close("2026-09", str(closed_at))
    _close_all(commission, given_worlds)
    kept = commission.rows(
        """
        select * from postings.commission_postings
        where posting_month = '2026-09'
        order by posting_id
        """
    )
    assert kept == before


@quick
@given(
    agreements=st.lists(
        st.tuples(
            st.lists(st.integers(-(10**10), 10**10), min_size=5, max_size=20),
            rates(),
            rates(),
            st.booleans(),
        ),
        min_size=5,
        max_size=12,
    )
)
def test_amounts_are_exact_and_rounded_half_away_from_zero(
    commission: Commission, agreements: list[tuple[list[int], int, int, bool]]
) -> None:
    facts, expected = Facts(), []
    for number, (amounts, rate_ppm, tax_rate_ppm, is_tax_inclusive) in enumerate(agreements):
        facts.terms(
            f"AG{number:02d}",
            f"P{number:02d}",
            [(None, rate_ppm)],
            tax_rate_ppm=tax_rate_ppm,
            is_tax_inclusive=is_tax_inclusive,
        )
        for position, base_fen in enumerate(amounts):
            facts.deal(f"P{number:02d}", f"D{position:02d}", base_fen, datetime(2026, 9, 1))
            amount_fen = _half_away_from_zero(Fraction(base_fen * rate_ppm, PPM))
            share = Fraction(tax_rate_ppm, PPM + tax_rate_ppm if is_tax_inclusive else PPM)
            tax_fen = _half_away_from_zero(amount_fen * share)
            net_fen = amount_fen - tax_fen if is_tax_inclusive else amount_fen
            expected.append((amount_fen, net_fen, tax_fen, net_fen + tax_fen))
    commission.empty()
    commission.put(facts)
    commission.build(str(LAST), "2026-11", until="deal_percentage")
    found = commission.con.execute(
        """
        select amount_fen, net_fen, tax_fen, gross_fen
        from deal_percentage
        order by partner_id, deal_id
        """
    ).fetchall()
    assert found == expected


def _half_away_from_zero(value: Fraction) -> int:
    rounded = floor(abs(value) + Fraction(1, 2))
    return rounded if value >= 0 else -rounded


def _arriving_otherwise(world: World, data: st.DataObject) -> World:
    def moment() -> datetime:
        return data.draw(arrivals())

    deals = tuple(
        replace(
            deal,
            received_at=moment(),
            events=tuple(replace(event, received_at=moment()) for event in deal.events),
        )
        for deal in world.deals
    )
    return replace(world, deals=deals, corrected_at=moment())
