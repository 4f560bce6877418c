"""The grammar of a brief report's numbered sentences, on folded text without blanks."""

from __future__ import annotations

import re

from ingest.formats.credit_report.clauses import (
    Clause,
    cells_of,
    clause,
    expanded,
    sentence_cells,
)
from ingest.formats.credit_report.items import Cells, boolean
from ingest.formats.credit_report.texts import Unreadable

INSTITUTION = r"(?P<institution_name>[^,。;]+?)"
BUSINESS = r"(?P<business_type_name>[^,。0-9]{0,24}(?:贷款|业务|融资|租赁|信托|透支|分期))"
CURRENCY = r"(?P<currency_code>[^(),。]+?)"
DEBTOR = (
    r"为(?P<debtor>[^,。;]+?)"
    r"\(证件类型:(?P<debtor_id_type_name>[^,]+?),证件号码:(?P<debtor_document_number>[^,]+?)\)"
)


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(expanded(text))


CARD = _pattern(
    rf"<D:opened_date>{INSTITUTION}发放的(?P<business_type_name>准贷记卡|贷记卡)"
    rf"\({CURRENCY}账户(?:,卡片尾号:(?P<card_tail>\d{{4}}))?\)"
)
LOAN = _pattern(
    rf"<D:opened_date>{INSTITUTION}发放的<N:loan_yuan>元\({CURRENCY}\){BUSINESS}(?=[,。])"
)
LINE = _pattern(
    rf"<D:opened_date>{INSTITUTION}为{BUSINESS}授信,额度有效期至<D:due_date>,"
    r"(?P<revolving>不?可循环使用)"
)
DISPOSAL = _pattern(
    rf"<D:opened_date>,{INSTITUTION}接收债权,金额为<N:claim_yuan>。"
    r"截至<D:as_of_date>,余额为<N:balance_yuan>(?:,最近一次还款日期为<D:last_paid_date>)?。"
)
ADVANCE = _pattern(rf"<D:opened_date>以来{INSTITUTION}累计代偿金额<N:claim_yuan>(?=。)")
LIABILITY = _pattern(
    rf"<D:opened_date>,{DEBTOR}在{INSTITUTION}办理的贷款承担相关还款责任,"
    r"责任人类型为(?P<role_name>[^,。]+?),相关还款责任金额<N:liability_yuan>"
    r"(?:\(保证合同编号:(?P<contract_number>[^()]+?)\))?。"
    rf"截至<D:as_of_date>,(?:贷款)?余额<N:balance_yuan>\({CURRENCY}\)。"
)
GUARANTEE = _pattern(
    rf"<D:opened_date>,{DEBTOR}在{INSTITUTION}办理的贷款提供担保,"
    r"担保贷款合同金额<N:loan_yuan>,担保金额<N:liability_yuan>。"
    r"截至<D:as_of_date>,担保贷款(?:本金)?余额<N:balance_yuan>。"
)

ENDINGS = (
    clause(r"(?:截至)?<M:closed_month>已?销户", status_code="closed"),
    clause(r"(?:截至)?<M:closed_month>已?结清", status_code="settled"),
    clause(r"(?:截至)?<M:closed_month>已?转出", status_code="transferred"),
)
STANDING = (
    *ENDINGS,
    clause(r"截至<D:as_of_date>"),
    clause(r"截至<M:as_of_month>"),
    clause(r"尚未激活", status_code="unused"),
    clause(r"账户状态为[\"“”]?呆账[\"“”]?", status_code="bad_debt"),
    clause(r"当前无逾期", is_overdue="false"),
    clause(r"当前有逾期", is_overdue="true"),
    clause(r"逾期金额为?<N:overdue_yuan>"),
    clause(r"最近5年内有(?P<overdue_months_count>\d{1,2})个月处于逾期状态"),
    clause(r"没有发生过90天以上逾期", overdue_90_days_months_count="0"),
    clause(r"其中(?P<overdue_90_days_months_count>\d{1,2})个月逾期超过90天"),
)
CARD_CLAUSES: tuple[Clause, ...] = (
    *STANDING,
    clause(r"信用额度(?:折合人民币)?<N:credit_limit_yuan>"),
    clause(r"已使用额度(?:折合人民币)?<N:used_yuan>"),
    clause(r"余额(?:折合人民币)?<N:balance_yuan>"),
    clause(r"\(含未出单的大额专项分期余额<N:unbilled_instalment_yuan>\)"),
    clause(r"透支余额(?:折合人民币)?<N:overdraft_yuan>"),
)
LOAN_CLAUSES: tuple[Clause, ...] = (
    *STANDING,
    clause(r"<D:due_date>到期"),
    clause(r"余额(?:折合人民币)?<N:balance_yuan>"),
)
LINE_CLAUSES: tuple[Clause, ...] = (
    *STANDING,
    clause(rf"信用额度<N:credit_limit_yuan>元\({CURRENCY}\)"),
    clause(r"余额为?<N:balance_yuan>"),
)
ADVANCE_CLAUSES: tuple[Clause, ...] = (
    ENDINGS[1],
    clause(r"最近一次还款日期为<D:last_paid_date>"),
    clause(r"余额为?<N:balance_yuan>"),
)


def sentence_item(text: str) -> tuple[str, Cells]:
    """Item type and cells of a numbered sentence, its number left out.

    Raises:
        Unreadable: no grammar, or more than one, understands it.
    """
    heads = [(p.match(text), reader) for p, reader in _GRAMMARS]
    matched = [(match, reader) for match, reader in heads if match]
    if len(matched) != 1:
        raise Unreadable("a sentence that one grammar understands")
    match, reader = matched[0]
    return reader(match)


def _card(match: re.Match[str]) -> tuple[str, Cells]:
    cells = sentence_cells(match, CARD_CLAUSES)
    is_quasi = cells["business_type_name"] == "准贷记卡"
    return _standing(cells, "quasi_credit_card" if is_quasi else "credit_card")


def _loan(match: re.Match[str]) -> tuple[str, Cells]:
    return _standing(sentence_cells(match, LOAN_CLAUSES), "non_revolving_loan")


def _line(match: re.Match[str]) -> tuple[str, Cells]:
    cells = sentence_cells(match, LINE_CLAUSES)
    is_revolving = cells.pop("revolving") == "可循环使用"
    cells["is_revolving"] = boolean(is_revolving)
    return _standing(cells, "revolving_loan" if is_revolving else "revolving_sub_account")


def _standing(cells: Cells, kind: str) -> tuple[str, Cells]:
    cells.setdefault("status_code", "active")
    cells["account_kind_code"] = kind
    if "closed_month" not in cells and not all(cells.keys() & some for some in _due(cells)):
        raise Unreadable("all that is said of an account in that state")
    return "account", cells


def _due(cells: Cells) -> list[set[str]]:
    """Of each set, an account that is not closed must have one cell."""
    due = [{"as_of_date", "as_of_month"}]
    if not cells["account_kind_code"].endswith("card"):
        return [*due, {"due_date"}, {"balance_yuan"}]
    due.append({"credit_limit_yuan"})
    return due if cells["status_code"] == "unused" else [*due, {"used_yuan", "overdraft_yuan"}]


def _advance(match: re.Match[str]) -> tuple[str, Cells]:
    cells = sentence_cells(match, ADVANCE_CLAUSES)
    cells.setdefault("status_code", "active")
    if cells["status_code"] == "active" and "balance_yuan" not in cells:
        raise Unreadable("a balance of what is not settled")
    return "advance", cells


def _whole(item_type: str, match: re.Match[str]) -> tuple[str, Cells]:
    if match.end() != len(match.string):
        raise Unreadable("nothing behind the sentence")
    return item_type, cells_of(match)


def _liability(match: re.Match[str]) -> tuple[str, Cells]:
    item_type, cells = _whole("liability", match)
    is_person = bool(
        re.search(r"身份证|护照|通行证|军官证|居留|户口簿", cells["debtor_id_type_name"])
    )
    return item_type, cells | {"debtor_type_code": "person" if is_person else "company"}


def _disposal(match: re.Match[str]) -> tuple[str, Cells]:
    return _whole("disposal", match)


_GRAMMARS = (
    (CARD, _card),
    (LOAN, _loan),
    (LINE, _line),
    (DISPOSAL, _disposal),
    (ADVANCE, _advance),
    (LIABILITY, _liability),
    (GUARANTEE, _liability),
)
