"""Bills as they are handed in, written a block of holders and a layout at a time."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import ModuleType

import numpy as np

from simulate import alipay_export, alipay_layouts, wechat_export
from simulate.bills import Export, Summary
from simulate.calendar import Calendar, generator, hours
from simulate.columns import blocks
from simulate.deliveries import Inbox
from simulate.export_plan import exports_of
from simulate.faults import spoil
from simulate.holders import ALIPAY
from simulate.kinds import DIRECTIONS, IN, NEUTRAL
from simulate.scene import Answer
from simulate.stories import STORIES, tell
from simulate.truth import Decoy, DuplicateFile, Planted, RefusedFile, RejectedFile, RejectedRow
from simulate.wallets import STREAM, Holder, Movements, move
from simulate.wechat_workbook import write_workbook

BLOCK = 400
GARBLED_BYTES = 3_000
TITLES = {ALIPAY: "支付宝交易明细", "wechat_bills": "微信支付账单"}


@dataclass
class BillTruth:
    """What is true of the bills, gathered block by block."""

    planted: list[Planted] = field(default_factory=list)
    decoys: list[Decoy] = field(default_factory=list)
    answers: list[tuple[str, str, Answer]] = field(default_factory=list)
    rejected_rows: list[RejectedRow] = field(default_factory=list)
    rejected_files: list[RejectedFile] = field(default_factory=list)
    refused_files: list[RefusedFile] = field(default_factory=list)
    duplicate_files: list[DuplicateFile] = field(default_factory=list)


def write_bills(
    inbox: Inbox, holders: Sequence[Holder], seed: int, calendar: Calendar, can_answer: bool
) -> BillTruth:
    """Write the exports of the holders of one wallet, a block of holders at a time.

    `can_answer`: answers about payees can be written, so that what they silence is expected.
    """
    truth = BillTruth()
    is_alipay = holders[0].feed == ALIPAY
    for start in range(0, len(holders), BLOCK):
        block = holders[start : start + BLOCK]
        rng = generator(seed, STREAM, 1 if is_alipay else 2, start)
        first_variant = 0 if is_alipay else 1
        stories = [
            tell(h, calendar, first_variant + (start + i) // len(STORIES), can_answer)
            for i, h in enumerate(block)
        ]
        movements = move(block, [s.events for s in stories], rng)
        exports = [e for i, h in enumerate(block) for e in exports_of(h, i, rng, calendar)]
        _write_block(inbox, block, movements, exports, truth)
        for holder, story in zip(block, stories, strict=True):
            truth.planted += story.planted
            truth.decoys += story.decoys
            truth.answers += [(holder.subject_key, holder.feed, a) for a in story.answers]
            if holder.role == "garbled":
                truth.refused_files.append(_garbled(inbox, holder, rng))
    return truth


def _write_block(
    inbox: Inbox,
    holders: Sequence[Holder],
    movements: Movements,
    exports: Sequence[Export],
    truth: BillTruth,
) -> None:
    """Bills list the newest movement first."""
    firsts = np.searchsorted(movements.holder, np.arange(len(holders) + 1))
    persons = np.array([h.person for h in holders])
    for layout in sorted({e.layout for e in exports}):
        mine = [e for e in exports if e.layout == layout]
        rows, cuts = [], []
        for export in mine:
            low, high = firsts[export.number], firsts[export.number + 1]
            at = movements.at[low:high]
            first, last = np.searchsorted(at, np.array([export.since, export.until]))
            rows.append(np.arange(low + last - 1, low + first - 1, -1))
            cuts.append(np.repeat(export.until, last - first))
        taken = movements.take(np.concatenate(rows))
        bounds = np.concatenate([[0], np.cumsum([len(r) for r in rows])])
        page = _Page(inbox, truth, mine, taken, np.concatenate(cuts), bounds)
        if wechat_export.is_workbook(layout):
            page.write_workbooks(persons)
        else:
            page.write_texts(persons)


@dataclass(frozen=True)
class _Page:
    """Exports of one layout; rows `bounds[i]` to `bounds[i + 1]` belong to `exports[i]`."""

    inbox: Inbox
    truth: BillTruth
    exports: Sequence[Export]
    movements: Movements
    cuts: np.ndarray
    bounds: np.ndarray

    def write_texts(self, persons: np.ndarray) -> None:
        """Write every export as a text file."""
        layout = self.exports[0].layout
        is_alipay = self.exports[0].feed == ALIPAY
        frame: ModuleType = alipay_layouts if is_alipay else wechat_export
        write_lines = alipay_export.lines if is_alipay else wechat_export.lines
        lines = write_lines(self.movements, self.cuts, layout, persons[self.movements.holder])
        end = frame.ending(layout)
        for number, body in enumerate(blocks(lines, self.bounds)):
            export, summary = self.exports[number], self._summary(number)
            lead, tail = (part(layout, export, summary) for part in (frame.lead, frame.tail))
            faults: list[tuple[int, str | None, str]] = []
            if export.fault == "bad_rows":
                body, faults = spoil(body, export.feed)
            text = "".join([*(line + end for line in lead), body, *(line + end for line in tail)])
            content = text.encode(frame.encoding(layout))
            records = sum(summary.counts)
            name = f"{_stem(export)}.csv"
            file = self.inbox.deliver(
                export.feed, name, content, export.received, records, _folder(export)
            )
            self.truth.rejected_rows += [
                RejectedRow(export.feed, file, len(lead) + 1 + line, column, reason)
                for line, column, reason in faults
            ]
            self._settle(export, file, records)

    def write_workbooks(self, persons: np.ndarray) -> None:
        """Write every export as an XLSX file."""
        subject = persons[self.movements.holder]
        cells = wechat_export.cells_of(self.movements, self.cuts, subject)
        for number, export in enumerate(self.exports):
            low, high = self.bounds[number], self.bounds[number + 1]
            mine = {name: column[low:high].to_pylist() for name, column in cells.items()}
            path = self.inbox.place(export.feed, f"{_stem(export)}.xlsx", _folder(export))
            write_workbook(path, export, self._summary(number), mine)
            sheets = wechat_export.sheet_count(export.layout)
            records = sheets * int(high - low)
            file = self.inbox.note(export.feed, path, export.received, records)
            self._settle(export, file, records)

    def _summary(self, number: int) -> Summary:
        rows = slice(self.bounds[number], self.bounds[number + 1])
        back = NEUTRAL if self.exports[number].feed == ALIPAY else IN
        is_refund = self.movements.is_refund[rows]
        direction = np.where(is_refund, back, DIRECTIONS[self.movements.kind[rows]])
        counts = np.bincount(direction, minlength=3)
        fen = np.zeros(3, np.int64)
        np.add.at(fen, direction, self.movements.fen[rows])
        return Summary(tuple(counts.tolist()), tuple(fen.tolist()))

    def _settle(self, export: Export, file: str, records: int) -> None:
        if export.fault.startswith("consent"):
            self.truth.rejected_files.append(RejectedFile(export.feed, file, export.fault, records))
        if export.fault == "twice":
            path = self.inbox.folder / file
            twin = path.with_name(f"{path.stem}(1){path.suffix}")
            shutil.copyfile(path, twin)
            again = self.inbox.note(export.feed, twin, export.received + hours(1), records)
            self.truth.duplicate_files.append(DuplicateFile(export.feed, again, file))


def _garbled(inbox: Inbox, holder: Holder, rng: np.random.Generator) -> RefusedFile:
    """Bytes that are text in no encoding, a day before the sound export."""
    noise = rng.integers(0x80, 0x100, GARBLED_BYTES, dtype=np.uint8).tobytes() + b"\xff\xff"
    received = holder.until - hours(26)
    stem = f"{TITLES[holder.feed]}(damaged)"
    folder = {"authorisation_id": holder.authorisation_id}
    file = inbox.deliver(holder.feed, f"{stem}.csv", noise, received, 0, folder)
    return RefusedFile(holder.feed, file, "garbled")


def _stem(export: Export) -> str:
    days = (str(t.astype("datetime64[D]")).replace("-", "") for t in (export.since, export.until))
    return f"{TITLES[export.feed]}({'-'.join(days)})"


def _folder(export: Export) -> dict[str, str]:
    return {"authorisation_id": export.authorisation_id}
