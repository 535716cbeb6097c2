"""A city's impact, with answers worked out by hand."""

from typing import Any, NamedTuple

import pytest

from tests.api.impacts import impact, post, value, values
from tests.make import Holder, World, cost, engagement, outcome


class Books(NamedTuple):
    """A city with records, and the codes of its networks."""

    city: Holder
    one: str
    two: str


@pytest.fixture(scope="module")
async def books(world: World) -> Books:
    """Fill a city's books with the example that the answers below are worked out for.

    One engagement (70 % one network's, 20 % another's) cost 180.00, of which 30.00 were others' money; it has half of a
    policy change and the whole of a grant of 1,000.00. Another, nobody's, cost 10.00. There are a fee of 200.00,
    overhead of 5.00, and a pilot that nobody is credited with.
    """
    city, network, other = await world.city(), await world.network(), await world.network()
    membership = await world.joins(city, network)
    shares = [{"network": network.code, "share": "0.7"}, {"network": other.code, "share": "0.2"}]
    costs = [
        cost("100.00"),
        cost("50.00", category="staff_time"),
        cost("30.00", category="event", funded_by="external_grant"),
    ]
    grant = outcome(kind="funding", title="grant", amount="1000.00", currency="EUR", status="verified")
    said = {
        "networks": shares,
        "leader_hours": "10",
        "staff_hours": "20.50",
        "themes": ["health", "energy"],
        "sdgs": ["11.5", "11.6", "13"],
    }
    await post(
        city, "engagements", engagement(**said, costs=costs, outcomes=[outcome(credit="0.5", level="local"), grant])
    )
    await post(
        city,
        "engagements",
        engagement(kind="conference", starts_on="2023-05-01", costs=[cost("10.00", incurred_on="2023-05-01")]),
    )
    await post(city, "costs", cost("200.00", category="membership_fee", membership=membership["id"]))
    await post(city, "costs", cost("5.00", category="overhead"))
    await post(city, "outcomes", outcome(kind="pilot"))
    return Books(city, network.code, other.code)


ANSWERS: dict[str, tuple[str | None, ...]] = {
    # by network: the first, the second, unallocated, overhead, total
    "cost.total": ("326.00", "36.00", "28.00", "5.00", "395.00"),
    "cost.fees": ("200.00", "0.00", "0.00", "0.00", "200.00"),
    "cost.external": ("21.00", "6.00", "3.00", "0.00", "30.00"),
    "engagements.count": ("0.7", "0.2", "1.1", "0", "2"),
    "hours.leader": ("7", "2", "1", "0", "10"),
    "hours.staff": ("14.35", "4.1", "2.05", "0", "20.5"),
    "outcomes.count": ("1.05", "0.3", "1.65", "0", "3"),
    "outcomes.count.policy_change": ("0.35", "0.1", "0.55", "0", "1"),
    "outcomes.count.pilot": ("0", "0", "1", "0", "1"),
    "funding.mobilised": ("700.00", "200.00", "100.00", "0.00", "1000.00"),
    "funding.leverage": ("2.295082", "6.666667", "4.000000", "0.000000", "2.739726"),
    "roi": ("1.295082", "5.666667", "3.000000", "(no_outcomes)", "1.739726"),
    "cost.per_outcome": ("310.48", "120.00", "16.97", "(no_outcomes)", "131.67"),
    "outcomes.per_leader_hour": ("0.150000", "0.150000", "1.650000", "(no_hours)", "0.300000"),
    "outcomes.verified_share": ("0.666667", "0.666667", "0.060606", "(no_outcomes)", "0.333333"),
}


@pytest.mark.parametrize("indicator", ANSWERS)
async def test_shares_and_credits_give_what_is_worked_out_by_hand(books: Books, indicator: str) -> None:
    body = await impact(books.city, group_by="network")

    found = values(body, indicator)

    assert tuple(found[key] for key in (books.one, books.two, "unallocated", "overhead", "total")) == ANSWERS[indicator]


async def test_an_undefined_figure_has_a_reason_and_a_bound(books: Books) -> None:
    body = await impact(books.city, group_by="network")
    [overhead] = [group for group in body["groups"] if group["kind"] == "overhead"]

    [figure] = [figure for figure in overhead["figures"] if figure["indicator"] == "cost.per_outcome"]

    assert (
        figure.items()
        >= {
            "indicator": "cost.per_outcome",
            "value": None,
            "unit": "money",
            "status": "undefined",
            "reason": "no_outcomes",
            "bound": "1.67",  # 5.00 / 2.996
            "n": 1,
            "interval": None,
            "currency": "EUR",
        }.items()
    )


async def test_an_answer_says_how_it_came_about(books: Books) -> None:
    body = await impact(books.city, group_by="kind", from_="2023-01-01")

    assert body["subject"] == {"kind": "city", "code": books.city.code}
    assert (body["method"], body["currency"], body["group_by"], body["from"], body["to"]) == (
        "green-book@1",
        "EUR",
        "kind",
        "2023-01-01",
        None,
    )
    assert (body["members"], body["unconverted"], body["rates"]["policy"]) == (None, [], "last_known")
    assert [(group["kind"], group["key"]) for group in body["groups"]] == [
        ("engagement_kind", "conference"), ("engagement_kind", "mission"), ("unallocated", None),
    ]  # fmt: skip
    [count] = [figure for figure in body["total"]["figures"] if figure["indicator"] == "engagements.count"]
    assert count == {
        "as_of": body["as_of"],
        "assumed": [],
        "currency": None,
        "indicator": "engagements.count",
        "interval": None,
        "lineage": count["lineage"],
        "method": "green-book@1",
        "price_year": None,
        "value": "2",
        "unit": "count",
        "status": "ok",
        "reason": None,
        "bound": None,
        "n": 2,
    }


GROUPED: list[tuple[str, str, dict[str, str]]] = [
    ("theme", "cost.total", {"energy": "90.00", "health": "90.00", "unallocated": "215.00", "total": "395.00"}),
    ("theme", "hours.leader", {"energy": "5", "health": "5", "unallocated": "0", "total": "10"}),
    ("sdg", "cost.total", {"11": "120.00", "13": "60.00", "unallocated": "215.00", "total": "395.00"}),
    ("kind", "cost.total", {"conference": "10.00", "mission": "180.00", "unallocated": "205.00", "total": "395.00"}),
    ("year", "cost.total", {"2023": "10.00", "2024": "385.00", "2025": "0.00", "total": "395.00"}),
    ("year", "outcomes.count", {"2023": "0", "2024": "0", "2025": "3", "total": "3"}),
    ("year", "engagements.count", {"2023": "1", "2024": "1", "2025": "0", "total": "2"}),
    ("none", "cost.total", {"total": "395.00"}),
]


@pytest.mark.parametrize(("group_by", "indicator", "expected"), GROUPED)
async def test_groups_add_up_to_the_total(
    books: Books, group_by: str, indicator: str, expected: dict[str, str]
) -> None:
    body = await impact(books.city, group_by=group_by)

    assert values(body, indicator) == expected


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        ({"from_": "2024-01-01", "to": "2024-12-31"}, ("385.00", "1", "0")),
        ({"to": "2023-12-31"}, ("10.00", "1", "0")),
        ({"from_": "2024-04-08", "to": "2024-04-08"}, ("385.00", "1", "0")),
        ({"from_": "2024-04-09"}, ("0.00", "0", "3")),
        ({"from_": "2023-05-01", "to": "2024-04-07"}, ("10.00", "1", "0")),
    ],
)
async def test_only_the_days_asked_for_count(books: Books, period: dict[str, str], expected: tuple[str, ...]) -> None:
    body = await impact(books.city, **period)

    found = tuple(value(body["total"], name) for name in ("cost.total", "engagements.count", "outcomes.count"))
    assert found == expected


async def test_thirds_are_shown_so_that_they_add_up(city: Holder, world: World) -> None:
    networks = [await world.network() for _ in range(3)]
    shares = [{"network": network.code, "share": "0.333333"} for network in networks]
    await post(
        city, "engagements", engagement(networks=shares, costs=[cost("100.00")], themes=["health", "energy", "other"])
    )

    by_network = values(await impact(city, group_by="network"), "cost.total")
    by_theme = values(await impact(city, group_by="theme"), "cost.total")

    assert sorted(map(str, by_network.values())) == ["0.00", "100.00", "33.33", "33.33", "33.34"]
    assert sorted(map(str, by_theme.values())) == ["100.00", "33.33", "33.33", "33.34"]


async def test_planned_and_rejected_do_not_count(city: Holder) -> None:
    for status in ("planned", "ongoing", "completed", "cancelled"):
        await post(city, "engagements", engagement(status=status, leader_hours="1"))
    for status in ("expected", "reported", "verified", "rejected", "superseded"):
        await post(city, "outcomes", outcome(kind="funding", status=status, amount="10", currency="EUR"))

    total = (await impact(city))["total"]

    found = [
        value(total, name) for name in ("engagements.count", "hours.leader", "outcomes.count", "funding.mobilised")
    ]
    assert found == ["2", "3", "2", "20.00"]


async def test_a_negative_effect_is_against_the_benefit(city: Holder) -> None:
    money: dict[str, Any] = {"currency": "EUR", "occurred_on": "2025-02-11"}
    await post(city, "costs", cost("100.00"))
    for said in [
        outcome(kind="investment_or_trade", amount="250", **money),
        outcome(kind="negative_effect", amount="30", **money),
        outcome(kind="funding", funding_stage="pledged", amount="999", **money),
        outcome(kind="funding", funding_stage="disbursed", amount="80", **money),
    ]:
        await post(city, "outcomes", said)

    total = (await impact(city))["total"]

    assert value(total, "roi") == "2.000000"  # (250 − 30 + 80 − 100) / 100
    assert [value(total, f"funding.{name}") for name in ("pledged", "disbursed", "mobilised")] == [
        "999.00",
        "80.00",
        "80.00",
    ]
    assert value(total, "funding.leverage") == "0.800000"


async def test_an_unchanged_city_is_304_and_a_changed_one_is_not(city: Holder) -> None:
    path = f"{city.path}/impact"
    first = await city.http.get(path, params={"group_by": "year"})
    headers = {"If-None-Match": first.headers["ETag"]}

    same = await city.http.get(path, params={"group_by": "year"}, headers=headers)
    other = await city.http.get(path, params={"group_by": "kind"}, headers=headers)
    await post(city, "costs", cost())
    changed = await city.http.get(path, params={"group_by": "year"}, headers=headers)

    assert [same.status_code, other.status_code, changed.status_code] == [304, 200, 200]
    assert first.headers["ETag"].startswith("W/")
