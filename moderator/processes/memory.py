"""What a process does with its memory once all that lives as long as it does is loaded."""

from __future__ import annotations

import ctypes
import gc


def settle() -> None:
    """Leave what is loaded out of garbage collections, and give back what loading has freed.

    glibc keeps freed memory for the process: after the lexicon is compiled, more than 10 MB. Other
    C libraries are left alone.
    """
    gc.collect()
    gc.freeze()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
