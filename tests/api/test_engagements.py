"""Engagements through their doors: what was said comes back, and changes need the version they are meant for."""

from typing import Any
from urllib.parse import quote

import pytest

from tests.make import Holder, World, cost, engagement, outcome

RANDOM_ID = "01939c1e-7f6a-7000-8000-3d1f5b8a2c4e"
WORDS = [
    "e\u0301 is not \u00e9",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f3d9\ufe0f",
    "\u05e9\u05dc\u05d5\u05dd \u200f\u0645\u0631\u062d\u0628\u0627",
    " led and trailed by blanks ",
    "\u6771\u4eac\u3068\uff76\uff85",
    "%_\\'\"$1{}",
]


def whole(network: Holder) -> dict[str, Any]:
    """Return an engagement with every member said."""
    return {
        "external_id": "crm/2024 #17",
        "kind": "mission",
        "diplomacy_type": "city_networks",
        "title": "Study visit",
        "description": "First line\r\nsecond line\n\ttabbed \U0001f30d",
        "starts_on": "2024-02-29",
        "ends_on": "2024-03-01",
        "status": "completed",
        "networks": [{"network": network.code, "share": "0.70"}],
        "counterparts": [{"name": "Athens", "country": "GR", "city": "athens", "actor_type": "city"}],
        "themes": ["health", "climate_change"],
        "sdgs": ["13.1", "11.5", "11"],
        "diplomatic_functions": ["gather_information"],
        "mode": "in_person",
        "place": {"name": "Athens", "country": "GR"},
        "leader_hours": "16.50",
        "staff_hours": "72",
        "participants": {"leaders": 1, "staff": 3, "partners": 5},
        "visibility": "network",
        "tags": ["heat", "made-up", 'a,b{c}"d\\e'],
    }


async def test_an_engagement_comes_back_as_it_was_said(city: Holder, network: Holder) -> None:
    said = whole(network)
    said_cost = cost("4180.0", external_id="c1", funded_by="partner", estimated=True, description="zug\n\u00fc")
    said_outcome = outcome(
        external_id="o1", kind="funding", amount="0.50", currency="EUR", funding_stage="pledged", credit="0.400000",
        status="verified", visibility="public", tags=["x"], source_city="\u00c5lesund", evidence_strength=3,
        quantity="3.5", unit="people", level="local", description="",
    )  # fmt: skip

    made = await city.http.post(
        f"{city.path}/engagements", json={**said, "costs": [said_cost], "outcomes": [said_outcome]}
    )
    read = await city.http.get(made.headers["Location"])

    assert made.status_code == 201, made.text
    assert read.content == made.content
    body = read.json()
    [shared] = body["networks"]
    assert shared == {"network": network.code, "network_id": network.id, "share": "0.70"}
    assert {name: body[name] for name in said if name != "networks"} == {
        n: v for n, v in said.items() if n != "networks"
    }
    assert {name: body["costs"][0][name] for name in said_cost} == said_cost
    assert {name: body["outcomes"][0][name] for name in said_outcome} == said_outcome
    assert body["outcomes"][0]["credits"] == [{"engagement": body["id"], "credit": "0.400000"}]


@pytest.mark.parametrize("words", WORDS)
async def test_texts_come_back_code_point_for_code_point(city: Holder, words: str) -> None:
    said = engagement(
        title=words, external_id=words, description=words, tags=[words], place={"name": words, "country": None}
    )

    made = await city.http.post(f"{city.path}/engagements", json=said)
    read = await city.http.get(f"{city.path}/engagements/by-external-id/{quote(words, safe='')}")

    assert made.status_code == 201, made.text
    assert {name: read.json()[name] for name in said} == said


@pytest.mark.parametrize("amount", ["0", "0.0", "0.00", "4180", "4180.0", "4180.00", "99999999999999.99"])
async def test_amounts_come_back_digit_for_digit(city: Holder, amount: str) -> None:
    made = await city.http.post(f"{city.path}/engagements", json=engagement(costs=[cost(amount)]))

    assert made.json()["costs"][0]["amount"] == amount


async def test_what_is_left_out_has_its_default(city: Holder) -> None:
    said = {"kind": "other", "title": "t", "starts_on": "1900-01-01"}

    made = (await city.http.post(f"{city.path}/engagements", json=said)).json()

    assert made["external_id"] is made["ends_on"] is made["mode"] is made["place"] is made["description"] is None
    assert made["networks"] == made["themes"] == made["sdgs"] == made["tags"] == made["costs"] == made["outcomes"] == []
    assert (made["status"], made["visibility"], made["version"]) == ("completed", "private", 1)
    assert (made["leader_hours"], made["staff_hours"]) == ("0", "0")
    assert made["participants"] == {"leaders": 0, "staff": 0, "partners": 0}
    assert made["created_at"] == made["updated_at"]
    assert made["city"] == city.code


async def test_a_put_by_external_id_creates_then_replaces_then_leaves_alone(city: Holder) -> None:
    path = f"{city.path}/engagements/by-external-id/crm%2F1%20%C3%A9"
    said = engagement(description="first", tags=["one"])

    created = await city.http.put(path, json=said)
    again = await city.http.put(path, json=said)
    replaced = await city.http.put(path, json=engagement(title="Second", external_id="crm/1 \u00e9"))

    assert (created.status_code, again.status_code, replaced.status_code) == (201, 200, 200)
    assert created.json()["external_id"] == "crm/1 \u00e9"
    assert again.content == created.content
    assert replaced.json()["id"] == created.json()["id"]
    assert (replaced.json()["version"], replaced.json()["description"], replaced.json()["title"]) == (2, None, "Second")
    assert replaced.json()["created_at"] == created.json()["created_at"]


async def test_a_put_whose_body_names_another_external_id_is_refused(city: Holder) -> None:
    refused = await city.http.put(f"{city.path}/engagements/by-external-id/a", json=engagement(external_id="b"))

    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/external_id"


async def test_a_put_may_be_meant_for_one_version(city: Holder) -> None:
    path = f"{city.path}/engagements/by-external-id/one"

    on_nothing = await city.http.put(path, json=engagement(), headers={"If-Match": "*"})
    created = await city.http.put(path, json=engagement())
    stale = await city.http.put(path, json=engagement(title="x"), headers={"If-Match": '"7"'})
    meant = await city.http.put(path, json=engagement(title="x"), headers={"If-Match": created.headers["ETag"]})

    assert (on_nothing.status_code, stale.status_code, meant.status_code) == (412, 412, 200)


async def test_an_external_id_that_is_taken_is_a_conflict(city: Holder, neighbour: Holder) -> None:
    await city.http.post(f"{city.path}/engagements", json=engagement(external_id="one"))
    other = await city.http.post(f"{city.path}/engagements", json=engagement(external_id="two"))

    twice = await city.http.post(f"{city.path}/engagements", json=engagement(external_id="one"))
    patched = await city.http.patch(other.headers["Location"], json={"external_id": "one"}, headers={"If-Match": "*"})
    elsewhere = await neighbour.http.post(f"{neighbour.path}/engagements", json=engagement(external_id="one"))

    assert (twice.status_code, patched.status_code, elsewhere.status_code) == (409, 409, 201)


async def test_a_patch_changes_what_it_names_and_no_more(city: Holder, network: Holder) -> None:
    said = {**whole(network), "costs": [cost()], "outcomes": [outcome()]}
    made = (await city.http.post(f"{city.path}/engagements", json=said)).json()
    path = f"{city.path}/engagements/{made['id']}"
    changes: dict[str, Any] = {
        "leader_hours": "18",
        "participants": {"staff": 4},
        "ends_on": None,
        "place": None,
        "tags": [],
    }

    patched = await city.http.patch(path, json=changes, headers={"If-Match": '"1"'})

    assert patched.status_code == 200, patched.text
    expected = {**made, **changes, "participants": {"leaders": 1, "staff": 4, "partners": 5}, "version": 2}
    assert {**patched.json(), "updated_at": None} == {**expected, "updated_at": None}
    assert (await city.http.get(path)).content == patched.content


@pytest.mark.parametrize("member", ["kind", "title", "starts_on"])
async def test_a_patch_cannot_clear_what_is_required(city: Holder, member: str) -> None:
    made = await city.http.post(f"{city.path}/engagements", json=engagement())

    refused = await city.http.patch(made.headers["Location"], json={member: None}, headers={"If-Match": "*"})

    assert refused.status_code == 422, refused.text
    assert refused.json()["errors"][0]["pointer"] == f"/{member}"


@pytest.mark.parametrize(
    "member", ["status", "networks", "themes", "leader_hours", "participants", "visibility", "costs"]
)
async def test_a_patch_with_null_goes_back_to_the_default(city: Holder, network: Holder, member: str) -> None:
    said = {**whole(network), "costs": [cost()], "status": "ongoing"}
    made = await city.http.post(f"{city.path}/engagements", json=said)
    plain = await city.http.post(
        f"{city.path}/engagements", json={"kind": "other", "title": "t", "starts_on": "2024-01-01"}
    )

    patched = await city.http.patch(made.headers["Location"], json={member: None}, headers={"If-Match": "*"})

    assert patched.status_code == 200, patched.text
    if member == "costs":
        assert len(patched.json()["costs"]) == 1
    else:
        assert patched.json()[member] == plain.json()[member]


async def test_changes_need_the_version_they_are_meant_for(city: Holder) -> None:
    made = await city.http.post(f"{city.path}/engagements", json=engagement())
    path = made.headers["Location"]

    without = [await city.http.patch(path, json={"title": "x"}), await city.http.delete(path)]
    stale = [
        await city.http.patch(path, json={"title": "x"}, headers={"If-Match": '"9"'}),
        await city.http.patch(path, json={"title": "x"}, headers={"If-Match": 'W/"1"'}),
        await city.http.delete(path, headers={"If-Match": '"9", "10"'}),
    ]
    odd = await city.http.patch(path, json={"title": "x"}, headers={"If-Match": "1"})
    meant = await city.http.patch(path, json={"title": "x"}, headers={"If-Match": '"9", "1"'})

    assert [answer.status_code for answer in without] == [428, 428]
    assert [answer.status_code for answer in stale] == [412, 412, 412]
    assert (odd.status_code, meant.status_code, meant.headers["ETag"]) == (400, 200, '"2"')


async def test_a_read_of_what_one_has_is_304_and_head_has_no_body(city: Holder) -> None:
    made = await city.http.post(f"{city.path}/engagements", json=engagement())
    path = made.headers["Location"]

    same = await city.http.get(path, headers={"If-None-Match": f'"0", W/{made.headers["ETag"]}'})
    other = await city.http.get(path, headers={"If-None-Match": '"2"'})
    head = await city.http.head(path)
    listed = await city.http.get(f"{city.path}/engagements")
    listed_again = await city.http.get(f"{city.path}/engagements", headers={"If-None-Match": listed.headers["ETag"]})

    assert (same.status_code, same.content, same.headers["ETag"]) == (304, b"", made.headers["ETag"])
    assert (other.status_code, head.status_code, head.content) == (200, 200, b"")
    assert head.headers["ETag"] == made.headers["ETag"]
    assert head.headers["content-length"] == str(len(other.content))
    assert (listed.headers["ETag"][:2], listed_again.status_code) == ("W/", 304)


async def test_what_is_deleted_is_not_there(city: Holder) -> None:
    made = await city.http.post(f"{city.path}/engagements", json=engagement(external_id="gone", costs=[cost()]))
    path = made.headers["Location"]

    deleted = await city.http.delete(path, headers={"If-Match": made.headers["ETag"]})
    after = [
        await city.http.get(path),
        await city.http.get(f"{city.path}/engagements/by-external-id/gone"),
        await city.http.delete(path, headers={"If-Match": "*"}),
        await city.http.get(f"{city.path}/costs/{made.json()['costs'][0]['id']}"),
    ]
    anew = await city.http.post(f"{city.path}/engagements", json=engagement(external_id="gone"))

    assert (deleted.status_code, deleted.content) == (204, b"")
    assert [answer.status_code for answer in after] == [404] * 4
    assert anew.status_code == 201


async def test_a_city_may_be_named_by_its_id(city: Holder) -> None:
    made = await city.http.post(f"/v1/cities/{city.id}/engagements", json=engagement())

    read = await city.http.get(f"/v1/cities/{city.id}/engagements/{made.json()['id']}")

    assert (made.status_code, read.json()["city"]) == (201, city.code)


async def test_the_operator_does_not_read_records(world: World, city: Holder) -> None:
    made = await city.http.post(f"{city.path}/engagements", json=engagement())

    there = await world.operator.get(made.headers["Location"])
    not_there = await world.operator.get(f"{city.path}/engagements/{RANDOM_ID}")

    assert (there.status_code, not_there.status_code) == (403, 403)
