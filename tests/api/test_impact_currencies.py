"""Amounts in several currencies: the European Central Bank's rate of their day, or none and said so."""

from tests.api.impacts import impact, post, value, values
from tests.make import Holder, World, cost, engagement, outcome

# One euro was 1.0841 dollars on Friday 5 April 2024, the last rate before that weekend, and 1.0823 dollars and
# 164.43 yen on Monday 8 April (ECB).
FRIDAY, SATURDAY, MONDAY = "2024-04-05", "2024-04-06", "2024-04-08"


async def test_an_amount_is_converted_at_the_rate_of_its_day(city: Holder) -> None:
    await post(city, "costs", cost("108.23", currency="USD", incurred_on=MONDAY))
    await post(city, "costs", cost("108.41", currency="USD", incurred_on=FRIDAY, category="event"))
    await post(city, "costs", cost("16443", currency="JPY", incurred_on=MONDAY, category="other"))

    total = (await impact(city))["total"]

    found = [value(total, f"cost.category.{name}") for name in ("travel", "event", "other")]
    assert (found, value(total, "cost.total")) == (["100.00"] * 3, "300.00")


async def test_on_a_weekend_the_last_rate_counts_and_strictly_none(city: Holder) -> None:
    await post(city, "costs", cost("108.41", currency="USD", incurred_on=SATURDAY))
    await post(city, "costs", cost("5.00", incurred_on=SATURDAY))

    last_known = await impact(city)
    strict = await impact(city, policy="strict")

    assert value(last_known["total"], "cost.total") == "105.00"
    assert value(strict["total"], "cost.total") == "(no_rate)"
    assert strict["unconverted"] == [{"records": "cost", "currency": "USD", "amount": "108.41"}]
    assert (strict["rates"]["policy"], strict["rates"]["grace_days"]) == ("strict", 0)
    assert last_known["rates"]["grace_days"] == 7


async def test_what_has_no_rate_is_listed_and_leaves_its_figures_undefined(city: Holder, network: Holder) -> None:
    share = [{"network": network.code, "share": "0.5"}]
    nested = {
        "costs": [cost("120000.00", currency="ARS")],
        "outcomes": [outcome(kind="funding", amount="10.50", currency="ARS")],
    }
    await post(city, "engagements", engagement(networks=share, leader_hours="4", **nested))
    await post(city, "costs", cost("5.00"))

    body = await impact(city, group_by="network")

    assert values(body, "cost.total") == {
        network.code: "(no_rate)", "unallocated": "(no_rate)", "overhead": "5.00", "total": "(no_rate)",
    }  # fmt: skip
    assert [value(body["total"], name) for name in ("roi", "funding.leverage", "funding.mobilised")] == [
        "(no_rate)"
    ] * 3
    assert [value(body["total"], name) for name in ("hours.leader", "outcomes.count")] == ["4", "1"]
    assert body["unconverted"] == [
        {"records": "cost", "currency": "ARS", "amount": "120000"},
        {"records": "outcome", "currency": "ARS", "amount": "10.5"},
    ]


async def test_a_currency_without_a_rate_is_told_in_itself(world: World) -> None:
    city = await world.city(currency="ARS", country="AR")
    await post(city, "costs", cost("120000.00", currency="ARS"))
    await post(city, "costs", cost("1.00", currency="ARS", incurred_on=SATURDAY))

    own = await impact(city)
    in_euro = await impact(city, currency="EUR")

    assert (own["currency"], value(own["total"], "cost.total"), own["unconverted"]) == ("ARS", "120001.00", [])
    assert value(in_euro["total"], "cost.total") == "(no_rate)"


async def test_a_figure_may_be_asked_for_in_another_currency(city: Holder) -> None:
    await post(city, "costs", cost("100.00", incurred_on=MONDAY))
    await post(city, "costs", cost("108.23", currency="USD", incurred_on=MONDAY))

    dollars = await impact(city, currency="USD", group_by="year")
    yen = await impact(city, currency="JPY")
    dinars = await impact(city, currency="KWD")

    assert (dollars["currency"], values(dollars, "cost.total")) == ("USD", {"2024": "216.46", "total": "216.46"})
    assert value(yen["total"], "cost.total") == "32886"
    assert value(dinars["total"], "cost.total") == "(no_rate)"


async def test_a_city_of_another_currency_is_told_in_its_own(world: World) -> None:
    city = await world.city(currency="USD", country="US")
    await post(city, "costs", cost("100.00", incurred_on=MONDAY))

    own, in_euro = await impact(city), await impact(city, currency="EUR")

    assert (own["currency"], value(own["total"], "cost.total")) == ("USD", "108.23")
    assert value(in_euro["total"], "cost.total") == "100.00"


async def test_a_rate_is_no_older_than_seven_days(city: Holder) -> None:
    await post(city, "costs", cost("100.00", currency="RUB", incurred_on="2024-04-08"))

    total = (await impact(city))["total"]

    assert value(total, "cost.total") == "(no_rate)"
