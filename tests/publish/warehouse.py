"""A small invented warehouse in the shapes that ingest and the marts have."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from tallywatch.settings import Settings

TABLES = Path(__file__).with_name("warehouse.sql")
LOADED_AT = datetime(2026, 11, 8, 0, 30)
RECEIVED_AT = datetime(2026, 11, 7, 18, 0)
CUT_OFFS = {"2026-09": datetime(2026, 10, 8), "2026-10": datetime(2026, 11, 8)}
FEEDS = ("alipay_bills", "wechat_bills", "partner_deals", "partner_agreements", "people")
RULES = {
    "IM-BK-011": ("金额异常", "Amount outlier", "medium"),
    "IM-BK-012": ("夜间高额连发", "Night burst", "high"),
    "IM-BK-013": ("首次收款方大额", "Large first-time payee", "medium"),
    "IM-MT-025": ("监测盲区", "Blind spot", "medium"),
}
PARTNERS = {
    "P0001": ("云杉信息技术（杭州）有限公司", "payable", "percentage"),
    "P0002": ("北辰 & 南斗数据服务有限公司", "payable", "graduated"),
    "P0003": ("晨曦法律科技有限公司", "receivable", "percentage"),
    "P0004": ("=双向合作伙伴", "payable", "percentage"),
}


@dataclass
class World:
    """What is put into the warehouse; tests change it before `put`."""

    postings: list[dict[str, Any]] = field(default_factory=list)
    alerts: list[dict[str, Any]] = field(default_factory=list)
    lines: list[dict[str, Any]] = field(default_factory=list)
    partners: dict[str, tuple[str, str, str]] = field(default_factory=lambda: dict(PARTNERS))
    loaded_at: datetime = LOADED_AT

    def put(self, settings: Settings) -> None:
        """Replace the warehouse of `settings` by this world."""
        settings.home.mkdir(parents=True, exist_ok=True)
        settings.warehouse.unlink(missing_ok=True)
        with duckdb.connect(str(settings.warehouse)) as con:
            self.fill(con)

    def fill(self, con: duckdb.DuckDBPyConnection) -> None:
        """Make the schemas `ledger` and `marts` in an empty database."""
        tables, marts = TABLES.read_text(encoding="utf-8").split("-- marts")
        con.execute(tables)
        _insert(con, "ledger.batches", _batches(self.loaded_at))
        _insert(con, "ledger.rejected_rows", _rejected())
        _insert(con, "marts.fct_commission_postings", self.postings)
        _insert(con, "marts.fct_alerts", self.alerts)
        _insert(con, "marts.rpt_rule_exits", _exits())
        _insert(
            con,
            "marts.dim_partners",
            [{"partner_id": p, "partner_name": name} for p, (name, *_) in self.partners.items()],
        )
        _insert(
            con,
            "rules",
            [
                {"rule_id": rule_id, "rule_name_zh": zh, "rule_name_en": en}
                for rule_id, (zh, en, _) in RULES.items()
            ],
        )
        _insert(con, "marts.fct_commission_lines", self.lines)
        _insert(con, "marts.rpt_unmatched_deals", _unmatched())
        con.execute(marts)


def small_world() -> World:
    """Two closed months of four partners, some alerts, some rejected rows."""
    chance = random.Random(11)
    return World(
        postings=list(_postings(chance)),
        alerts=[alert(number) for number in range(24)],
        lines=[_open_line(number) for number in range(3)],
    )


def posting(number: int, **changes: Any) -> dict[str, Any]:
    """One posting, of P0001 in September unless told otherwise; net + tax = gross."""
    row = {
        "posting_id": f"{number:064x}",
        "posting_month": "2026-09",
        "origin_month": "2026-09",
        "line_key": f"{number * 7919:064x}",
        "agreement_id": "AG0001",
        "partner_id": "P0001",
        "direction_code": "payable",
        "product_code": "monitoring_year",
        "deal_type": "percentage",
        "deal_id": f"D{number:06d}",
        "tier_number": None,
        "posting_type": "earned",
        "reason_code": "earned",
        "base_fen": 39_900,
        "rate_ppm": 120_000,
        "net_fen": 4_517,
        "tax_fen": 271,
        "tax_rate_ppm": 60_000,
        "rule_version": "1.0.0",
        "terms_valid_from": datetime(2026, 1, 1).date(),
        "terms_known_from": datetime(2025, 12, 20, 3, 0),
        "source_delivery_id": f"partner_deals-{number % 9:012d}",
        "source_line_number": number,
    } | changes
    return row | {
        "gross_fen": row["net_fen"] + row["tax_fen"],
        "cut_off_at": CUT_OFFS.get(row["posting_month"], LOADED_AT),
    }


def alert(number: int, **changes: Any) -> dict[str, Any]:
    """One alert."""
    rule_id = sorted(RULES)[number % 4]
    severity = RULES[rule_id][2]
    started = datetime(2026, 10, 1, 15, 30) + timedelta(hours=7 * number)
    evidence = {"amount_fen": 880_000 + number, "past_p95_fen": 120_000}
    return {
        "alert_id": f"{number * 104_729 + 1:064x}",
        "rule_id": rule_id,
        "rule_version": "1.0.0",
        "dedup_key": f"payee-{number % 5}",
        "subject_key": f"S{number % 7:07d}",
        "feed": "alipay_bills",
        "stage_code": "S5",
        "severity_code": severity,
        "status_code": "suppressed" if number % 8 == 5 else "live",
        "episode_started_at": started,
        "episode_ended_at": started + timedelta(hours=2),
        "flag_count": 1 + number % 3,
        "base_score": 15,
        "confidence_ppm": 800_000,
        "first_available_at": started + timedelta(days=1),
        "first_detected_at": started + timedelta(days=1, minutes=5),
        "evidence": json.dumps(evidence),
        "delivery_id": f"alipay_bills-{number:012d}",
        "line_number": 20 + number,
    } | changes


def write_gates(
    settings: Settings,
    *,
    seen: datetime | None = LOADED_AT,
    failed: str | None = None,
    severity: str = "critical",
) -> None:
    """Leave results of both gates; `failed` names one whose last check does not hold."""
    settings.quality.mkdir(parents=True, exist_ok=True)
    for gate in ("raw", "release"):
        faulty = failed == gate
        checks = [_check(gate, number) for number in range(6)]
        if faulty:
            checks[-1] |= {
                "passed": False,
                "severity": severity,
                "unexpected_count": 3,
                "where": ["partner_deals-000000000003:17"],
            }
        report = {
            "gate": gate,
            "run_at": datetime(2026, 11, 8, 0, 40, tzinfo=UTC).isoformat(),
            "passed": not (faulty and severity == "critical"),
            "seconds": 1.5,
            "last_loaded_at": seen.isoformat() if seen else None,
            "checks": checks,
        }
        (settings.quality / f"{gate}.json").write_text(json.dumps(report), encoding="utf-8")


def _check(gate: str, number: int) -> dict[str, Any]:
    return {
        "suite": f"{gate}_suite",
        "table": "marts.fct_commission_postings",
        "column": "gross_fen",
        "expectation": f"is never null ({number})",
        "expectation_type": "expect_column_values_to_not_be_null",
        "severity": "critical",
        "passed": True,
        "unexpected_count": 0,
        "observed": "",
        "where": [],
    }


def _postings(chance: random.Random) -> Iterable[dict[str, Any]]:
    number = 0
    for month in CUT_OFFS:
        for partner_id, (_, direction, deal_type) in PARTNERS.items():
            for index in range(4 if deal_type == "graduated" else 18):
                number += 1
                yield _earned(chance, number, month, partner_id, direction, deal_type, index)
        number += 1
        yield _earned(chance, number, month, "P0004", "receivable", "percentage", 99)
    changes = (
        ("P0001", "late_deal", 1),
        ("P0001", "reversal", -1),
        ("P0001", "terms_corrected", 1),
        ("P0002", "tier_rerated", -1),
        ("P0003", "amended_deal", -1),
    )
    for partner_id, reason, sign in changes:
        number += 1
        row = _earned(chance, number, "2026-10", partner_id, *PARTNERS[partner_id][1:], 1)
        amounts = {name: sign * row[name] for name in ("base_fen", "net_fen", "tax_fen")}
        yield posting(
            number,
            **{name: row[name] for name in row if name not in {"gross_fen", "cut_off_at"}}
            | amounts
            | {"origin_month": "2026-09", "posting_type": "adjustment", "reason_code": reason},
        )


def _earned(
    chance: random.Random,
    number: int,
    month: str,
    partner_id: str,
    direction: str,
    deal_type: str,
    index: int,
) -> dict[str, Any]:
    base = chance.randrange(9_900, 3_000_000)
    net = base * 120_000 // 1_000_000
    tier = index + 1 if deal_type == "graduated" else None
    deal = None if tier else ("=1+1" if index == 3 else f"D{number:06d}")
    return posting(
        number,
        posting_month=month,
        origin_month=month,
        partner_id=partner_id,
        agreement_id=f"AG{partner_id[1:]}",
        direction_code=direction,
        deal_type=deal_type,
        deal_id=deal,
        tier_number=tier,
        base_fen=base,
        net_fen=net,
        tax_fen=(net * 6 + 50) // 100,
    )


def _batches(loaded_at: datetime) -> list[dict[str, Any]]:
    rows = []
    for number, feed in enumerate(FEEDS * 3):
        refused = number == 7
        accepted = 0 if refused else 1_200 + 37 * number
        rejected = 0 if refused else number % 4 * 6
        rows.append(
            {
                "delivery_id": f"{feed}-{number:012d}",
                "feed": feed,
                "status_code": "refused" if refused else "loaded",
                "file_sha256": f"{number:064x}",
                "received_at": RECEIVED_AT - timedelta(hours=number),
                "loaded_at": loaded_at - timedelta(minutes=number),
                "physical_records": accepted + rejected,
                "accepted_records": accepted,
                "rejected_records": rejected,
                "reason_code": "header_missing" if refused else None,
                "found": "no line holds the column amount" if refused else None,
                "expected": "a header with every required column" if refused else None,
                "remedy": "ask the sender for the layout agreed" if refused else None,
            }
        )
    return rows


def _rejected() -> list[dict[str, Any]]:
    reasons = ("consent_missing", "not_a_number", "required_missing", "date_impossible")
    return [
        {
            "feed": FEEDS[number % 3],
            "delivery_id": f"{FEEDS[number % 3]}-{number % 15:012d}",
            "line_number": number,
            "column_name": "amount_fen" if number % 4 else None,
            "reason_code": reasons[number % 4],
        }
        for number in range(60)
    ]


def _exits() -> list[dict[str, Any]]:
    return [
        {
            "rule_id": rule_id,
            "feed": "alipay_bills",
            "exit_reason": reason,
            "row_count": 10 + 7 * number,
            "subject_count": 3,
        }
        for number, rule_id in enumerate(sorted(RULES))
        for reason in ("insufficient_history", "consent_withdrawn")
    ]


def _unmatched() -> list[dict[str, Any]]:
    reasons = ("pending", "pending", "no_agreement")
    return [
        {"partner_id": "P0001", "deal_id": f"U{number}", "reason_code": reason}
        for number, reason in enumerate(reasons)
    ]


def _open_line(number: int) -> dict[str, Any]:
    return {
        "line_key": f"{number:064x}",
        "partner_id": "P0001",
        "direction_code": "payable",
        "deal_type": "percentage",
        "origin_month": "2026-11",
        "net_fen": 1_000,
        "tax_fen": 60,
        "gross_fen": 1_060,
        "rule_version": "1.0.0",
    }


def _insert(con: duckdb.DuckDBPyConnection, table: str, rows: list[dict[str, Any]]) -> None:
    if rows:
        arrow_rows = pa.Table.from_pylist(rows)
        con.register("arrow_rows", arrow_rows)
        con.execute(f"insert into {table} by name select * from arrow_rows")
        con.unregister("arrow_rows")
