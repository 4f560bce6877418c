"""Pages of affiliate networks as their interfaces give them; every order is invented."""

from __future__ import annotations

import json
from typing import Any

Record = dict[str, Any]


def page(records: list[Record], path: str = "") -> bytes:
    """A saved page whose records stand at a dotted path; none: the page is the list."""
    document: Any = records
    for key in reversed(path.split(".") if path else []):
        document = {key: document}
    return json.dumps(document, ensure_ascii=False).encode()


def awin(**changes: Any) -> Record:
    """One transaction; times are naive UTC."""
    return {
        "id": 910000001,
        "url": "https://shop.example/a?b=c",
        "advertiserId": 2710,
        "publisherId": 778,
        "siteName": "tally example",
        "commissionStatus": "approved",
        "commissionAmount": {"amount": 5.59, "currency": "GBP"},
        "saleAmount": {"amount": 55.96, "currency": "GBP"},
        "clickRefs": {"clickRef": "m-17"},
        "clickDate": "2026-09-12T08:01:00",
        "transactionDate": "2026-09-12T09:10:11",
        "validationDate": "2026-10-01T00:00:00",
        "type": "Commission group transaction",
        "voucherCodeUsed": False,
        "lapseTime": 4151,
        "amended": False,
        "orderRef": "O-77",
        "transactionParts": [{"commissionGroupId": 1, "amount": 55.96, "commissionAmount": 4.5}],
        "paidToPublisher": False,
    } | changes


def cj(**changes: Any) -> Record:
    """One commission record; numbers arrive as texts."""
    return {
        "commissionId": "2000001",
        "originalActionId": "3000001",
        "original": True,
        "actionStatus": "LOCKED",
        "validationStatus": "ACCEPTED",
        "correctionReason": None,
        "actionType": "sale",
        "advertiserId": "4001",
        "websiteId": "5001",
        "eventDate": "2026-09-03T10:00:00Z",
        "postingDate": "2026-09-04T02:30:00Z",
        "lockingDate": "2026-10-10",
        "orderId": "C-1",
        "saleAmountUsd": "100.00",
        "pubCommissionAmountUsd": "7.500",
        "items": [{"sku": "s1", "quantity": 1}],
    } | changes


def impact_action(**changes: Any) -> Record:
    """One action; instants carry an offset."""
    return {
        "Id": "1000.4636.900001",
        "CampaignId": 1000,
        "State": "PENDING",
        "Payout": 0.88,
        "DeltaPayout": 0.88,
        "IntendedPayout": 0.88,
        "Amount": 21.99,
        "DeltaAmount": 21.99,
        "IntendedAmount": 21.99,
        "Currency": "USD",
        "EventDate": "2026-09-10T10:42:38-07:00",
        "CreationDate": "2026-09-10T10:51:23-07:00",
        "LockingDate": "2026-09-26T00:00:00-07:00",
        "CustomerId": "example-customer",
        "CustomerPostCode": "15122",
        "IpAddress": "0123456789abcdef",
        "Oid": "I-5",
        "Note": "",
    } | changes


def impact_update(**changes: Any) -> Record:
    """One update of that action."""
    return {
        "Id": "1000.4636.900001.1",
        "ActionId": "1000.4636.900001",
        "CampaignId": 1000,
        "State": "PENDING",
        "AdjustmentReason": "ITEM_RETURNED",
        "DeltaPayout": -0.23,
        "DeltaAmount": -5.70,
        "Currency": "USD",
        "UpdateDate": "2026-09-12T10:51:23-07:00",
    } | changes


def rakuten(**changes: Any) -> Record:
    """One event, with instants as JavaScript prints them."""
    return {
        "etransaction_id": "e-1",
        "advertiser_id": 38605,
        "sid": 1234567,
        "order_id": "R-1",
        "offer_id": 278,
        "sku_number": "A1",
        "sale_amount": 29.9,
        "quantity": 1,
        "commissions": 2.99,
        "process_date": "Wed Sep 16 2026 21:20:27 GMT+0000 (UTC)",
        "transaction_date": "Wed Sep 16 2026 21:09:00 GMT+0000 (UTC)",
        "transaction_type": "realtime",
        "u1": "m-17",
        "currency": "USD",
        "is_event": "N",
    } | changes


def jd_union(**changes: Any) -> Record:
    """One order row: 9.90 yuan at 30 %, of which 90 % are ours."""
    return {
        "id": "11000001",
        "orderId": 21000001,
        "parentId": 0,
        "orderTime": "2026-09-05 12:00:01",
        "finishTime": "",
        "modifyTime": "2026-09-05 12:00:09",
        "skuId": 31,
        "skuName": "示例耳机",
        "skuNum": 1,
        "skuReturnNum": 0,
        "price": 9.9,
        "commissionRate": 30,
        "finalRate": 90,
        "estimateCosPrice": 9.9,
        "estimateFee": 2.67,
        "actualCosPrice": 0,
        "actualFee": 0,
        "validCode": 16,
        "payMonth": 0,
        "unionId": 1000077,
        "positionId": 0,
    } | changes


def taobao(**changes: Any) -> Record:
    """One order; rates and amounts arrive as texts."""
    return {
        "trade_id": "2900000000000000001",
        "trade_parent_id": "2900000000000000001",
        "tk_status": 3,
        "tk_create_time": "2026-09-08 10:00:21",
        "tk_paid_time": "2026-09-08 10:00:00",
        "tk_earning_time": "2026-09-15 11:00:00",
        "item_title": "示例茶杯",
        "item_num": 2,
        "alipay_total_price": "88.00",
        "pay_price": "80.00",
        "pub_share_pre_fee": "5.28",
        "pub_share_fee": "4.80",
        "total_commission_rate": "6.50",
        "alimama_rate": "10",
        "income_rate": "6.50",
        "refund_tag": 1,
        "adzone_id": 61,
    } | changes


def referral(event: str, data: Record, **changes: Any) -> Record:
    """One event in its webhook envelope."""
    return {
        "id": f"evt_{event}",
        "event": event,
        "createdAt": "2026-09-16T10:48:14.722Z",
        "data": data,
    } | changes


def commission(**changes: Any) -> Record:
    """The payload of a commission event; amounts are whole cents."""
    return {
        "id": "cm_example1",
        "type": "sale",
        "amount": 50000,
        "earnings": 10000,
        "currency": "usd",
        "status": "pending",
        "invoiceId": None,
        "description": "call 13800000000",
        "createdAt": "2026-09-16T10:48:14.722Z",
        "updatedAt": "2026-09-16T10:48:14.960Z",
        "partner": {"id": "pn_1", "name": "示例甲", "email": "jia@example.com"},
        "customer": {"id": "cus_1", "externalId": "S0000009", "email": "yi@example.com"},
        "link": {"id": "lnk_1", "key": "autumn"},
    } | changes


PATHS = {
    "awin_transactions": "",
    "cj_commissions": "data.publisherCommissions.records",
    "impact_actions": "Actions",
    "impact_action_updates": "ActionUpdates",
    "rakuten_transactions": "",
    "jd_union_orders": "data",
    "taobao_orders": "tbk_sc_order_details_get_response.data.results.publisher_order_dto",
}
"""Where the records stand in a page of each feed."""

MAKERS = {
    "awin_transactions": awin,
    "cj_commissions": cj,
    "impact_actions": impact_action,
    "impact_action_updates": impact_update,
    "rakuten_transactions": rakuten,
    "jd_union_orders": jd_union,
    "taobao_orders": taobao,
}
"""What makes a record of each feed."""
