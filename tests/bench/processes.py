"""Processor time and memory of a process tree, from /proc."""

import os
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
#: Name of a part → what its command line holds.
_PARTS = {
    "intent model": "rasa_launcher.py",
    "worker": "app.cli worker",
    "server": "hoidap serve",
    "PostgreSQL": "postgres",
}


def tree(pid: int) -> dict[int, str]:
    """Process → part, for the process and all below it."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parents[int(entry.name)] = int(stat[1])
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return {one: _part(one) for one in found}


def _part(pid: int) -> str:
    try:
        line = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return "other"
    return next((name for name, words in _PARTS.items() if words in line), "other")


def cpu_seconds(pid: int) -> dict[str, float]:
    found: dict[str, float] = {}
    for one, part in tree(pid).items():
        try:
            stat = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        found[part] = found.get(part, 0.0) + (int(stat[11]) + int(stat[12])) / _TICKS
    return found


def resident_mb(pid: int) -> dict[str, float]:
    """Proportional set size in MB: shared pages are shared."""
    found: dict[str, float] = {}
    for one, part in tree(pid).items():
        try:
            rollup = Path(f"/proc/{one}/smaps_rollup").read_text()
        except OSError:
            continue
        kilobytes = next(
            int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")
        )
        found[part] = found.get(part, 0.0) + kilobytes / 1024
    return found
