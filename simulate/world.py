"""The whole world: draws it from a seed, writes its deliveries and the truth about them."""

from __future__ import annotations

from pathlib import Path

from simulate.agreements import agree, write_agreements
from simulate.calendar import Calendar
from simulate.deliveries import Inbox, clock, utc_text
from simulate.exports import write_bills
from simulate.feedback import TokenOf, write_feedback
from simulate.grants import write_grants
from simulate.holders import WECHAT, Wallets, hand_out
from simulate.partner_files import write_deals, write_updates
from simulate.partner_truth import add_up
from simulate.partners import deal
from simulate.people import register, write_people
from simulate.scene import BLIND_SPOT
from simulate.service_orders import write_orders
from simulate.truth import TRUTH_FILE, Decoy, Truth, write_truth
from simulate.verifications import write_verifications
from tallywatch.errors import TerminalError

LEAST_DEALS = 70
PEOPLE_PER_DEAL = 3


def simulate(
    inbox: Path,
    *,
    people: int = 300,
    partners: int = 4,
    seed: int = 7,
    first_month: str = "2026-09",
    months: int = 2,
    token_of: TokenOf | None = None,
) -> Truth:
    """Write a world's deliveries to `inbox/<feed>/[attribute=value/]file` and its truth beside it.

    A file's modification time says when it was received. Equal arguments give equal bytes and
    times. `token_of(kind, value)` gives the token by which the pipeline knows an identifier;
    without it no answers about payees are written.

    Raises:
        TerminalError: the inbox is not empty, an argument makes no sense, or there are fewer people
            than the stories need.
    """
    if inbox.exists() and any(inbox.iterdir()):
        raise TerminalError(
            "an inbox that is not empty",
            "an empty or a new folder",
            "choose another folder, or clear it",
        )
    if partners < 1 or seed < 0:
        raise TerminalError(
            f"partners={partners}, seed={seed}",
            "at least one partner and a seed from 0",
            "correct them",
        )
    calendar = Calendar(first_month, months)
    everybody = register(people, seed, calendar)
    wallets = hand_out(everybody, seed, calendar)
    files = Inbox(inbox)
    bad_people = write_people(files, everybody, calendar)
    write_verifications(files, everybody, seed, calendar)
    write_grants(files, list(wallets.grants), calendar)
    bills = [
        write_bills(files, holders, seed, calendar, token_of is not None)
        for holders in (wallets.alipay, wallets.wechat)
    ]
    answers = [answer for part in bills for answer in part.answers]
    write_feedback(files, answers, token_of, calendar)
    write_orders(files, everybody, partners, seed, calendar)
    versions = agree(partners, calendar)
    write_agreements(files, versions)
    per_month = max(LEAST_DEALS, people // PEOPLE_PER_DEAL)
    firsts = {v.partner_id: v for v in reversed(versions)}
    all_deals = [
        deal(firsts[f"P{n + 1:04d}"], n, per_month, seed, calendar) for n in range(partners)
    ]
    bad_deals = write_deals(files, all_deals, calendar)
    write_updates(files, all_deals, calendar)
    deal_totals, commissions = add_up(all_deals, versions, calendar)
    truth = Truth(
        seed=seed,
        people=people,
        partners=partners,
        months=tuple(calendar.month_text(m) for m in range(months)),
        cut_offs=tuple(utc_text(calendar.cut_off(m)) for m in range(months)),
        deliveries=tuple(files.delivered),
        planted=tuple(p for part in bills for p in part.planted),
        decoys=(*(d for part in bills for d in part.decoys), *_newcomer(wallets, calendar)),
        rejected_rows=(*bad_people, *(r for part in bills for r in part.rejected_rows), *bad_deals),
        rejected_files=tuple(r for part in bills for r in part.rejected_files),
        refused_files=tuple(r for part in bills for r in part.refused_files),
        duplicate_files=tuple(d for part in bills for d in part.duplicate_files),
        deal_totals=deal_totals,
        commission_totals=commissions,
    )
    write_truth(inbox.parent / TRUTH_FILE, truth)
    return truth


def _newcomer(wallets: Wallets, calendar: Calendar) -> tuple[Decoy, ...]:
    """Nothing is missing yet from a person whose grant is hours old."""
    if not wallets.newcomer:
        return ()
    end = clock(calendar.end)
    return (Decoy(wallets.newcomer, BLIND_SPOT, WECHAT, "newcomer", "silent", end, end),)
