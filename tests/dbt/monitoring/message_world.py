"""Invented people with telephones and accounts: what is planted, and what only looks like it.

Texts go through the door's own derivations: the rows are what a phone's messages become.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa

from ingest.contracts import read_contracts
from ingest.derivations import DERIVATIONS
from tests.dbt.monitoring.worlds import FIRST_DAY, Row, local

CODED, FLOODED, CHAINED, LINED, LEAKED, ENTERED = (f"S000000{n}" for n in range(1, 7))
RECYCLED, JOINING, TRAVELLING, SECOND_SIM, CUSTOMER, NEW = (f"S00000{n}" for n in range(11, 17))
PEOPLE = (
    *(CODED, FLOODED, CHAINED, LINED, LEAKED, ENTERED),
    *(RECYCLED, JOINING, TRAVELLING, SECOND_SIM, CUSTOMER, NEW),
)
CODE = "394820"
SMS = read_contracts()["sms_messages"]
SHOPS = ("光隙影院", "青禾便当", "跃动健身")
ADVERT = "【快汇{}贷】最高额度20万可借，点击领取，回T退订"
HOME, CAPITAL = "330106", "110105"


def received(at: datetime) -> datetime:
    """Half an hour later, as phones report."""
    return at + timedelta(minutes=30)


def sms(subject: str, at: datetime, sender: str, text: str) -> Row:
    """A text message as the door leaves it."""
    texts = {"sender": sender, "body": text, "message": f"{sender}\n{text}"}
    row: dict[str, Any] = {"subject_key": subject, "authorisation_id": subject.replace("S", "A")}
    for column in SMS.columns:
        if column.derive and column.derive.column in texts:
            made = DERIVATIONS[column.derive.function](pa.array([texts[column.derive.column]]))
            row[column.raw_name] = made[0].as_py()
    for name in ("amount_fen", "balance_fen", "credit_left_fen"):
        row[name] = None if row[name] is None else round(float(row[name]) * 100)
    row["has_link"] = row["has_link"] in (True, "true")
    return row | _delivered("sms", subject, at) | {"sent_at": at}


def code(subject: str, at: datetime, name: str) -> Row:
    """A one-time code that `name` sends."""
    return sms(subject, at, "10690000123", f"【{name}】验证码{CODE}，5分钟内有效，请勿告诉他人。")


def entry(subject: str, at: datetime, event: str, **other: Any) -> Row:
    """An event on the person's usual shop, from the usual device, at home."""
    return {
        "authorisation_id": subject.replace("S", "A"),
        "subject_key": subject,
        "platform_code": "taobao",
        "platform_class": "shopping",
        "event_id": f"{subject}-{event}-{at:%Y%m%d%H%M}",
        "event_code": event,
        "account_token": f"ac-{subject}",
        "device_token": f"dv-{subject}",
        "country_code": "CN",
        "city_code": HOME,
        "is_proxy": False,
        "occurred_at": at,
        **_delivered("events", subject, at),
        **other,
    }


def declaration(subject: str, thing_type: str, at: datetime, **other: Any) -> Row:
    """Something that the person declares, from `at` on."""
    return {
        "declaration_id": f"{subject}-{thing_type}-{at:%Y%m%d}",
        "subject_key": subject,
        "thing_type": thing_type,
        "source_code": "person",
        "author_id": subject,
        "holds_from_at": at,
        "recorded_at": at,
        "_received_at": received(at),
        **other,
    }


def lines(subject: str, day: int, count: int) -> Row:
    """An answer about the phone cards under a person's name."""
    at = local(day, 9)
    return {
        "subject_key": subject,
        "authorisation_id": subject.replace("S", "A"),
        "carrier_name": "中国移动",
        "lines_count": count,
        "answered_at": at,
        **_delivered("lines", subject, at),
    }


def hit(number: int, at: datetime, **other: Any) -> Row:
    """A leak watcher's hit."""
    return {
        "watcher_id": "P0001",
        "hit_id": f"H{number}",
        "breach_name": "BlueShop",
        "source_code": "forum",
        "data_classes": '["Phone numbers"]',
        "severity_code": "low",
        "has_password": False,
        "leaked_date": at.date(),
        "found_at": at,
        **_delivered("leaks", str(number), at),
        **other,
    }


def messages() -> list[Row]:
    """Everybody's usual month of their bank, what is planted, and what looks like it."""
    rows = [
        sms(subject, local(day, 12), "95588", f"【工商银行】您尾号1234卡{day + 1}日消费45.00元。")
        for subject in PEOPLE
        if subject != NEW
        for day in (0, 10, 20)
    ]
    rows += [
        code(CODED, local(40, 10), "北海消费金融"),
        *(code(FLOODED, local(40, 21, 10 * n), SHOPS[n % 3]) for n in range(5)),
        code(CHAINED, local(40, 10), "远山小贷"),
        sms(CHAINED, local(41, 9), "10690000124", "【远山小贷】您已成功绑定银行卡，尾号1234。"),
        # The owner before goes on to get codes; advertisers write to everybody.
        *(code(RECYCLED, local(41, 9, n), SHOPS[n % 3]) for n in range(9)),
        *(sms(RECYCLED, local(42, 8, n), "10690000125", ADVERT.format(n)) for n in range(12)),
        code(JOINING, local(40, 10), "北海消费金融"),
        *(code(CUSTOMER, local(40, 10, n), "工商银行") for n in range(12)),
        code(NEW, local(40, 10), "北海消费金融"),
    ]  # fmt: skip
    return rows


def platform_events() -> list[Row]:
    """Usual logins, a stranger's, a registration that was declared, and a journey."""
    rows = [
        entry(subject, local(day, 20), "login")
        for subject in (ENTERED, JOINING, TRAVELLING)
        for day in range(0, 40, 10)
    ]
    rows += [
        entry(ENTERED, local(40, 3), "login", device_token="dv-thief", city_code=CAPITAL),
        entry(JOINING, local(40, 11), "registered", platform_code="beihai", platform_class="loan"),
        entry(TRAVELLING, local(42, 9), "login", city_code=CAPITAL),
        entry(TRAVELLING, local(43, 9), "login", city_code=None, country_code="SG", is_proxy=True),
    ]
    return rows


def declarations() -> list[Row]:
    """What people said of themselves."""
    return [
        declaration(JOINING, "platform", local(39, 9), platform_code="beihai"),
        declaration(JOINING, "institution", local(39, 9), institution_name="北海消费金融有限公司"),
        declaration(
            TRAVELLING, "place", local(41, 9), city_code="110000", holds_until_at=local(50, 0)
        ),
        declaration(SECOND_SIM, "phone_lines", local(30, 9), stated_count=2),
        declaration(LINED, "phone_lines", local(0, 9), stated_count=1),
        declaration(RECYCLED, "phone", local(0, 9), phone_token="ph-old"),
        declaration(RECYCLED, "phone", local(40, 9), phone_token="ph-new"),
    ]


def message_world() -> dict[str, list[Row]]:
    """Raw rows by table."""
    return {
        "raw.authorisations": [
            {
                "authorisation_id": subject.replace("S", "A"),
                "subject_key": subject,
                "scope_code": "sms_messages",
                "granted_at": FIRST_DAY - timedelta(days=1),
                "expires_at": FIRST_DAY + timedelta(days=365),
                "recorded_at": FIRST_DAY - timedelta(days=1),
            }
            for subject in PEOPLE
        ],
        "raw.people": [
            {
                "subject_key": subject,
                "full_name_token": f"nm-{subject}",
                "id_number_token": f"id-{subject}",
                "phone_token": f"ph-{subject}",
                "region_code": "33",
                "registered_at": FIRST_DAY,
                "recorded_at": FIRST_DAY,
                "_received_at": received(FIRST_DAY),
            }
            for subject in PEOPLE
        ],
        "raw.sms_messages": messages(),
        "raw.platform_events": platform_events(),
        "raw.declarations": declarations(),
        "raw.registered_lines": [
            *(lines(LINED, 45, 2), lines(SECOND_SIM, 5, 1), lines(SECOND_SIM, 45, 2)),
        ],
        "raw.leak_watch_hits": [
            hit(1, local(20, 9), phone_token=f"ph-{LEAKED}"),
            hit(2, local(25, 9), id_number_token=f"id-{LEAKED}"),
            hit(3, local(26, 9), phone_token="ph-nobody"),
        ],
        "raw.breach_exposures": [
            {
                "subject_key": LEAKED,
                "authorisation_id": LEAKED.replace("S", "A"),
                "looked_up_token": "ac-1",
                "title": "Blue Shop",
                "breach_name": "BlueShop",
                "accounts_count": 5,
                "data_classes": '["Email addresses"]',
                "breached_date": local(20, 9).date(),
                "added_at": local(27, 9),
                **_delivered("exposures", LEAKED, local(27, 9)),
            }
        ],
    }


def _delivered(feed: str, subject: str, at: datetime) -> Row:
    return {"_delivery_id": f"{feed}-{subject}-{at:%Y%m%d%H%M}", "_received_at": received(at)}
