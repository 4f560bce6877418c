"""Drawing and counting over groups of unequal size without a loop over them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from simulate.population.plan import DAY


def repeated(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For counts [2, 0, 1] the groups [0, 0, 2] and the places within them [0, 1, 0]."""
    groups = np.repeat(np.arange(len(counts)), counts)
    starts = np.cumsum(counts) - counts
    return groups, np.arange(len(groups)) - np.repeat(starts, counts)


def one_of(rng: np.random.Generator, weights: Sequence[float], count: int) -> np.ndarray:
    """Positions drawn by weight."""
    bounds = np.cumsum(np.asarray(weights, float))
    drawn = np.searchsorted(bounds / bounds[-1], rng.random(count), side="right")
    return np.minimum(drawn, len(bounds) - 1)


def by_row(cumulative: np.ndarray, rows: np.ndarray, drawn: np.ndarray) -> np.ndarray:
    """Positions drawn by the cumulative weights of a row each; few columns."""
    found = np.zeros(len(rows), np.int8)
    for column in range(cumulative.shape[1] - 1):
        found += drawn > cumulative[rows, column]
    return found


def zipf_places(rng: np.random.Generator, size: int, count: int, exponent: float) -> np.ndarray:
    """Ranks 0 to size - 1; the rank r is drawn in proportion to (r + 1) ** -exponent."""
    return one_of(rng, (np.arange(size) + 1.0) ** -exponent, count)


def coded(words: Sequence[str | None], codes: np.ndarray) -> pa.Array:
    """A text column of few words; a word that is None is null.

    Each word stands in the dictionary once: with twins in it Parquet writes other bytes each time.
    """
    distinct = [word for word in dict.fromkeys(words) if word is not None]
    places = np.array([-1 if word is None else distinct.index(word) for word in words], np.int32)
    indices = places[codes.astype(np.int32)]
    masked = pa.array(indices, mask=indices < 0 if None in words else None)
    return pa.DictionaryArray.from_arrays(masked, pa.array(distinct, pa.string()))


def instants(seconds: np.ndarray, none: np.ndarray | None = None) -> pa.Array:
    """Seconds on the Shanghai clock as UTC timestamps; null where `none` holds."""
    micros = (seconds.astype(np.int64) - 8 * 3_600) * 1_000_000
    return pa.array(micros, pa.int64(), mask=none).cast(pa.timestamp("us"))


def dates(seconds: np.ndarray, none: np.ndarray | None = None) -> pa.Array:
    """Seconds on the Shanghai clock as calendar days there."""
    days = (seconds // DAY).astype(np.int32)
    return pa.array(days, pa.int32(), mask=none).cast(pa.date32())


def months_of(seconds: np.ndarray) -> np.ndarray:
    """Months since 1970-01 on the Shanghai clock."""
    return (seconds // DAY).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


def month_start(months: np.ndarray) -> np.ndarray:
    """Seconds of the first moment of months since 1970-01."""
    days = np.asarray(months).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    return days * DAY


def month_texts(months: np.ndarray) -> pa.Array:
    """`YYYY-MM` of months since 1970-01."""
    if not len(months):
        return pa.array([], pa.string())
    first, last = int(months.min()), int(months.max())
    words = [str(np.datetime64(month, "M")) for month in range(first, last + 1)]
    return coded(words, months - first)


def blanked(column: pa.Array, none: np.ndarray) -> pa.Array:
    """A column with nulls where `none` holds."""
    return column.take(pa.array(np.arange(len(column)), mask=none))
