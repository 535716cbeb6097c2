"""Impact of a city, of a network, and of a network's members as far as each consents."""

from typing import Any
from uuid import UUID

import asyncpg

from proxeny_api import consent
from proxeny_api.impact import answer, queries
from proxeny_api.impact.answer import Stamp
from proxeny_api.impact.asked import Asked
from proxeny_api.impact.assessing import Assessed, assessed, beside, ids_of, summed_up
from proxeny_api.impact.queries import Period, Summed
from proxeny_api.principals import Principal
from proxeny_api.records.state import CityKnown
from proxeny_api.vocabularies.labels import label

FEWEST_TOTALS = 5
NETWORKS = "SELECT id::text, code, name FROM network WHERE id::text = ANY($1)"


async def of_city(
    connection: asyncpg.Connection, principal: Principal, city: CityKnown, asked: Asked
) -> dict[str, Any]:
    """Return a city's impact; for a network, that of its own part in what the city shares with it."""
    network_id = principal.owner_id if principal.kind == "network" else None
    told = await city_figures(connection, city, network_id, asked)
    is_open = network_id is None or await consent.shares(connection, city.id, network_id, "records")
    stamp = Stamp.of(asked, f"/v1/cities/{city.code}/impact" if is_open else None)
    return await _answer(connection, ("city", city.code), stamp, told, None)


async def city_figures(
    connection: asyncpg.Connection, city: CityKnown, network_id: UUID | None, asked: Asked
) -> Assessed:
    """Return the figures of a city by group: of kept sums where those can tell them, else of its records."""
    kept = {"EUR": "eur", city.currency: "local"}.get(asked.currency)
    is_kept = network_id is None or asked.group_by not in {"theme", "sdg"}
    if kept and is_kept and _by_sums(asked):
        summed = await queries.city_sums(connection, city.id, asked.group_by, asked.period, kept, network_id)
        if not any(group.missing for group in summed):
            return summed_up(summed, answer.totalled(summed), asked)
    return await assessed(connection, [city.id], network_id, asked)


def _by_sums(asked: Asked) -> bool:
    return asked.adds_up and asked.policy == "last_known" and asked.period.is_whole_years()


async def of_network(connection: asyncpg.Connection, network_id: UUID, code: str, asked: Asked) -> dict[str, Any]:
    """Return a network's impact over the members that consent.

    Members that share totals only are in its sums as one block: when no days are chosen, and no sum of the block has
    fewer than five members' parts in it. What is made of records one by one is never made of theirs.
    """
    consenting = await queries.members(connection, network_id)
    sharing = [city for city, only_totals in consenting.items() if not only_totals]
    block = [city for city, only_totals in consenting.items() if only_totals]
    summed: list[Summed] = []
    is_included = False
    if asked.group_by not in {"theme", "sdg"}:
        summed = await queries.network_sums(connection, network_id, asked.group_by, asked.period)
        is_included = await _is_block_open(connection, network_id, asked, summed)
        summed = _merged([group for group in summed if is_included or not group.only_totals])
    found: Assessed | None = None
    if is_included:
        found = await _with_block(connection, network_id, asked, summed, sharing, block)
    told = {"sharing": len(sharing), "totals_only": len(block), "totals_included": found is not None}
    cities = sharing + (block if found is not None else [])
    if found is None:
        known = None if is_included else summed
        found = await _network_figures(connection, network_id, asked, known, sharing)
    stamp = Stamp.of(asked, None)
    if cities:
        return await _answer(connection, ("network", code), stamp, found, told)
    status = ("suppressed", "too_few_members") if told["totals_only"] else ("insufficient_data", answer.UNKNOWN)
    return _body(("network", code), stamp, found, told, answer.withheld(stamp, *status), [])


async def _is_block_open(connection: asyncpg.Connection, network_id: UUID, asked: Asked, summed: list[Summed]) -> bool:
    """Tell whether members that share totals only may be in the sums."""
    parts = [group for group in summed if group.only_totals]
    # What a block spent in one currency and then in another tells, with the rates of each day, who spent it when.
    is_plain = asked.period == Period(None, None) and asked.as_of is None
    is_plain = is_plain and asked.currency == "EUR" and asked.price_year is None
    is_wide = bool(parts) and all(group.members >= FEWEST_TOTALS for group in parts)
    return is_plain and is_wide and await queries.is_spread(connection, network_id, asked.group_by, FEWEST_TOTALS)


async def _with_block(
    connection: asyncpg.Connection,
    network_id: UUID,
    asked: Asked,
    summed: list[Summed],
    sharing: list[UUID],
    block: list[UUID],
) -> Assessed | None:
    """Return the sums of all members beside the values of those that share more; None where the block must be left out.

    Amounts without a rate are told by currency: those of one member alone would be told with them.
    """
    sums = asked._replace(indicators=ids_of(asked, valued=False))
    found = await _network_figures(connection, network_id, sums, summed, sharing + block)
    if found.unconverted:
        return None
    valued = asked._replace(indicators=ids_of(asked, valued=True))
    if not valued.indicators:
        return found
    return beside(found, await _network_figures(connection, network_id, valued, None, sharing), asked)


async def _network_figures(
    connection: asyncpg.Connection, network_id: UUID, asked: Asked, summed: list[Summed] | None, cities: list[UUID]
) -> Assessed:
    """Return a network's figures over some members; of kept sums only where no two may have claimed the same."""
    by_sums = asked.currency == "EUR" and asked.group_by not in {"theme", "sdg"} and _by_sums(asked)
    is_known = summed is not None and by_sums and not any(group.missing for group in summed)
    if summed is not None and is_known and not await queries.has_claims(connection, network_id, cities):
        return summed_up(summed, answer.totalled(summed), asked)
    return await assessed(connection, cities, network_id, asked, scales_claims=True)


async def of_members(
    connection: asyncpg.Connection, network_id: UUID, asked: Asked, after: str | None, limit: int
) -> tuple[list[dict[str, Any]], str | None]:
    """Return the impact of a page of members that share their own indicators, by code, and where the next begins."""
    page = await queries.member_page(connection, network_id, after, limit + 1)
    shown = page[:limit]
    by_city = await _member_figures(connection, network_id, [row["id"] for row in shown], asked)
    # Most members of a large network have no records in it: what is said of them is worked out once.
    stamp = Stamp.of(asked, None)
    silent = answer.all_shown(summed_up([], Summed("", {}, 0), asked).total, stamp)
    told = {key: answer.all_shown(group, stamp) for key, group in by_city.groups.items()}
    items = [
        {
            "city": row["code"],
            "name": row["name"],
            "currency": asked.currency,
            "figures": told.get(str(row["id"]), silent),
        }
        for row in shown
    ]
    return items, shown[-1]["code"] if len(page) > limit else None


async def _member_figures(
    connection: asyncpg.Connection, network_id: UUID, cities: list[UUID], asked: Asked
) -> Assessed:
    if asked.currency == "EUR" and _by_sums(asked):
        sums = await queries.member_sums(connection, network_id, cities, asked.period)
        return summed_up(sums.values(), Summed("", {}, 0), asked)
    asked = asked._replace(group_by="city")
    return await assessed(connection, cities, network_id, asked)


async def _answer(
    connection: asyncpg.Connection,
    subject: tuple[str, str],
    stamp: Stamp,
    found: Assessed,
    members: dict[str, Any] | None,
) -> dict[str, Any]:
    """Return the answer of figures, the groups with their names."""
    group_by = stamp.asked.group_by
    keys = list(found.groups) if group_by == "network" else []
    rows = await connection.fetch(NETWORKS, keys) if keys else []
    networks = {row["id"]: (row["code"], row["name"]) for row in rows}
    groups = answer.labelled(group_by, found.groups, networks, label)
    total, shown = answer.grouped(groups, found.total, stamp)
    return _body(subject, stamp, found, members, total, [] if group_by == "none" else shown)


def _merged(groups: list[Summed]) -> list[Summed]:
    """Return one group a key."""
    keys = dict.fromkeys(group.key for group in groups)
    return [answer.totalled([group for group in groups if group.key == key])._replace(key=key) for key in keys]


def _body(
    subject: tuple[str, str],
    stamp: Stamp,
    found: Assessed,
    members: dict[str, Any] | None,
    total: dict[str, Any],
    groups: list[dict[str, Any]],
) -> dict[str, Any]:
    asked = stamp.asked
    first, last = (day and day.isoformat() for day in asked.period)
    return {
        "subject": {"kind": subject[0], "code": subject[1]},
        "method": asked.method.id,
        "currency": asked.currency,
        "price_year": asked.price_year,
        "level": f"{asked.level:f}",
        "base_year": found.base_year,
        "group_by": asked.group_by,
        "from": first,
        "to": last,
        "as_of": stamp.as_of,
        "rates": answer.rates(asked),
        "unconverted": found.unconverted,
        "members": members,
        "total": total,
        "groups": groups,
    }
