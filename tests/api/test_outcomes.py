"""Outcomes on their own, with credits over several engagements."""

from typing import Any

from tests.make import Holder, engagement, outcome

RANDOM_ID = "01939c1e-7f6a-7000-8000-3d1f5b8a2c4e"


async def engagements(city: Holder, count: int) -> list[str]:
    """Make some engagements and return their ids."""
    return [(await city.http.post(f"{city.path}/engagements", json=engagement())).json()["id"] for _ in range(count)]


async def test_an_outcome_comes_back_as_it_was_said(city: Holder) -> None:
    first, second = await engagements(city, 2)
    said = outcome(
        external_id="o 1", kind="funding", level="supranational", title="Grant \U0001f4b0", description="a\nb",
        status="verified", amount="2000000.00", currency="EUR", funding_stage="disbursed", quantity="12.000001",
        unit="hours", source_city="\u0391\u03b8\u03ae\u03bd\u03b1", evidence_strength=0,
        visibility="network", tags=["z", "a"],
        credits=[{"engagement": first, "credit": "0.250"}, {"engagement": second, "credit": "0.75"}],
    )  # fmt: skip

    made = await city.http.post(f"{city.path}/outcomes", json=said)
    read = await city.http.get(made.headers["Location"])

    assert (made.status_code, read.content) == (201, made.content)
    assert {name: read.json()[name] for name in said} == said


async def test_what_is_left_out_has_its_default(city: Holder) -> None:
    made = (await city.http.post(f"{city.path}/outcomes", json=outcome(kind="funding"))).json()

    assert (made["status"], made["visibility"], made["funding_stage"]) == ("reported", "private", "committed")
    assert made["credits"] == made["tags"] == []
    assert made["amount"] is made["currency"] is made["quantity"] is made["unit"] is made["level"] is None


async def test_credits_sum_to_at_most_1(city: Holder) -> None:
    first, second = await engagements(city, 2)

    def credits(one: str, two: str) -> dict[str, Any]:
        return {"credits": [{"engagement": first, "credit": one}, {"engagement": second, "credit": two}]}

    over = await city.http.post(f"{city.path}/outcomes", json=outcome(**credits("0.5", "0.500001")))
    made = await city.http.post(f"{city.path}/outcomes", json=outcome(**credits("0.333333", "0.666667")))
    patched = await city.http.patch(made.headers["Location"], json=credits("1", "0.1"), headers={"If-Match": "*"})

    assert (over.status_code, made.status_code, patched.status_code) == (422, 201, 422)


async def test_a_credit_to_an_engagement_that_is_not_there_is_refused(city: Holder) -> None:
    said = outcome(credits=[{"engagement": RANDOM_ID, "credit": "0.5"}])
    made = await city.http.post(f"{city.path}/outcomes", json=outcome())

    posted = await city.http.post(f"{city.path}/outcomes", json=said)
    patched = await city.http.patch(
        made.headers["Location"], json={"credits": said["credits"]}, headers={"If-Match": "*"}
    )

    assert (posted.status_code, patched.status_code) == (404, 404)
    assert posted.json()["detail"] == f"No engagement {RANDOM_ID}."


async def test_an_outcome_years_later_is_shown_under_each_engagement(city: Holder) -> None:
    parents = await engagements(city, 2)
    credits = [{"engagement": parent, "credit": "0.5"} for parent in parents]

    made = (await city.http.post(f"{city.path}/outcomes", json=outcome(credits=credits))).json()
    shown = [(await city.http.get(f"{city.path}/engagements/{parent}")).json() for parent in parents]

    assert [each["outcomes"] for each in shown] == [[{**made, "credit": "0.5"}]] * 2
    assert [each["version"] for each in shown] == [2, 2]


async def test_a_patch_changes_what_it_names(city: Holder) -> None:
    [parent] = await engagements(city, 1)
    said = outcome(kind="funding", amount="10.00", currency="EUR", credits=[{"engagement": parent, "credit": "0.5"}])
    made = (await city.http.post(f"{city.path}/outcomes", json=said)).json()
    path = f"{city.path}/outcomes/{made['id']}"

    async def patched(changes: dict[str, Any], tag: str = "*") -> int:
        return (await city.http.patch(path, json=changes, headers={"If-Match": tag})).status_code

    assert await patched({"kind": "pilot"}) == 422
    assert await patched({"title": None}) == 422
    assert await patched({"currency": None}) == 422
    assert await patched({"city": "x"}) == 422
    assert await patched({"status": "verified"}, '"3"') == 412
    assert await patched({"status": "verified", "amount": None, "currency": None}, '"1"') == 200
    after = (await city.http.get(path)).json()
    assert after == {
        **made,
        "status": "verified",
        "amount": None,
        "currency": None,
        "version": 2,
        "updated_at": after["updated_at"],
    }


async def test_a_patch_that_says_nothing_new_changes_nothing(city: Holder) -> None:
    [parent] = await engagements(city, 1)
    said = outcome(credits=[{"engagement": parent, "credit": "0.5"}])
    made = await city.http.post(f"{city.path}/outcomes", json=said)

    same = await city.http.patch(made.headers["Location"], json=said, headers={"If-Match": "*"})

    assert (same.status_code, same.content) == (200, made.content)


async def test_an_external_id_of_an_outcome_is_unique_in_a_city(city: Holder) -> None:
    first = await city.http.post(f"{city.path}/outcomes", json=outcome(external_id="o"))
    second = await city.http.post(f"{city.path}/outcomes", json=outcome())

    twice = await city.http.post(f"{city.path}/outcomes", json=outcome(external_id="o"))
    patched = await city.http.patch(second.headers["Location"], json={"external_id": "o"}, headers={"If-Match": "*"})
    itself = await city.http.patch(first.headers["Location"], json={"external_id": "o"}, headers={"If-Match": "*"})

    assert (twice.status_code, patched.status_code, itself.status_code) == (409, 409, 200)


async def test_an_outcome_is_read_conditionally_and_deleted_with_its_credits(city: Holder) -> None:
    [parent] = await engagements(city, 1)
    made = await city.http.post(f"{city.path}/outcomes", json=outcome(credits=[{"engagement": parent, "credit": "1"}]))
    path = made.headers["Location"]

    same = await city.http.get(path, headers={"If-None-Match": made.headers["ETag"]})
    without = await city.http.delete(path)
    deleted = await city.http.delete(path, headers={"If-Match": made.headers["ETag"]})
    left = (await city.http.get(f"{city.path}/engagements/{parent}")).json()

    assert (same.status_code, without.status_code, deleted.status_code) == (304, 428, 204)
    assert (left["outcomes"], left["version"]) == ([], 3)
