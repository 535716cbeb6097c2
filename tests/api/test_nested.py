"""Costs and outcomes in an engagement: replaced where they are named, kept where they are not."""

from typing import Any

import pytest

from tests.make import Holder, cost, engagement, outcome


async def put(city: Holder, name: str, **said: Any) -> dict[str, Any]:
    """Put an engagement by its external id and return it."""
    answer = await city.http.put(f"{city.path}/engagements/by-external-id/{name}", json=engagement(**said))
    assert answer.status_code in {200, 201}, answer.text
    body: dict[str, Any] = answer.json()
    return body


def ids(records: list[dict[str, Any]]) -> list[str]:
    """Return the ids of records."""
    return [record["id"] for record in records]


async def test_left_out_keeps_and_an_empty_list_removes(city: Holder) -> None:
    first = await put(city, "e", costs=[cost("1"), cost("2")], outcomes=[outcome()])

    kept = await put(city, "e", title="Renamed")
    removed = await put(city, "e", costs=[], outcomes=[])

    assert (ids(kept["costs"]), ids(kept["outcomes"])) == (ids(first["costs"]), ids(first["outcomes"]))
    assert [record["version"] for record in [*kept["costs"], *kept["outcomes"]]] == [1, 1, 1]
    assert (removed["costs"], removed["outcomes"]) == ([], [])
    for path in [f"costs/{first['costs'][0]['id']}", f"outcomes/{first['outcomes'][0]['id']}"]:
        assert (await city.http.get(f"{city.path}/{path}")).status_code == 404


async def test_ids_are_kept_for_the_same_external_id(city: Holder) -> None:
    first = await put(city, "e", costs=[cost("1", external_id="c")], outcomes=[outcome(external_id="o")])

    second = await put(city, "e", costs=[cost("2", external_id="c")], outcomes=[outcome(external_id="o", title="New")])

    assert (ids(second["costs"]), ids(second["outcomes"])) == (ids(first["costs"]), ids(first["outcomes"]))
    assert (second["costs"][0]["amount"], second["costs"][0]["version"]) == ("2", 2)
    assert (second["outcomes"][0]["title"], second["outcomes"][0]["version"]) == ("New", 2)
    assert second["costs"][0]["created_at"] == first["costs"][0]["created_at"]


@pytest.mark.parametrize("visibility", ["public", "private"])
async def test_ids_are_kept_for_the_same_content(city: Holder, visibility: str) -> None:
    first = await put(city, "e", costs=[cost("1"), cost("2")], outcomes=[outcome(), outcome(title="Other")])
    again = {"title": "Renamed", "visibility": visibility}

    second = await put(city, "e", costs=[cost("2"), cost("3")], outcomes=[outcome(title="Other"), outcome()], **again)

    assert first["costs"][1]["id"] in ids(second["costs"])
    assert len(set(ids(first["costs"])) & set(ids(second["costs"]))) == 1
    assert sorted(ids(second["outcomes"])) == sorted(ids(first["outcomes"]))
    assert {record["visibility"] for record in second["outcomes"]} == {visibility}


async def test_two_costs_of_the_same_content_are_two_costs(city: Holder) -> None:
    first = await put(city, "e", costs=[cost(), cost()])

    second = await put(city, "e", title="x", costs=[cost(), cost(), cost()])

    assert len(set(ids(second["costs"]))) == 3
    assert set(ids(first["costs"])) < set(ids(second["costs"]))


async def test_an_outcome_goes_only_when_nobody_else_may_claim_it(city: Holder) -> None:
    await put(city, "a", outcomes=[outcome(external_id="o", credit="0.5")])
    second = await put(city, "b", outcomes=[outcome(external_id="o", credit="0.5")])
    path = f"{city.path}/outcomes/{second['outcomes'][0]['id']}"

    await put(city, "a", outcomes=[])
    after_one = await city.http.get(path)
    deleted = await city.http.delete(f"{city.path}/engagements/{second['id']}", headers={"If-Match": "*"})
    after_both = await city.http.get(path)

    assert after_one.json()["credits"] == [{"engagement": second["id"], "credit": "0.5"}]
    assert (deleted.status_code, after_both.status_code) == (204, 404)


async def test_an_engagement_deleted_leaves_the_other_its_outcome(city: Holder) -> None:
    first = await put(city, "a", outcomes=[outcome(external_id="o", credit="0.5")])
    second = await put(city, "b", outcomes=[outcome(external_id="o", credit="0.5")])

    await city.http.delete(f"{city.path}/engagements/{first['id']}", headers={"If-Match": "*"})
    left = (await city.http.get(f"{city.path}/engagements/{second['id']}")).json()

    assert left["version"] == 2
    assert left["outcomes"][0]["credits"] == [{"engagement": second["id"], "credit": "0.5"}]


async def test_costs_that_belong_elsewhere_are_not_taken_away(city: Holder) -> None:
    await put(city, "a", costs=[cost(external_id="c")])

    stolen = await city.http.put(
        f"{city.path}/engagements/by-external-id/b", json=engagement(costs=[cost(external_id="c")])
    )

    assert stolen.status_code == 409


async def test_an_engagement_has_a_new_etag_when_its_cost_changes_by_its_own_door(city: Holder) -> None:
    first = await put(city, "e", costs=[cost()])
    path, headers = f"{city.path}/costs/{first['costs'][0]['id']}", {"If-Match": "*"}
    versions = [first["version"]]

    async def version() -> int:
        read = await city.http.get(f"{city.path}/engagements/{first['id']}")
        assert read.headers["ETag"] == f'"{read.json()["version"]}"'
        return int(read.json()["version"])

    await city.http.patch(path, json={"amount": "7"}, headers=headers)
    versions.append(await version())
    await city.http.post(f"{city.path}/costs", json=cost("8", engagement=first["id"]))
    versions.append(await version())
    await city.http.delete(path, headers=headers)
    versions.append(await version())

    assert versions == [1, 2, 3, 4]
    assert [each["amount"] for each in (await put(city, "e", title="x"))["costs"]] == ["8"]


async def test_an_engagement_has_a_new_etag_when_its_outcome_changes_by_its_own_door(city: Holder) -> None:
    first = await put(city, "e", outcomes=[outcome(credit="0.5")])
    path, headers = f"{city.path}/outcomes/{first['outcomes'][0]['id']}", {"If-Match": "*"}
    versions = [first["version"]]

    async def version() -> int:
        return int((await city.http.get(f"{city.path}/engagements/{first['id']}")).json()["version"])

    for changes in [{"title": "New"}, {"credits": [{"engagement": first["id"], "credit": "0.25"}]}, {"credits": []}]:
        await city.http.patch(path, json=changes, headers=headers)
        versions.append(await version())
    await city.http.post(f"{city.path}/outcomes", json=outcome(credits=[{"engagement": first["id"], "credit": "1"}]))
    versions.append(await version())

    assert versions == [1, 2, 3, 4, 5]


async def test_what_was_said_again_is_new_after_a_change_by_another_door(city: Holder) -> None:
    said = {"costs": [cost(external_id="c")], "outcomes": [outcome(external_id="o")]}
    first = await put(city, "e", **said)
    await city.http.patch(
        f"{city.path}/costs/{first['costs'][0]['id']}", json={"amount": "7"}, headers={"If-Match": "*"}
    )

    second = await put(city, "e", **said)

    assert (second["version"], second["costs"][0]["amount"]) == (3, "100.00")


async def test_engagements_that_share_an_outcome_are_unchanged_when_said_again(city: Holder) -> None:
    shares = {"a": "0.4", "b": "0.6"}
    for name, credit in shares.items():
        await put(city, name, outcomes=[outcome(external_id="o", credit=credit)])
    before = (await city.http.get(f"{city.path}/engagements")).json()["items"]

    for name, credit in shares.items():
        await put(city, name, outcomes=[outcome(external_id="o", credit=credit)])

    assert (await city.http.get(f"{city.path}/engagements")).json()["items"] == before


async def test_an_outcome_said_otherwise_by_one_is_said_anew_by_the_other(city: Holder) -> None:
    first = await put(city, "a", outcomes=[outcome(external_id="o", credit="0.4")])
    await put(city, "b", outcomes=[outcome(external_id="o", credit="0.4", title="Other words")])

    third = await put(city, "a", outcomes=[outcome(external_id="o", credit="0.4")])

    assert (third["outcomes"][0]["title"], third["version"]) == (first["outcomes"][0]["title"], 3)
