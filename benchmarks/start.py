"""Starts: a server on a database that is there, until it answers; `import proxeny`; and a waiting server's memory."""

import subprocess
import sys
import time
from typing import Any

import httpx

from benchmarks.figures import Figure, answer, middle
from benchmarks.processes import memory, proportional
from benchmarks.stage import Stage, bodies, cast, client, post_batches, serving, stage

ROUNDS, IMPORTS = 5, 11
IMPORT = "import time; start = time.perf_counter(); {}; print(time.perf_counter() - start)"
BARE, LAZY, CLIENT = "pass", "import proxeny", "from proxeny import Proxeny"


def run(rounds: int = ROUNDS, imports: int = IMPORTS) -> dict[str, Any]:
    """Return the seconds of each start, Python's own beside them, and the MiB of a server that waits."""
    with stage() as running:
        city = cast(running)[0]
        with client(running.address, city.key) as http:
            post_batches(http, city.code, bodies(0, 2_000))
        cold = [_cold(running) for _ in range(rounds)]
        with serving(running.admin_url, running.folder) as idle:
            httpx.get(f"{idle.address}/readyz").raise_for_status()
            time.sleep(1)
            held, shared = memory(idle.pid), proportional(idle.pid)
        postgres = running.postgres
    times = [{statement: _imported(statement) for statement in (BARE, LAZY, CLIENT)} for _ in range(imports)]
    inside, whole = ([{name: pair[which] for name, pair in each.items()} for each in times] for which in (0, 1))
    figures = {
        "server": middle("seconds from `proxeny-api serve` to its first answer, database there", cold, "< 1.5"),
        "import": middle("seconds of `import proxeny` in a new process", [each[LAZY] for each in inside], "< 0.1"),
        "import, beside Python": middle(
            "a process that does `import proxeny` over one that does nothing",
            [each[LAZY] / each[BARE] for each in whole],
        ),
        "client": middle(
            "seconds of `from proxeny import Proxeny` in a new process", [each[CLIENT] for each in inside]
        ),
        "idle": Figure("MiB of a worker that waits", held),
        "idle, shared memory divided": Figure("MiB of it, what processes share divided among them", shared),
    }
    return answer("server", figures, postgres=postgres)


def _cold(running: Stage) -> float:
    """Return the seconds from the command to the first answer."""
    start = time.perf_counter()
    with serving(running.admin_url, running.folder) as server:
        httpx.get(f"{server.address}/readyz").raise_for_status()
        return time.perf_counter() - start


def _imported(statement: str) -> tuple[float, float]:
    """Return the seconds of a statement, and of the new process that runs it."""
    start = time.perf_counter()
    command = [sys.executable, "-c", IMPORT.format(statement)]
    told = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    return float(told), time.perf_counter() - start
