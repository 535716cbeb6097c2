"""The snippets that the README shows run as they stand."""

from tests.examples.conftest import Run
from tests.make import World, cost, engagement, outcome


async def test_a_city_system_sends_and_reads_back(world: World, run: Run) -> None:
    city = await world.city()

    first = run("city_system.py", key=city.key)
    again = run("city_system.py", key=city.key)

    assert first.stdout.splitlines() == ["crm-17 created", "4180.00 EUR 4180.00"], first.stderr
    assert again.stdout.splitlines() == ["crm-17 unchanged", "4180.00 EUR 4180.00"]


async def test_an_analyst_compares_members(world: World, run: Run) -> None:
    network, city, quiet = await world.network(), await world.city(name="Aachen"), await world.city(name="Bonn")
    await world.joins(city, network, "indicators")
    await world.joins(quiet, network, "totals")
    money = outcome(kind="funding", amount="250.00", currency="EUR", funding_stage="disbursed")
    shares = [{"network": network.code, "share": "1"}]
    row = engagement(networks=shares, costs=[cost("100.00")], outcomes=[money])
    await city.http.post(f"{city.path}/engagements", json=row)

    done = run("network_analyst.py", key=network.key)

    assert done.stdout.splitlines() == ["Aachen\t100.00\t2.500000", "2024\t0.00", "2025\t250.00"], done.stderr


async def test_a_newcomer_needs_no_key(run: Run) -> None:
    done = run("newcomer.py", key="")

    assert "cost.total\tmoney\t" in done.stdout, done.stderr
    assert "Policy change" in done.stdout
    assert done.stdout.endswith("USD, by the rate of 2024-04-05.\n")
