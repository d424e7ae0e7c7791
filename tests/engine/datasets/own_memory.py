"""The memory that a process has had itself, for tests that start one to measure it."""

from __future__ import annotations

import re
import sys
from pathlib import Path


def peak_memory() -> int:
    """The most memory that this process has had, in bytes.

    Linux counts getrusage on from that of whoever started the process: a large test run would be blamed on it.
    """
    status = Path("/proc/self/status")
    if status.exists():
        return int(re.search(r"VmHWM:\s+(\d+) kB", status.read_text())[1]) * 1024
    import resource  # not on Windows

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
