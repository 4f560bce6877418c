"""Statements foot, in the file as in a spreadsheet that computes them anew."""

from __future__ import annotations

import csv
import io
import re
import shutil
import subprocess
import zipfile
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from publish.release import make_release
from publish.statement import write_statements
from publish.statement_data import read_statements
from publish.statement_model import Amounts, TaxGroup
from publish.statement_xlsx import to_xlsx
from tallywatch.errors import TerminalError
from tallywatch.settings import Settings
from tests.publish.warehouse import World, posting, write_gates

SUMMARY, LINES, ADJUSTMENTS = "结算单 Statement", "明细 Lines", "调整 Adjustments"
HEADING_ROW = 2


def sheet(path: Path, name: str) -> list[list]:
    """The rows of a sheet from A1 on."""
    return CalamineWorkbook.from_path(path).get_sheet_by_name(name).to_python(skip_empty_area=False)


def fen(value: object) -> int:
    """A cell's yuan as fen; fails when the cell holds more than two decimals."""
    exact = Decimal(repr(value)) * 100
    assert exact == int(exact), f"noise in {value!r}"
    return int(exact)


def postings_of(path: Path, name: str) -> list[dict]:
    """The posting rows of a sheet by English heading."""
    rows = sheet(path, name)
    headings = [str(cell).split("\n")[-1] for cell in rows[HEADING_ROW]]
    found = [dict(zip(headings, row, strict=True)) for row in rows[HEADING_ROW + 1 :]]
    return [row for row in found if row["Line key"]]


def totals_of(path: Path, name: str) -> dict[str, tuple[int, int, int]]:
    """Net, VAT and gross of the total rows by direction."""
    rows = sheet(path, name)
    headings = [str(cell).split("\n")[-1] for cell in rows[HEADING_ROW]]
    found = [dict(zip(headings, row, strict=True)) for row in rows[HEADING_ROW + 1 :]]
    return {
        row["Direction"]: (fen(row["Net"]), fen(row["VAT"]), fen(row["Gross"]))
        for row in found
        if "合计 Total" in row.values()
    }


def balances_of(path: Path) -> list[dict[str, list]]:
    """Per direction section of the first sheet: label to its row."""
    sections: list[dict[str, list]] = []
    for row in sheet(path, SUMMARY):
        if str(row[0]).startswith(("应付合作伙伴", "应收合作伙伴")):
            sections.append({})
        elif sections and row[0]:
            sections[-1].setdefault(str(row[0]).split(" ")[0], row)
    return sections


@pytest.fixture
def statements(released: Settings) -> dict[str, Path]:
    """October's workbooks by partner."""
    paths = write_statements(released, "2026-10")
    return {path.stem[-5:]: path for path in paths if path.suffix == ".xlsx"}


def test_every_partner_gets_a_workbook_and_a_csv(released: Settings) -> None:
    paths = write_statements(released, "2026-10")
    assert [path.name for path in paths] == [
        f"TW-202610-P000{number}.{kind}" for number in range(1, 5) for kind in ("xlsx", "csv")
    ]
    assert {path.parent for path in paths} == {released.out / "statements" / "2026-10"}


def test_lines_foot_to_the_balances(statements: dict[str, Path]) -> None:
    for path in statements.values():
        for section, direction in zip(
            balances_of(path), sorted(totals_of(path, LINES)), strict=True
        ):
            for name, label in ((LINES, "本期分成"), (ADJUSTMENTS, "以前月份调整")):
                rows = [row for row in postings_of(path, name) if row["Direction"] == direction]
                sums = tuple(sum(fen(row[c]) for row in rows) for c in ("Net", "VAT", "Gross"))
                assert totals_of(path, name)[direction] == sums
                assert tuple(fen(cell) for cell in section[label][4:7]) == sums
                assert section[label][3] == len(rows)
            gross = fen(section["本期合计"][6])
            assert fen(section["期初余额"][7]) + gross == fen(section["期末余额"][7])


def test_every_line_has_net_and_tax_that_make_gross(statements: dict[str, Path]) -> None:
    rows = [
        row
        for path in statements.values()
        for name in (LINES, ADJUSTMENTS)
        for row in postings_of(path, name)
    ]
    assert len(rows) == 64
    assert all(fen(row["Net"]) + fen(row["VAT"]) == fen(row["Gross"]) for row in rows)


def test_september_closes_where_october_opens(released: Settings) -> None:
    months = {
        month: [path for path in write_statements(released, month) if path.suffix == ".xlsx"]
        for month in ("2026-09", "2026-10")
    }
    for before, after in zip(*months.values(), strict=True):
        for old, new in zip(balances_of(before), balances_of(after), strict=True):
            assert old["期末余额"][7] == new["期初余额"][7]


def test_adjustments_tell_reason_and_month_in_words(statements: dict[str, Path]) -> None:
    rows = postings_of(statements["P0001"], ADJUSTMENTS)
    assert {row["Reason"] for row in rows} == {
        "迟到成交 Deal reported late",
        "成交撤销 Deal reversed",
        "条款更正 Terms corrected",
    }
    assert {row["Month"] for row in rows} == {"2026-09"}
    assert not postings_of(statements["P0004"], ADJUSTMENTS)


def test_payable_and_receivable_stand_apart(statements: dict[str, Path]) -> None:
    assert len(balances_of(statements["P0004"])) == 2
    assert len(balances_of(statements["P0003"])) == 1
    assert set(totals_of(statements["P0004"], LINES)) == {"应付 Payable", "应收 Receivable"}


def test_no_text_becomes_a_formula(statements: dict[str, Path]) -> None:
    path = statements["P0001"]
    assert "=1+1" in [row["Deal or tier"] for row in postings_of(path, LINES)]
    with zipfile.ZipFile(path) as archive:
        formulas = re.findall(r"<f>(.*?)</f>", _sheet_xml(archive, 2))
    assert formulas
    assert all(formula.startswith("ROUND(SUMIFS(") for formula in formulas)


def test_headings_stay_in_sight_on_screen_and_on_paper(statements: dict[str, Path]) -> None:
    with zipfile.ZipFile(statements["P0001"]) as archive:
        xml = _sheet_xml(archive, 2)
        names = archive.read("xl/workbook.xml").decode()
    assert 'state="frozen"' in xml
    assert 'paperSize="9"' in xml
    assert 'orientation="landscape"' in xml
    assert names.count("_xlnm.Print_Titles") == 3


def test_the_csv_says_the_same(released: Settings, statements: dict[str, Path]) -> None:
    for path in statements.values():
        content = path.with_suffix(".csv").read_bytes()
        assert content.startswith(b"\xef\xbb\xbf")
        rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
        rows = [{name.split(" ")[-1]: cell for name, cell in row.items()} for row in rows]
        sections = {
            row["direction_code"]: row for row in rows if row["row_type"] == "closing_balance"
        }
        closing = [fen(section["期末余额"][7]) for section in balances_of(path)]
        assert [Decimal(row["balance_yuan"]) * 100 for row in sections.values()] == closing
        posted = [row for row in rows if row["row_type"] in {"earned", "adjustment"}]
        printed = postings_of(path, LINES) + postings_of(path, ADJUSTMENTS)
        assert sorted(Decimal(row["gross_yuan"]) * 100 for row in posted) == sorted(
            fen(row["Gross"]) for row in printed
        )


def test_a_closed_month_gives_the_same_bytes_for_ever(released: Settings, world: World) -> None:
    before = {path: path.read_bytes() for path in write_statements(released, "2026-09")}
    world.postings += [posting(9_000, posting_month="2026-11", origin_month="2026-11")]
    world.put(released)
    make_release(released)
    assert {path: path.read_bytes() for path in write_statements(released, "2026-09")} == before


@pytest.mark.parametrize("month", ["2026-08", "../x", ""])
def test_a_month_without_postings_is_refused_with_those_that_have_some(
    released: Settings, month: str
) -> None:
    with pytest.raises(TerminalError, match="2026-09, 2026-10"):
        write_statements(released, month)
    assert not (released.out / "statements").exists()


def test_without_a_release_there_is_no_statement(built: Settings) -> None:
    with pytest.raises(TerminalError, match="no release"):
        write_statements(built, "2026-09")


def test_a_statement_that_does_not_foot_is_not_printed(built: Settings) -> None:
    with duckdb.connect(str(built.warehouse)) as con:
        con.execute(
            "update marts.rpt_partner_statement set earned_tax_yuan = earned_tax_yuan + 0.01 "
            "where partner_id = 'P0002' and posting_month = '2026-10'"
        )
    make_release(built)
    with pytest.raises(TerminalError, match="TW-202610-P0002 payable does not foot"):
        write_statements(built, "2026-10")


@pytest.mark.parametrize(
    ("net", "tax", "rate", "expected"),
    [
        (9_433_962, 566_038, 60_000, 566_038),
        (11_354, 114, 10_000, 114),
        (30, 3, 60_000, 2),
        (-30, -3, 60_000, -2),
        (100, 0, 0, 0),
    ],
)
def test_tax_on_the_total(net: int, tax: int, rate: int, expected: int) -> None:
    group = TaxGroup("payable", rate, Amounts(1, net, tax, net + tax))
    assert group.tax_on_total_fen == expected


AMOUNTS = st.integers(-(10**12), 10**12)


@hypothesis_settings(max_examples=25, deadline=None)
@given(amounts=st.lists(st.tuples(AMOUNTS, AMOUNTS, st.booleans()), min_size=1, max_size=30))
def test_any_amounts_foot(
    tmp_path_factory: pytest.TempPathFactory, amounts: list[tuple[int, int, bool]]
) -> None:
    world = World(
        postings=[
            posting(
                number,
                net_fen=net,
                tax_fen=tax,
                base_fen=net,
                direction_code="payable" if is_payable else "receivable",
            )
            for number, (net, tax, is_payable) in enumerate(amounts)
        ]
    )
    with duckdb.connect() as con:
        world.fill(con)
        con.execute("use marts")
        (statement,) = read_statements(con, "2026-09")
    path = tmp_path_factory.mktemp("statement") / "statement.xlsx"
    path.write_bytes(to_xlsx(statement))
    for section, payable in zip(
        balances_of(path), sorted({kind for *_, kind in amounts}, reverse=True), strict=True
    ):
        gross = sum(net + tax for net, tax, kind in amounts if kind == payable)
        assert fen(section["本期合计"][6]) == gross
        assert fen(section["期末余额"][7]) == gross


def test_a_spreadsheet_computes_the_same(statements: dict[str, Path], tmp_path: Path) -> None:
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        pytest.skip("LibreOffice not at hand: formulas are not recomputed")
    folder = tmp_path / "without_values"
    folder.mkdir()
    bare = [_without_values(path, folder / path.name) for path in statements.values()]
    command = [office, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless"]
    command += ["--convert-to", "xlsx", "--outdir", str(tmp_path), *map(str, bare)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    for path in statements.values():
        for name in (SUMMARY, LINES, ADJUSTMENTS):
            computed = _numbers(sheet(tmp_path / path.name, name))
            assert computed == _numbers(sheet(path, name))
            assert computed


def _without_values(path: Path, target: Path) -> Path:
    """A copy of the workbook in which no formula has its value stored."""
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w") as copy:
        for entry in source.infolist():
            content = source.read(entry)
            if entry.filename.startswith("xl/worksheets/sheet"):
                content = re.sub(rb"</f><v>[^<]*</v>", b"</f>", content)
                assert b"</f><v>" not in content
            copy.writestr(entry, content)
    return target


def _numbers(rows: list[list]) -> dict[tuple[int, int], float]:
    return {
        (row, column): round(cell, 6)
        for row, cells in enumerate(rows)
        for column, cell in enumerate(cells)
        if isinstance(cell, int | float)
    }


def _sheet_xml(archive: zipfile.ZipFile, number: int) -> str:
    return archive.read(f"xl/worksheets/sheet{number}.xml").decode()


def test_a_partner_without_movement_keeps_its_balance(settings: Settings, world: World) -> None:
    world.postings = [
        row
        for row in world.postings
        if (row["partner_id"], row["posting_month"]) != ("P0003", "2026-10")
    ]
    world.put(settings)
    write_gates(settings)
    make_release(settings)
    path = next(path for path in write_statements(settings, "2026-10") if "P0003" in path.name)
    (section,) = balances_of(path)
    assert section["期初余额"][7] == section["期末余额"][7] > 0
    assert postings_of(path, LINES) == []
