"""A statement as one flat CSV: balances, postings and totals, told apart by `row_type`."""

from __future__ import annotations

from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc

from publish.csv_cells import to_csv
from publish.statement_model import Account, Statement

HEADINGS = {
    "row_type": "行类型 row_type",
    "statement_number": "结算单号 statement_number",
    "month": "结算期 month",
    "partner_id": "合作伙伴编号 partner_id",
    "partner_name": "合作伙伴 partner_name",
    "direction_code": "方向 direction_code",
    "reason_code": "原因 reason_code",
    "origin_month": "归属月 origin_month",
    "agreement_id": "协议 agreement_id",
    "product_code": "产品 product_code",
    "deal_type": "计佣方式 deal_type",
    "deal_id": "成交号 deal_id",
    "tier_number": "档位 tier_number",
    "base_yuan": "计佣基数(元) base_yuan",
    "rate_percent": "费率(%) rate_percent",
    "net_yuan": "不含税(元) net_yuan",
    "tax_rate_percent": "税率(%) tax_rate_percent",
    "tax_yuan": "税额(元) tax_yuan",
    "gross_yuan": "含税(元) gross_yuan",
    "balance_yuan": "余额(元) balance_yuan",
    "rule_version": "规则版本 rule_version",
    "terms_valid_from": "条款生效 terms_valid_from",
    "terms_known_from": "条款获知(UTC) terms_known_from",
    "line_key": "行标识 line_key",
    "posting_id": "过账编号 posting_id",
    "source_delivery_id": "来源交付 source_delivery_id",
    "source_line_number": "行号 source_line_number",
}
_YUAN = {
    "base_fen": "base_yuan",
    "net_fen": "net_yuan",
    "tax_fen": "tax_yuan",
    "gross_fen": "gross_yuan",
}
_PERCENT = {"rate_ppm": "rate_percent", "tax_rate_ppm": "tax_rate_percent"}


def to_statement_csv(statement: Statement) -> bytes:
    """The CSV's bytes: per direction the opening balance, the postings, the total, the closing."""
    parts = []
    for account in statement.accounts:
        mine = statement.postings.filter(pc.field("direction_code") == account.direction_code)
        parts += [
            _balance(account, "opening_balance", account.opening_fen),
            _posted(mine),
            _total(account),
            _balance(account, "closing_balance", account.closing_fen),
        ]
    rows = pa.concat_tables(parts, promote_options="permissive")
    same = {
        "statement_number": statement.number,
        "month": statement.month,
        "partner_id": statement.partner_id,
        "partner_name": statement.partner_name,
    }
    for name, value in same.items():
        rows = rows.append_column(name, pa.repeat(value, rows.num_rows))
    return to_csv(rows.select(list(HEADINGS)), HEADINGS)


def _posted(postings: pa.Table) -> pa.Table:
    columns = {"row_type": postings.column("posting_type")}
    for name in postings.column_names:
        if name in _YUAN:
            columns[_YUAN[name]] = _scaled(postings.column(name), 2)
        elif name in _PERCENT:
            columns[_PERCENT[name]] = _scaled(postings.column(name), 4)
        elif name == "terms_known_from":
            columns[name] = postings.column(name).cast(pa.timestamp("s"), safe=False)
        elif name in HEADINGS and name not in {"partner_id", "partner_name"}:
            columns[name] = postings.column(name)
    empty = pa.nulls(postings.num_rows, pa.decimal128(21, 2))
    return pa.table(columns | {"balance_yuan": empty})


def _balance(account: Account, row_type: str, fen: int) -> pa.Table:
    return pa.table(
        {
            "row_type": [row_type],
            "direction_code": [account.direction_code],
            "balance_yuan": _scaled(pa.chunked_array([[fen]], pa.int64()), 2),
        }
    )


def _total(account: Account) -> pa.Table:
    sums = {
        f"{name}_yuan": _scaled(
            pa.chunked_array([[getattr(account.total, f"{name}_fen")]], pa.int64()), 2
        )
        for name in ("net", "tax", "gross")
    }
    return pa.table({"row_type": ["total"], "direction_code": [account.direction_code], **sums})


def _scaled(integers: pa.ChunkedArray, digits: int) -> pa.ChunkedArray:
    """Integers as decimals with the point moved `digits` to the left, exactly."""
    step = pa.scalar(Decimal(1).scaleb(-digits))
    return pc.multiply(integers.cast(pa.decimal128(19, 0)), step).cast(pa.decimal128(21, digits))
