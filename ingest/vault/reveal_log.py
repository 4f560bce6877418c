"""The log of look-ups: lines are added, never changed, and a removed line shows.

Every line carries a MAC over itself and the line before it; the head carries one over the number
of lines and the last of them, so that lines cut off at the end show as well. The key of the MACs
comes from the token key, which does not change with the vault key. A token stands there only as a
keyed hash: an auditor who has the token finds its look-ups, and when its person is erased, nothing
of it is left.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import astuple, dataclass, replace

from ingest.vault.store import LOG_COLUMNS, Transaction
from tallywatch.errors import TerminalError

BEFORE_THE_FIRST = "0" * 64
NO_HEAD = (0, "")


@dataclass(frozen=True)
class LogLine:
    """One look-up. `outcome_code` is granted or denied, `reason_code` says why it was denied."""

    line_number: int
    looked_up_at: str
    user_name: str
    token_hash: str
    kind: str | None
    purpose: str
    outcome_code: str
    reason_code: str | None
    line_mac: str = ""


class RevealLog:
    """The log as one transaction sees it."""

    def __init__(self, transaction: Transaction, token_key: bytes) -> None:
        self._transaction = transaction
        self._key = hmac.new(token_key, b"tallywatch reveal log", hashlib.sha256).digest()

    def hash_of(self, token: str) -> str:
        """How the token stands in the log."""
        return hmac.new(self._key, b"token\0" + token.encode(), hashlib.sha256).hexdigest()

    def append(self, line: LogLine) -> LogLine:
        """Add a line; its number and its MAC are made here."""
        self._transaction.execute(
            "insert into reveal_log_head (only_row, line_count, head_mac) values (1, 0, ?) "
            "on conflict do nothing",
            [self._head_mac(0, BEFORE_THE_FIRST)],
        )
        # The head's lock puts appends of several processes in a row.
        count = self._head(self._transaction.update_lock)[0]
        previous = self._line(count).line_mac if count else BEFORE_THE_FIRST
        numbered = replace(line, line_number=count + 1)
        done = replace(numbered, line_mac=self._line_mac(numbered, previous))
        marks = ", ".join("?" for _ in LOG_COLUMNS)
        self._transaction.execute(
            f"insert into reveal_log ({', '.join(LOG_COLUMNS)}) values ({marks})", astuple(done)
        )
        self._transaction.execute(
            "update reveal_log_head set line_count = ?, head_mac = ?",
            [done.line_number, self._head_mac(done.line_number, done.line_mac)],
        )
        return done

    def verified_lines(self) -> list[LogLine]:
        """Every line, oldest first, proven to be what was written and to be all there is.

        Raises:
            TerminalError: a line was changed, added by hand or removed; says after which one.
        """
        rows = self._transaction.rows(
            f"select {', '.join(LOG_COLUMNS)} from reveal_log order by line_number"
        )
        previous, count = BEFORE_THE_FIRST, 0
        lines = [LogLine(*row) for row in rows]  # type: ignore[arg-type]
        for line in lines:
            whole = line.line_number == count + 1
            if not whole or not hmac.compare_digest(self._line_mac(line, previous), line.line_mac):
                raise _broken(count)
            previous, count = line.line_mac, count + 1
        head = self._head("")
        if (lines or head != NO_HEAD) and head != (count, self._head_mac(count, previous)):
            raise _broken(count)
        return lines

    def _head(self, lock: str) -> tuple[int, str]:
        found = self._transaction.rows(f"select line_count, head_mac from reveal_log_head{lock}")
        return (int(str(found[0][0])), str(found[0][1])) if found else NO_HEAD

    def _line(self, number: int) -> LogLine:
        rows = self._transaction.rows(
            f"select {', '.join(LOG_COLUMNS)} from reveal_log where line_number = ?", [number]
        )
        if not rows:
            raise _broken(number - 1)
        return LogLine(*rows[0])  # type: ignore[arg-type]

    def _line_mac(self, line: LogLine, previous: str) -> str:
        fields = [previous, *("" if v is None else str(v) for v in astuple(line)[:-1])]
        text = "\0".join(f"{len(field)}:{field}" for field in fields)
        return hmac.new(self._key, text.encode(), hashlib.sha256).hexdigest()

    def _head_mac(self, count: int, last: str) -> str:
        return hmac.new(self._key, f"head\0{count}\0{last}".encode(), hashlib.sha256).hexdigest()


def _broken(after: int) -> TerminalError:
    return TerminalError(
        f"the log of look-ups is not whole after line {after}",
        "every line as it was written, and the head that counts them",
        "find out who can write to the vault's database; restore it from a backup",
    )
