"""What is wrong with an engagement is said at its place, and nothing of it is stored."""

import pytest

from tests.make import Holder, cost, engagement, outcome

READ_ONLY = ("id", "city", "version", "created_at", "updated_at")


@pytest.mark.parametrize("member", READ_ONLY)
async def test_what_the_server_sets_cannot_be_said(city: Holder, member: str) -> None:
    made = await city.http.post(f"{city.path}/engagements", json=engagement())
    path = made.headers["Location"]

    answers = [
        await city.http.post(f"{city.path}/engagements", json=engagement(**{member: made.json()[member]})),
        await city.http.patch(path, json={member: made.json()[member]}, headers={"If-Match": "*"}),
        await city.http.put(
            f"{city.path}/engagements/by-external-id/x", json=engagement(**{member: made.json()[member]})
        ),
    ]

    assert [answer.status_code for answer in answers] == [422] * 3
    assert {error["pointer"] for answer in answers for error in answer.json()["errors"]} == {f"/{member}"}


async def test_all_that_is_wrong_is_told_at_once_and_nothing_repeated(city: Holder) -> None:
    said = engagement(kind="SECRET-1", starts_on="SECRET-2", costs=[cost("SECRET-3", currency="SECRET-4")])

    refused = await city.http.post(f"{city.path}/engagements", json=said)

    pointers = [error["pointer"] for error in refused.json()["errors"]]
    assert sorted(pointers) == ["/costs/0/amount", "/costs/0/currency", "/kind", "/starts_on"]
    assert "SECRET" not in refused.text


async def test_a_network_that_is_not_there_is_not_found(city: Holder, network: Holder) -> None:
    said = engagement(
        networks=[{"network": network.code, "share": "0.5"}, {"network": "no-such-network", "share": "0.5"}]
    )

    refused = await city.http.post(f"{city.path}/engagements", json=said)

    assert (refused.status_code, refused.json()["detail"]) == (404, "No network no-such-network.")


async def test_a_network_named_by_code_and_by_id_is_named_twice(city: Holder, network: Holder) -> None:
    said = engagement(networks=[{"network": network.code, "share": "0.5"}, {"network": network.id, "share": "0.5"}])

    refused = await city.http.post(f"{city.path}/engagements", json=said)

    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/networks/1/network"


async def test_shares_of_exactly_1_are_taken_and_a_patch_may_not_pass_it(city: Holder, network: Holder) -> None:
    said = engagement(networks=[{"network": network.code, "share": "1.000000"}])
    made = await city.http.post(f"{city.path}/engagements", json=said)
    changes = {"networks": [{"network": network.code, "share": "0.9"}, {"network": network.id, "share": "0.2"}]}

    refused = await city.http.patch(made.headers["Location"], json=changes, headers={"If-Match": "*"})

    assert made.json()["networks"][0]["share"] == "1.000000"
    assert refused.status_code == 422


async def test_a_patch_keeps_the_rules_between_members(city: Holder) -> None:
    made = await city.http.post(f"{city.path}/engagements", json=engagement(ends_on="2024-04-09"))

    refused = await city.http.patch(
        made.headers["Location"], json={"starts_on": "2024-04-10"}, headers={"If-Match": "*"}
    )

    assert refused.status_code == 422


async def test_credits_of_one_outcome_over_engagements_sum_to_at_most_1(city: Holder) -> None:
    path = f"{city.path}/engagements/by-external-id"
    first = await city.http.put(f"{path}/a", json=engagement(outcomes=[outcome(external_id="o", credit="0.6")]))

    over = await city.http.put(f"{path}/b", json=engagement(outcomes=[outcome(external_id="o", credit="0.400001")]))
    even = await city.http.put(f"{path}/b", json=engagement(outcomes=[outcome(external_id="o", credit="0.4")]))
    more = await city.http.put(f"{path}/a", json=engagement(outcomes=[outcome(external_id="o", credit="0.7")]))

    assert over.status_code == more.status_code == 422
    assert over.json()["errors"][0]["pointer"] == "/outcomes/0/credit"
    assert even.json()["outcomes"][0]["id"] == first.json()["outcomes"][0]["id"]
    assert [credit["credit"] for credit in even.json()["outcomes"][0]["credits"]] == ["0.6", "0.4"]


async def test_credits_over_1_are_refused_where_the_outcome_has_no_external_id(city: Holder) -> None:
    path = f"{city.path}/engagements/by-external-id"
    first = (await city.http.put(f"{path}/a", json=engagement(outcomes=[outcome(credit="0.5")]))).json()
    second = (await city.http.put(f"{path}/b", json=engagement())).json()
    credits = [{"engagement": first["id"], "credit": "0.5"}, {"engagement": second["id"], "credit": "0.5"}]
    shared = f"{city.path}/outcomes/{first['outcomes'][0]['id']}"
    await city.http.patch(shared, json={"credits": credits}, headers={"If-Match": "*"})

    over = await city.http.put(f"{path}/a", json=engagement(outcomes=[outcome(credit="0.6")]))
    less = await city.http.put(f"{path}/a", json=engagement(outcomes=[outcome(credit="0.3")]))

    assert over.status_code == 422
    assert over.json()["errors"][0]["pointer"] == "/outcomes/0/credit"
    assert less.json()["outcomes"][0]["id"] == first["outcomes"][0]["id"]
