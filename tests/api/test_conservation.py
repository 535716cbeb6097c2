"""Whatever the shares, credits, currencies and themes: nothing is lost between records and figures, or doubled."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Any, get_args
from uuid import UUID

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from proxeny.indicators import catalogue
from proxeny_api.fields import minor_digits
from proxeny_api.rates.book import cross
from proxeny_api.vocabularies.codes import CostCategory, EngagementKind, Theme
from tests.make import Holder, World, engagement

ADDITIVE = {definition.id for definition in catalogue() if definition.additive and not definition.valued}
GROUPINGS = ("none", "network", "kind", "theme", "sdg", "year")
DIMENSIONS = ("network", "network_kind", "kind", "theme", "sdg")
COSTS = [f"cost_{category}" for category in get_args(CostCategory)]
MOVED = {"committed", "disbursed"}
Said = dict[str, Any]

millionths = st.integers(1, 10**6)
days = st.integers(0, 1_400).map(lambda n: (date(2020, 11, 1) + timedelta(days=n)).isoformat())


@st.composite
def amounts(draw: st.DrawFn) -> Said:
    currency = draw(st.sampled_from(["EUR", "USD", "JPY", "GBP", "SEK"]))
    digits = minor_digits()[currency]
    units = draw(st.one_of(st.integers(0, 200), st.integers(0, 10 ** (10 + digits))))
    return {"amount": f"{Decimal(units).scaleb(-digits):f}", "currency": currency}


@st.composite
def parts(draw: st.DrawFn, most: int) -> list[str]:
    """Return shares above nought, of at most six decimals, that sum to at most one."""
    cuts = draw(st.lists(millionths, unique=True, max_size=most).map(sorted))
    return [f"{Decimal(after - before).scaleb(-6):f}" for before, after in zip([0, *cuts], cuts, strict=False)]


@st.composite
def costs(draw: st.DrawFn) -> Said:
    category, funder = draw(st.sampled_from(get_args(CostCategory))), draw(st.sampled_from(["city", "partner"]))
    return {"category": category, "incurred_on": draw(days), "funded_by": funder} | draw(amounts())


@st.composite
def outcomes(draw: st.DrawFn) -> Said:
    kind = draw(st.sampled_from(["funding", "policy_change", "negative_effect", "investment_or_trade"]))
    stage = {"funding_stage": draw(st.sampled_from(["pledged", "committed", "disbursed"]))} if kind == "funding" else {}
    status = draw(st.sampled_from(["reported", "verified", "expected", "rejected"]))
    return {"kind": kind, "title": "Made up", "occurred_on": draw(days), "status": status} | stage | draw(amounts())


@st.composite
def engagements(draw: st.DrawFn) -> Said:
    credits = draw(st.lists(st.tuples(outcomes(), millionths), max_size=2))
    return engagement(
        kind=draw(st.sampled_from(get_args(EngagementKind))),
        starts_on=draw(days),
        status=draw(st.sampled_from(["planned", "ongoing", "completed", "cancelled"])),
        networks=[{"network": n, "share": share} for n, share in enumerate(draw(parts(4)))],
        themes=draw(st.lists(st.sampled_from(get_args(Theme)), unique=True, max_size=7)),
        sdgs=draw(st.lists(st.sampled_from(["1", "1.1", "11", "11.5", "13.1", "3.4", "17"]), unique=True, max_size=7)),
        leader_hours=f"{Decimal(draw(st.integers(0, 5_000))).scaleb(-2):f}",
        costs=draw(st.lists(costs(), max_size=3)),
        outcomes=[said | {"credit": f"{Decimal(credit).scaleb(-6):f}"} for said, credit in credits],
    )


@st.composite
def cities(draw: st.DrawFn) -> Said:
    """Return what one city records: engagements, and costs and outcomes that belong to none."""
    return {
        "currency": draw(st.sampled_from(["EUR", "USD", "JPY", "TND"])),
        "engagements": draw(st.lists(engagements(), min_size=1, max_size=6)),
        "fees": draw(st.lists(costs(), max_size=2)),
        "overhead": draw(st.lists(costs(), max_size=2)),
        "outcomes": draw(st.lists(outcomes(), max_size=2)),
    }


@pytest.fixture(scope="session")
async def networks(world: World) -> list[Holder]:
    return [await world.network() for _ in range(4)]


@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(said=cities())
async def test_nothing_is_lost_between_records_and_figures_and_nothing_doubled(
    world: World, networks: list[Holder], admin_url: str, said: Said
) -> None:
    city = await record(world, networks, said)

    for currency in {"EUR", "GBP"} | ({said["currency"]} - {"TND"}):
        answers = {group: await impact(city, group, currency) for group in GROUPINGS}
        exact = expected(said, currency)

        for answer in answers.values():
            assert told(answer["total"]) == told(answers["none"]["total"])
            check_groups(answer)
            for indicator, value in exact.items():
                assert Decimal(told(answer["total"])[indicator][0]) == shown(value, currency, indicator)

    await check_rollup(admin_url, city, said)


async def record(world: World, networks: Sequence[Holder], said: Said) -> Holder:
    """Post what a city has, the way that cities do."""
    city = await world.city(said["currency"])
    membership = await world.joins(city, networks[0])
    rows = [
        row | {"networks": [share | {"network": networks[share["network"]].code} for share in row["networks"]]}
        for row in said["engagements"]
    ]
    stored = await city.http.post(f"{city.path}/engagements/batch", json=rows)
    assert stored.json()["created"] == len(rows), stored.text
    credits = [{"engagement": stored.json()["results"][0]["id"], "credit": "0.333333"}]
    loose = [("costs", fee | {"membership": membership["id"]}) for fee in said["fees"]]
    loose += [("costs", cost) for cost in said["overhead"]]
    loose += [("outcomes", outcome | {"credits": credits}) for outcome in said["outcomes"]]
    for where, one in loose:
        made = await city.http.post(f"{city.path}/{where}", json=one)
        assert made.status_code == 201, made.text
    return city


async def impact(city: Holder, group_by: str, currency: str) -> Said:
    answer = await city.http.get(f"{city.path}/impact", params={"group_by": group_by, "currency": currency})
    assert answer.status_code == 200, answer.text
    body: Said = answer.json()
    assert not body["unconverted"]
    return body


def told(group: Said) -> dict[str, tuple[str, ...]]:
    """Return what a group's figures say, by indicator."""
    names = ("value", "unit", "status", "reason", "bound")
    return {figure["indicator"]: tuple(figure[name] for name in names) for figure in group["figures"]}


def check_groups(answer: Said) -> None:
    """The groups' figures, as they are shown, add up to the total's, as it is shown."""
    total = told(answer["total"])
    assert total.keys() >= ADDITIVE
    for indicator in ADDITIVE:
        values = [told(group)[indicator][0] for group in answer["groups"]]
        if answer["group_by"] != "none":
            assert sum(map(Decimal, values)) == Decimal(total[indicator][0]), (answer["group_by"], indicator)


def flows(said: Said) -> Iterator[tuple[Said, Decimal]]:
    """Yield every cost of a city, and what part of it is whose: here always the whole."""
    for cost in [*said["fees"], *said["overhead"], *(cost for row in said["engagements"] for cost in row["costs"])]:
        yield cost, Decimal(1)


def claims(said: Said) -> Iterator[tuple[Said, Decimal]]:
    """Yield every outcome and how much of it the city counts: all of its credits, and what nobody is credited with."""
    for row in said["engagements"]:
        yield from ((outcome, Decimal(1)) for outcome in row["outcomes"])
    yield from ((outcome, Decimal(1)) for outcome in said["outcomes"])


def worth(flow: Said, day: str, currency: str) -> Decimal:
    rate = cross(flow["currency"], currency, date.fromisoformat(day))
    assert rate is not None
    return Decimal(flow["amount"]) * rate


def expected(said: Said, currency: str) -> dict[str, Decimal]:
    """Return some of the totals, summed here without any of the server's formulae."""
    with localcontext(prec=100):
        paid = [(cost, worth(cost, cost["incurred_on"], currency) * part) for cost, part in flows(said)]
        counted = [(one, part) for one, part in claims(said) if one["status"] in {"reported", "verified"}]
        funding = [
            worth(one, one["occurred_on"], currency) * part
            for one, part in counted
            if one.get("funding_stage") in MOVED
        ]
        return {
            "cost.total": sum((value for _, value in paid), Decimal(0)),
            "cost.external": sum((value for cost, value in paid if cost["funded_by"] != "city"), Decimal(0)),
            "funding.mobilised": sum(funding, Decimal(0)),
            "hours.leader": sum(
                (Decimal(row["leader_hours"]) for row in said["engagements"] if row["status"] != "planned"), Decimal(0)
            ),
            "engagements.count": Decimal(sum(row["status"] in {"ongoing", "completed"} for row in said["engagements"])),
        }


def shown(value: Decimal, currency: str, indicator: str) -> Decimal:
    digits = minor_digits()[currency] if indicator.startswith(("cost", "funding")) else 6
    with localcontext(prec=100):
        return value.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)


async def check_rollup(admin_url: str, city: Holder, said: Said) -> None:
    """Every way of grouping holds exactly what the records add up to, before anything is rounded."""
    listed = " + ".join(f"sum({name}_eur)" for name in COSTS)
    query = f"SELECT {listed} AS cost FROM rollup WHERE city_id = $1 AND dimension = $2"
    connection = await asyncpg.connect(admin_url)
    try:
        for dimension in DIMENSIONS:
            kept = await connection.fetchval(query, UUID(city.id), dimension)
            assert (kept or 0) == expected(said, "EUR")["cost.total"], dimension
    finally:
        await connection.close()


async def test_half_a_unit_is_rounded_alike_whatever_the_grouping(world: World) -> None:
    year = (date(2023, 1, 1) + timedelta(days=n) for n in range(365))
    day = next(day.isoformat() for day in year if (cross("EUR", "JPY", day) or Decimal(0)) % 1 == Decimal("0.5"))
    city = await world.city("JPY")
    said = engagement(themes=get_args(Theme)[:3], sdgs=["1", "3.4", "11.5"], starts_on=day)
    said["costs"] = [{"category": "travel", "amount": "1", "currency": "EUR", "incurred_on": day}]
    assert (await city.http.post(f"{city.path}/engagements", json=said)).status_code == 201

    totals = {told((await impact(city, group, "JPY"))["total"])["cost.total"][0] for group in GROUPINGS}

    assert totals == {str(shown(worth(said["costs"][0], day, "JPY"), "JPY", "cost.total"))}
