"""Places that the way of a delivery does not show: the inbox, pages, the books."""

from __future__ import annotations

import pytest

from ingest.erasure.others import Pages, Waiting
from ingest.erasure.person import Person
from ingest.erasure.rules import derived_rule
from publish.erasure import Extracts, Releases
from tallywatch.erasing import places
from tallywatch.settings import Settings
from tallywatch.warehouse import COMMISSION_POSTINGS

PERSON = Person("S0000001", True, frozenset({"A0000001"}), frozenset({"ph_12"}))
TABLES = {
    "people": ({"subject_key": ("VARCHAR", False), "note": ("VARCHAR", True)}, "subject_key in"),
    "notes": ({"note": ("VARCHAR", True)}, "contains(note, "),
    "lists": ({"tokens": ("VARCHAR[]", True)}, "contains(tokens::varchar, "),
    "facts": ({"evidence": ("JSON", True)}, "contains(evidence::varchar, "),
}


def test_what_waits_under_a_grant_of_theirs_goes_with_its_folder(settings: Settings) -> None:
    theirs = settings.inbox / "alipay_bills/authorisation_id=A0000001/x/bill.csv"
    another = settings.inbox / "alipay_bills/authorisation_id=A0000002/bill.csv"
    for path in (theirs, another):
        path.parent.mkdir(parents=True)
        path.write_text("x")
    place = Waiting(settings)
    assert place.count(PERSON) == {"alipay_bills": 1}
    place.erase(PERSON, {})
    assert place.count(PERSON) == {}
    assert [p for p in settings.inbox.rglob("*") if "A0000001" in str(p)] == []
    assert another.exists()


def test_their_names_are_struck_out_of_pages_and_logs(settings: Settings) -> None:
    page = settings.out / "run.html"
    log = settings.home / "dbt/logs/dbt.log"
    binary = settings.home / "airflow.db"
    for path in (page, log, binary):
        path.parent.mkdir(parents=True, exist_ok=True)
    page.write_text("<td>S0000001</td><td>S00000012</td>", "utf-8")
    log.write_text("token ph_12, grant A0000001, somebody S0000002\n", "utf-8")
    binary.write_bytes(b"\0S0000001")
    place = Pages(settings)
    assert place.count(PERSON) == {"out": 1, "dbt": 1}
    place.erase(PERSON, {})
    assert page.read_text("utf-8") == "<td>********</td><td>S00000012</td>"
    assert log.read_text("utf-8") == "token *****, grant ********, somebody S0000002\n"
    assert place.count(PERSON) == {}


@pytest.mark.parametrize("table", sorted(TABLES))
def test_any_text_of_a_computed_table_is_looked_into(table: str) -> None:
    columns, expected = TABLES[table]
    rule = derived_rule(columns, PERSON)
    assert rule is not None
    assert expected in str(rule.deleted_where)


def test_a_token_is_cleared_where_it_may_be_empty_and_its_row_goes_where_not() -> None:
    nullable = derived_rule({"phone_token": ("VARCHAR", True)}, PERSON)
    needed = derived_rule({"phone_token": ("VARCHAR", False)}, PERSON)
    assert nullable is not None
    assert needed is not None
    assert (nullable.deleted_where, list(nullable.cleared)) == (None, ["phone_token"])
    assert needed.deleted_where
    assert not needed.cleared


def test_the_books_name_nobody() -> None:
    named = [c for c in COMMISSION_POSTINGS if c.endswith(("_token", "subject_key", "_name"))]
    assert named == []


def test_the_order_of_places_is_kept(settings: Settings) -> None:
    names = [place.name for place in places(settings)]
    assert names.index("vault") == 0
    assert names.index("quarantine") < names.index("landed deliveries") < names.index("lake")
    assert names.index("warehouse") < names.index(Releases.name) < names.index(Extracts.name)
