"""The way through a JSON document to its records, with a window of its text in memory."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from ingest.formats.json_records import Number, Record

BLANKS = " \t\r\n"
LONGEST_VALUE = 1 << 26
"""A value of more characters than that ends nowhere that one could look for it."""


class Walked(NamedTuple):
    """A record: its text, its value, and whether an object in it names a key twice or holds a
    constant that is not JSON, such as NaN."""

    text: str
    value: Any
    is_odd: bool


class PathMissing(ValueError):  # noqa: N818 - what happened, in words
    """The document has nothing at the path."""


class Document:
    """A document that is read once, record by record.

    `span` is where the list of records begins and ends, in characters, once it is read; None where
    the only record is an object.
    """

    def __init__(self, chunks: Iterator[str]) -> None:
        self._chunks = chunks
        self._text = ""
        self._at = 0
        self._dropped = 0
        self._is_odd = False
        self._decoder = json.JSONDecoder(
            parse_float=Number,
            parse_int=Number,
            parse_constant=self._constant,
            object_pairs_hook=self._object,
        )
        self.span: tuple[int, int] | None = None

    def records(self, path: Sequence[str]) -> Iterator[Walked]:
        """The elements of the list at the path, or the one object that stands there.

        Raises:
            PathMissing: nothing stands at the path.
            ValueError, RecursionError: the text is no JSON from here on.
        """
        yield from self._records(path)
        if self._peek():
            raise ValueError("text after the end of the document")

    def _records(self, path: Sequence[str]) -> Iterator[Walked]:
        if path:
            yield from self._below(path)
        elif self._peek() == "[":
            self._at += 1
            start = self._dropped + self._at
            yield from self._elements()
            self.span = start, self._dropped + self._at - 1
        else:
            yield self._walked()

    def _elements(self) -> Iterator[Walked]:
        if self._peek() == "]":
            self._at += 1
            return
        while True:
            self._peek()
            yield self._walked()
            if self._expect(",]") == "]":
                return

    def _below(self, path: Sequence[str]) -> Iterator[Walked]:
        is_found = False
        self._expect("{")
        if self._peek() == "}":
            self._at += 1
            raise PathMissing
        while True:
            if self._peek() != '"':
                raise ValueError("a key is missing")
            key = self._value()
            self._expect(":")
            self._peek()
            if key == path[0] and not is_found:
                is_found = True
                yield from self._records(path[1:])
            else:
                self._value()
            if self._expect(",}") == "}":
                break
        if not is_found:
            raise PathMissing

    def _walked(self) -> Walked:
        self._is_odd = False
        start = self._dropped + self._at
        value = self._value()
        return Walked(self._text[start - self._dropped : self._at], value, self._is_odd)

    def _value(self) -> Any:
        """The value that begins here; more text is fetched until it ends within the window."""
        while True:
            try:
                value, end = self._decoder.raw_decode(self._text, self._at)
            except ValueError:
                if len(self._text) - self._at > LONGEST_VALUE or not self._fetch():
                    raise
                continue
            # A number that ends with the window may go on after it.
            if end == len(self._text) and self._fetch():
                continue
            self._at = end
            return value

    def _expect(self, characters: str) -> str:
        found = self._peek()
        if not found or found not in characters:
            raise ValueError(f"none of {characters} where one must stand")
        self._at += 1
        return found

    def _peek(self) -> str:
        """The next character that is not blank; none at the end."""
        while True:
            while self._at < len(self._text):
                if self._text[self._at] not in BLANKS:
                    return self._text[self._at]
                self._at += 1
            if not self._fetch():
                return ""

    def _fetch(self) -> bool:
        """Drop what was read and add at least as much text as is still held."""
        added: list[str] = []
        held = len(self._text) - self._at
        size = 0
        while size <= held and (chunk := next(self._chunks, "")):
            added.append(chunk)
            size += len(chunk)
        if not added:
            return False
        self._dropped += self._at
        self._text = self._text[self._at :] + "".join(added)
        self._at = 0
        return True

    def _object(self, pairs: list[tuple[str, Any]]) -> Record:
        record = dict(pairs)
        self._is_odd |= len(record) != len(pairs)
        return record

    def _constant(self, _: str) -> None:
        self._is_odd = True
