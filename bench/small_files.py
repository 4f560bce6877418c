"""Alipay bills as people send them: many files of about forty lines, each under its own grant."""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

from bench.measure import Result, in_child, report
from bench.way import FILES, settings_of
from ingest.pipeline import ingest_feed
from tallywatch.settings import Settings

DELIVERIES, LINES, PEOPLE = 2_000, 40, 200
PER_MINUTE = 2_000
FEED = "alipay_bills"
HEADER = (
    "交易时间,交易分类,交易对方,对方账号,商品说明,收/支,金额,收/付款方式,交易状态,"
    "交易订单号,商家订单号,备注,"
)


def run() -> list[Result]:
    """Files per minute from a full inbox to raw and ledger, consent on."""
    folder = Path(tempfile.mkdtemp(dir=FILES))
    try:
        _deliver(settings_of(folder))
        done = in_child("bench.small_files", str(folder))
    finally:
        shutil.rmtree(folder)
    rate = round(DELIVERIES / done.seconds * 60)
    return [
        Result(
            name="alipay_small_files",
            ours=rate,
            reference=PER_MINUTE,
            ratio=round(rate / PER_MINUTE, 2),
            unit=f"files of {LINES} lines per minute, against the target",
            peak_memory_mb=done.peak_bytes >> 20,
            target=f">= {PER_MINUTE:,} files per minute",
        )
    ]


def _deliver(settings: Settings) -> None:
    grants = [
        {
            "authorisation_id": f"A{person:07}",
            "subject_key": f"S{person:07}",
            "scope_code": "wallet_bills",
            "granted_at": "2020-01-01 00:00:00",
            "expires_at": "2099-01-01 00:00:00",
            "recorded_at": "2020-01-01 00:00:00",
        }
        for person in range(PEOPLE)
    ]
    _put(settings.inbox / "authorisations" / "grants", map(json.dumps, grants), "utf-8")
    ingest_feed(settings, "authorisations")
    for number in range(DELIVERIES):
        folder = settings.inbox / FEED / f"authorisation_id=A{number % PEOPLE:07}"
        _put(folder / f"{number}.csv", _bill(number), "gb18030")


def _bill(number: int) -> list[str]:
    first = number * LINES
    lines = [
        f"2025-03-{line % 28 + 1:02} 12:30:{line % 60:02},餐饮美食,面馆{line * 7 % 3000},"
        f"n{line % 500}@example.com,午餐,支出,{line % 90}.50,余额,交易成功,T{line}\t,M{line}\t,,"
        for line in range(first, first + LINES)
    ]
    title = f"{'-' * 24}支付宝（中国）网络技术有限公司  电子客户回单{'-' * 24}"
    return ["-" * 84, "导出信息：", f"共{LINES}笔记录", title, HEADER, *lines]


def _put(path: Path, lines: Iterable[str], encoding: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding=encoding)


def _take_all(settings: Settings) -> None:
    loaded = sum(report.accepted_records for report in ingest_feed(settings, FEED))
    if loaded != DELIVERIES * LINES:
        raise SystemExit(f"{loaded} rows loaded of {DELIVERIES * LINES}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home", type=Path)
    settings = settings_of(parser.parse_args().home)
    report(lambda: _take_all(settings))
