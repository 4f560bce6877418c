"""How this process uses memory and threads while it screens."""

from __future__ import annotations

import ctypes
import sys
from functools import cache

import pyarrow as pa

SWITCH_SECONDS = 0.0005
# Of malloc.h.
_M_TRIM_THRESHOLD, _M_TOP_PAD, _M_MMAP_THRESHOLD = -1, -2, -3
KEPT_BYTES = MAPPED_FROM_BYTES = 1 << 27
STEP_BYTES = 1 << 24

ENGINE_KEEPS = {
    "allocator_flush_threshold": "1GB",
    "allocator_bulk_deallocation_flush_threshold": "1GB",
}
"""Settings by which DuckDB keeps freed memory as well; its `memory_limit` holds all the same."""


@cache
def tune_process() -> None:
    """Keep freed memory for the next batch, and let threads take turns more often; from now on.

    Batches need the same arrays over and over. The C library of GNU, and the pools that come with
    Arrow, hand large ones back to the system, which has to clear every page of them anew: a tenth
    of the time of a screen. Other C libraries are left alone.

    Threads that parse, judge and write need Python's lock for moments only, and would wait for it
    as long as five milliseconds while another one makes tokens.
    """
    sys.setswitchinterval(SWITCH_SECONDS)
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError):
        return
    pa.set_memory_pool(pa.system_memory_pool())
    mallopt(_M_MMAP_THRESHOLD, MAPPED_FROM_BYTES)
    mallopt(_M_TRIM_THRESHOLD, KEPT_BYTES)
    mallopt(_M_TOP_PAD, STEP_BYTES)
