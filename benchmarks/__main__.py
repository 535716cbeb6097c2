"""Run the benchmarks, all or those named, as in `python -m benchmarks w1 uncertainty`; write the results."""

import json
import os
import platform
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks import figures, growth, members, returns, rls, start, telling, uncertainty, w1, w2, w3, w4
from benchmarks.sizes import Filled, filled

RESULTS = Path(__file__).with_name("results.json")
TABLE = Path(__file__).with_name("results.md")
PACKAGES = ("asyncpg", "fastapi", "httpx", "numpy", "pydantic", "uvicorn")
RUNS: dict[str, Callable[[], dict[str, Any]]] = {
    "w1": w1.run,
    "w3": w3.run,
    "w4": w4.run,
    "start": start.run,
    "members": members.run,
    "uncertainty": uncertainty.run,
    "returns": returns.run,
    "rls": rls.run,
}
SIZED: dict[str, Callable[[list[Filled]], dict[str, Any]]] = {"w2": w2.run, "growth": growth.run}
ORDER = ("w1", "w2", "w3", "w4", "growth", "start", "members", "uncertainty", "returns", "rls")


def main() -> None:
    """Run what was asked for; the last line of each is its name, its main figure and the target."""
    wanted = sys.argv[1:] or list(ORDER)
    if unknown := set(wanted) - set(ORDER):
        sys.exit(f"There is no benchmark {', '.join(sorted(unknown))}; there are {', '.join(ORDER)}.")
    for name, result in measured(wanted):
        results = read()
        postgres = result.pop("postgres", None)
        results[name] = {"at": datetime.now(UTC).strftime("%Y-%m-%d"), **result}
        results["machine"] = machine(postgres or results.get("machine", {}).get("PostgreSQL"))
        write(results)
        print("\n".join(figures.lines(name, result)), flush=True)


def measured(wanted: list[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Run what is wanted; runs on databases of several sizes share them, for filling these takes longest."""
    for name in wanted:
        if name in RUNS:
            yield name, RUNS[name]()
    sized = [name for name in wanted if name in SIZED]
    if sized:
        with filled() as stages:
            for name in sized:
                yield name, SIZED[name](stages)


def machine(postgres: dict[str, str] | None) -> dict[str, Any]:
    """Return what the figures were measured on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "cores": os.cpu_count(),
        "memory": f"{memory / 2**30:.0f} GiB",
        "system": f"{platform.system()} {platform.machine()}",
        "Python": platform.python_version(),
        "packages": {package: version(package) for package in PACKAGES},
        "PostgreSQL": postgres or {},
    }


def read() -> dict[str, Any]:
    """Return the results so far."""
    return json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.is_file() else {}


def write(results: dict[str, Any]) -> None:
    """Write the results and the table of them, in the order of the runs, and what the README tells of them."""
    ordered = {name: results[name] for name in (*ORDER, "peers", "machine") if name in results}
    RESULTS.write_text(json.dumps(ordered, indent=1) + "\n", encoding="utf-8")
    TABLE.write_text(figures.table(ordered), encoding="utf-8")
    readme = telling.README.read_text(encoding="utf-8")
    telling.README.write_text(telling.retold(readme, ordered), encoding="utf-8")


if __name__ == "__main__":
    main()
