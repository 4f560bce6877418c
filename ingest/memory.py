"""How this process gives memory back."""

from __future__ import annotations

import ctypes
from functools import cache

# Of malloc.h.
_M_TRIM_THRESHOLD, _M_TOP_PAD, _M_MMAP_THRESHOLD = -1, -2, -3
KEPT_BYTES = (1 << 31) - 1
MAPPED_FROM_BYTES = 1 << 30
STEP_BYTES = 1 << 26


@cache
def keep_freed_memory() -> None:
    """Keep what is freed for the next batch, in this process from now on.

    Batches need the same arrays over and over. The C library of GNU hands each large one back to
    the system, which has to clear every page of it anew: a sixteenth of the time of a screen. Peak
    memory stays as it is. Other C libraries are left alone.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError):
        return
    mallopt(_M_MMAP_THRESHOLD, MAPPED_FROM_BYTES)
    mallopt(_M_TRIM_THRESHOLD, KEPT_BYTES)
    mallopt(_M_TOP_PAD, STEP_BYTES)
