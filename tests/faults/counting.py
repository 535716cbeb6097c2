"""Clients that write without pause through a fault, and count what was acknowledged and how all was answered."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

import httpx

from tests.faults.running import Running, key_of
from tests.faults.writing import row


@dataclass
class Count:
    """What all clients together saw; only single appends from their threads."""

    path: str
    tried: list[str] = field(default_factory=list)
    acknowledged: list[str] = field(default_factory=list)
    answers: list[tuple[float, int, float, str | None]] = field(default_factory=list)
    cut: int = 0

    def statuses(self) -> Counter[int]:
        """How often each status was answered."""
        return Counter(status for _, status, _, _ in self.answers)

    def refused(self) -> list[tuple[float, int, float, str | None]]:
        """Every answer that was no success: when, status, seconds, Retry-After."""
        return [answer for answer in self.answers if answer[1] >= 400]

    def longest_refusal(self) -> float:
        """The seconds that the slowest refusal took."""
        return max((seconds for _, _, seconds, _ in self.refused()), default=0.0)

    def served_after(self, instant: float) -> float:
        """Seconds from an instant to the answer of the first success asked for after it; infinity where none came."""
        ends = [at + seconds for at, status, seconds, _ in self.answers if status < 400 and at >= instant]
        return min(ends, default=float("inf")) - instant


class Writer(threading.Thread):
    """One client: posts engagement after engagement, each again under its idempotency key until it is acknowledged."""

    def __init__(self, client: httpx.Client, count: Count, name: str, until: threading.Event) -> None:
        super().__init__(name=name)
        self.client, self.count, self.until = client, count, until

    def run(self) -> None:
        number = 0
        while not self.until.is_set():
            name = f"{self.name}-{number}"
            self.count.tried.append(name)
            while not self._post(name) and not self.until.is_set():
                time.sleep(0.05)
            number += 1

    def _post(self, name: str) -> bool:
        """Post once; say whether it was acknowledged."""
        began = time.monotonic()
        said = row(0, 1, prefix=name) | {"external_id": name}
        try:
            answer = self.client.post(f"{self.count.path}/engagements", json=said, headers={"Idempotency-Key": name})
        except httpx.TransportError:
            self.count.cut += 1
            return False
        seconds = time.monotonic() - began
        self.count.answers.append((began, answer.status_code, seconds, answer.headers.get("Retry-After")))
        if answer.status_code == 201:
            self.count.acknowledged.append(name)
        return answer.status_code == 201


@contextmanager
def counting(server: Running, key: str, code: str, clients: int = 3, prefix: str = "counted") -> Iterator[Count]:
    """Write from several clients for as long as this lasts."""
    count, until = Count(f"/v1/cities/{code}"), threading.Event()
    with ExitStack() as stack:
        writers = [
            Writer(stack.enter_context(server.client(key)), count, f"{prefix}-{number}", until)
            for number in range(clients)
        ]
        for writer in writers:
            writer.start()
        try:
            yield count
        finally:
            until.set()
            for writer in writers:
                writer.join()


def keys_of(server: Running, *codes: str) -> list[str]:
    """Make cities of these codes, and return a key of each."""
    with server.client(key_of(server.data_dir, "--operator")) as operator:
        for code in codes:
            said = {"code": code, "name": code, "country": "ES", "currency": "EUR"}
            assert operator.post("/v1/cities", json=said).status_code == 201
    return [key_of(server.data_dir, "--city", code) for code in codes]


def stored(city: httpx.Client, code: str) -> list[str]:
    """Return the external ids of all engagements of a city."""
    found: list[str] = []
    params: dict[str, str] = {"limit": "1000"}
    while True:
        page = city.get(f"/v1/cities/{code}/engagements", params=params).json()
        found += [item["external_id"] for item in page["items"]]
        if page["next_cursor"] is None:
            return found
        params["cursor"] = page["next_cursor"]


def check_exactly_once(count: Count, names: list[str]) -> None:
    """Nothing acknowledged is missing, nothing is there twice, nothing is there that nobody sent."""
    assert count.acknowledged
    assert len(names) == len(set(names))
    assert len(count.acknowledged) == len(set(count.acknowledged))
    assert set(count.acknowledged) <= set(names) <= set(count.tried)


def check_refusals(count: Count) -> None:
    """What was not done was refused as unavailable, within five seconds, with the time to come again.

    So is what comes again while the database has not yet noticed that whoever sent it first is gone: a 409.
    """
    assert set(count.statuses()) <= {201, 409, 503}
    assert all(retry is not None for _, _, _, retry in count.refused())
    assert count.longest_refusal() < 5
