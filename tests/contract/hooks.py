"""What the document cannot say to Schemathesis: how our decimals look, and which rules are beyond JSON Schema."""

import json
import os
import re
from datetime import date
from itertools import count
from typing import Any, Final

import schemathesis
from hypothesis import strategies
from schemathesis.core.failures import AcceptedNegativeData, Failure
from schemathesis.core.transport import Response
from schemathesis.openapi.checks import RejectedPositiveData

IDEMPOTENCY_KEY: Final = re.compile("[!-~]{1,200}")
EXAMPLE_ETAG: Final = '"7"'
# The keys that runs ask with: ending one of them would end the run.
ENDLESS: Final = frozenset(os.environ.get("PROXENY_FUZZ_KEY_IDS", "").split(","))
NOBODYS: Final = "01939c1e-7f6a-7000-8000-3d1f5b8a2c4e"
# Rules between members, and on values that only we can know; each is a `code` of `errors`.
BEYOND_SCHEMAS: Final = frozenset({
    "amount_currency",  # both or neither
    "conflict",  # of the batch: taken by another record
    "capacity_unit",  # people or hours
    "credits", "credits_repeat", "shares",  # sum to at most 1; each engagement once
    "currency",  # is in ISO 4217
    "cursor",  # was given by us, for the same question
    "euro",  # has no rate to load
    "external_id",  # that of the address and that of the body
    "funding_stage",  # of funding only
    "group",  # of those that group_by makes
    "group_by",  # not of a list that is grouped already
    "indicator",  # of the catalogue
    "instant",  # in the calendar, and not still to come
    "level",  # above nought
    "idempotency_key",  # a new one
    "method",  # rates in order, as far as the horizon, and not by what models nothing
    "minor_digits",  # of the currency
    "mixed_base",  # price indices of one currency have one base
    "not_found",  # of the batch: what a row refers to
    "one_owner", "one_parent",  # not both
    "period",  # ends after it begins
    "published",  # rates that the European Central Bank has are not loaded
    "mixed_price_bases",  # an amount, a unit value or a proxy
    "quantity_unit",  # both or neither
    "range",  # both ends or neither, and the value between them
    "repeated",  # external ids and networks, each once
})  # fmt: skip

numbers = count(1)
schemathesis.openapi.format("decimal", strategies.sampled_from(["0.1", "0.25", "0.5", "1"]))
schemathesis.openapi.format("date", strategies.dates(date(1900, 1, 1), date(2100, 12, 31)).map(date.isoformat))


@schemathesis.serializer("application/x-ndjson")
def as_lines(_context: schemathesis.SerializationContext, value: object) -> bytes:
    """Send a list as a line for each of its members, and what is no list, because it shall be refused, as one line."""
    return "\n".join(json.dumps(row) for row in (value if isinstance(value, list) else [value])).encode()


@schemathesis.hook
def before_call(_context: schemathesis.HookContext, case: schemathesis.Case[Any], _kwargs: dict[str, Any]) -> None:
    """Put what may succeed where the document's examples cannot, so that requests get further than the door.

    Every good idempotency key becomes a new one; the example of an ETag fits any version, and where there may be none
    yet it is left out, as is every other made-up cursor. No key is ended that a run asks with.
    """
    number = next(numbers)
    key = case.headers.get("Idempotency-Key")
    if isinstance(key, str) and IDEMPOTENCY_KEY.fullmatch(key):
        case.headers["Idempotency-Key"] = f"{key}-{number}"
    if case.headers.get("If-Match") == EXAMPLE_ETAG:
        case.headers["If-Match"] = "*"
        if case.method == "PUT":
            del case.headers["If-Match"]
    if number % 2 and case.meta is not None and case.meta.generation.mode.is_positive:
        case.query.pop("cursor", None)
        case.query.pop("after", None)
    if case.path_parameters.get("key_id") in ENDLESS:
        case.path_parameters["key_id"] = NOBODYS


NETWORKS = ("/v1/networks", "/v1/networks/{network}")


@schemathesis.hook
def filter_failure(
    _context: schemathesis.HookContext, failure: Failure, case: schemathesis.Case[Any], response: Response
) -> bool:
    """Pass over what is right although it looks wrong.

    That is what was refused, although it has the right shape, by nothing but rules beyond JSON Schema; and what the
    batch accepted as a whole, although it has a row of the wrong shape, by refusing that row; and that two cities read
    the same network.
    """
    if isinstance(failure, RejectedPositiveData):
        errors = response.json().get("errors", [])
        return not errors or not all(is_beyond_schemas(error, case.body) for error in errors)
    if isinstance(failure, AcceptedNegativeData) and case.path.endswith("/engagements/batch"):
        return not response.json().get("refused")
    # Every city may read which networks there are; nobody owns that they are.
    is_of_networks = case.operation.method.upper() == "GET" and case.operation.path in NETWORKS
    return not (is_of_networks and "authorization bypass" in failure.title.lower())


def is_beyond_schemas(error: dict[str, str], body: object) -> bool:
    """Tell whether an error is of a rule that JSON Schema cannot say.

    To JSON Schema 7.0 is an integer; we refuse it, for it would not come back as it was sent.
    """
    if error["code"] == "int_type":
        return isinstance(found(body, error["pointer"]), float)
    return error["code"] in BEYOND_SCHEMAS


def found(body: object, pointer: str) -> object:
    """Return what a JSON pointer leads to."""
    inside: Any = body
    for step in pointer.split("/")[1:]:
        inside = inside[int(step)] if isinstance(inside, list) else inside[step]
    return inside
