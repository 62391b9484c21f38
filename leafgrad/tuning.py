"""What a user may turn for speed, at a price that only the user can judge. Nothing imports this file by itself.

NumPy asks the C library for the memory of each result and gives it back at the end. glibc returns large
pieces to the system at once, so that a training step with large temporaries gets its memory anew from
the system every time, zero-filled page by page: as much as half of such a step's time.
"""

from __future__ import annotations

import ctypes
import os
import sys

__all__ = ["keep_freed_memory"]

# from glibc's malloc.h
M_TRIM_THRESHOLD = -1
M_MMAP_THRESHOLD = -3

#: The most that older versions of glibc accept as M_MMAP_THRESHOLD on 64-bit systems.
OLD_LIMIT = 32 * 2**20


def keep_freed_memory(threshold: int = 2**30) -> bool:
    """Have the whole process keep freed memory for its next allocations; returns whether it will.

    Raises glibc's thresholds M_MMAP_THRESHOLD and M_TRIM_THRESHOLD together: arrays of up to `threshold`
    bytes come from the heap, and up to `threshold` bytes at its end stay with the process when they are
    free. (Raising one alone makes things worse.) The price is that the process does not shrink after a
    peak, and that its peak may grow by what falls between arrays of different sizes. It cannot be
    undone. Call it once, before the large arrays are made:

        from leafgrad.tuning import keep_freed_memory

        keep_freed_memory()

    With any other C library (musl, macOS, Windows) nothing happens and the answer is False. Where another
    allocator stands in for glibc's (jemalloc, tcmalloc), the thresholds are raised, but it does not read
    them. A ValueError for a threshold that is not positive.
    """
    if threshold <= 0:
        raise ValueError(f"keep_freed_memory: the threshold must be positive, got {threshold}")
    if not _is_glibc():
        return False
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return False
    limit = min(threshold, 2**31 - 1)  # it takes a C int
    if not mallopt(M_MMAP_THRESHOLD, limit) and not mallopt(M_MMAP_THRESHOLD, min(limit, OLD_LIMIT)):
        return False
    return bool(mallopt(M_TRIM_THRESHOLD, limit))


def _is_glibc() -> bool:
    if not sys.platform.startswith("linux"):
        return False
    try:
        return (os.confstr("CS_GNU_LIBC_VERSION") or "").startswith("glibc")
    except (ValueError, OSError):  # musl does not know the name
        return False
