"""Bad input at every door and on the bare wire: each case of `cases/` ends as it says, and harms nothing after it."""

import json
import re
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from proxeny_api.boot import Place
from tests.conftest import PEPPER
from tests.faults import running
from tests.input.case import Case, cases
from tests.input.stage import SECRET, Stage, staged
from tests.input.wire import Answer, Wire

CASES = cases()
LONGEST = 10.0
MEMORY = 768 << 20
# What names a thing that is not there may be said again: a code, or a currency.
HARMLESS = re.compile(r"[a-z0-9-]*|[A-Z]{1,3}")


@pytest.fixture(scope="module")
def data_dir() -> Iterator[Path]:
    """A folder for what the server says."""
    yield from running.folders()


@pytest.fixture(scope="module")
async def stage(
    data_dir: Path, admin_url: str, place: Place, login_url: str, anyio_backend: str
) -> AsyncIterator[Stage]:
    """A server of one process, which waits a second for a body that stalls."""
    assert login_url, anyio_backend
    settings = {"PROXENY_DATABASE_URL": admin_url, "PROXENY_PEPPER": PEPPER, "PROXENY_BODY_STALL": "1"}
    server = running.serve(data_dir, **settings)
    try:
        yield await staged(server, place)
    finally:
        server.stop()


@pytest.mark.parametrize("name", CASES)
def test_bad_input_is_refused_at_its_place_or_kept_exactly(stage: Stage, name: str) -> None:
    for case in CASES[name]:
        with closing(Wire(stage.server.url)) as wire:
            begun = time.monotonic()
            answer = wire.ask(stage.request(case), case.method or "GET")

            assert answer.status == (200 if case.is_row else case.status), (case.door, answer)
            assert time.monotonic() - begun < LONGEST
            assert wire.is_served(stage.good()), case.door
        check_answer(stage, case, answer)


def check_answer(stage: Stage, case: Case, answer: Answer) -> None:
    """Check what is answered beside the status."""
    if case.kept:
        check_kept(stage, case, answer)
    elif case.count is not None:
        assert len(json.loads(answer.body)["items"]) == case.count
    elif case.is_row:
        results = json.loads(answer.body)["results"]
        assert {result["status"] for result in results} == {"refused"}
        check_faults(case, [fault for result in results for fault in result["errors"]], answer)
    elif answer.status >= 400 and case.method != "HEAD":
        check_problem(case, answer)


def check_kept(stage: Stage, case: Case, answer: Answer) -> None:
    """Check that a record has what was said, code point for code point, now and when it is read."""
    place = answer.headers.get("location", "")
    with asking(stage) as client:
        read = client.get(place).content if place else answer.body
    for body in (answer.body, read):
        assert found(json.loads(body), case.at) == json.loads(stage.said(case))


def asking(stage: Stage) -> httpx.Client:
    """Return a client that carries the city's key."""
    return httpx.Client(base_url=stage.server.url, headers={"Authorization": f"Bearer {stage.keys['city']}"})


def found(body: Any, pointer: str) -> Any:  # noqa: ANN401 - any JSON
    """Return what stands at a JSON pointer."""
    for step in pointer.split("/")[1:]:
        body = body[int(step)] if isinstance(body, list) else body[step]
    return body


def check_problem(case: Case, answer: Answer) -> None:
    """Check that a refusal is a whole problem, and that it points at what was wrong."""
    assert answer.headers["content-type"] == "application/problem+json"
    problem = json.loads(answer.body)
    assert problem["status"] == answer.status
    assert problem["request_id"] == answer.headers["x-request-id"]
    assert problem["type"].startswith("/problems/")
    check_faults(case, problem.get("errors", []), answer)


def check_faults(case: Case, faults: list[dict[str, str]], answer: Answer) -> None:
    """Check where the fault is said to be, and that no value that was sent is said again."""
    if case.code:
        assert (case.at, case.code) in [(fault["pointer"], fault["code"]) for fault in faults], (case.door, faults[:9])
    told = " ".join([json.loads(answer.body).get("detail", ""), *(fault["message"] for fault in faults)])
    value = (case.value or "").strip('"')
    assert HARMLESS.fullmatch(value) or len(value) < 6 or value not in told
    if case.what not in NAMES_THE_SECRET:
        assert SECRET not in told


NAMES_THE_SECRET = {"unknown", "an unknown query parameter"}


def test_nothing_of_what_was_refused_is_stored_and_nothing_went_wrong_inside(stage: Stage) -> None:
    stored = 0
    with asking(stage) as client:
        page: dict[str, Any] = {"more": True, "next_cursor": None}
        while page["more"]:
            after = {"after": page["next_cursor"]} if page["next_cursor"] else {}
            page = client.get(f"/v1/cities/{stage.target.city}/changes", params={"limit": 1000, **after}).json()
            stored += len(page["items"])
    log = (stage.server.data_dir / "stderr").read_text(encoding="utf-8")

    taken = [case for spread in CASES.values() for case in spread if case.kept or case.status == 201]
    assert stored - stage.stored == len(taken)
    assert stage.memory() - stage.held < MEMORY
    assert '"level":"error"' not in log.replace(" ", "")
    assert SECRET not in log
