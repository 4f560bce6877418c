"""A feed from a sample: it takes the sample in and builds, as scaffolded, and copies nobody."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.contracts import Contract, read_contract
from ingest.profile.sample import read_sample
from tallywatch.errors import TerminalError
from tallywatch.scaffold import scaffold_feed
from tallywatch.settings import REPOSITORY
from tests.ingest.feeds.made_up import delimited, id_number, parquet, workbook
from tests.ingest.feeds.taking import json_lines

NAME = "shop_orders"
Record = dict[str, str]
SURNAMES = "赵钱孙李周吴郑王冯陈"


def record(number: int) -> Record:
    """An order as somebody's shop might export it."""
    return {
        "订单编号": f"SO-{2026100000 + number}",
        "下单时间": f"2026/10/{number % 28 + 1:02d} 10:{number % 60:02d}:07",
        "姓名": f"{SURNAMES[number % 10]}小{SURNAMES[(number // 10) % 10]}",
        "手机号码": f"1390000{number:04d}",
        "证件号": id_number(number),
        "金额": f"{number * 7}.{number % 100:02d}",
        "费率": f"{number % 20}.5%",
        "渠道": ("线上", "门店", "电话")[number % 3],
        "数量": str(number % 5),
        "结算日": f"202610{number % 28 + 1:02d}",
        "备注": f"请打电话给13900001234，第{number}次" if number % 4 else "",
    }


RECORDS = [record(number) for number in range(120)]


def bank_export() -> bytes:
    """GB18030, padded, with lines before the header and a footer."""
    text = io.StringIO()
    text.write("门店订单导出\n\n" + ",".join(RECORDS[0]) + "\n")
    for row in RECORDS:
        text.write(" ,".join(row.values()) + " \n")
    text.write("合计：120笔\n制表人：某某\n")
    return text.getvalue().encode("gb18030")


SAMPLES: dict[str, Callable[[], bytes]] = {
    "comma": lambda: delimited(RECORDS),
    "bank_export": bank_export,
    "tab": lambda: delimited(RECORDS, "\t", "utf-16"),
    "workbook": lambda: workbook(RECORDS),
    "json_lines": lambda: json_lines(RECORDS),
    "parquet": lambda: parquet(RECORDS),
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of the tree, as far as a feed is concerned."""
    ignore = shutil.ignore_patterns("target", "logs", "__pycache__")
    for folder in ("ingest", "tallywatch", "dbt_project", "tests/ingest"):
        shutil.copytree(REPOSITORY / folder, tmp_path / "copy" / folder, ignore=ignore)
    for name in ("pyproject.toml", "tests/__init__.py", "tests/conftest.py"):
        shutil.copy(REPOSITORY / name, tmp_path / "copy" / name)
    return tmp_path / "copy"


def scaffolded(root: Path, content: bytes, **options: str) -> Contract:
    sample = root.parent / "sample"
    sample.write_bytes(content)
    contract, *_ = scaffold_feed(NAME, root, sample, **options)
    return read_contract(contract)


def in_copy(root: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


@pytest.mark.parametrize("kind", SAMPLES)
def test_columns_are_told_from_their_cells(kind: str, root: Path) -> None:
    contract = scaffolded(root, SAMPLES[kind]())
    columns = {column.raw_name: column for column in contract.columns}
    assert contract.key == ("order_id",)
    assert contract.business_date_column == "ordered_at"
    assert columns["order_id"].pattern == r"[A-Z]{2}\-[0-9]{10}"
    assert columns["ordered_at"].logical_type == "timestamp"
    assert columns["full_name_token"].identifier == "name"
    assert columns["phone_token"].identifier == "phone"
    assert columns["id_number_token"].identifier == "id_number"
    assert columns["amount_fen"].parse == "yuan"
    assert columns["rate_ppm"].parse == "percent"
    assert columns["item_count"].logical_type == "integer"
    assert columns["column_8_code"].enum == ("电话", "线上", "门店")
    assert columns["column_10_date"].date_formats == ("%Y%m%d",)
    assert columns["remark"].scrub
    assert not columns["remark"].required
    assert all(c.required for c in contract.columns if c.name != "remark")


def test_what_may_name_a_person_is_tokenised_and_what_looks_like_money_is_money(
    root: Path,
) -> None:
    rows = [
        {
            "policy_ref": f"PL-{number:04d}",
            "insured_id": f"1101011990{number % 12 + 1:02d}0177{number:03d}"[:17] + "0",
            "masked": f"138****{number:04d}",
            "agent_name": f"{SURNAMES[number % 10]}小{SURNAMES[number // 10]}",
            "premium": f"{number // 3},299.0{number % 10}" if number > 3 else "899.50",
            "loss_ratio": f"0.{number:02d}",
            "signed": f"2026-10-{number % 28 + 1:02d} 10:00:00",
        }
        for number in range(60)
    ]
    contract = scaffolded(root, delimited(rows))
    columns = {column.raw_name: column for column in contract.columns}
    assert columns["insured_id_token"].identifier == "account", "no check digit is right"
    assert columns["masked_token"].identifier == "account"
    assert columns["full_name_token"].identifier == "name"
    assert columns["premium_fen"].parse == "yuan"
    assert columns["loss_ratio"].logical_type == "string"


def test_the_dialect_is_told(root: Path, tmp_path: Path) -> None:
    contract = scaffolded(root, bank_export())
    dialect = contract.dialect
    assert (dialect.delimiter, dialect.padded, dialect.encoding) == (",", True, "gb18030")
    assert dialect.footer == "^合计"


BUILD = """
import sys
from pathlib import Path
from ingest.pipeline import ingest_feed
from tallywatch.build import build
from tallywatch.settings import Keys, Settings
from tallywatch.warehouse import open_warehouse

settings = Settings(home=Path(sys.argv[1]), keys=Keys(b"t" * 32, b"a" * 32, b"v" * 32))
inbox = settings.inbox / "shop_orders"
inbox.mkdir(parents=True)
(inbox / "file").write_bytes(Path(sys.argv[2]).read_bytes())
[report] = ingest_feed(settings, "shop_orders")
assert (report.physical_records, report.reasons) == (120, {}), report
built = build(settings, select="stg_shop_orders", unit_tests=True)
assert built.succeeded, built.failures
with open_warehouse(settings) as warehouse:
    print(warehouse.execute("select count(*) from staging.stg_shop_orders").fetchone()[0])
"""


@pytest.mark.parametrize("kind", ["bank_export", "workbook", "json_lines"])
def test_the_sample_comes_in_and_builds_without_an_edit(kind: str, root: Path) -> None:
    scaffolded(root, SAMPLES[kind]())
    home, sample = str(root.parent / "home"), str(root.parent / "sample")
    assert in_copy(root, "-c", BUILD, home, sample).splitlines()[-1] == "120"


@pytest.mark.parametrize("kind", SAMPLES)
def test_the_test_that_comes_with_it_passes_and_keeps_the_style(kind: str, root: Path) -> None:
    scaffolded(root, SAMPLES[kind]())
    made = f"tests/ingest/feeds/test_{NAME}.py"
    in_copy(root, "-m", "pytest", "-q", "-p", "no:cacheprovider", made)
    in_copy(root, "-m", "ruff", "check", made)
    in_copy(root, "-m", "ruff", "format", "--check", made)


def test_nothing_of_a_person_is_copied(root: Path) -> None:
    before = {path for path in root.rglob("*") if path.is_file()}
    scaffolded(root, bank_export())
    made = [path for path in root.rglob("*") if path.is_file() and path not in before]
    assert len(made) >= 4
    secrets = {cell for row in RECORDS for cell in (row["姓名"], row["手机号码"], row["证件号"])}
    secrets |= {row["订单编号"] for row in RECORDS}
    for path in made:
        text = path.read_text("utf-8")
        assert not [secret for secret in secrets if secret in text], path


def test_an_authorisation_column_asks_for_consent(root: Path) -> None:
    rows = [{"authorisation_id": "A0000001", **row} for row in RECORDS]
    contract = scaffolded(root, delimited(rows), consent_scope="wallet_bills")
    assert contract.consent_scope == "wallet_bills"
    assert {c.holder for c in contract.columns if c.identifier} == {"subject_key"}
    in_copy(
        root,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "tests/ingest/feeds/test_shop_orders.py",
    )


def test_derived_pages_know_the_feed(root: Path) -> None:
    scaffolded(root, SAMPLES["comma"]())
    pages = list((root / "docs/reference/dictionary").glob("feeds-*.md"))
    assert any("## shop_orders" in page.read_text("utf-8") for page in pages)


@pytest.mark.parametrize("content", [b"", b"1,2\n3,4\n", b"name,age\nx,3\n", b"a,b\n"], ids=str)
def test_what_no_feed_can_be_made_of_is_refused(content: bytes, root: Path) -> None:
    with pytest.raises(TerminalError):
        scaffolded(root, content)
    assert not (root / f"ingest/feeds/{NAME}.yaml").exists()


def test_a_sample_may_be_large(tmp_path: Path) -> None:
    sample = tmp_path / "sample"
    sample.write_bytes(delimited([record(n % 900) for n in range(30_000)]))
    assert read_sample(sample).rows == 30_000
