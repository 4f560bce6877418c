"""What people told the service about their own lives; some tell all, some half, some nothing."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from simulate.columns import joined, number_text
from simulate.population import institutions, payees, places
from simulate.population.credit_facts import Facts
from simulate.population.delivery import Post, Rhythm
from simulate.population.employers import next_firm
from simulate.population.life_events import LifeEvents
from simulate.population.lookups import second_lines
from simulate.population.messages import circle
from simulate.population.people import CREDIT_CARD, MORTGAGED, RENTS, SECOND, SELF_EMPLOYED, People
from simulate.population.plan import DAY, HOUR, Plan
from simulate.population.platforms import own_device
from simulate.population.ragged import coded, instants
from simulate.population.register import PHONES, REGISTER
from simulate.population.senders import SENDERS
from simulate.population.tokens import Tokens

TOLD = Rhythm(offset=2 * HOUR)
VALUES = {
    "institution_name": None,
    "platform_code": None,
    "city_code": None,
    "payee_token": "counterparty",
    "employer_token": "company",
    "device_token": "device",
    "phone_token": "phone",
    "address_token": "address",
    "stated_count": None,
}
"""Column to the kind of identifier of which it holds tokens."""
ADDRESSES = 4
LONG_BEFORE = 1_000 * DAY
FOR_GOOD = 2**62
assert REGISTER.step == TOLD.step


@dataclass
class Told:
    """Things of one type that some people declared."""

    thing_type: str
    person: np.ndarray
    recorded: np.ndarray
    since: np.ndarray
    until: np.ndarray
    column: str | None
    value: np.ndarray | pa.Array | None
    source: str


@dataclass
class Ledger:
    """Collects declarations of a block."""

    plan: Plan
    people: People
    rng: np.random.Generator
    told: list[Told] = field(default_factory=list)

    def at_start(
        self,
        thing_type: str,
        person: np.ndarray,
        column: str | None = None,
        value: np.ndarray | pa.Array | None = None,
        share: float = 1.0,
    ) -> None:
        """Declared when joining, as far as each person is diligent, of them `share`."""
        drawn = self.rng.random(len(person))
        rows = np.flatnonzero(drawn < self.people.diligence[person] * share)
        who = person[rows]
        recorded = self.people.registered[who] + self.rng.integers(HOUR, 2 * DAY, len(who))
        self.told.append(
            Told(
                thing_type,
                who,
                recorded,
                recorded - LONG_BEFORE,
                np.full(len(who), FOR_GOOD),
                column,
                _taken(value, rows),
                "onboarding",
            )
        )

    def later(
        self,
        thing_type: str,
        person: np.ndarray,
        at: np.ndarray,
        days: int | None,
        column: str | None = None,
        value: np.ndarray | pa.Array | None = None,
    ) -> None:
        """Told on a day, of the day before it on; for `days` or for good."""
        until = np.full(len(person), FOR_GOOD) if days is None else at + days * DAY
        self.told.append(
            Told(
                thing_type,
                person,
                at,
                at - DAY,
                until,
                column,
                _taken(value, slice(None)),
                "person",
            )
        )


def declared_payees(ledger: Ledger) -> np.ndarray:
    """Everybody who was declared as payee or payer, by number."""
    parts = [told.value for told in ledger.told if told.column == "payee_token"]
    return np.concatenate(parts) if parts else np.zeros(0, np.int64)


def _taken(
    value: np.ndarray | pa.Array | None, rows: np.ndarray | slice
) -> np.ndarray | pa.Array | None:
    if value is None or isinstance(rows, slice):
        return value
    return value.take(pa.array(rows)) if isinstance(value, pa.Array) else value[rows]


def declare_usual(ledger: Ledger, life: LifeEvents) -> None:
    """People around a person, the home, the accounts, and plans under way."""
    people, everybody = ledger.people, np.arange(len(ledger.people))
    number = people.number

    def around(kind: str, role: int, who: np.ndarray, share: float) -> None:
        ledger.at_start(kind, who, "payee_token", payees.around(number[who], role), share)

    around("payee", payees.LANDLORD, np.flatnonzero(people.home == RENTS), 1.0)
    around("payee", payees.LENDER, np.flatnonzero(people.home == MORTGAGED), 0.9)
    for role, share in (
        (payees.MOTHER, 0.95),
        (payees.SPOUSE, 0.9),
        (payees.SIBLING, 0.7),
        (payees.SCHOOL, 0.5),
        (payees.INSURER, 0.5),
        (payees.OWN_WALLET, 0.8),
        (payees.OWN_CARD, 0.9),
        (payees.BROKER, 0.6),
        (payees.UTILITY, 0.5),
    ):
        around("payee", role, everybody, share)
    earns = np.flatnonzero(people.salary > 0)
    around("payer", payees.EMPLOYER, earns, 0.95)
    for role in (payees.MOTHER, payees.SIBLING, payees.BROKER):
        around("payer", role, everybody, 0.6)
    ledger.at_start("place", everybody, "city_code", coded(places.CODES, people.city))
    ledger.at_start("phone", everybody, "phone_token", number * PHONES)
    accounts = 1 + people.has_account[:, CREDIT_CARD] + people.has_account[:, SECOND]
    ledger.at_start("bank_accounts", everybody, "stated_count", accounts.astype(np.int64), 0.8)
    ledger.at_start("self_employed", np.flatnonzero(people.work == SELF_EMPLOYED))
    for kind, thing, before, days in (
        ("own_loan", "loan_application", 2, 40),
        ("co_lender_loan", "loan_application", 2, 40),
        ("mortgage", "credit_shopping", 5, 60),
        ("credit_shopping", "credit_shopping", 3, 40),
        ("new_card", "card_application", 2, 40),
        ("job_change", "job_change", 3, 60),
        ("new_home", "move", 5, 60),
        ("fund_rent", "fund_withdrawal", 10, 400),
        ("fund_purchase", "fund_loan", 10, 90),
        ("paused", "pause", 0, 20),
    ):
        told = life.is_declared[kind]
        who, at = life.who[kind][told], life.at[kind][told]
        ledger.later(thing, who, at - before * DAY + 9 * HOUR, days)


def declare_credit(ledger: Ledger, facts: dict[str, Facts]) -> None:
    """Who lends to a person, by the name that the person uses; and the home and the employer."""
    people = ledger.people
    accounts = facts["accounts"].joined()
    honest = (accounts["event"] < 0) & (accounts["opened"] < people.registered[accounts["person"]])
    honest &= accounts["lender"] < institutions.STRANGER
    pairs = np.unique(np.stack([accounts["person"], accounts["lender"]])[:, honest], axis=1)
    names = coded(institutions.SAID, pairs[1])
    ledger.at_start("institution", pairs[0], "institution_name", names, 0.97)
    everybody = np.arange(len(people))
    names = coded(institutions.SAID, people.bank)
    ledger.at_start("institution", everybody, "institution_name", names)
    ledger.at_start("address", everybody, "address_token", people.number * ADDRESSES)


def declare_devices(ledger: Ledger, life: LifeEvents, employed_at: np.ndarray) -> None:
    """Platforms, devices, the employer, and how many telephone lines there are."""
    people, everybody = ledger.people, np.arange(len(ledger.people))
    who, place = np.nonzero(circle(people))
    words = coded([sender.platform for sender in SENDERS], place)
    ledger.at_start("platform", who, "platform_code", words, 0.9)
    ledger.at_start("device", everybody, "device_token", own_device(people, everybody))
    tablets = np.flatnonzero(people.number % 4 == 0)
    ledger.at_start("device", tablets, "device_token", own_device(people, tablets, 2))
    workers = np.flatnonzero(employed_at >= 0)
    ledger.at_start("employer", workers, "employer_token", employed_at[workers])
    lines = 1 + second_lines(people)
    ledger.at_start("phone_lines", everybody, "stated_count", lines)
    for kind in ("second_sim", "child_card"):
        told = life.is_declared[kind]
        who, at = life.who[kind][told], life.at[kind][told]
        ledger.later("phone_lines", who, at + 10 * HOUR, None, "stated_count", lines[who] + 1)
    told = life.is_declared["new_device"]
    who, at = life.who["new_device"][told], life.at["new_device"][told]
    ledger.later("device", who, at + 12 * HOUR, None, "device_token", own_device(people, who, 1))
    told = life.is_declared["job_change"]
    who, at = life.who["job_change"][told], life.at["job_change"][told]
    ledger.later("employer", who, at + 9 * HOUR, None, "employer_token", next_firm(people, who))


def write_declarations(post: Post, ledger: Ledger, tokens: Tokens) -> None:
    """One row per thing declared."""
    told = ledger.told
    sizes = [len(t.person) for t in told]
    which = np.repeat(np.arange(len(told)), sizes)
    person = np.concatenate([t.person for t in told])
    recorded = np.concatenate([t.recorded for t in told])
    since = np.concatenate([t.since for t in told])
    until = np.concatenate([t.until for t in told])
    sent = post.send("declarations", TOLD, person, recorded)
    rows = pa.array(sent.rows)
    columns: dict[str, pa.Array] = {
        "declaration_id": joined(f"D{post.block:03d}", number_text(sent.rows.astype(np.int64), 8)),
        "thing_type": coded([t.thing_type for t in told], which).take(rows),
        "source_code": coded([t.source for t in told], which).take(rows),
        "author_id": coded(("person",), np.zeros(len(sent.rows), np.int32)),
        "holds_from_at": instants(since[sent.rows]),
        "holds_until_at": instants(until[sent.rows] % FOR_GOOD, until[sent.rows] == FOR_GOOD),
        "recorded_at": instants(sent.at),
    }
    for column, kind in VALUES.items():
        parts = [_cells(t, column, kind, tokens) for t in told]
        columns[column] = pa.concat_arrays(parts).take(rows)
    post.write(sent, columns)


def _cells(told: Told, column: str, kind: str | None, tokens: Tokens) -> pa.Array:
    count = len(told.person)
    type_ = pa.int64() if column == "stated_count" else pa.string()
    if told.column != column or told.value is None:
        return pa.nulls(count, type_)
    if isinstance(told.value, pa.Array):
        value = told.value
        return (value.dictionary_decode() if pa.types.is_dictionary(value.type) else value).cast(
            type_
        )
    return tokens.of(kind, told.value) if kind else pa.array(told.value, type_)
