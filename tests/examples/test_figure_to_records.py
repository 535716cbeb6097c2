"""The walk from a figure to its records shows what it is made of, and ends where it began."""

import pytest

from tests.examples.conftest import Run
from tests.make import Holder, World, cost, engagement, outcome


@pytest.fixture
async def city(world: World) -> Holder:
    """Return a city that got a grant through two networks, one of them more often."""
    city = await world.city()
    busy, quiet = await world.network(name="Busy (made up)"), await world.network(name="=Quiet (made up)")
    for network in (busy, quiet):
        await world.joins(city, network)
    shares = [{"network": busy.code, "share": "0.6"}, {"network": quiet.code, "share": "0.4"}]
    grant = outcome(kind="funding", amount="1000.00", currency="EUR", funding_stage="disbursed", credit="0.5")
    trade = outcome(kind="investment_or_trade", amount="50.00", currency="USD", deadweight="0.3")
    for row in (
        engagement(networks=shares, costs=[cost("100.00")], outcomes=[{**grant, "external_id": "grant-1"}]),
        engagement(networks=[{"network": busy.code, "share": "1"}], costs=[cost("10.00")], outcomes=[trade]),
    ):
        made = await city.http.post(f"{city.path}/engagements", json=row)
        assert made.status_code == 201, made.text
    return city


async def test_a_social_return_is_walked_down_and_made_again(city: Holder, run: Run) -> None:
    done = run("figure_to_records.py", key=city.key)

    assert done.returncode == 0, done.stderr
    assert "\nBusy (made up):\nFor each euro put in, about " in done.stdout
    assert "'=Quiet (made up)" in done.stdout
    largest = next(line for line in done.stdout.splitlines() if line.startswith("outcome grant-1: "))
    assert " to value_present; weight 0.30" in largest
    assert "deadweight 0.20 (assumed)" in largest
    assert done.stdout.endswith("Computed again from these records alone: equal.\n")


async def test_another_figure_is_walked_down_too(city: Holder, run: Run) -> None:
    done = run("figure_to_records.py", "funding.leverage", key=city.key)

    assert done.returncode == 0, done.stderr
    assert "outcome grant-1: 300.00 to funding_disbursed; weight 0.3" in done.stdout
    assert done.stdout.endswith("equal.\n")


async def test_a_city_without_records_is_told_why_there_is_none(world: World, run: Run) -> None:
    done = run("figure_to_records.py", key=(await world.city()).key)

    assert done.returncode == 0, done.stderr
    assert "Nothing can be told: no cost is recorded." in done.stdout
    assert "0 largest of 0 contributions" in done.stdout
