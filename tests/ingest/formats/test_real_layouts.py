"""Real files of banks, brokers and partners: every record is there, in the cells that it has."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.contract_layouts import FixedWidth
from ingest.contracts import Contract, Dialect, Drift
from tests.ingest.formats.deliveries import Content, contract, read

Shared = Callable[[str], Path]
PIPE = Dialect(delimiter="|", padded=True, footer=r"^\|?(?:OFDCFEND|文件结束)")
RDF = ("流水号", "基金公司订单号", "金额", "布尔值", "备注")
BARE = (
    "流水号 基金公司订单号 订单申请时间 普通日期 普通日期时间 普通数字 金额 年龄 长整型 布尔值 备注"
)


def of(file: Path, expected: Contract) -> Content:
    with file.open("rb") as stream:
        return read(stream, expected)


def records_of(file: Path) -> int:
    return len(re.findall(r"(?m)^\|?seq_", file.read_text(encoding="utf-8")))


def evolving(*names: str, formats: tuple[str, ...], dialect: Dialect | None = None) -> Contract:
    return contract(*names, formats=formats, drift=Drift.EVOLVE, dialect=dialect or Dialect())


def test_the_credit_card_bill_of_citic(shared: Shared) -> None:
    (file,) = shared("samples/bank_citic").glob("*.xls")
    content = of(file, evolving("交易日期", "卡末四位", "交易金额", formats=("xls",)))
    assert len(content.rows) == 13
    assert {row[1] for row in content.rows.values()} == {"6688"}
    assert content.rows[4] == ("2024-11-09", "6688", "-0.20")


def test_the_debit_card_bill_of_spdb(shared: Shared) -> None:
    (file,) = shared("samples/bank_spdb").glob("*.xls")
    content = of(
        file, evolving("交易日期", "存入金额", "取出金额", "交易对手账号", formats=("xls",))
    )
    assert list(content.rows) == [3, 4, 5, 6]
    assert content.rows[3] == ("2025/12/03  14:06:51", None, "3.88", "12345678901236500")


def test_the_trades_of_a_broker(shared: Shared) -> None:
    (file,) = shared("samples/broker").glob("*htsec*")
    content = of(file, evolving("证券代码", "成交日期", "成交数量", "操作", formats=("xlsx",)))
    assert len(content.rows) == 10
    assert content.rows[3] == ("513050", "20220112", "13000", "卖")


def test_the_trades_of_a_broker_as_the_tsv_that_another_one_calls_xls(shared: Shared) -> None:
    """No such file is at hand: it is the sheet of the other broker in the layout described."""
    (file,) = shared("samples/broker").glob("*htsec*")
    names = ("证券代码", "证券名称", "成交日期", "成交数量", "操作")
    sheet = of(file, evolving(*names, formats=("xlsx",)))
    lines = ["\t".join(names), *("\t".join(f'="{c}"' for c in r) for r in sheet.rows.values())]
    delivery = "\r\n".join([*lines, ""]).encode("gb18030")
    dialect = Dialect(delimiter="\t", padded=True)
    content = read(delivery, evolving(*names, formats=("delimited", "xls"), dialect=dialect))
    assert list(content.rows.values()) == list(sheet.rows.values())


@pytest.mark.parametrize("kind", ["reader_de", "reader_cm", "meger_summary_de_all", "sort_data_de"])
def test_pipe_files_with_a_header(shared: Shared, kind: str) -> None:
    for file in sorted(shared("samples/partner_fixed_rdf").glob(f"*{kind}*")):
        content = of(file, evolving(*RDF, formats=("delimited",), dialect=PIPE))
        assert len(content.rows) == records_of(file), file.name
        assert not content.faults
        for row in content.rows.values():
            assert (row[0] or "").startswith("seq_")
            assert row[3] in {"true", "false"}


def test_an_empty_pipe_file_in_gbk(shared: Shared) -> None:
    (file,) = shared("samples/partner_fixed_rdf").glob("*empty_de*")
    content = of(file, evolving(*RDF, formats=("delimited",), dialect=PIPE))
    assert (content.rows, content.tally.encoding) == ({}, "gb18030")


def test_pipe_files_without_a_header(shared: Shared) -> None:
    dialect = Dialect(
        delimiter="|", names=tuple(BARE.split()), head=r"^\d+\|[\d.]+$", footer="^OFDCFEND"
    )
    for file in sorted(shared("samples/partner_fixed_rdf").glob("*reader_sp*")):
        content = of(file, evolving(*RDF, formats=("delimited",), dialect=dialect))
        assert len(content.rows) + len(content.faults) == records_of(file), file.name
        assert content.rows[2] == ("seq_0", "inst_seq_0", "10.22", "true", content.rows[2][4])


def test_breach_catalogues(shared: Shared) -> None:
    expected = evolving("Name", "PwnCount", "DataClasses", formats=("json", "json_lines"))
    files = sorted(shared("samples/hibp").glob("*.json"))
    assert files
    for file in files:
        records = json.loads(file.read_bytes())
        content = of(file, expected)
        assert [row[1] for row in content.rows.values()] == [str(r["PwnCount"]) for r in records]


def test_the_settlement_bill_of_a_merchant_in_its_archive(shared: Shared) -> None:
    (file,) = shared("samples/alipay_merchant_bill").glob("*.csv")
    dialect = Dialect(padded=True, footer="^#", ignore_members="汇总")
    expected = evolving(
        "支付宝交易号", "业务类型", "订单金额（元）", formats=("delimited",), dialect=dialect
    )
    alone = of(file, expected)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as target:
        target.write(file, "20880_业务明细.csv")
        target.writestr(
            "20880_业务明细(汇总).csv", "#支付宝业务汇总查询\n门店编号,\n".encode("gb18030")
        )
    assert len(alone.rows) == len(re.findall(rb"(?m)^\d{28}\t", file.read_bytes()))
    assert {row[1] for row in alone.rows.values()} <= {"交易", "退款"}
    assert read(archive.getvalue(), expected).rows == alone.rows


def test_widths_of_a_fund_file_are_bytes_of_gbk() -> None:
    """The file of rdf-file's own tests, written out: no sample of OFDCFDAT is at hand."""
    rows = [f"20151204中国{n} 000{n}00" for n in range(10)]
    head = "OFDCFDAT 20 H0 xxx 20151204 aa bb H0 ll 003 TransactionCfmDate FundCode AvailableVol"
    text = "\n".join([*head.split(), "00000010", *rows, "OFDCFEND"])
    fields = (("TransactionCfmDate", 8), ("FundCode", 6), ("AvailableVol", 6))
    dialect = Dialect(fixed_width=FixedWidth(fields=fields))
    for encoding in ("gb18030", "utf-8"):
        content = read(
            text.encode(encoding),
            evolving("FundCode", "AvailableVol", formats=("fixed_width",), dialect=dialect),
        )
        assert content.rows[15] == ("中国0", "000000")
        assert content.rows[24] == ("中国9", "000900")
        assert content.tally.declared_records == 10
