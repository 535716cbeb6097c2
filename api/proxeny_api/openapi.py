"""The OpenAPI document: what FastAPI draws from the code, made true and complete."""

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

from fastapi import FastAPI
from fastapi._compat import get_definitions, get_flat_models_from_fields, get_model_name_map
from fastapi.openapi.utils import get_fields_from_routes, get_openapi

from proxeny_api import contacts
from proxeny_api.errors import PROBLEM_MEDIA_TYPE, problem_schemas
from proxeny_api.examples import example_of
from proxeny_api.headers import ETAG, HEADERS, LOCATION, MIN_POSITION
from proxeny_api.links import link_new_records

Node = dict[str, Any]

DESCRIPTION: Final = """\
What a city gets back from its diplomacy: engagements, memberships, costs and outcomes go in; figures that lead down
to their records come out.

## Asking
- `Authorization: Bearer pxk_…` carries a key. A key belongs to a **city**, to a **network** or to the **operator**;
  without one only the catalogue and the server's own health are open.
- A path part or member that names a city or a network takes its id or its code.
- An unknown or repeated query parameter is refused, and so is an unknown member of a body.
- No personal detail is needed. Where free text seems to hold an e-mail address or a telephone number, the header
  `Proxeny-Warnings` says in which member, and a batch says so row by row; it is stored all the same.
- `X-Request-Id` is taken or made, and is in every answer: name it when you ask for help.

## What is written how
- Money is a decimal string with its ISO 4217 currency beside it; shares and credits are decimal strings from 0 to 1.
- Days are `YYYY-MM-DD`; instants are RFC 3339 in UTC.
- Codes are those of `/v1/vocabularies`; what indicators mean is at `/v1/indicators`.

## Reading and changing
- Lists come in pages: `{"items": […], "next_cursor": …}`; send `next_cursor` as `cursor` for the next one.
- `PATCH` and `DELETE` need the record's `ETag` in `If-Match`; `If-None-Match` answers 304 where nothing is newer.
- `POST` takes an `Idempotency-Key`: the same key and body get the first answer again.
- A refusal is a problem of RFC 9457, `application/problem+json`; `errors` points at each place that is wrong.
"""
TAGS: Final = {
    "cities": "Cities: who they are, and in which currency they keep their books.",
    "networks": "Networks of cities, and other things that cities belong to.",
    "memberships": "Which city belongs to which network, in which role, and what it shares there.",
    "engagements": "What a city did abroad or with others, with its costs and outcomes.",
    "costs": "What it cost, also where it belongs to no engagement.",
    "outcomes": "What came of it, also years later and from several engagements.",
    "claims": "What several outcomes claim of one thing, and outcomes that may be the same.",
    "proxies": "What one of something is worth, by whose word, so that outcomes can be valued.",
    "budgets": "What a city is to spend in a year, on everything.",
    "methods": "A city's own methods by which figures are made, version by version.",
    "impact": "Figures made of the records, by network, theme, kind, year or goal.",
    "changes": "Every change, in order, as a feed from the ledger.",
    "keys": "Keys: issue, list, rotate, revoke.",
    "references": "Rates of exchange and price indices that the operator loads, each with its source.",
    "catalogue": "Codes, indicators, methods, exchange rates and price indices; open to everybody.",
    "health": "How the server is; open to everybody.",
}
PUBLIC_TAGS: Final = frozenset({"catalogue", "health"})
KEY: Final = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": "pxk_<kind>_<environment>_<43 letters and digits><6 of a checksum>",
    "description": "A key of a city, of a network or of the operator.",
}
# Reads that are of the moment, or of nothing that changes.
NEVER_LAG: Final = {"get_me", "get_indicator", "get_method", "get_vocabulary", "list_city_changes",
                    "list_indicators", "list_methods", "list_network_changes", "list_vocabularies"}  # fmt: skip
WARNINGS: Final = {
    "description": "Where free text seems to hold an e-mail address or a telephone number; only where there is any."
    " A list of RFC 9651.",
    "schema": {"type": "string"},
    "example": 'email_address; pointer="/description"',
}
# Of parameters whose own schemas would make a poor example, or none.
PARAMETER_EXAMPLES: Final = {
    "after": "q2Vf0mF1c0Zb7n8yQ0b5WFsiMDE5MzljMWUiXQ",
    "cursor": "q2Vf0mF1c0Zb7n8yQ0b5WFsiMDE5MzljMWUiXQ",
    "from": "2024-01-01",
    "text": "heat",
    "to": "2024-12-31",
}
PLAIN_WORDS: Final = {"200": "Done.", "201": "Created.", "204": "Done; there is nothing to say."}
MERGE_PATCH: Final = "application/merge-patch+json"


def tidied(app: FastAPI) -> Node:
    """Return the app's document, made once."""
    if app.openapi_schema is None:
        app.openapi_schema = _tidied(_drawn(app), _schemas(app))
    return app.openapi_schema


@lru_cache(maxsize=2)
def rendered(app: FastAPI) -> str:
    """Return the document as text, the same for the same code."""
    return json.dumps(tidied(app), indent=2, ensure_ascii=False) + "\n"


def _drawn(app: FastAPI) -> Node:
    return get_openapi(
        title=app.title,
        version=app.version,
        openapi_version="3.1.0",
        summary="What a city gets back from its diplomacy.",
        description=DESCRIPTION,
        license_info={"name": "Apache License 2.0", "identifier": "Apache-2.0"},
        servers=[{"url": "/", "description": "The server that this document is from."}],
        routes=app.routes,
    )


def _schemas(app: FastAPI) -> Node:
    """Return the schemas as FastAPI draws them, before it takes every null out of their examples."""
    fields = get_fields_from_routes(app.routes)
    names = get_model_name_map(get_flat_models_from_fields(fields, known_models=set()))
    _, schemas = get_definitions(fields=fields, model_name_map=names)
    return {**schemas, **problem_schemas()}


def _tidied(document: Node, schemas: Node) -> Node:
    for schema in schemas.values():
        _complete_schema(schema, schemas)
    operations = list(operations_of(document))
    for method, operation in operations:
        _complete_operation(method, operation, schemas)
    link_new_records(document)
    used = {tag for _, operation in operations for tag in operation["tags"]}
    document["tags"] = [{"name": tag, "description": said} for tag, said in TAGS.items() if tag in used]
    document["security"] = [{"key": []}]
    document["components"] = {
        "securitySchemes": {"key": KEY},
        "responses": _shared_refusals(operations),
        "headers": HEADERS,
        "schemas": dict(sorted(schemas.items())),
    }
    return document


def operations_of(document: Node) -> Iterator[tuple[str, Node]]:
    """Yield every operation with its method."""
    for path in document["paths"].values():
        yield from path.items()


def _complete_schema(schema: Node, schemas: Node) -> None:
    """Take pydantic's titles off the members, and give an example where there is none."""
    for member in schema.get("properties", {}).values():
        _without_titles(member)
    if "examples" not in schema:
        schema["examples"] = [example_of(schema, schemas)]


def _without_titles(schema: Node) -> None:
    schema.pop("title", None)
    inner = [schema.get("items"), schema.get("additionalProperties"), *schema.get("anyOf", ())]
    for each in inner:
        if isinstance(each, dict):
            _without_titles(each)


def _complete_operation(method: str, operation: Node, schemas: Node) -> None:
    description = operation.get("description", "")
    operation["summary"] = _first_clause(description)
    if PUBLIC_TAGS & set(operation["tags"]):
        operation["security"] = []
    parameters = [each for each in operation.get("parameters", ()) if each["name"].lower() != "authorization"]
    for parameter in parameters:
        _complete_parameter(parameter, schemas)
        if parameter["name"] == "If-Match":
            parameter["required"] = "428" in operation["responses"]
    if parameters:
        operation["parameters"] = parameters
    if _may_lag(method, operation):
        operation["parameters"] = [*parameters, MIN_POSITION]
    if method == "patch":
        content = operation["requestBody"]["content"]
        content.setdefault(MERGE_PATCH, content["application/json"])
    _complete_responses(method, operation)


def _first_clause(description: str) -> str:
    """Return what a docstring says first: as far as its first semicolon or the end of its first paragraph."""
    paragraph = " ".join(description.partition("\n\n")[0].split())
    return paragraph.partition("; ")[0].removesuffix(".")


def _complete_parameter(parameter: Node, schemas: Node) -> None:
    """Show an optional parameter as what it is when it is there: left out, it is absent and never null."""
    schema = parameter["schema"]
    branches = [branch for branch in schema.pop("anyOf", ()) if branch != {"type": "null"}]
    if len(branches) == 1:
        schema = {**branches[0], **schema}
    elif branches:
        schema["anyOf"] = branches
    _without_titles(schema)
    name = parameter["name"]
    if parameter["in"] == "header":
        parameter["name"] = "-".join(map(str.capitalize, name.split("-")))
    if "example" not in parameter:
        parameter["example"] = PARAMETER_EXAMPLES.get(name) or example_of(schema, schemas)
    parameter["schema"] = {name: said for name, said in schema.items() if name not in ("examples", "description")}


def _complete_responses(method: str, operation: Node) -> None:
    responses: Node = operation["responses"]
    if PROBLEM_MEDIA_TYPE not in responses.get("422", {}).get("content", {PROBLEM_MEDIA_TYPE: None}):
        del responses["422"]
    if method == "put" and "201" not in responses:
        responses["201"] = {**responses["200"], "description": "Created: there was none by this name."}
    for status, said in PLAIN_WORDS.items():
        if responses.get(status, {}).get("description") == "Successful Response":
            responses[status]["description"] = said
    for status in ("200", "201", "304"):
        if status in responses:
            _complete_answer(status, responses[status], tagged=_is_tagged(method, operation))
            if _is_warned(method, operation):
                responses[status].setdefault("headers", {})[contacts.HEADER] = WARNINGS
    if "429" in responses:
        for status, response in responses.items():
            _tell_headers(response, is_good=status < "400", writes=method != "get", may_lag=_may_lag(method, operation))
    operation["responses"] = dict(sorted(responses.items()))


def _may_lag(method: str, operation: Node) -> bool:
    """Tell whether an answer may come from a replica."""
    return method == "get" and "429" in operation["responses"] and operation["operationId"] not in NEVER_LAG


def _tell_headers(response: Node, *, is_good: bool, writes: bool, may_lag: bool) -> None:
    """Name the headers that say how many requests are left, where the ledger is, and how old a read is."""
    told = ["RateLimit", "RateLimit-Policy"]
    told += ["Proxeny-Position"] if is_good and (writes or may_lag) else []
    told += ["Proxeny-Read-As-Of"] if is_good and may_lag else []
    headers = response.get("headers", {}) | {name: {"$ref": f"#/components/headers/{name}"} for name in told}
    response["headers"] = dict(sorted(headers.items()))


def _is_tagged(method: str, operation: Node) -> bool:
    """Tell whether what is answered has an ETag: all that can be asked for again, and every record."""
    names = {parameter["name"].lower() for parameter in operation.get("parameters", ())}
    if method == "post":
        return "201" in operation["responses"] and "keys" not in operation["tags"]
    return bool(names & {"if-match", "if-none-match"})


def _is_warned(method: str, operation: Node) -> bool:
    """Tell whether what is written holds a city's free text."""
    names = {parameter["name"] for parameter in operation.get("parameters", ())}
    is_write = method in {"post", "put", "patch"} and _is_tagged(method, operation)
    return is_write and "city" in names and "cities" not in operation["tags"]


def _complete_answer(status: str, response: Node, *, tagged: bool) -> None:
    headers = dict(response.get("headers", {}))
    if tagged:
        headers.setdefault("ETag", ETAG)
    if status == "201":
        headers.setdefault("Location", LOCATION)
    if headers:
        response["headers"] = headers
    for media in response.get("content", {}).values():
        if "itemSchema" in media:  # a word of OpenAPI 3.2
            media["x-itemSchema"] = media.pop("itemSchema")


def _shared_refusals(operations: list[tuple[str, Node]]) -> Node:
    """Move the problems that several operations have in common to where they stand once."""
    shared: Node = {}
    for _, operation in operations:
        for status, response in operation["responses"].items():
            kind = response.get("content", {}).get(PROBLEM_MEDIA_TYPE, {}).get("example", {}).get("type")
            if kind is None:
                continue
            name = "".join(map(str.capitalize, re.findall(r"\w+", kind.removeprefix("/problems/"))))
            if shared.setdefault(name, response) == response:
                operation["responses"][status] = {"$ref": f"#/components/responses/{name}"}
    return dict(sorted(shared.items()))
