"""Small deliveries that are judged together: each keeps its own rows, grants and identifiers."""

from __future__ import annotations

import json
from datetime import datetime

import pyarrow as pa
import pytest

from ingest.judge import Judge, in_order
from ingest.pipeline import contract_of, ingest_feed, load_feed
from ingest.screen_sql import ROW, screen_of
from ingest.tokens import Tokeniser
from tallywatch.errors import TerminalError
from tallywatch.settings import Settings
from tallywatch.warehouse import open_warehouse
from tests.ingest.deliveries import alipay, alipay_row, put

PEOPLE = 60


def test_rows_that_the_engine_gives_in_another_order_are_put_back() -> None:
    judged = pa.table({"amount_fen": [30, 10, 20], ROW: [2, 0, 1]})
    assert in_order(judged, 3).to_pydict() == {"amount_fen": [10, 20, 30]}
    with pytest.raises(TerminalError, match="2 rows judged"):
        in_order(judged.slice(1), 3)


def test_a_long_list_of_allowed_values_changes_no_order(settings: Settings) -> None:
    """The engine joins to such a list; its threads then answer in the order in which they end."""
    contract = contract_of("authorisations")
    scopes = next(c for c in contract.columns if c.name == "scope_code").enum
    lines = pa.array(range(1, 52), pa.int64())
    texts = {column.name: pa.nulls(51, pa.string()) for column in contract.text_columns}
    scope_texts = ["nothing" if n % 3 == 0 else scopes[n % len(scopes)] for n in range(51)]
    texts["scope_code"] = pa.array(scope_texts)
    batch = pa.RecordBatch.from_pydict(
        {**texts, "_line_number": lines, "_fault": pa.array([0] * 51, pa.int16())}
    )
    own = screen_of(
        contract,
        delivery_id="d1",
        file_sha256="00",
        received_at=datetime(2026, 10, 1),
        attributes={},
    )
    wrong = [(c.column, c.reason) for c in own.checks].index(("scope_code", "not_in_enum"))
    with Judge(settings, contract) as judge:
        for _ in range(100):
            typed = judge.judge(judge.tokenise(batch), own)
            assert typed.column("_line_number").combine_chunks().equals(lines)
            assert typed.column("scope_code").to_pylist() == scope_texts
            is_wrong = typed.column("_faults_0").to_numpy() >> wrong & 1
            assert is_wrong.tolist() == [int(text == "nothing") for text in scope_texts]


def test_each_delivery_keeps_its_rows(settings: Settings) -> None:
    """Joined to the grants, rows come back in the engine's order once they fill some vectors."""
    deliver_grants(settings, PEOPLE)
    tokeniser = Tokeniser(settings.keys.token)
    expected = []
    for person in range(1, PEOPLE + 1):
        name = f"payee {person}"
        rows = [
            alipay_row(person * 100 + n).replace("示例面馆", name) for n in range(person % 3 + 80)
        ]
        put(settings, "alipay_bills", alipay(*rows), f"authorisation_id=A{person:07d}/bill.csv")
        token = tokeniser.token("counterparty", name)
        expected.append((f"A{person:07d}", f"S{person:07d}", token, len(rows)))
    ingest_feed(settings, "alipay_bills")

    with open_warehouse(settings) as warehouse:
        found = warehouse.execute(
            "select authorisation_id, subject_key, counterparty_token, count(*) "
            "from raw.alipay_bills group by all order by all"
        ).fetchall()
        strays = warehouse.execute(
            "select count(*) from raw.alipay_bills as r join ledger.batches as b "
            "on b.delivery_id = r._delivery_id where b.file_sha256 <> r._file_sha256"
        ).fetchone()
        counts = warehouse.execute(
            "select b.delivery_id from ledger.batches as b left join raw.alipay_bills as r "
            "on r._delivery_id = b.delivery_id where b.feed = 'alipay_bills' "
            "group by all having count(r._delivery_id) <> any_value(b.accepted_records)"
        ).fetchall()
    assert found == expected
    assert strays == (0,)
    assert counts == []


def deliver_grants(settings: Settings, count: int) -> None:
    lines = [
        json.dumps(
            {
                "authorisation_id": f"A{number:07d}",
                "subject_key": f"S{number:07d}",
                "scope_code": "wallet_bills",
                "granted_at": "2026-01-01 00:00:00",
                "expires_at": "2027-01-01 00:00:00",
                "recorded_at": recorded_at,
            }
        )
        for number in range(1, count + 1)
        for recorded_at in ("2026-01-01 00:00:00", f"2026-02-{number % 28 + 1:02d} 00:00:00")
    ]
    put(settings, "authorisations", ("\n".join(lines) + "\n").encode(), "grants.jsonl")
    ingest_feed(settings, "authorisations")
    assert load_feed(settings, "authorisations") == []
