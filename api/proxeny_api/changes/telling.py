"""What `proxeny-api verify` prints: for programs, and for people."""

from collections.abc import Iterator
from typing import Any

from proxeny_api.changes.verify import VerifyReport


def as_data(report: VerifyReport) -> dict[str, Any]:
    """Return a report for programs."""
    differences = [
        {"city": found.city, **{name: str(value) for name, value in found.difference._asdict().items()}}
        for found in report.rollup_differences
    ]
    broken = [{"chain": broken.chain, "seq": broken.seq, "what": broken.what} for broken in report.broken]
    counts = {"sound": report.sound, "chains": report.chains, "entries": report.entries, "before": report.before}
    return {**counts, "broken": broken, "rollup_differences": differences, "hints": report.hints}


def as_text(report: VerifyReport) -> str:
    """Return a report for people: a sentence, and a line for each thing that is wrong."""
    return "\n".join(_lines(report))


def _lines(report: VerifyReport) -> Iterator[str]:
    read = f"{report.entries} entries in {report.chains} chains"
    read += f", {report.before} before them as signed by an earlier run" if report.before else ""
    yield f"{read}: all is sound." if report.sound else f"{read}: not all is sound."
    for broken in report.broken:
        yield f"{broken.chain}: {broken.what} at entry {broken.seq}"
    for place in report.rollup_differences:
        found = place.difference
        cell = f"{found.dimension} {found.network_id} {found.value!r} {found.year}"
        yield f"{place.city}: the rollup has {found.column} {found.kept} in {cell}, its records add up to {found.due}"
    yield from report.hints
