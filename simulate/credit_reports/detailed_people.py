"""Who is reported on: the first part of a detailed report, and its head."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from simulate.credit_reports.draw import add_months
from simulate.credit_reports.items import Item, made
from simulate.credit_reports.life import Known, Life
from simulate.credit_reports.style import Style

SHOWN = 5


def identity_item(life: Life, style: Style) -> Item:
    education, degree = life.education
    masked = "*" * 14 + life.id_number[-4:]
    return made(
        "identity",
        full_name=life.name,
        id_type_name="身份证",
        document_number=masked if style.is_id_masked else None,
        id_number=None if style.is_id_masked else life.id_number,
        gender_name=life.gender,
        birth_date=life.born,
        marital_status_name=life.marital,
        education_name=education,
        degree_name=degree,
        employment_status_name=life.employment,
        country_name="中国",
        email=f"u{life.id_number[-4:].lower()}@example.com",
        mailing_address=life.addresses[0].value,
        household_address=life.addresses[-1].value,
    )


def document_items(life: Life) -> list[Item]:
    if life.born.day % 5:
        return []
    return [made("document", id_type_name="护照", document_number=f"E{life.id_number[6:14]}")]


def alert_items(life: Life, day: date) -> list[Item]:
    if life.born.day % 7:
        return []
    since = add_months(day, -6)
    return [
        made(
            "fraud_alert",
            content="信息主体声明其身份证件曾遗失请谨慎核实",
            other_phone="021-50000000",
            effective_date=since,
            end_date=add_months(since, 24),
        )
    ]


def objection_items(life: Life, day: date) -> list[Item]:
    """What the centre marks where the person objects to it."""
    if life.born.day % 6:
        return []
    added = add_months(day, -1)
    marks = ("该信息主体对本报告中的账户信息提出异议正在核查", "对查询记录提出异议正在核查")
    count = 1 + life.born.month % 2
    return [made("objection", content=mark, added_date=added) for mark in marks[:count]]


def objection_hints(objections: list[Item]) -> list[Item]:
    """The count of them in the head of the report."""
    if not objections:
        return []
    title = "异议信息提示"
    return [made("summary", summary_name=title, measure_name="笔数", stated_count=len(objections))]


def known_items(known: tuple[Known, ...], day: date, item_type: str, cell: str) -> Iterator[Item]:
    for one in [one for one in known if one.since < day][:SHOWN]:
        yield made(
            item_type, **{cell: one.value}, updated_date=one.since, institution_name=one.institution
        )


def spouse_items(life: Life) -> Iterator[Item]:
    if life.spouse:
        name, number, employer, phone = life.spouse
        yield made(
            "spouse",
            full_name=name,
            id_type_name="身份证",
            id_number=number,
            employer=employer,
            phone=phone,
            institution_name=life.phones[0].institution,
        )


def address_items(life: Life, day: date) -> Iterator[Item]:
    items = known_items(life.addresses, day, "address", "address")
    for place, item in enumerate(items):
        kind = life.addresses[place].extra[0]
        phone = f"0{21 + place}-5{place:07d}" if place % 2 else None
        yield item | made("address", residence_type_name=kind, other_phone=phone)


def employer_items(life: Life, day: date) -> Iterator[Item]:
    items = known_items(life.employers, day, "employer", "employer")
    for place, item in enumerate(items):
        yield item | made(
            "employer",
            employer_type_name=("国有企业", "个体、私营企业", "--")[place % 3],
            employer_address=life.addresses[0].value if place % 2 == 0 else None,
            other_phone=f"021-6{place:07d}",
            occupation_name="商业、服务业人员" if place % 2 else "专业技术人员",
            industry_name=("信息传输、软件和信息技术服务业", "制造业")[place % 2],
            position_name="一般员工",
            title_name=("初级", "--")[place % 2],
            joined_year=2001 + place * 3,
        )
