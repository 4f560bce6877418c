"""Movements as banks and wallets show them: bank statements, Alipay and WeChat bills."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from simulate.columns import joined, number_text
from simulate.population import movements as kinds
from simulate.population import places
from simulate.population.delivery import Post, Rhythm, Sent
from simulate.population.movements import NOWHERE, Movements
from simulate.population.people import ALIPAY, CREDIT_CARD, DEBIT, SECOND, WECHAT, People
from simulate.population.ragged import blanked, coded, dates, instants
from simulate.population.tokens import Tokens

BANK_CODES = ("ICBC", "ABC", "BOC", "CCB", "BOCOM", "CMB", "PSBC", "CIB")
ACCOUNTS = 8
BANK = Rhythm(scope="bank_statements", is_exported=True)
WALLET = Rhythm(scope="wallet_bills", is_exported=True)
MOST_OPENING_FEN = 8_000_000


@dataclass(frozen=True)
class Shown:
    """How a bank and the wallets name a kind of movement, and the channel at the bank."""

    bank: str
    alipay: str
    wechat: str
    channel: str


SHOWN = {
    kinds.PURCHASE: Shown("消费", "餐饮美食", "商户消费", "POS"),
    kinds.ONLINE: Shown("网上支付", "日用百货", "商户消费", "网上支付"),
    kinds.TRANSFER_OUT: Shown("转账支取", "转账红包", "转账", "手机银行"),
    kinds.TRANSFER_IN: Shown("转账存入", "转账红包", "转账", "手机银行"),
    kinds.SALARY: Shown("代发工资", "收入", "转账", "代发"),
    kinds.RENT: Shown("转账支取", "住房物业", "转账", "手机银行"),
    kinds.MORTGAGE: Shown("贷款还款", "信用借还", "商户消费", "批量"),
    kinds.UTILITY_BILL: Shown("代扣缴费", "充值缴费", "商户消费", "批量"),
    kinds.PREMIUM: Shown("代扣保费", "保险", "商户消费", "批量"),
    kinds.TUITION: Shown("转账支取", "教育培训", "商户消费", "手机银行"),
    kinds.MEDICAL: Shown("消费", "医疗健康", "商户消费", "POS"),
    kinds.RED_PACKET_OUT: Shown("转账支取", "转账红包", "微信红包", "手机银行"),
    kinds.RED_PACKET_IN: Shown("转账存入", "转账红包", "微信红包", "手机银行"),
    kinds.CASH: Shown("取现", "其他", "零钱提现", "ATM"),
    kinds.INTEREST: Shown("结息", "投资理财", "商户消费", "批量"),
    kinds.FEE: Shown("账户管理费", "其他", "商户消费", "批量"),
    kinds.REFUND: Shown("退款", "退款", "商户消费-退款", "网上支付"),
    kinds.CARD_REPAYMENT: Shown("信用卡还款", "信用借还", "信用卡还款", "手机银行"),
    kinds.TOP_UP: Shown("快捷支付", "其他", "零钱通转入", "网上支付"),
    kinds.BINDING_CHECK: Shown("快捷支付", "其他", "商户消费", "网上支付"),
    kinds.LOAN_PAYOUT: Shown("贷款发放", "信用借还", "转账", "批量"),
    kinds.BROKERAGE_OUT: Shown("银证转账", "投资理财", "转账", "手机银行"),
    kinds.BROKERAGE_IN: Shown("银证转账", "投资理财", "转账", "手机银行"),
    kinds.CARD_REPAID: Shown("还款", "信用借还", "信用卡还款", "手机银行"),
    kinds.FUND_PAYOUT: Shown("公积金提取", "收入", "转账", "批量"),
    kinds.BY_CARD: Shown("快捷支付", "其他", "商户消费", "网上支付"),
    kinds.WALLET_FILLED: Shown("转账存入", "充值", "零钱充值", "网上支付"),
}
_WORDS = [SHOWN[number] for number in range(len(SHOWN))]
_WITH_CARD = np.array([kinds.PURCHASE, kinds.CASH, kinds.MEDICAL])


def account_numbers(people: People, person: np.ndarray, account: np.ndarray) -> np.ndarray:
    """Numbers of accounts in the whole world."""
    return people.number[person] * ACCOUNTS + account


def write_money(post: Post, money: Movements, tokens: Tokens) -> None:
    """The three feeds of a block."""
    _write_bank(post, money, tokens)
    for feed, account in (("alipay_bills", ALIPAY), ("wechat_bills", WECHAT)):
        _write_wallet(post, feed, money.take(np.flatnonzero(money.account == account)), tokens)


def _write_bank(post: Post, money: Movements, tokens: Tokens) -> None:
    bank = money.take(np.flatnonzero(np.isin(money.account, (DEBIT, CREDIT_CARD, SECOND))))
    balance = _balances(post, bank)
    sent = post.send("bank_statements", BANK, bank.person, bank.at, bank.event)
    rows = bank.take(sent.rows)
    people = post.people
    is_card = rows.account == CREDIT_CARD
    bank_number = (people.bank[rows.person] + 3 * rows.account) % len(BANK_CODES)
    kind = rows.kind.astype(np.int64)
    has_number = bank_number % 2 == 0
    city = np.where(np.isin(kind, _WITH_CARD), rows.city, NOWHERE)
    is_banks_own = np.isin(kind, (kinds.CASH, kinds.INTEREST, kinds.FEE))
    is_transfer = np.isin(kind, (kinds.TRANSFER_OUT, kinds.TRANSFER_IN, kinds.RENT))
    is_wallets = np.isin(kind, (kinds.TOP_UP, kinds.BINDING_CHECK, kinds.BY_CARD))
    is_net = (kind == kinds.ONLINE) & (rows.city != NOWHERE)
    place = np.where(is_net, rows.city, city)
    post.write(
        sent,
        {
            "bank_code": coded(BANK_CODES, bank_number),
            "account_token": tokens.coded(
                "account", account_numbers(people, rows.person, rows.account)
            ),
            "transaction_date": dates(rows.at),
            "booked_date": dates(rows.at + np.where(is_card, 86_400, 0)),
            "occurred_at": instants(rows.at),
            "amount_fen": pa.array(rows.amount),
            "direction_code": coded(("out", "in"), (rows.amount > 0).astype(np.int32)),
            "currency_code": coded(("CNY",), np.zeros(len(kind), np.int32)),
            "balance_fen": pa.array(balance[sent.rows], mask=is_card),
            "counterparty_token": tokens.coded("counterparty", rows.payee, is_banks_own),
            "counterparty_account_token": tokens.coded("account", rows.payee, ~is_transfer),
            "transaction_type_name": coded([word.bank for word in _WORDS], kind),
            "channel_name": coded([word.channel for word in _WORDS], kind),
            "location_name": coded((None, *places.NAMES), place + 1),
            "remark": coded((None, "财付通-快捷支付"), is_wallets.astype(int)),
            "transaction_id": blanked(_trade_ids(post, sent, "B"), ~has_number),
        },
        dates(rows.at),
    )


def _balances(post: Post, bank: Movements) -> np.ndarray:
    """Balance after each movement; accounts start with enough not to be overdrawn."""
    if not len(bank):
        return bank.amount
    number = bank.person.astype(np.int64) * ACCOUNTS + bank.account
    order = np.lexsort((bank.at, number))
    number, amount = number[order], bank.amount[order]
    starts = np.flatnonzero(np.diff(number, prepend=-1))
    sizes = np.diff(np.append(starts, len(number)))
    total = np.cumsum(amount)
    before = np.repeat(total[starts] - amount[starts], sizes)
    running = total - before
    lowest = np.minimum.reduceat(running, starts)
    rng = post.plan.chance("balance", post.block)
    cushion = (rng.random(len(starts)) ** 3 * MOST_OPENING_FEN).astype(np.int64)
    opening = np.maximum(-lowest, 0) + cushion
    result = np.empty(len(order), np.int64)
    result[order] = running + np.repeat(opening, sizes)
    return result


def _write_wallet(post: Post, feed: str, wallet: Movements, tokens: Tokens) -> None:
    sent = post.send(feed, WALLET, wallet.person, wallet.at, wallet.event)
    rows = wallet.take(sent.rows)
    kind = rows.kind.astype(np.int64)
    is_refund = kind == kinds.REFUND
    is_neutral = is_refund | (kind == kinds.WALLET_FILLED)
    direction = np.where(is_neutral, 2, (rows.amount > 0).astype(np.int64))
    is_alipay = feed == "alipay_bills"
    words = [word.alipay if is_alipay else word.wechat for word in _WORDS]
    methods = ("余额" if is_alipay else "零钱", "招商银行储蓄卡")
    states = ("交易成功", "退款成功") if is_alipay else ("支付成功", "已全额退款")
    post.write(
        sent,
        {
            "occurred_at": instants(rows.at),
            "category_name": coded(words, kind),
            "counterparty_token": tokens.coded("counterparty", rows.payee),
            "direction_code": coded(("out", "in", "neutral"), direction),
            "amount_fen": pa.array(np.abs(rows.amount)),
            "payment_method_name": coded(methods, rows.drew_card.astype(int)),
            "status_name": coded(states, is_refund.astype(np.int32)),
            "trade_id": _trade_ids(post, sent, "A" if is_alipay else "W"),
        },
        dates(rows.at),
    )


def _trade_ids(post: Post, sent: Sent, letter: str) -> pa.Array:
    """Numbers that stay the same when a row comes again in an overlapping export."""
    return joined(f"{letter}{post.block:03d}", number_text(sent.rows.astype(np.int64), 9))
