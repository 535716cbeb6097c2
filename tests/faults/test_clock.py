"""The API's clock, not the database's, is set back by ten days as it runs: order, expiry and repeats hold."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from proxeny_api import embedded
from tests.faults import running
from tests.faults.counting import keys_of, stored
from tests.faults.running import Running, command, key_of, serve, soon
from tests.faults.test_embedded import ask
from tests.make import engagement

LIBRARIES = [
    *Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"),
    *Path("/opt/homebrew/lib/faketime", "/usr/local/lib/faketime").glob("libfaketimeMT*"),
]
pytestmark = pytest.mark.skipif(
    not (LIBRARIES or os.environ.get("CI")), reason="libfaketime is not here (Debian: apt-get install libfaketime)"
)


@pytest.fixture(scope="module")
def data_dir() -> Iterator[Path]:
    yield from running.folders()


# libfaketime 0.9.10 cannot do the absolute sleeps of Python 3.11 once it leaves the clock of durations alone.
SLEEP = "import select, time\ntime.sleep = lambda seconds: select.select([], [], [], seconds) and None\n"


def serve_by(clock: Path) -> Running:
    """Serve by a clock that a file sets; what measures durations goes on, as on a machine that is set back."""
    (clock.parent / "sitecustomize.py").write_text(SLEEP)
    return serve(
        clock.parent,
        LD_PRELOAD=str(LIBRARIES[0]),
        FAKETIME_TIMESTAMP_FILE=str(clock),
        FAKETIME_NO_CACHE="1",
        FAKETIME_DONT_FAKE_MONOTONIC="1",
        PYTHONPATH=str(clock.parent),
        PROXENY_KEY_CACHE="0",
    )


def post(city: httpx.Client, name: str) -> httpx.Response:
    said = engagement(external_id=name)
    return city.post("/v1/cities/bilbao/engagements", json=said, headers={"Idempotency-Key": name})


def behind(server: Running) -> timedelta:
    """Return how far the server's clock is behind, by the date that it gives its answers."""
    told = parsedate_to_datetime(httpx.get(f"{server.url}/healthz").headers["Date"])
    return datetime.now(UTC) - told


END_A_KEY = """
UPDATE api_key SET expires_at = now() WHERE id = (SELECT id FROM api_key WHERE name = 'to end'); SELECT 1
"""


@dataclass
class Story:
    """What was posted before the clock was set back, after it, and after a restart; and what there is in the end."""

    posted: list[httpx.Response]
    repeated: list[httpx.Response]
    key_that_ended: list[int]
    told: list[dict[str, Any]]
    names: list[str]
    verified: int


@pytest.fixture(scope="module")
def story(data_dir: Path) -> Story:
    clock = data_dir / "clock"
    clock.write_text("+0")
    server = serve_by(clock)
    try:
        (key,), ended = keys_of(server, "bilbao"), key_of(data_dir, "--city", "bilbao", "--name", "to end")
        with server.client(key) as city, server.client(ended) as other, embedded.start(data_dir) as bundled:
            posted = [post(city, f"before-{number}") for number in range(3)]
            good = other.get("/v1/me").status_code
            ask(bundled.url, END_A_KEY)
            clock.write_text("-10d")
            assert soon(lambda: behind(server) > timedelta(days=9))
            posted += [post(city, f"after-{number}") for number in range(3)]
            repeated = [post(city, name) for name in ("before-0", "after-0")]
            seen = [good, other.get("/v1/me").status_code]
    finally:
        server.stop()
    return end_of(Story(posted, repeated, seen, [], [], 1), serve_by(clock), key)


def end_of(story: Story, server: Running, key: str) -> Story:
    """Post once more after a restart, and look at all there is."""
    try:
        with server.client(key) as city:
            story.posted.append(post(city, "restarted"))
            story.told = city.get("/v1/cities/bilbao/changes").json()["items"]
            story.names = stored(city, "bilbao")
        story.verified = command(server.data_dir, "verify").returncode
    finally:
        server.stop()
    return story


def test_entries_are_in_order_and_no_instant_falls_not_even_after_a_restart(story: Story) -> None:
    assert [answer.status_code for answer in story.posted] == [201] * 7
    made = [answer.json() for answer in story.posted]
    written = [record["created_at"] for record in made]

    assert written == sorted(written)
    assert [entry["at"] for entry in story.told[-7:]] == written
    assert [entry["resource_id"] for entry in story.told[-7:]] == [record["id"] for record in made]
    assert story.verified == 0


def test_ids_of_one_process_rise_though_its_clock_falls(story: Story) -> None:
    ids = [answer.json()["id"] for answer in story.posted[:6]]

    assert ids == sorted(ids)


def test_a_repeat_is_known_whether_it_was_answered_before_or_after(story: Story) -> None:
    assert [answer.headers.get("Idempotent-Replayed") for answer in story.repeated] == ["true", "true"]
    assert sorted(story.names) == sorted(answer.json()["external_id"] for answer in story.posted)


def test_a_key_that_has_ended_does_not_come_back(story: Story) -> None:
    assert story.key_that_ended == [200, 401]
