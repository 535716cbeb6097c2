"""What is wrong with an engagement is said at its place, and nothing of it is stored."""

from typing import Any

import pytest

from tests.make import Holder, cost, engagement, outcome

READ_ONLY = ("id", "city", "version", "created_at", "updated_at")
NO_CURRENCY = {"category": "travel", "amount": "1", "incurred_on": "2024-01-01"}
TWICE = [outcome(external_id="o", credit="0.1")] * 2
OVER_1 = [{"network": "a", "share": "0.6"}, {"network": "b", "share": "0.400001"}]
BROKEN: list[tuple[str, dict[str, Any], str]] = [
    ("a kind that is none", {"kind": "party"}, "/kind"),
    ("a diplomacy type that is none", {"diplomacy_type": "soft"}, "/diplomacy_type"),
    ("no title", {"title": ""}, "/title"),
    ("a title with a line break", {"title": "a\nb"}, "/title"),
    ("a title of 301 letters", {"title": "x" * 301}, "/title"),
    ("a title that is a number", {"title": 7}, "/title"),
    ("a day that is none", {"starts_on": "2023-02-29"}, "/starts_on"),
    ("a day before 1900", {"starts_on": "1899-12-31"}, "/starts_on"),
    ("a day after 2100", {"starts_on": "2101-01-01"}, "/starts_on"),
    ("a day written otherwise", {"starts_on": "8.4.2024"}, "/starts_on"),
    ("an instant for a day", {"starts_on": "2024-04-08T00:00:00Z"}, "/starts_on"),
    ("Arabic digits", {"starts_on": "\u0662\u0660\u0662\u0664-04-08"}, "/starts_on"),
    ("a day that is a number", {"starts_on": 20240408}, "/starts_on"),
    ("an end before the start", {"ends_on": "2024-04-07"}, "/ends_on"),
    ("hours with a comma", {"leader_hours": "1,5"}, "/leader_hours"),
    ("hours as a number", {"leader_hours": 16}, "/leader_hours"),
    ("hours with three decimals", {"staff_hours": "1.125"}, "/staff_hours"),
    ("negative hours", {"staff_hours": "-1"}, "/staff_hours"),
    ("participants by halves", {"participants": {"leaders": 1.5}}, "/participants/leaders"),
    ("fewer than no participants", {"participants": {"staff": -1}}, "/participants/staff"),
    ("participants as text", {"participants": {"staff": "1"}}, "/participants/staff"),
    ("participants that are true", {"participants": {"staff": True}}, "/participants/staff"),
    ("a theme that is none", {"themes": ["health", "weather"]}, "/themes/1"),
    ("a theme twice", {"themes": ["health", "health"]}, "/themes"),
    ("a goal that is none", {"sdgs": ["18"]}, "/sdgs/0"),
    ("a goal twice", {"sdgs": ["11.5", "11.5"]}, "/sdgs"),
    ("a country that is none", {"place": {"name": "x", "country": "Greece"}}, "/place/country"),
    ("a place without a name", {"place": {"country": "GR"}}, "/place/name"),
    ("an empty tag", {"tags": ["a", ""]}, "/tags/1"),
    ("too many tags", {"tags": [str(number) for number in range(51)]}, "/tags"),
    ("an empty external id", {"external_id": ""}, "/external_id"),
    ("a visibility that is none", {"visibility": "secret"}, "/visibility"),
    ("an unknown member", {"colour": "red"}, "/colour"),
    ("an unknown member within", {"place": {"name": "x", "street": "y"}}, "/place/street"),
    ("nothing where a list belongs", {"networks": None}, "/networks"),
    ("a share of nought", {"networks": [{"network": "x", "share": "0.0"}]}, "/networks/0/share"),
    ("a share above 1", {"networks": [{"network": "x", "share": "1.01"}]}, "/networks/0/share"),
    ("a share of seven decimals", {"networks": [{"network": "x", "share": "0.1234567"}]}, "/networks/0/share"),
    ("a share as a number", {"networks": [{"network": "x", "share": 0.5}]}, "/networks/0/share"),
    ("a network that is no code", {"networks": [{"network": "C 40"}]}, "/networks/0/network"),
    ("shares over 1", {"networks": OVER_1}, "/networks"),
    ("a cost without a currency", {"costs": [NO_CURRENCY]}, "/costs/0/currency"),
    ("a cost in no currency", {"costs": [cost(), cost(currency="XXX")]}, "/costs/1/currency"),
    ("a cost in small letters", {"costs": [cost(currency="eur")]}, "/costs/0/currency"),
    ("half a yen", {"costs": [cost("100.5", currency="JPY")]}, "/costs/0/amount"),
    ("a tenth of a cent", {"costs": [cost("1.005")]}, "/costs/0/amount"),
    ("15 digits", {"costs": [cost("100000000000000")]}, "/costs/0/amount"),
    ("leading noughts", {"costs": [cost("01")]}, "/costs/0/amount"),
    ("a negative cost", {"costs": [cost("-1")]}, "/costs/0/amount"),
    ("an exponent", {"costs": [cost("1e3")]}, "/costs/0/amount"),
    ("not a number", {"costs": [cost("NaN")]}, "/costs/0/amount"),
    ("a cost as a number", {"costs": [{**cost(), "amount": 100}]}, "/costs/0/amount"),
    ("a trailing line break", {"costs": [cost("1\n")]}, "/costs/0/amount"),
    ("an engagement within its cost", {"costs": [cost(engagement=None)]}, "/costs/0/engagement"),
    ("an estimate as text", {"costs": [cost(estimated="no")]}, "/costs/0/estimated"),
    ("an amount without currency", {"outcomes": [outcome(amount="1")]}, "/outcomes/0/currency"),
    ("a currency without amount", {"outcomes": [outcome(currency="EUR")]}, "/outcomes/0/amount"),
    ("a stage of what is no funding", {"outcomes": [outcome(funding_stage="pledged")]}, "/outcomes/0/funding_stage"),
    ("a quantity without unit", {"outcomes": [outcome(quantity="3")]}, "/outcomes/0/unit"),
    ("a credit of nought", {"outcomes": [outcome(credit="0")]}, "/outcomes/0/credit"),
    ("evidence of 6", {"outcomes": [outcome(evidence_strength=6)]}, "/outcomes/0/evidence_strength"),
    ("evidence of 3.0", {"outcomes": [outcome(evidence_strength=3.0)]}, "/outcomes/0/evidence_strength"),
    ("credits within an engagement", {"outcomes": [outcome(credits=[])]}, "/outcomes/0/credits"),
    ("a cost's external id twice", {"costs": [cost(external_id="c"), cost(external_id="c")]}, "/costs/1/external_id"),
    ("an outcome's external id twice", {"outcomes": TWICE}, "/outcomes/1/external_id"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "pointer"), [case[1:] for case in BROKEN], ids=[case[0] for case in BROKEN])
async def test_a_broken_rule_is_told_at_its_place(city: Holder, changes: dict[str, Any], pointer: str) -> None:
    refused = await city.http.post(f"{city.path}/engagements", json=engagement(**changes))

    assert refused.status_code == 422, refused.text
    assert pointer in [error["pointer"] for error in refused.json()["errors"]]
    assert (await city.http.get(f"{city.path}/engagements")).json()["items"] == []


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
