"""Import a keep.eu export, and check that what comes out is what went in, to the cent.

    PROXENY_BASE_URL=… PROXENY_API_KEY=… python examples/import_keep.py keep_interreg_2014_2020.xlsx

The key is the operator's. Every programme becomes a network, every lead partner's town a city, every project an
engagement with its budget as costs and its EU funding as an outcome. Rows that cannot be taken are told on standard
error and the rest is stored; a second run finds everything unchanged. The exit status is 0 if every programme's cost
and funding equal the sheet's. Needs `pip install proxeny[files]`.
"""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any, NamedTuple

from keep_sheet import Bad, Project, Sheet, city_of, read, spellings
from places import code, line_of
from posting import AT_ONCE, city_client, ensure, short_key
from proxeny import AsyncProxeny, ProxenyError

THEMES = {
    "Agriculture and fisheries and forestry": "economic_development",
    "Climate change and biodiversity": "climate_change",
    "Clustering and economic cooperation": "business_commercial",
    "Coastal management and maritime issues": "environment",
    "Community integration and common identity": "culture",
    "Cooperation between emergency services": "safety_security_crime",
    "Cultural heritage and arts": "culture",
    "Education and training": "education",
    "Energy efficiency": "energy",
    "Governance, partnership": "governance_democracy",
    "Green technologies": "environment",
    "Health and social services": "health",
    "Improving transport connections": "transportation",
    "Infrastructure": "infrastructure",
    "Institutional cooperation and cooperation networks": "governance_democracy",
    "Knowledge and technology transfer": "research",
    "Labour market and employment": "economic_development",
    "Logistics and freight transport": "transportation",
    "Managing natural and man-made threats, risk management": "disaster_preparedness",
    "Multimodal transport": "transportation",
    "Regional planning and development": "urban_planning_land_sustainability",
    "Renewable energy": "energy",
    "Rural and peripheral development": "economic_development",
    "SME and entrepreneurship": "business_commercial",
    "Safety": "safety_security_crime",
    "Scientific cooperation": "research",
    "Social inclusion and equal opportunities": "inequality",
    "Soil and air quality": "environment",
    "Sustainable management of natural resources": "environment",
    "Tourism": "tourism",
    "Traditional energy": "energy",
    "Transport and mobility": "transportation",
    "Urban development": "urban_planning_land_sustainability",
    "Waste and pollution": "environment",
    "Water management": "environment",
    "Waterways, lakes and rivers": "environment",
}
"""The study's themes for keep.eu's; a subject without one stays as a tag, as all do."""


LINE = "{:48.48} {:>4} {:>15} {:>15} {:>15} {:>15} {:>9}  {}"


class Sums(NamedTuple):
    """Cost and EU funding in EUR, and funding for each euro of the cities' own."""

    cost: Decimal | None
    funding: Decimal | None
    leverage: Decimal | None


def engagement(project: Project) -> dict[str, Any]:
    """Return a project as an engagement; the sheet tells what was approved, so costs are estimates."""
    settled = project.ends_on or project.starts_on
    money = {"currency": "EUR", "incurred_on": settled, "estimated": True}
    own = {**money, "category": "co_financing", "amount": project.budget - project.eu_funding, "funded_by": "city"}
    grant = {**money, "category": "other", "amount": project.eu_funding, "funded_by": "external_grant"}
    funding = {
        "kind": "funding", "title": line_of(f"EU funding of {project.acronym}"), "occurred_on": settled,
        "amount": project.eu_funding, "currency": "EUR", "funding_stage": "committed", "credit": "1",
    }  # fmt: skip
    return {
        "external_id": project.external_id, "kind": "joint_project", "title": project.title,
        "description": project.description, "starts_on": project.starts_on, "ends_on": project.ends_on,
        "networks": [{"network": code(project.programme), "share": "1"}], "visibility": "network",
        "themes": sorted({THEMES[subject] for subject in project.subjects if subject in THEMES}),
        "tags": ["keep.eu", *project.subjects],
        "costs": [cost for cost in (own, grant) if cost["amount"]],
        "outcomes": [funding] if project.eu_funding else [],
    }  # fmt: skip


async def post(operator: AsyncProxeny, projects: Sequence[Project]) -> Counter[str]:
    """Post the programmes, and city by city its memberships and projects; return how the projects fared."""
    for programme in sorted({project.programme for project in projects}):
        named = {"code": code(programme), "name": line_of(programme), "scope": "international", "kind": "programme"}
        await ensure(operator.networks.create(named))
    fared, gate, names = Counter[str](), asyncio.Semaphore(AT_ONCE), spellings(projects)

    async def post_city(mine: Sequence[Project]) -> None:
        async with gate:
            await ensure(operator.cities.create(city_of(mine[0], names)))
            await _post_projects(operator, mine, fared)

    await asyncio.gather(*map(post_city, grouped(projects, lambda project: project.city).values()))
    return fared


async def _post_projects(operator: AsyncProxeny, projects: Sequence[Project], fared: Counter[str]) -> None:
    """Post one city's memberships and projects with a key of its own."""
    city = projects[0].city
    client = await city_client(operator, city)
    known = {membership.network async for membership in client.memberships.list(city)}
    for network in sorted({code(project.programme) for project in projects} - known):
        await client.memberships.create(city, network=network, sharing="indicators")
    async for result in client.engagements.upsert_many(city, map(engagement, projects)):
        fared[result.status] += 1
        for error in result.errors:
            tell(projects[result.index].row, f"refused: {error.pointer} {error.message}")


def grouped(projects: Sequence[Project], name: Callable[[Project], str]) -> dict[str, list[Project]]:
    """Return the projects by what they have in common, in its order."""
    groups: dict[str, list[Project]] = {}
    for project in sorted(projects, key=lambda project: (name(project), project.row)):
        groups.setdefault(name(project), []).append(project)
    return groups


async def measured(operator: AsyncProxeny, programme: str) -> Sums:
    """Return what the API says of a programme, asked with the programme's own key."""
    network = code(programme)
    client = operator.with_options(api_key=await short_key(operator, network=network))
    impact = await client.networks.impact(network, currency="EUR")
    names = ("cost.total", "funding.mobilised", "funding.leverage")
    return Sums(*(impact.figure(name).value for name in names))


def summed(projects: Sequence[Project]) -> Sums:
    """Return what the sheet says of a programme: leverage is EU funding / (budget − EU funding)."""
    cost = sum((project.budget for project in projects), Decimal(0))
    funding = sum((project.eu_funding for project in projects), Decimal(0))
    own = cost - funding
    return Sums(cost, funding, (funding / own).quantize(Decimal("0.000001"), ROUND_HALF_UP) if own else None)


async def compare(operator: AsyncProxeny, projects: Sequence[Project]) -> bool:
    """Print for each programme what the API and the sheet say; return whether they say the same of all."""
    print(LINE.format("Programme (EUR)", "Rows", "Cost: API", "sheet", "Funding: API", "sheet", "Leverage", "Equal"))
    alike = True
    for programme, mine in grouped(projects, lambda project: project.programme).items():
        told, expected = await measured(operator, programme), summed(mine)
        alike = alike and told == expected
        money = (told.cost, expected.cost, told.funding, expected.funding)
        shown = (*(_shown(amount, 2) for amount in money), _shown(told.leverage, 4))
        name = programme.removeprefix("2014 - 2020 ")
        print(LINE.format(name, len(mine), *shown, "yes" if told == expected else "NO"))
    return alike


def _shown(value: Decimal | None, digits: int) -> str:
    return "–" if value is None else f"{value:,.{digits}f}"


def tell(row: int, text: str) -> None:
    """Tell on standard error what is to be said of a row."""
    print(f"row {row}: {text}", file=sys.stderr)


async def run(sheet: Sheet) -> bool:
    """Tell what cannot be taken, post the rest and compare; return whether all is equal."""
    for refused in sheet.refused:
        tell(refused.row, f"refused: {refused.text}")
    for noted in sheet.noted:
        tell(noted.row, noted.text)
    async with AsyncProxeny() as operator:
        fared = await post(operator, sheet.projects)
        told = ", ".join(f"{fared[status]:,} {status}" for status in ("created", "updated", "unchanged", "refused"))
        cities = len({project.city for project in sheet.projects})
        print(f"{len(sheet.projects):,} projects of {cities:,} cities: {told}; {len(sheet.refused):,} rows refused.")
        return await compare(operator, sheet.projects)


def main() -> None:
    """Import the file that is named."""
    if len(sys.argv) != 2:
        sys.exit("usage: import_keep.py EXPORT.xlsx")
    try:
        alike = asyncio.run(run(read(Path(sys.argv[1]))))
    except (Bad, ProxenyError) as error:
        sys.exit(str(error))
    sys.exit(0 if alike else 1)


if __name__ == "__main__":
    main()
