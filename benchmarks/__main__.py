"""Run the benchmarks, all or those named, as in `python -m benchmarks ingest uncertainty`; write the results."""

import json
import os
import platform
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks import impact, ingest, members, returns, uncertainty

RESULTS = Path(__file__).with_name("results.json")
TABLE = Path(__file__).with_name("results.md")
RUNS: dict[str, Callable[[], dict[str, Any]]] = {
    "ingest": ingest.run,
    "impact": impact.run,
    "members": members.run,
    "uncertainty": uncertainty.run,
    "returns": returns.run,
}
TARGETS = {
    "ingest": ("ratio", "≥ 0.30"),
    "impact": ("largest", "≤ 2"),
    "members": ("ratio", "≤ 2"),
    "uncertainty": ("ratio", "≤ 2"),
    "returns": ("seconds", "≤ 2"),
}
MEANINGS = {
    "ingest": "engagements through HTTP, as a share of bare COPY of the same rows",
    "impact": "slowest over fastest impact answer, from 2,000 to 200,000 engagements",
    "members": "members' impact of the largest network over that of one with 20 members",
    "uncertainty": "intervals of 1,000 outcomes by 20,000 draws, over as many bare lognormals",
    "returns": "seconds for the social return of a network with 100,000 outcomes, made anew",
}


def main() -> None:
    """Run what was asked for; the last line of each is its name, its ratio and the target."""
    wanted = sys.argv[1:] or list(RUNS)
    results = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.is_file() else {}
    for name in wanted:
        results[name] = {"at": datetime.now(UTC).strftime("%Y-%m-%d"), **RUNS[name]()}
        member, target = TARGETS[name]
        print(f"{name} {results[name][member]:.3f} {target}", flush=True)
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
        f"| {name} | {MEANINGS[name]} | {results[name][member]:.2f} | {target} |"
        for name, (member, target) in TARGETS.items()
        if name in results
    ]
    return "\n".join(["| run | what | ratio | target |", "| --- | --- | --- | --- |", *rows, ""])


if __name__ == "__main__":
    main()
