"""The client sends with what it reads where the ledger was in what it was told before."""

from uuid import UUID

import httpx

from proxeny._positions import MOST, Positions
from tests.sdk.answering import Server, answer, health

MINE, OTHER = "01939c1e-7f6a-7000-8000-3d1f5b8a2c4e", "01939c1e-7f6a-7000-8000-3d1f5b8a2c4f"


def told(position: str, status: int = 200) -> httpx.Response:
    """Return an answer that says where the ledger is."""
    return answer(status, {"status": "ok", "version": "0.1.0"}, Proxeny_Position=position)


def demanded(server: Server) -> list[str | None]:
    return [request.headers.get("proxeny-min-position") for request in server.requests]


def test_reads_demand_what_earlier_answers_told() -> None:
    server = Server(told(f"{MINE}:4"), told(f"{MINE}:3, {OTHER}:9"), health())
    client = server.client()

    for _ in range(3):
        client.health()

    assert demanded(server) == [None, f"{MINE}:4", f"{MINE}:4, {OTHER}:9"]


async def test_the_asynchronous_client_does_too() -> None:
    server = Server(told(f"{MINE}:4"), health())
    client = server.async_client()

    await client.health()
    await client.health()

    assert demanded(server) == [None, f"{MINE}:4"]


def test_a_client_with_other_options_knows_the_same() -> None:
    server = Server(told(f"{MINE}:4"), health())
    client = server.client()

    client.with_options(timeout=1).health()
    client.health()

    assert demanded(server) == [None, f"{MINE}:4"]


def test_writes_demand_nothing() -> None:
    server = Server(told(f"{MINE}:4"), httpx.Response(204))
    client = server.client()
    client.health()

    client.costs.delete("bilbao", "0198", if_match=3)

    assert demanded(server) == [None, None]


def test_what_is_no_position_is_passed_over() -> None:
    seen = Positions()

    for written in ("", "x", ":1", "1", MINE, f"{MINE}:", f"{MINE}:-1", f"{MINE}:b", f"{MINE}:1;2", f"{MINE}:\u00b2"):
        seen.note({"proxeny-position": written})

    assert seen.demand() == {}


def test_those_that_moved_last_are_kept() -> None:
    seen = Positions()
    for number in range(MOST + 4):
        seen.note({"proxeny-position": f"{subject(number)}:1"})
    seen.note({"proxeny-position": f"{subject(4)}:2"})
    seen.note({"proxeny-position": f"{MINE}:1"})

    kept = seen.demand()["Proxeny-Min-Position"].split(", ")

    assert len(kept) == MOST
    assert kept[-2:] == [f"{subject(4)}:2", f"{MINE}:1"]
    assert f"{subject(5)}:1" not in kept


def subject(number: int) -> UUID:
    return UUID(int=number)
