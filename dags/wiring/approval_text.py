"""The words finance reads before approving a month, in Chinese and English."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tallywatch.money import yuan

if TYPE_CHECKING:
    from publish.close import Draft

DIRECTIONS = {"payable": "应付 payable", "receivable": "应收 receivable"}


def approval_subject(month: str) -> str:
    """One line for the list of required actions."""
    return f"{month} 分润结算审批 · Commission close of {month}"


def approval_body(draft: Draft) -> str:
    """The draft in Markdown; equal drafts give equal text, so that the text can be compared."""
    cut_off = f"{draft.cut_off_at} UTC"
    rows = "\n".join(
        f"| {total.partner_id} | {DIRECTIONS[total.direction_code]} | {total.line_count} "
        f"| {yuan(total.net_fen)} | {yuan(total.tax_fen)} | {yuan(total.gross_fen)} |"
        for total in draft.totals
    )
    return f"""请核对 **{draft.month}** 的分润结算。
数据截止 {cut_off}，共 {draft.line_count} 笔入账。
批准后即入账并出具结算单，不可撤回；以后的更正作为调整项记入其后的月份。

Please check the commission close of **{draft.month}**.
It counts the facts received until {cut_off} and makes {draft.line_count} postings.
Approving posts them and issues the statements; it cannot be undone.
Later corrections become adjustment lines of a later month.

| 合作方 partner | 方向 direction | 笔数 lines | 不含税 net | 税额 VAT | 含税 gross |
|---|---|---:|---:|---:|---:|
{rows}

内容哈希 content hash: `{draft.content_hash}`
"""
