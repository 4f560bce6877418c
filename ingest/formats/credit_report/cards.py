"""The cards of a detailed report: an account, a claim, a liability, a credit line, a bill."""

from __future__ import annotations

import re

from ingest.formats.credit_report.doubt import doubt
from ingest.formats.credit_report.grids import ACCOUNT_PARTS
from ingest.formats.credit_report.items import Item

CARD = re.compile(r"(账户|授信协议)(\d{1,3})(?:\(授信协议标识:(.+)\))?")
DEBTORS = {"为个人": "person", "为企业": "company"}
CARD_TYPES = {
    "被追偿信息": "claim",
    "相关还款责任信息": "liability",
    "授信协议信息": "credit_line",
    "后付费记录": "postpaid",
}
CLAIMS = {
    "资产处置": "disposal",
    "资产处置业务": "disposal",
    "垫款": "advance",
    "垫款业务": "advance",
}
DUE_CELLS = {
    "account": {
        "institution_name",
        "opened_date",
        "status_code",
        "business_type_name",
        "as_of_date",
    },
    "disposal": {"institution_name", "opened_date", "status_code", "as_of_date"},
    "advance": {"institution_name", "opened_date", "status_code", "as_of_date"},
    "liability": {"institution_name", "debtor", "liability_yuan", "as_of_date"},
    "credit_line": {"institution_name", "agreement_id", "currency_code"},
    "postpaid": {"institution_name", "status_name"},
    "housing_fund": {"place_name", "employer"},
}


def new_item(title: re.Match[str], page: int, part: str, debtor_type: str) -> Item:
    """The item of a card whose title, which matches CARD, begins it.

    Raises:
        DeliveryRefused: the part has no cards.
    """
    kind = ACCOUNT_PARTS.get(part)
    item_type = "account" if kind else CARD_TYPES.get(part)
    if item_type is None:
        raise doubt(page, part, "a card where none is known", "grids")
    cells = {"account_kind_code": kind} if kind else {}
    if title[3]:
        cells["agreement_id"] = title[3]
    if debtor_type:
        cells["debtor_type_code"] = debtor_type
    return Item(item_type, page, cells)


def check_whole(item: Item, part: str) -> None:
    """Tell what a claim is by its business, and see that the item has what makes it one.

    Raises:
        DeliveryRefused: a grid of it is missing.
    """
    if item.item_type == "claim":
        kind = CLAIMS.get(item.cells.get("business_type_name", ""))
        if kind is None:
            raise doubt(item.page, part, "a claim of an unknown kind", "the form's kinds")
        item.item_type = kind
    missing = DUE_CELLS.get(item.item_type, set()) - item.cells.keys()
    if missing:
        found = f"a {item.item_type} without {', '.join(sorted(missing))}"
        raise doubt(item.page, part, found, "all grids of its card")
