"""A folder of all sorts: each file gets its true outcome, and nothing personal is said."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.batch import BatchReport
from ingest.conformance.results import FileResult, Outcome, as_document
from ingest.conformance.run import try_folder
from ingest.conformance.trial import Trial
from ingest.contracts import FEEDS, read_contracts
from ingest.screen import screen
from tallywatch.settings import REPOSITORY, Settings
from tests.ingest.deliveries import alipay, alipay_row, deal, deals_csv
from tests.ingest.feeds.bank_files import SPDB
from tests.ingest.formats.locked import locked_xlsx
from tests.ingest.formats.test_xlsx import sheet

PHONE, NAME = "13800138000", "欧阳娜娜"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    files = {
        "a/bill.txt": alipay(alipay_row(1), alipay_row(2), alipay_row(3, amount="x"), count=5),
        f"{PHONE} {NAME}@example.com.csv": deals_csv(deal(1, customer_phone=PHONE, amount="1e5")),
        "empty.csv": b"",
        "cut.xlsx": b"PK\x03\x04" + b"\0" * 100,
        "README.md": "# 说明\n\n这里没有数据。\n".encode(),
        "nearly.csv": b"deal_id,partner_id,product_code,order_id\nD1,P0001,x,y\n",
        ".hidden": b"x",
    }
    for name, content in files.items():
        path = tmp_path / "folder" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return tmp_path / "folder"


def by_path(results: list[FileResult]) -> dict[str, FileResult]:
    return {result.path: result for result in results}


def test_every_file_gets_its_true_outcome(folder: Path) -> None:
    seen: list[FileResult] = []
    results = try_folder(folder, processes=1, on_result=seen.append)
    assert sorted(r.path for r in seen) == sorted(r.path for r in results)
    found = by_path(results)
    assert {path: str(result.outcome) for path, result in found.items()} == {
        "[number] [email]": "taken_in",
        "a/bill.txt": "taken_in",
        "empty.csv": "refused",
        "cut.xlsx": "refused",
        "README.md": "not_recognised",
        "nearly.csv": "not_recognised",
    }
    bill = found["a/bill.txt"]
    assert (bill.feed, bill.rows, bill.accepted, bill.quarantined) == ("alipay_bills", 3, 2, 1)
    assert [(q.column, q.reason, q.faults) for q in bill.quarantined_by] == [
        ("amount_fen", "bad_amount", 1)
    ]
    assert [(d.what, d.declared, d.computed, d.agrees) for d in bill.declared] == [
        ("records", 5, 3, False)
    ]
    assert found["empty.csv"].refusal.reason == "empty_file"
    assert found["cut.xlsx"].refusal.reason == "truncated"
    first, second = found["nearly.csv"].nearest
    assert (first.feed, first.missing[-1], first.header_line) == (
        "partner_deals",
        "status_code",
        1,
    )
    assert second.missing
    assert found["README.md"].looks_like == "text of no agreed format"
    assert found["README.md"].nearest == ()
    summary = as_document(results)["summary"]
    assert summary == {
        "files": 6,
        "outcomes": {"taken_in": 2, "refused": 2, "not_recognised": 2, "lost_rows": 0, "crash": 0},
        "refused_by_reason": {"empty_file": 1, "truncated": 1},
        "rows": 4,
        "accepted": 2,
        "quarantined": 2,
        "faults_by_reason": {"bad_amount": 2},
        "files_by_feed": {"alipay_bills": 1, "partner_deals": 1},
        "figures_declared": 1,
        "figures_that_differ": 1,
    }


def test_an_error_nobody_expected_is_a_result(
    folder: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object) -> None:
        raise ValueError(f"about {PHONE}")

    monkeypatch.setattr("ingest.conformance.trial.screen", breaks)
    result = Trial(settings, read_contracts()).run(folder / "a/bill.txt", "a/bill.txt")
    assert (result.outcome, result.exception) == (Outcome.CRASH, "ValueError")
    assert result.where.startswith("ingest/conformance/trial.py:")
    assert PHONE not in json.dumps(as_document([result]))


def test_lost_rows_are_seen(
    folder: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def loses(*given: object) -> BatchReport:
        return replace(screen(*given), accepted_records=1)

    monkeypatch.setattr("ingest.conformance.trial.screen", loses)
    result = Trial(settings, read_contracts()).run(folder / "a/bill.txt", "a/bill.txt")
    assert result.outcome == Outcome.LOST_ROWS


def test_nothing_is_left_of_a_trial(folder: Path, settings: Settings) -> None:
    Trial(settings, read_contracts()).run(folder / "a/bill.txt", "a/bill.txt")
    left = [p for root in (settings.landing, settings.lake) for p in root.rglob("*.*")]
    assert [path.name for path in left] == ["scratch.parquet"]


DIES = """
import os
import re
import ingest.conformance.trial as trial

run = trial.Trial.run

def dies(self, path, relative):
    if path.name == "empty.csv":
        os._exit(9)
    return run(self, path, relative)

trial.Trial.run = dies

if __name__ == "__main__":
    import sys
    from pathlib import Path
    from ingest.conformance.run import try_folder
    for result in try_folder(Path(sys.argv[1])):
        print(result.path, result.outcome, result.exception)
"""


def test_a_file_that_kills_its_process_hurts_no_other(folder: Path, tmp_path: Path) -> None:
    script = tmp_path / "dies.py"
    script.write_text(DIES, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(script), str(folder)],
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        check=True,
    )
    lines = done.stdout.splitlines()
    assert "empty.csv crash BrokenProcessPool" in lines
    assert "a/bill.txt taken_in None" in lines
    assert len(lines) == 6


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from tallywatch.cli import main; main()", *arguments],
        env={**os.environ, "COLUMNS": "200", "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_command_says_it_without_identifiers(folder: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    done = command("conformance", str(folder), "--json", str(report))
    assert done.returncode == 0, done.stderr
    assert "4 rows = 2 accepted + 2 quarantined" in done.stdout
    assert "1 empty_file, 1 truncated" in done.stdout
    written = report.read_text("utf-8")
    assert json.loads(written)["schema_version"] == 2
    for said in (done.stdout, done.stderr, written):
        assert PHONE not in said
        assert NAME not in said
        assert "示例面馆" not in said


def test_locked_files_open_with_what_the_service_knows(tmp_path: Path) -> None:
    rows = [["序号", "记账日期"], ["1", "2026-09-01"]]
    bill = locked_xlsx(sheet(*SPDB), "123456")
    for name in ("beside", "known", "unknown"):
        (tmp_path / f"{name}.xlsx").write_bytes(bill)
    (tmp_path / "unknown.xlsx").write_bytes(locked_xlsx(sheet(*rows), "other"))
    (tmp_path / "beside.xlsx.password").write_text("123456\n")
    without = by_path(try_folder(tmp_path, processes=1))
    assert without["beside.xlsx"].outcome == Outcome.TAKEN_IN
    assert without["known.xlsx"].refusal.reason == "password_needed"
    knowing = by_path(try_folder(tmp_path, processes=1, passwords={"bank_statements": ("123456",)}))
    assert (knowing["known.xlsx"].outcome, knowing["known.xlsx"].accepted) == ("taken_in", 2)
    assert knowing["unknown.xlsx"].refusal.reason == "wrong_password"


NO_DELIVERY = re.compile(
    r"README|postman_collection|_schema|codebook|no_header|layout|^ref_|pdf_text_items_bank/.*json$"
    r"|empty_non_swift|invalid_statement|_tail1"
)
"""Of the samples: reference data, descriptions of layouts, and parts of a file without its head."""


def test_the_samples_lose_no_row_and_crash_nothing(shared: Callable[[str], Path]) -> None:
    results = try_folder(shared("samples"), feeds=FEEDS)
    unknown = {r.path for r in results if r.outcome == Outcome.NOT_RECOGNISED}
    assert unknown == {r.path for r in results if NO_DELIVERY.search(r.path)}
    assert {r.refusal.reason for r in results if r.refusal} == {"no_statement", "sender_error"}
    assert len(results) > 200
    defects = [r for r in results if r.outcome in {Outcome.CRASH, Outcome.LOST_ROWS}]
    assert [(r.path, r.exception, r.where) for r in defects] == []
    for result in results:
        if result.outcome == Outcome.TAKEN_IN:
            assert result.accepted + result.quarantined == result.rows
