"""Memory that was needed for a moment goes back to the system."""

import ctypes

#: Options of glibc's `mallopt` (malloc.h): from which size a block is a mapping of its own, how
#: much may stay free at the end of the heap, how many heaps threads may have.
_MMAP_THRESHOLD, _TRIM_THRESHOLD, _ARENA_MAX = -3, -1, -8
_BLOCK = 256 * 1024
_HEAPS = 2


def keep_small() -> None:
    """Call before anything is learnt or built; another C library stays as it is.

    By itself glibc raises its limits with each large block that is freed: server and worker kept
    40 MB each of what the guard needs while it learns (measured November 2026).
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:
        return
    options = {_MMAP_THRESHOLD: _BLOCK, _TRIM_THRESHOLD: _BLOCK, _ARENA_MAX: _HEAPS}
    for option, value in options.items():
        mallopt(option, value)
