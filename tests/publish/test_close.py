"""Two months closed with real builds: what is drafted, what is refused, what survives."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from publish.close import Approval, Draft, Posting, draft, post, rebuild
from publish.posting_chain import parquet_path, record_path
from tallywatch.build import build
from tallywatch.errors import TerminalError
from tallywatch.settings import Keys, Settings
from tests.dbt.fixture_warehouse import make_warehouse
from tests.dbt.revenue.facts import Facts

OCTOBER_20 = datetime(2026, 10, 20)


def _facts() -> Facts:
    facts = Facts()
    facts.terms("AG0001", "P0001", [(None, 50_000)])
    tiers = [(1_000_000, 20_000), (None, 40_000)]
    facts.terms("AG0002", "P0002", tiers, deal_type="graduated", is_tax_inclusive=False)
    facts.terms("AG0003", "P0003", [(None, 100_000)], direction="receivable")
    facts.terms(
        "AG0003", "P0003", [(None, 120_000)], direction="receivable", received_at=OCTOBER_20
    )
    facts.deal("P0001", "D1", 123_456, datetime(2026, 9, 3))
    facts.deal("P0001", "D2", 5_000, datetime(2026, 9, 5), status="pending")
    facts.deal("P0001", "D3", 7_700, datetime(2026, 9, 29), received_at=OCTOBER_20)
    facts.deal("P0001", "D4", 80_000, datetime(2026, 10, 2))
    facts.deal("P0002", "D1", 1_200_000, datetime(2026, 9, 3))
    facts.deal("P0002", "D2", 100_000, datetime(2026, 9, 30, 15), received_at=OCTOBER_20)
    facts.deal("P0003", "D1", 55_555, datetime(2026, 9, 4))
    facts.update("P0001", "D2", "approved", datetime(2026, 9, 20))
    facts.update("P0001", "D1", "reversed", OCTOBER_20)
    return facts


def _approval(made: Draft, **changes: str) -> Approval:
    return replace(
        Approval("finn", datetime(2026, 11, 10, tzinfo=UTC), "ada", made.content_hash), **changes
    )


def _close(settings: Settings, month: str) -> tuple[Draft, Posting]:
    made = draft(settings, month)
    return made, post(settings, month, made.content_hash, _approval(made))


def _rows(settings: Settings, query: str) -> list[tuple]:
    with duckdb.connect(str(settings.warehouse)) as con:
        return con.execute(query).fetchall()


def _postings(settings: Settings) -> list[tuple]:
    return _rows(settings, "select * from postings.commission_postings order by posting_id")


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path | None], Settings]:
    """Makes settings of a new home, or of a copy of another's."""

    def make(like: Path | None = None) -> Settings:
        home = tmp_path_factory.mktemp("home") / "home"
        if like:
            shutil.copytree(like, home)
        else:
            home.mkdir()
            rows = {f"raw.{feed}": rows for feed, rows in _facts().tables().items()}
            make_warehouse(home / "warehouse.duckdb", rows)
        keys = Keys(token=b"t" * 32, archive=b"a" * 32, vault=b"v" * 32)
        return Settings(home=home, keys=keys, approvers=("finn", "fay"), memory_limit="1GB")

    return make


@pytest.fixture(scope="module")
def september(homes: Callable) -> tuple[Settings, Draft]:
    """September drafted, nothing posted."""
    settings = homes()
    return settings, draft(settings, "2026-09")


@pytest.fixture(scope="module")
def september_posted(homes: Callable, september: tuple) -> tuple[Settings, Posting]:
    """September posted."""
    settings, made = homes(september[0].home), september[1]
    return settings, post(settings, "2026-09", made.content_hash, _approval(made))


@pytest.fixture(scope="module")
def both_posted(homes: Callable, september_posted: tuple) -> tuple[Settings, Draft]:
    """September and October posted, and the marts built."""
    settings = homes(september_posted[0].home)
    made, _ = _close(settings, "2026-10")
    report = build(settings, select="+marts.finance", exclude="test_type:unit")
    assert report.succeeded, report.failures
    return settings, made


def test_a_draft_sums_what_would_be_posted(september: tuple) -> None:
    _, made = september
    assert made.cut_off_at == "2026-10-08 00:00:00"
    assert made.line_count == 5
    found = [(t.partner_id, t.direction_code, t.line_count, t.gross_fen) for t in made.totals]
    assert found == [
        ("P0001", "payable", 2, 6_173 + 250),
        ("P0002", "payable", 2, 21_200 + 8_480),
        ("P0003", "receivable", 1, 5_556),
    ]
    assert all(t.net_fen + t.tax_fen == t.gross_fen == t.earned_gross_fen for t in made.totals)


def test_a_draft_posts_nothing_and_is_the_same_again(september: tuple) -> None:
    settings, made = september
    assert _postings(settings) == []
    assert draft(settings, "2026-09") == made


def test_an_earlier_month_with_commission_comes_first(september: tuple) -> None:
    with pytest.raises(TerminalError, match="2026-09 has commission and is not closed"):
        draft(september[0], "2026-10")


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"approved_by": "mallory"}, "approved by 'mallory'"),
        ({"approved_by": "fay", "requested_by": "fay"}, "requested and approved by 'fay'"),
        ({"content_hash": "b" * 64}, "an approval of content"),
    ],
)
def test_nothing_is_posted_without_an_approval(
    september: tuple, changes: dict[str, str], found: str
) -> None:
    settings, made = september
    with pytest.raises(TerminalError, match=found):
        post(settings, "2026-09", made.content_hash, _approval(made, **changes))
    assert not record_path(settings.postings, "2026-09").exists()


def test_facts_that_came_after_the_approval_stop_it(homes: Callable, september: tuple) -> None:
    settings, made = homes(september[0].home), september[1]
    with duckdb.connect(str(settings.warehouse)) as con:
        con.execute("update raw.partner_deals set amount_fen = 6000 where deal_id = 'D2'")
    with pytest.raises(TerminalError, match="as it is computed now"):
        post(settings, "2026-09", made.content_hash, _approval(made))
    assert not record_path(settings.postings, "2026-09").exists()


def test_posting_twice_changes_nothing(september_posted: tuple) -> None:
    settings, posting = september_posted
    before, files = _postings(settings), _files(settings)
    again = post(settings, "2026-09", posting.content_hash, _approval(_draft_of(posting)))
    assert (again, _postings(settings), _files(settings)) == (posting, before, files)
    assert posting.line_count == len(before) == 5


def test_a_posted_month_is_not_drafted_or_posted_otherwise(september_posted: tuple) -> None:
    settings, _ = september_posted
    with pytest.raises(TerminalError, match="2026-09 is posted already"):
        draft(settings, "2026-09")
    other = replace(_draft_of(september_posted[1]), content_hash="b" * 64)
    with pytest.raises(TerminalError, match="no draft of 2026-09"):
        post(settings, "2026-09", other.content_hash, _approval(other))


def test_killed_between_file_and_table_is_repaired(
    homes: Callable, september_posted: tuple
) -> None:
    settings, posting = homes(september_posted[0].home), september_posted[1]
    whole = _postings(settings)
    with duckdb.connect(str(settings.warehouse)) as con:
        con.execute("delete from postings.commission_postings")
    post(settings, "2026-09", posting.content_hash, _approval(_draft_of(posting)))
    assert _postings(settings) == whole


def test_killed_before_the_record_is_posted_anew(homes: Callable, september_posted: tuple) -> None:
    settings, posting = homes(september_posted[0].home), september_posted[1]
    record_path(settings.postings, "2026-09").unlink()
    with duckdb.connect(str(settings.warehouse)) as con:
        con.execute("delete from postings.commission_postings")
    again = post(settings, "2026-09", posting.content_hash, _approval(_draft_of(posting)))
    assert again.parquet_sha256 == posting.parquet_sha256
    assert len(_postings(settings)) == 5


def test_the_next_month_carries_what_changed(both_posted: tuple) -> None:
    settings, _ = both_posted
    found = _rows(
        settings,
        """
        select partner_id, coalesce(deal_id, 'tier ' || tier_number), reason_code, gross_fen
        from postings.commission_postings
        where posting_month = '2026-10'
        order by all
        """,
    )
    assert found == [
        ("P0001", "D1", "reversal", -6_173),
        ("P0001", "D3", "late_deal", 385),
        ("P0001", "D4", "earned", 4_000),
        ("P0002", "tier 2", "tier_rerated", 4_240),
        ("P0003", "D1", "terms_corrected", 6_667 - 5_556),
    ]


def test_a_reversal_points_at_the_update_that_caused_it(both_posted: tuple) -> None:
    [(delivery,)] = _rows(
        both_posted[0],
        """
        select source_delivery_id
        from postings.commission_postings
        where reason_code = 'reversal'
        """,
    )
    assert delivery.startswith("partner_deal_updates-")


def test_statements_roll_forward(both_posted: tuple) -> None:
    found = _rows(
        both_posted[0],
        """
        select
            partner_id,
            posting_month,
            opening_gross_yuan::varchar,
            earned_gross_yuan::varchar,
            adjustment_gross_yuan::varchar,
            closing_gross_yuan::varchar
        from marts.rpt_partner_statement
        where partner_id in ('P0001', 'P0002')
        order by all
        """,
    )
    assert found == [
        ("P0001", "2026-09", "0.00", "64.23", "0.00", "64.23"),
        ("P0001", "2026-10", "64.23", "40.00", "-57.88", "46.35"),
        ("P0002", "2026-09", "0.00", "296.80", "0.00", "296.80"),
        ("P0002", "2026-10", "296.80", "0.00", "42.40", "339.20"),
    ]


def test_postings_are_rebuilt_from_the_files(homes: Callable, both_posted: tuple) -> None:
    settings = homes(both_posted[0].home)
    whole = _postings(settings)
    settings.warehouse.unlink()
    assert [posting.month for posting in rebuild(settings)] == ["2026-09", "2026-10"]
    assert _postings(settings) == whole


def test_a_changed_file_stops_everything(homes: Callable, both_posted: tuple) -> None:
    settings = homes(both_posted[0].home)
    path = parquet_path(settings.postings, "2026-09")
    path.chmod(0o644)
    path.write_bytes(path.read_bytes() + b"\0")
    for call in (rebuild, lambda s: draft(s, "2026-10")):
        with pytest.raises(TerminalError, match="broken at 2026-09"):
            call(settings)


def test_a_lost_last_month_is_noticed(homes: Callable, both_posted: tuple) -> None:
    settings = homes(both_posted[0].home)
    record_path(settings.postings, "2026-10").unlink()
    with pytest.raises(TerminalError, match="holds postings of 2026-10, the chain does not"):
        rebuild(settings)


def _files(settings: Settings) -> dict[str, int]:
    paths = [path for path in settings.postings.glob("*") if path.is_file()]
    return {path.name: path.stat().st_mtime_ns for path in paths if path.name != ".lock"}


def _draft_of(posting: Posting) -> Draft:
    return Draft(
        posting.month, posting.cut_off_at, posting.content_hash, posting.line_count, (), ""
    )
