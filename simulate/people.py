"""Watched people, their verifications, and the grants by which they let their data be read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from simulate.calendar import Calendar, generator, hours
from simulate.columns import chosen, joined, json_lines, number_text, offset_text, where
from simulate.deliveries import Inbox
from simulate.identifiers import REGIONS, id_numbers, phones
from simulate.truth import RejectedRow
from simulate.vocabulary import GIVEN_FIRST, GIVEN_SECOND, SURNAMES

PEOPLE = "people"
BLOCK = 50_000
STREAM = 10


@dataclass(frozen=True)
class Register:
    """Everybody, by position; `registered`: when they joined, `moved`: when a new phone number was
    recorded (not-a-time: never)."""

    regions: np.ndarray
    births: np.ndarray
    orders: np.ndarray
    names: np.ndarray
    registered: np.ndarray
    moved: np.ndarray

    def __len__(self) -> int:
        return len(self.registered)


def subject_keys(positions: np.ndarray) -> pa.Array:
    """`S` and seven digits, from positions counted from 0."""
    return joined("S", number_text(positions + 1, 7))


def subject_key(position: int) -> str:
    """The key of one person."""
    return f"S{position + 1:07d}"


def register(people: int, seed: int, calendar: Calendar) -> Register:
    """Draw the people: nine in ten joined before the wallets' history begins."""
    rng = generator(seed, STREAM)
    early = calendar.history_start - hours(24 * 10)
    days_before = 1 + rng.random(people) * 400
    joined_late = rng.random(people) < 0.1
    late_span = float((calendar.day(calendar.last_month, 25) - early).astype(np.int64))
    registered = np.where(
        joined_late,
        early + (rng.random(people) * late_span).astype("timedelta64[s]"),
        early - (days_before * 86_400).astype("timedelta64[s]"),
    )
    latest = float((calendar.end - hours(48) - early).astype(np.int64))
    moved = early + ((0.1 + 0.9 * rng.random(people)) * latest).astype("timedelta64[s]")
    is_moved = (rng.random(people) < 0.03) & (moved > registered + hours(24))
    return Register(
        regions=rng.choice(REGIONS, people),
        births=np.datetime64("1950-01-01") + rng.integers(0, 20_500, people),
        orders=rng.integers(0, 1000, people),
        names=rng.integers(0, len(SURNAMES) * len(GIVEN_FIRST) * len(GIVEN_SECOND), people),
        registered=registered,
        moved=np.where(is_moved, moved, np.datetime64("NaT")),
    )


def delivery_times(calendar: Calendar) -> list[np.datetime64]:
    """When the service hands over its register: before the history, then twice a month."""
    first = calendar.history_start - hours(24 * 5)
    monthly = [calendar.day(m, d, 6) for m in range(calendar.months) for d in (1, 16)]
    return [first, *monthly, calendar.end - hours(30)]


def write_people(inbox: Inbox, everybody: Register, calendar: Calendar) -> tuple[RejectedRow, ...]:
    """JSON Lines of new people and new phone numbers since the delivery before; the first file
    ends with rows that must be rejected."""
    since = np.datetime64("1970-01-01T00:00:00")
    rejected: list[RejectedRow] = []
    for position, time in enumerate(delivery_times(calendar)):
        arrived = np.flatnonzero((everybody.registered > since) & (everybody.registered <= time))
        moved = np.flatnonzero((everybody.moved > since) & (everybody.moved <= time))
        who = np.concatenate([arrived, moved])
        versions = np.repeat([0, 1], [len(arrived), len(moved)])
        bad = _bad_people(everybody, arrived[:4], time) if position == 0 else []
        if len(who) + len(bad):
            name = f"people_{time.astype('datetime64[D]')!s}.jsonl"
            content = encoded(
                _people_blocks(everybody, who, versions), [line for _, _, line in bad]
            )
            file = inbox.deliver(PEOPLE, name, content, time, len(who) + len(bad))
            rejected += [
                RejectedRow(PEOPLE, file, len(who) + 1 + i, column, reason)
                for i, (column, reason, _) in enumerate(bad)
            ]
        since = time
    return tuple(rejected)


def parts(rows: np.ndarray) -> Iterator[np.ndarray]:
    """Rows in pieces that fit into memory."""
    for start in range(0, len(rows), BLOCK):
        yield rows[start : start + BLOCK]


def encoded(blocks: Iterator[pa.Array], last: Sequence[str] = ()) -> Iterator[bytes]:
    """Bytes of blocks of lines, and of single lines after them."""
    for block in blocks:
        yield "".join(block.to_pylist()).encode()
    yield "".join(last).encode()


def _people_blocks(
    everybody: Register, who: np.ndarray, versions: np.ndarray
) -> Iterator[pa.Array]:
    for part in parts(np.arange(len(who))):
        yield people_lines(everybody, who[part], versions[part])


def people_lines(everybody: Register, who: np.ndarray, versions: np.ndarray) -> pa.Array:
    """One JSON line per person and version: 0 as registered, 1 with the second phone number."""
    names = everybody.names[who]
    surname, rest = names % len(SURNAMES), names // len(SURNAMES)
    number = number_text(who + 1, 7)
    email = joined("user", number, "@example.com")
    recorded = np.where(versions == 0, everybody.registered[who], everybody.moved[who])
    return json_lines(
        {
            "subject_key": subject_keys(who),
            "full_name": joined(
                chosen(SURNAMES, surname),
                chosen(GIVEN_FIRST, rest % len(GIVEN_FIRST)),
                chosen(GIVEN_SECOND, rest // len(GIVEN_FIRST)),
            ),
            "id_number": id_numbers(
                everybody.regions[who], everybody.births[who], everybody.orders[who]
            ),
            "phone": where(versions == 0, phones(who), phones(who, 1)),
            "email": pc.if_else(pa.array(who % 3 != 0), email, pa.scalar(None, pa.string())),
            "region_code": number_text(everybody.regions[who]),
            "registered_at": offset_text(everybody.registered[who]),
            "recorded_at": offset_text(recorded),
        }
    )


def _bad_people(
    everybody: Register, who: np.ndarray, time: np.datetime64
) -> list[tuple[str, str, str]]:
    """Later versions of four persons, each with one fault: column, reason, line."""
    lines = people_lines(everybody, who, np.zeros(4, np.int64)).to_pylist()
    one = who[:1]
    whole = str(id_numbers(everybody.regions[one], everybody.births[one], everybody.orders[one])[0])
    wrong = whole[:17] + ("1" if whole[17] != "1" else "2")
    moment = str(offset_text(np.array([time - hours(20)]))[0])
    later = [
        line.rsplit('"recorded_at"', 1)[0] + f'"recorded_at": "{moment}"}}\n' for line in lines
    ]
    region = f'"region_code": "{everybody.regions[who[1]]}"'
    registered = f'"registered_at": "{offset_text(everybody.registered[who[2:3]])[0]}"'
    name = later[3].split('"full_name": "')[1].split('"')[0]
    return [
        ("id_number", "bad_identifier", later[0].replace(whole, wrong)),
        ("region_code", "pattern_mismatch", later[1].replace(region, '"region_code": "99"')),
        (
            "registered_at",
            "bad_timestamp",
            later[2].replace(registered, '"registered_at": "2026-02-30T10:00:00+08:00"'),
        ),
        ("full_name", "missing_required", later[3].replace(f'"{name}"', "null")),
    ]
