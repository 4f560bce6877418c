"""A small service with one person in it of whom every identifier is a canary."""

from __future__ import annotations

import gzip
import io
import json
import shutil
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from expectations.gates import check_raw, check_release
from expectations.page import write_page
from ingest.pipeline import feeds_in_order, ingest_feed
from publish.evidence import make_pack
from publish.extracts import Request, write_extract
from publish.release import connect, make_release
from simulate import simulate
from tallywatch.build import build
from tallywatch.settings import Settings
from tallywatch.warehouse import open_warehouse
from tests.chaos.killed import CANARY
from tests.ingest.deliveries import alipay, deal, deals_csv, put

NEIGHBOUR = "S9000002"
GRANT, OTHER_GRANT, NEIGHBOURS_GRANT = "A9000001", "A9000003", "A9000002"
NAME = "金丝雀·试验"
PHONE = "13912340987"
ID_NUMBER = "11010519491231002X"
EMAIL = "canary.person@example.com"
PAYEE = "金丝雀商行"
ACCOUNT = "canary.shop@example.com"
ADDRESS = "金丝雀路88号"
CLEAR = (NAME, PHONE, ID_NUMBER, EMAIL, PAYEE, ACCOUNT, ADDRESS)
ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "gb18030")


def bill_row(number: int, payee: str = "示例面馆", account: str = "/", remark: str = "") -> str:
    """One line of an Alipay export."""
    cells = [
        f"2026-10-{number % 27 + 1:02d} 21:32:14",
        *("餐饮美食", payee, account, "午餐", "支出", "49.74", "余额", "交易成功"),
        *(f"20261012{number:06d}\t", f"M{number}\t", remark, ""),
    ]
    return "   ,".join(cells)


def deliver(settings: Settings) -> None:
    """The simulated service, and beside it the canary and a neighbour."""
    simulate(settings.inbox, people=60, seed=3)
    for truth in settings.home.rglob("truth*.json"):
        truth.unlink()
    person = {
        "region_code": "31",
        "registered_at": "2026-01-01 00:00:00",
        "recorded_at": "2026-01-01 00:00:00",
    }
    canary = person | {
        "subject_key": CANARY,
        "full_name": NAME,
        "phone": PHONE,
        "id_number": ID_NUMBER,
        "email": EMAIL,
    }
    neighbour = person | {
        "subject_key": NEIGHBOUR,
        "full_name": "邻居",
        "phone": "13700001111",
        "id_number": "440524188001010014",
    }
    faulty = canary | {"id_number": "not a number", "recorded_at": "2026-02-01 00:00:00"}
    lines(settings, "people", "canary", neighbour, canary, faulty)
    lines(settings, "people", "faulty", faulty)
    grant = {
        "scope_code": "wallet_bills",
        "granted_at": "2026-01-01 00:00:00",
        "expires_at": "2027-01-01 00:00:00",
        "recorded_at": "2026-01-01 00:00:00",
    }
    lines(
        settings,
        "authorisations",
        "canary",
        grant | {"authorisation_id": GRANT, "subject_key": CANARY},
        grant | {"authorisation_id": OTHER_GRANT, "subject_key": CANARY},
        grant | {"authorisation_id": NEIGHBOURS_GRANT, "subject_key": NEIGHBOUR},
    )
    remark = f"送到上海市徐汇区{ADDRESS}1203室 电话{PHONE}"
    bill = alipay(bill_row(1, PAYEE, ACCOUNT, remark), bill_row(2), bill_row(3).replace("49", "x"))
    put(settings, "alipay_bills", bill, f"authorisation_id={GRANT}/{NAME}.csv")
    put(
        settings,
        "alipay_bills",
        alipay(bill_row(4, "别处")),
        f"authorisation_id={OTHER_GRANT}/b.csv",
    )
    put(settings, "alipay_bills", b"\x00 nothing", f"authorisation_id={GRANT}/broken.csv")
    both = alipay(bill_row(5, PAYEE), bill_row(6))
    put(settings, "alipay_bills", both, f"authorisation_id={NEIGHBOURS_GRANT}/b.csv")
    deals = [deal(n, deal_id=f"CANARY{n}", customer_phone=p) for n, p in enumerate([PHONE, "1"])]
    put(settings, "partner_deals", deals_csv(deal(900), *deals, deal(901)), "canary.csv")
    check = {"method_code": "face", "outcome_code": "passed", "verified_at": "2026-01-02 00:00:00"}
    lines(
        settings,
        "verifications",
        "canary",
        check | {"verification_id": "VC1", "subject_key": CANARY},
        check | {"verification_id": "VC2", "subject_key": NEIGHBOUR},
    )
    paid = {
        "paid_for_code": "subscription",
        "paid_for_id": "SUB1",
        "method_code": "alipay",
        "price_fen": "1990",
        "coupon_discount_fen": "0",
        "points_discount_fen": "0",
        "amount_fen": "1990",
        "status_code": "succeeded",
        "requested_at": "2026-01-03 00:00:00",
        "recorded_at": "2026-01-03 00:00:00",
    }
    lines(
        settings,
        "payments",
        "canary",
        paid | {"payment_id": "PC1", "subject_key": CANARY},
        paid | {"payment_id": "PC2", "subject_key": NEIGHBOUR},
    )


def lines(settings: Settings, feed: str, name: str, *rows: dict[str, str]) -> None:
    """Deliver JSON lines."""
    content = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    put(settings, feed, content.encode(), f"{name}.jsonl")


def ingest_all(settings: Settings) -> None:
    """Take in and load every feed for which something waits."""
    for feed in feeds_in_order():
        if (settings.inbox / feed).is_dir():
            ingest_feed(settings, feed)
            shutil.rmtree(settings.inbox / feed)


def publish_all(settings: Settings) -> None:
    """Build, check, release, extract, an evidence pack, and the page of the gates."""
    report = build(settings)
    assert report.succeeded, report.failures
    raw, release = check_raw(settings), check_release(settings)
    assert raw.passed, raw.failures
    assert release.passed, release.failures
    write_page(settings)
    make_release(settings)
    write_extract(settings, "alerts_open", Request(formats=("csv", "xlsx", "jsonl")))
    with connect(settings) as release:
        alert = release.execute(
            "select alert_id from xtr_alerts order by subject_key, alert_id limit 1"
        ).fetchone()
    if alert:
        make_pack(settings, alert[0], is_zipped=True)


def places_with(home: Path, words: Iterable[str]) -> dict[str, list[str]]:
    """Files under `home` in which a word is, packed or not, in any of the encodings."""
    wanted = {word: [word.encode(e) for e in ENCODINGS] for word in words}
    found: dict[str, list[str]] = {}
    for path in sorted(p for p in home.rglob("*") if p.is_file() and not p.is_symlink()):
        for content in contents(path):
            for word, forms in wanted.items():
                if any(form in content for form in forms):
                    found.setdefault(word, []).append(str(path.relative_to(home)))
        name = str(path.relative_to(home))
        for word in wanted:
            if word in name:
                found.setdefault(word, []).append(f"the name {name}")
    return found


def contents(path: Path) -> Iterator[bytes]:
    """The bytes of a file, and what is in it where it is packed."""
    content = path.read_bytes()
    yield content
    if content[:4] == b"PAR1":
        yield str(pq.read_table(path).to_pydict()).encode()
    elif content[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for member in archive.namelist():
                yield archive.read(member)
    elif content[:2] == b"\x1f\x8b":
        yield gzip.decompress(content)


def cells_with(connection: duckdb.DuckDBPyConnection, words: Iterable[str]) -> list[str]:
    """Tables in which a word is; DuckDB packs texts, so bytes alone do not tell."""
    found = []
    tables = connection.execute(
        "select table_schema || '.' || table_name from information_schema.tables "
        "where table_catalog = current_database() and table_type = 'BASE TABLE'"
    ).fetchall()
    for (table,) in tables:
        for word in words:
            row = connection.execute(
                f"select count(*) from {table} as t where contains(to_json(t)::varchar, ?)", [word]
            ).fetchone()
            if row and row[0]:
                found.append(f"{table}: {word}")
    return found


def tables_with(settings: Settings, words: Iterable[str]) -> list[str]:
    """Tables of the warehouse and of the current release in which a word is."""
    words = list(words)
    with open_warehouse(settings) as warehouse:
        found = cells_with(warehouse, words)
    with connect(settings) as release:
        return found + cells_with(release, words)
