"""What processes take, as Linux tells it: processor time and memory; and how fast this machine is just now."""

import os
import time
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")
MIB = 1024.0
CALIBRATION = 2_000_000


def memory(pid: int, member: str = "VmRSS") -> float:
    """Return the MiB that a process holds now (`VmRSS`) or held at most (`VmHWM`)."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith(f"{member}:"):
            return int(line.split()[1]) / MIB
    raise ValueError(f"Linux tells no {member} of process {pid}.")


def proportional(pid: int) -> float:
    """Return the MiB that a process holds, memory that several share divided among them."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / MIB
    raise ValueError(f"Linux tells no Pss of process {pid}.")


def family(pid: int) -> list[int]:
    """Return a process and all that it began, near or far, and that still run."""
    begun: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            _, _, rest = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")
        except (FileNotFoundError, ProcessLookupError):
            continue  # It ended while we looked.
        begun.setdefault(int(rest.split()[1]), []).append(int(stat.parent.name))
    found = [pid]
    for member in found:
        found += begun.get(member, [])
    return found


def processor_seconds(pid: int) -> float:
    """Return the processor time that a process and those it began took so far, ended ones that it waited for too."""
    total = 0
    for member in family(pid):
        try:
            _, _, rest = Path(f"/proc/{member}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")
        except (FileNotFoundError, ProcessLookupError):
            continue
        total += sum(int(ticks) for ticks in rest.split()[11:15])
    return total / TICK


def calibration() -> float:
    """Return the seconds of a fixed loop: where it takes longer, the machine was busy with something else."""
    start = time.perf_counter()
    total = 0
    for number in range(CALIBRATION):
        total += number
    return time.perf_counter() - start
