"""Impact of a city, of a network, and of a network's members as far as each consents."""

from typing import Any, NamedTuple
from uuid import UUID

import asyncpg

from proxeny_api.fields import now
from proxeny_api.impact import answer, queries, records
from proxeny_api.impact.queries import Period, Summed
from proxeny_api.ledger.chain import instant
from proxeny_api.principals import Principal
from proxeny_api.rates.book import Policy
from proxeny_api.records.state import CityKnown
from proxeny_api.vocabularies.labels import label

FEWEST_TOTALS = 5
NETWORKS = "SELECT id::text, code, name FROM network WHERE id::text = ANY($1)"
HEAD = "SELECT seq FROM ledger_head WHERE city_id = $1"


class Asked(NamedTuple):
    """What was asked for."""

    group_by: str
    period: Period
    currency: str
    policy: Policy
    method: str = "cash@1"


async def version(connection: asyncpg.Connection, city: CityKnown) -> int:
    """Return the position of a city's chain, which moves with every change to its figures."""
    return int(await connection.fetchval(HEAD, city.id) or 0)


async def of_city(
    connection: asyncpg.Connection, principal: Principal, city: CityKnown, asked: Asked
) -> dict[str, Any]:
    """Return a city's impact; for a network, that of its own part in what the city shares with it."""
    network_id = principal.owner_id if principal.kind == "network" else None
    kept = {"EUR": "eur", city.currency: "local"}.get(asked.currency)
    is_kept = network_id is None or asked.group_by not in {"theme", "sdg"}
    summed: list[Summed] | None = None
    if kept and is_kept and asked.period.is_whole_years() and asked.policy == "last_known":
        summed = await queries.city_sums(connection, city.id, asked.group_by, asked.period, kept, network_id)
    return await _answer(connection, ("city", city.code), asked, summed, [city.id], network_id, None)


async def of_network(connection: asyncpg.Connection, network_id: UUID, code: str, asked: Asked) -> dict[str, Any]:
    """Return a network's impact over the members that consent.

    Members that share totals only are in it as one block: when no days are chosen, and no sum holds fewer than five.
    """
    consenting = await queries.members(connection, network_id)
    sharing = [city for city, only_totals in consenting.items() if not only_totals]
    block = [city for city, only_totals in consenting.items() if only_totals]
    summed: list[Summed] | None = None
    is_included = False
    if asked.group_by not in {"theme", "sdg"}:
        summed = await queries.network_sums(connection, network_id, asked.group_by, asked.period)
        parts = [group for group in summed if group.only_totals]
        is_open = asked.period == Period(None, None)
        is_included = is_open and bool(parts) and all(group.members >= FEWEST_TOTALS for group in parts)
        summed = _merged([group for group in summed if is_included or not group.only_totals])
    if asked.currency != "EUR" or asked.policy != "last_known" or not asked.period.is_whole_years():
        summed = None
    told = {"sharing": len(sharing), "totals_only": len(block), "totals_included": is_included}
    body = await _over(connection, network_id, code, asked, summed, sharing + (block if is_included else []), told)
    if is_included and body["unconverted"]:
        # Amounts without a rate are told by currency: those of one member alone would be told with them.
        told = {**told, "totals_included": False}
        return await _over(connection, network_id, code, asked, None, sharing, told)
    return body


async def _over(
    connection: asyncpg.Connection,
    network_id: UUID,
    code: str,
    asked: Asked,
    summed: list[Summed] | None,
    cities: list[UUID],
    told: dict[str, Any],
) -> dict[str, Any]:
    """Return a network's impact over some members, or why nothing is said of it."""
    if cities:
        return await _answer(connection, ("network", code), asked, summed, cities, network_id, told)
    status = ("suppressed", "too_few_members") if told["totals_only"] else ("insufficient_data", answer.UNKNOWN)
    return _body(("network", code), asked, [], told, answer.withheld(asked.currency, *status), [])


async def of_members(
    connection: asyncpg.Connection, network_id: UUID, asked: Asked, after: str | None, limit: int
) -> tuple[list[dict[str, Any]], str | None]:
    """Return the impact of a page of members that share their own indicators, by code, and where the next begins."""
    page = await queries.member_page(connection, network_id, after, limit + 1)
    shown = page[:limit]
    cities = [row["id"] for row in shown]
    if asked.currency == "EUR" and asked.policy == "last_known" and asked.period.is_whole_years():
        sums = await queries.member_sums(connection, network_id, cities, asked.period)
    else:
        flows = await records.sums(connection, cities, network_id, "city", asked.period, asked.currency, asked.policy)
        sums = {group.key: group for group in flows.summed()}
    # Most members of a large network have no records in it: what is said of them is worked out once.
    silent = answer.all_shown(Summed("", {}, 0), asked.currency)
    figures = {key: answer.all_shown(summed, asked.currency) for key, summed in sums.items()}
    items = [
        {
            "city": row["code"],
            "name": row["name"],
            "currency": asked.currency,
            "figures": figures.get(str(row["id"]), silent),
        }
        for row in shown
    ]
    return items, shown[-1]["code"] if len(page) > limit else None


async def _answer(
    connection: asyncpg.Connection,
    subject: tuple[str, str],
    asked: Asked,
    summed: list[Summed] | None,
    cities: list[UUID],
    network_id: UUID | None,
    told: dict[str, Any] | None,
) -> dict[str, Any]:
    """Return the answer of sums; from the records where the rollup has none, or lacks a rate and must say which."""
    unconverted: list[dict[str, Any]] = []
    if summed is None or any(group.missing for group in summed):
        flows = await records.sums(
            connection, cities, network_id, asked.group_by, asked.period, asked.currency, asked.policy
        )
        summed = flows.summed()
        unconverted = [
            {"records": kind, "currency": currency, "amount": format(amount.normalize(), "f")}
            for (kind, currency), amount in sorted(flows.unconverted.items())
        ]
    keys = [group.key for group in summed] if asked.group_by == "network" else []
    networks = {row["id"]: (row["code"], row["name"]) for row in await connection.fetch(NETWORKS, keys)} if keys else {}
    groups = answer.labelled(asked.group_by, summed, networks, label)
    total, shown = answer.grouped(groups, asked.currency)
    return _body(subject, asked, unconverted, told, total, [] if asked.group_by == "none" else shown)


def _merged(groups: list[Summed]) -> list[Summed]:
    """Return one group a key."""
    keys = dict.fromkeys(group.key for group in groups)
    return [answer.totalled([group for group in groups if group.key == key])._replace(key=key) for key in keys]


def _body(
    subject: tuple[str, str],
    asked: Asked,
    unconverted: list[dict[str, Any]],
    told: dict[str, Any] | None,
    total: dict[str, Any],
    groups: list[dict[str, Any]],
) -> dict[str, Any]:
    first, last = (day and day.isoformat() for day in asked.period)
    return {
        "subject": {"kind": subject[0], "code": subject[1]},
        "method": asked.method,
        "currency": asked.currency,
        "group_by": asked.group_by,
        "from": first,
        "to": last,
        "as_of": instant(now()),
        "rates": answer.rates(asked.policy),
        "unconverted": unconverted,
        "members": told,
        "total": total,
        "groups": groups,
    }
