"""Behind a figure: its lineage down to each record, and what it hangs on most."""

import asyncio
from collections.abc import Sequence
from typing import Any, Protocol
from uuid import UUID

import asyncpg

from proxeny.indicators.items import Items
from proxeny.indicators.lineage import Provenance, written
from proxeny_api.errors import NotFound
from proxeny_api.fields import minor_digits
from proxeny_api.impact import answer
from proxeny_api.impact.answer import Stamp
from proxeny_api.impact.asked import Asked
from proxeny_api.impact.assessing import Gathered, bundled, framed, gather
from proxeny_api.impact.facts import Facts
from proxeny_api.impact.groups import Bundle, Made
from proxeny_api.records.state import CityKnown, networks_named
from proxeny_api.rollups.sql import OVERHEAD, UNALLOCATED

NO_GROUP = {"unallocated", "overhead"}


class HasRecord(Protocol):
    """An item of a record."""

    @property
    def record(self) -> str:
        """Return the record's id."""


async def lineage(
    connection: asyncpg.Connection,
    city: CityKnown,
    network_id: UUID | None,
    asked: Asked,
    indicator: str,
    group: str | None,
) -> dict[str, Any]:
    """Return all that one figure of a city is made of; raises NotFound for a group that there is not."""
    gathered = await gather(connection, [city.id], network_id, asked)
    key = await _key(connection, asked.group_by, group)
    context = _context(city, asked, group)
    return await asyncio.to_thread(_lineage, gathered, network_id, asked, indicator, key, context)


async def _key(connection: asyncpg.Connection, group_by: str, group: str | None) -> str | None:
    """Return the key by which a group is known inside: a network's id, nothing for what belongs to none."""
    if group is None:
        return None
    if group_by == "network":
        if group in NO_GROUP:
            return OVERHEAD if group == "overhead" else UNALLOCATED
        found = await networks_named(connection, [group])
        return found[group][0] if group in found else group
    return "" if group in NO_GROUP else group


def _context(city: CityKnown, asked: Asked, group: str | None) -> dict[str, Any]:
    first, last = (day and day.isoformat() for day in asked.period)
    return {
        "subject": {"kind": "city", "code": city.code},
        "group_by": asked.group_by,
        "group": group,
        "currency": asked.currency,
        "minor_digits": minor_digits()[asked.currency],
        "price_year": asked.price_year,
        "from": first,
        "to": last,
        "as_of": Stamp.of(asked, None).as_of,
        "rates": answer.rates(asked),
    }


def _lineage(
    gathered: Gathered,
    network_id: UUID | None,
    asked: Asked,
    indicator: str,
    key: str | None,
    context: dict[str, Any],
) -> dict[str, Any]:
    whole = asked if key is not None else asked._replace(group_by="none")
    bundles = bundled(gathered, network_id, whole)
    frame = framed(asked, (each.items() for each in bundles.values()))
    bundle = bundles.get(key or "")
    if bundle is None and key is not None:
        raise NotFound("No group of this name has any record.")
    chosen = bundle or Bundle()
    return written(indicator, chosen.items(), frame, _provenance(chosen, gathered.facts), context)


def _provenance(bundle: Bundle, facts: Facts) -> dict[tuple[str, str, int], Provenance]:
    """Return how each item's weight and factor came about, with the names that people know the record by."""
    names: dict[str, tuple[str | None, str | None]] = {
        one.id: (one.external_id, one.title) for one in facts.engagements.values()
    }
    names |= {one.id: (one.external_id, one.title) for one in facts.outcomes}
    names |= {one.id: (one.external_id, None) for one in facts.costs}
    names |= {identity: (one.code, None) for identity, one in facts.networks.items()}
    listed: dict[str, Sequence[HasRecord]] = {
        "engagement": bundle.engagements,
        "cost": [*bundle.costs, *bundle.budgeted],
        "outcome": bundle.outcomes,
        "budget": bundle.budgets,
        "network": bundle.networks,
    }
    made = bundle.made | {"cost": [*bundle.made["cost"], *bundle.made["budgeted"]]}
    return {
        (kind, item.record, position): _provenance_of(how, *names.get(item.record, (None, None)))
        for kind, items in listed.items()
        for position, (item, how) in enumerate(zip(items, made[kind], strict=True))
    }


def _provenance_of(made: Made, external_id: str | None, title: str | None) -> Provenance:
    priced = made.priced
    if priced is None:
        return Provenance(external_id, title, made.parts)
    return Provenance(
        external_id,
        title,
        made.parts,
        priced.rate,
        priced.rate_on,
        priced.rate_source,
        priced.deflator,
        priced.deflator_source,
    )


async def swings(
    connection: asyncpg.Connection, city: CityKnown, network_id: UUID | None, asked: Asked
) -> dict[str, Any]:
    """Return how far the social return of a city swings with each thing that it hangs on, widest first."""
    gathered = await gather(connection, [city.id], network_id, asked)
    return await asyncio.to_thread(_swings, gathered, network_id, city, asked)


def _swings(gathered: Gathered, network_id: UUID | None, city: CityKnown, asked: Asked) -> dict[str, Any]:
    bundles = bundled(gathered, network_id, asked._replace(group_by="none"))
    items = bundles[""].items() if "" in bundles else Items()
    from proxeny.indicators.uncertainty import tornado

    found = tornado(items, framed(asked, [items]), seed=asked.seed, draws=asked.draws)
    return {
        "subject": {"kind": "city", "code": city.code},
        "indicator": "sroi",
        "method": asked.method.id,
        "as_of": Stamp.of(asked, None).as_of,
        "draws": asked.draws,
        "seed": asked.seed,
        "swings": [
            {
                "family": swing.family,
                "low": f"{swing.low:f}",
                "high": f"{swing.high:f}",
                "rank_correlation": None if swing.rank_correlation is None else f"{swing.rank_correlation:f}",
            }
            for swing in found
        ],
    }
