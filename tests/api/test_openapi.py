"""The document says what there is, all of it, and the same each time."""

import json
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from proxeny_api.examples import resolved
from proxeny_api.openapi import rendered

Node = dict[str, Any]
PROBLEM = "application/problem+json"


@pytest.fixture(scope="module")
def document(app: FastAPI) -> Node:
    """The document as it is committed."""
    made: Node = json.loads(rendered(app))
    return made


def operations(document: Node) -> Iterator[tuple[str, Node]]:
    for path in document["paths"].values():
        yield from path.items()


def responses(document: Node, operation: Node) -> dict[str, Node]:
    shared = document["components"]["responses"]
    return {
        status: shared[response["$ref"].rpartition("/")[2]] if "$ref" in response else response
        for status, response in operation["responses"].items()
    }


async def test_the_document_is_served_as_it_is_committed(anonymous: httpx.AsyncClient, app: FastAPI) -> None:
    answer = await anonymous.get("/openapi.json")

    assert answer.text == rendered(app)
    again = await anonymous.get("/openapi.json", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


def test_the_same_code_gives_the_same_text(app: FastAPI) -> None:
    first = rendered(app)
    app.openapi_schema = None
    rendered.cache_clear()

    assert rendered(app) == first
    assert first.endswith("}\n")


def test_every_operation_is_named_after_its_function_and_described(document: Node) -> None:
    names = [operation["operationId"] for _, operation in operations(document)]

    assert len(set(names)) == len(names)
    for _, operation in operations(document):
        assert re.fullmatch(r"[a-z]+(_[a-z]+)+", operation["operationId"])
        assert operation["summary"]
        assert not operation["summary"].endswith(".")
        assert operation["description"].startswith(operation["summary"])


def test_every_tag_is_described(document: Node) -> None:
    described = {tag["name"]: tag["description"] for tag in document["tags"]}

    assert {tag for _, operation in operations(document) for tag in operation["tags"]} == described.keys()


def test_every_parameter_is_described_has_an_example_and_is_never_null(document: Node) -> None:
    for _, operation in operations(document):
        for parameter in operation.get("parameters", ()):
            where = (operation["operationId"], parameter["name"])
            assert parameter["description"], where
            assert parameter["example"] is not None, where
            assert '"null"' not in json.dumps(parameter), where
            assert parameter["name"] != "Authorization", where


def test_every_schema_has_an_example_and_every_member_a_description(document: Node) -> None:
    schemas = document["components"]["schemas"]
    for name, schema in schemas.items():
        assert schema["examples"], name
        for member, said in schema.get("properties", {}).items():
            assert resolved(said, schemas).get("description"), (name, member)


def test_every_member_of_an_answer_is_required(document: Node) -> None:
    for _, operation in operations(document):
        for status, response in responses(document, operation).items():
            schema = response.get("content", {}).get("application/json", {}).get("schema")
            if schema is not None:
                named = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
                assert set(named["required"]) == set(named["properties"]), (operation["operationId"], status)


def test_every_refusal_is_a_problem_with_an_example(document: Node) -> None:
    for _, operation in operations(document):
        refusals = {status: each for status, each in responses(document, operation).items() if status >= "400"}
        assert "400" in refusals, operation["operationId"]
        for status, refusal in refusals.items():
            media = refusal["content"][PROBLEM]
            assert media["schema"] == {"$ref": "#/components/schemas/Problem"}
            assert media["example"]["status"] == int(status)


def test_a_key_is_needed_everywhere_but_at_the_public_doors(document: Node) -> None:
    for _, operation in operations(document):
        is_public = bool({"catalogue", "health"} & set(operation["tags"]))
        assert (operation.get("security") == []) is is_public, operation["operationId"]
        assert ("401" in operation["responses"]) is not is_public, operation["operationId"]
    assert document["security"] == [{"key": []}]


def test_the_default_refusal_of_the_framework_is_nowhere(document: Node) -> None:
    assert "HTTPValidationError" not in json.dumps(document)
    assert "Successful Response" not in json.dumps(document)


def test_what_has_an_etag_says_so(document: Node) -> None:
    for method, operation in operations(document):
        names = {parameter["name"] for parameter in operation.get("parameters", ())}
        if method == "get" and "If-None-Match" in names:
            assert "ETag" in operation["responses"]["200"]["headers"], operation["operationId"]
        if "201" in operation["responses"]:
            assert "Location" in operation["responses"]["201"]["headers"], operation["operationId"]


def test_a_merge_patch_may_be_called_one(document: Node) -> None:
    for method, operation in operations(document):
        if method == "patch":
            content = operation["requestBody"]["content"]
            assert content["application/merge-patch+json"] == content["application/json"]


def test_every_write_that_creates_may_be_repeated(document: Node) -> None:
    for method, operation in operations(document):
        if method == "post":
            names = {parameter["name"] for parameter in operation["parameters"]}
            assert "Idempotency-Key" in names, operation["operationId"]


def test_every_reference_leads_somewhere_and_nothing_is_unused(document: Node) -> None:
    referred = set(re.findall(r'"#/components/(\w+/[^"]+)"', json.dumps(document)))
    there = {f"{kind}/{name}" for kind in ("headers", "responses", "schemas") for name in document["components"][kind]}

    assert referred == there
