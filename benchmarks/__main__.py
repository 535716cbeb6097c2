"""Run the benchmarks, all or those named, as in `python -m benchmarks ingest uncertainty`; write the results."""

import json
import os
import platform
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks import impact, ingest, members, returns, rls, uncertainty

RESULTS = Path(__file__).with_name("results.json")
TABLE = Path(__file__).with_name("results.md")


class Benchmark(NamedTuple):
    """What is run, which member of its result counts, what that is to be, and what it means."""

    run: Callable[[], dict[str, Any]]
    member: str
    target: str
    meaning: str


BENCHMARKS = {
    "ingest": Benchmark(
        ingest.run, "ratio", "≥ 0.30", "engagements through HTTP, as a share of bare COPY of the same rows"
    ),
    "impact": Benchmark(
        impact.run, "largest", "≤ 2", "slowest over fastest impact answer, from 2,000 to 200,000 engagements"
    ),
    "members": Benchmark(
        members.run, "ratio", "≤ 2", "members' impact of the largest network over that of one with 20 members"
    ),
    "uncertainty": Benchmark(
        uncertainty.run, "ratio", "≤ 2", "intervals of 1,000 outcomes by 20,000 draws, over as many bare lognormals"
    ),
    "rls": Benchmark(
        rls.run, "ratio", "≤ 1.5", "slowest statement under row-level security, over the same past every policy"
    ),
    "returns": Benchmark(
        returns.run, "seconds", "≤ 2", "seconds for the social return of a network with 100,000 outcomes, made anew"
    ),
}


def main() -> None:
    """Run what was asked for; the last line of each is its name, its ratio and the target."""
    wanted = sys.argv[1:] or list(BENCHMARKS)
    results = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.is_file() else {}
    for name in wanted:
        benchmark = BENCHMARKS[name]
        results[name] = {"at": datetime.now(UTC).strftime("%Y-%m-%d"), **benchmark.run()}
        print(f"{name} {results[name][benchmark.member]:.3f} {benchmark.target}", flush=True)
    results["machine"] = {
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "packages": {package: version(package) for package in ("fastapi", "asyncpg", "numpy", "pydantic", "uvicorn")},
        "settings": "bundled PostgreSQL 18, fsync on",
    }
    RESULTS.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    TABLE.write_text(table(results), encoding="utf-8")


def table(results: dict[str, Any]) -> str:
    """Return the results as a Markdown table."""
    rows = [
        f"| {name} | {each.meaning} | {results[name][each.member]:.2f} | {each.target} |"
        for name, each in BENCHMARKS.items()
        if name in results
    ]
    return "\n".join(["| run | what | ratio | target |", "| --- | --- | --- | --- |", *rows, ""])


if __name__ == "__main__":
    main()
