"""The summary and the page of a run say what the release holds, and say it safely."""

from __future__ import annotations

import re
import subprocess
import sys
from html.parser import HTMLParser

import pytest
from rich.console import Console

from publish.charts import Bar, bar_chart
from publish.extracts import write_extract
from publish.release import connect, make_release
from publish.run_page import write_run_page
from publish.statement import write_statements
from publish.summary import render, summarise
from tallywatch.errors import TerminalError
from tallywatch.money import yuan
from tallywatch.settings import REPOSITORY, Settings
from tests.publish.warehouse import PARTNERS, World, write_gates

OWN_MODULES = "release statement run_page summary"


class Page(HTMLParser):
    """Tags and attributes of a page, and whether what opens is closed."""

    VOID = ("meta", "link", "br", "img", "hr", "input")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.fixture
def page(released: Settings) -> str:
    for month in ("2026-09", "2026-10"):
        write_statements(released, month)
    write_extract(released, "alerts_open")
    return write_run_page(released).read_text(encoding="utf-8")


def text_of(settings: Settings) -> str:
    console = Console(width=200)
    with console.capture() as captured:
        render(summarise(settings), console)
    return captured.get()


def test_the_numbers_are_those_of_the_release(released: Settings, world: World) -> None:
    summary = summarise(released)
    with connect(released) as con:
        accepted, rejected = con.execute(
            "select sum(accepted_records), sum(rejected_records) from rpt_feed_deliveries"
        ).fetchone()
        live = con.execute("select count(*) from fct_flags where status_code = 'live'").fetchone()
    assert (summary.accepted_records, summary.rejected_records) == (accepted, rejected)
    assert (summary.live_flag_count,) == live
    assert summary.delivery_count == 15
    assert summary.refused_count == 1
    for direction in ("payable", "receivable"):
        gross = sum(p["gross_fen"] for p in world.postings if p["direction_code"] == direction)
        assert summary.gross_fen(direction) == gross
    assert summary.gross_fen("payable", closed=False) == 3_180
    assert sum(rule.unjudged_count for rule in summary.rules) == 164


def test_the_terminal_shows_every_headline(released: Settings) -> None:
    write_statements(released, "2026-10")
    pull = write_extract(released, "alerts_open")
    text = text_of(released)
    summary = summarise(released)
    for expected in (
        f"{summary.accepted_records:,}",
        "IM-MT-025",
        "云杉信息技术（杭州）有限公司",
        yuan(summary.commissions[0].gross_fen),
        "2026-11 (open)",
        "TW-202610-P0001.xlsx",
        str(pull.path),
        "tallywatch close 2026-11",
    ):
        assert expected in text


def test_what_to_try_next_follows_from_what_is_there(released: Settings) -> None:
    before = text_of(released)
    assert "tallywatch statement 2026-10" in before
    assert "tallywatch extract alerts_open" in before
    write_gates(released, failed="raw")
    assert "tallywatch check" in text_of(released)


def test_the_page_stands_by_itself(page: str) -> None:
    parsed = Page(page)
    assert parsed.open == []
    names = {name for name, _ in parsed.tags}
    assert not names & {"script", "link", "img", "iframe"}
    outside = set(re.findall(r"https?://[^\"'\s)]+", page))
    assert outside <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    assert "@import" not in page
    assert "url(" not in page


def test_the_page_has_four_charts_with_their_numbers(page: str, released: Settings) -> None:
    charts = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
    assert len(charts) == 4
    assert all('role="img"' in chart and "aria-label=" in chart for chart in charts)
    summary = summarise(released)
    assert "北辰 &amp; 南斗数据服务有限公司" in charts[3]
    assert f"{summary.feeds[0].accepted_records:,} + " in charts[0]


def test_every_link_of_the_page_leads_somewhere(page: str, released: Settings) -> None:
    links = [attrs["href"] for name, attrs in Page(page).tags if name == "a"]
    assert len(links) >= 18
    for link in links:
        assert (released.out / str(link)).exists(), link


def test_a_stopped_gate_is_told_with_its_rows(released: Settings) -> None:
    write_gates(released, failed="release")
    page = write_run_page(released).read_text(encoding="utf-8")
    assert "A gate stopped" in page
    assert "this is the last good release" in page
    assert "partner_deals-000000000003:17" in page


def test_names_cannot_change_the_page(settings: Settings, world: World) -> None:
    hostile = "<script>alert(1)</script>[bold]"
    names = {"P0001": (hostile, *PARTNERS["P0001"][1:])}
    world.partners = PARTNERS | names
    world.put(settings)
    write_gates(settings)
    make_release(settings)
    page = write_run_page(settings).read_text(encoding="utf-8")
    assert "<script" not in page
    assert Page(page).open == []
    assert "[bold]" in text_of(settings)


def test_a_page_without_any_data_still_stands(settings: Settings) -> None:
    World().put(settings)
    write_gates(settings)
    make_release(settings)
    page = write_run_page(settings).read_text(encoding="utf-8")
    assert "No month is closed yet." in page
    assert Page(page).open == []


def test_without_a_release_there_is_nothing_to_sum_up(settings: Settings) -> None:
    with pytest.raises(TerminalError, match="no release"):
        summarise(settings)


def test_bars_are_as_long_as_their_numbers() -> None:
    svg = bar_chart([Bar("a", "4", (("good", 3), ("bad", 1))), Bar("b", "2", (("good", 2),))], "x")
    widths = [float(width) for width in re.findall(r'h([\d.]+)v[^"]*" fill="#', svg)]
    assert sorted(widths) == [110.0, 220.0, 330.0]


def test_heavy_libraries_are_not_loaded_with_the_modules() -> None:
    imports = "; ".join(f"import publish.{name}" for name in OWN_MODULES.split())
    check = (
        f"{imports}; import sys; print({{'vl_convert', 'xlsxwriter', 'jinja2'}} & set(sys.modules))"
    )
    found = subprocess.run(
        [sys.executable, "-c", check], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "set()"
