"""Finding the header of a grid: labels in columns, each over one line or several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from ingest.formats.credit_report.grid import plain
from ingest.formats.credit_report.pages import Line
from ingest.formats.pdf_words import Word

MOST_LINES = 5
"""A label of three lines beside one of two has its lines at five heights."""
T = TypeVar("T")


@dataclass(frozen=True)
class Label:
    """A label where it stands."""

    text: str
    x0: float
    x1: float
    page: int

    @property
    def middle(self) -> float:
        """Its middle."""
        return (self.x0 + self.x1) / 2


@dataclass(frozen=True)
class Header(Generic[T]):
    """A header that was found, and how many lines it takes."""

    known: T
    labels: tuple[Label, ...]
    lines: int


def find_header(
    lines: Sequence[Line], at: int, known: Mapping[tuple[str, ...], T]
) -> Header[T] | None:
    """The header that begins with line `at`, if its labels are those of a known grid."""
    for count in range(1, MOST_LINES + 1):
        part = lines[at : at + count]
        if len(part) < count or part[-1].page != part[0].page:
            return None
        labels = columns_of([word for line in part for word in line.words])
        found = known.get(tuple(plain(label.text) for label in labels))
        if found is not None:
            return Header(found, tuple(labels), count)
    return None


def columns_of(words: Sequence[Word]) -> list[Label]:
    """Words that stand above each other as one label each, from the left."""
    groups: list[list[Word]] = []
    right = float("-inf")
    for word in sorted(words, key=lambda word: word.x0):
        if groups and word.x0 < right:
            groups[-1].append(word)
        else:
            groups.append([word])
        right = max(right, word.x1) if len(groups[-1]) > 1 else word.x1
    labels = []
    for group in groups:
        ordered = sorted(group, key=lambda word: (word.bottom, word.x0))
        text = "".join(word.text for word in ordered)
        labels.append(
            Label(text, min(w.x0 for w in group), max(w.x1 for w in group), group[0].page)
        )
    return labels
