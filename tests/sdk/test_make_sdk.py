"""The generated half of the client is made as it should be."""

import inspect
from typing import Any

import pytest

from proxeny import AsyncProxeny, Proxeny
from tools import make_sdk

CLIENTS = AsyncProxeny("k"), Proxeny("k")
GROUPS = [name for name in vars(CLIENTS[0]) if not name.startswith("_")]


def test_everything_asynchronous_is_taken_out() -> None:
    source = '''"""Tells `await x` and `async for`."""
import asyncio

from proxeny._async.a import AsyncThing


class AsyncOther(AsyncThing):
    async def __aenter__(self) -> AsyncThing:
        async with self.lock:
            return await self.go(await asyncio.sleep(1), "asyncio")

    def walk(self):
        return [one async for one in AsyncThing()]
'''

    made = make_sdk.synchronous(source)

    assert (
        made
        == make_sdk.HEADER
        + '''"""Tells `x` and `for`."""
import time

from proxeny._sync.a import Thing


class Other(Thing):
    def __enter__(self) -> Thing:
        with self.lock:
            return self.go(time.sleep(1), "asyncio")

    def walk(self):
        return [one for one in Thing()]
'''
    )


@pytest.mark.parametrize("group", GROUPS)
def test_both_clients_have_the_same_methods(group: str) -> None:
    asynchronous, synchronous = (public(getattr(client, group)) for client in CLIENTS)

    assert asynchronous == synchronous
    assert asynchronous


def public(group: object) -> dict[str, list[str]]:
    """Return the names of the group's methods with those of their parameters."""
    methods = inspect.getmembers(group, inspect.isroutine)
    return {name: list(inspect.signature(method).parameters) for name, method in methods if not name.startswith("_")}


def document(**schemas: Any) -> dict[str, Any]:
    """Return a small document in which Sent is a body, Given an answer."""
    body = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Sent"}}}}
    answered = {"200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/GivenRead"}}}}}
    operation = {"requestBody": body, "responses": answered}
    shape = {"type": "object", "properties": {"kind": {"type": "string", "enum": ["a", "b"], "description": "Kind."}}}
    both = {"Sent": {**shape, "additionalProperties": False}, "GivenRead": {**shape, "required": ["kind"]}}
    return {
        "info": {"title": "T", "version": "1"},
        "paths": {"/x": {"post": operation}},
        "components": {"schemas": both | schemas},
    }


def test_lists_of_codes_are_open_and_bodies_closed() -> None:
    made = make_sdk.models(document())

    assert made.count("Literal['a', 'b'] | str") == 2
    assert made.count("extra='forbid'") == 1
    assert "class Given(Model):" in made
    assert '"""Kind."""' in made


def test_money_is_decimal_and_rules_are_left_to_the_server() -> None:
    money = {"type": "string", "format": "decimal", "pattern": "^[0-9]+$", "description": "Sum.", "title": "Amount"}
    shape = {
        "type": "object",
        "properties": {"amount": money, "title": {"type": "string", "maxLength": 5}},
        "required": ["amount"],
    }

    made = make_sdk.models(document(Price=shape))

    assert "amount: Decimal\n" in made
    assert "title: str | None = None" in made


def test_what_is_null_where_it_is_left_out_may_be_null() -> None:
    shape = {"type": "object", "properties": {"on": {"type": "string", "format": "date", "default": None}}}

    assert "on: date | None = None" in make_sdk.models(document(Patch=shape))


def test_an_answer_is_called_by_its_name_alone_unless_a_body_is() -> None:
    made = make_sdk.models(document(Given={"type": "object", "properties": {"x": {"type": "integer"}}}))

    assert "class Given(Model):" in made
    assert "class GivenRead(Model):" in made


def test_making_it_twice_gives_the_same() -> None:
    assert make_sdk.models(document()) == make_sdk.models(document())
