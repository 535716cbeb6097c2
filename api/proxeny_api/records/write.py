"""The one way in: engagements, costs and outcomes of one city, stored together under its locked chain."""

from collections.abc import Sequence
from uuid import UUID

import asyncpg

from proxeny_api.db import planned_for_many
from proxeny_api.errors import NotFound
from proxeny_api.ledger.chain import instant
from proxeny_api.ledger.service import Chain
from proxeny_api.records import state as stored
from proxeny_api.records.content import Content, content_hash
from proxeny_api.records.engagement import place
from proxeny_api.records.execute import Laid, execute, lay
from proxeny_api.records.plan import Plan, Result, Row, change, cost_doc, lost, new_id, refusal, seen_by
from proxeny_api.records.state import CityKnown, CreditState, Doc, Outcome, State
from proxeny_api.rollups.service import Due


async def store_engagements(
    chain: Chain, city: CityKnown, rows: Sequence[Row], *, creates_only: bool = False, due: Due | None = None
) -> tuple[Plan, list[Result]]:
    """Store engagements with their costs and outcomes; a refused row costs no other one.

    Every row has been validated already. The statements run are of a fixed number, however many the rows. With `due`,
    counting the rows is left to whoever settles it in the same transaction.
    """
    plan = await prepare(chain, city, rows)
    results = [place(plan, row, creates_only=creates_only) for row in rows]
    if plan.engagements:
        await execute(chain, plan, due)
    return plan, results


def lay_out(plan: Plan, rows: Sequence[Row]) -> tuple[list[Result], Laid]:
    """Put rows into a plan and work it out; touches no database, so that it may run while another plan is written."""
    return [place(plan, row) for row in rows], lay(plan)


def is_apart(plan: Plan, rows: Sequence[Row], before: Sequence[Row]) -> bool:
    """Tell whether rows stand alone: they change nothing stored, and share no cost or outcome with those before.

    Only then may they be laid out before those are written.
    """
    state = plan.state
    if state.outcomes or state.cost_parents or any(known.doc is not None for known in state.engagements.values()):
        return False
    return all(
        _nested_ids([row.content for row in rows], member).isdisjoint(
            _nested_ids([row.content for row in before], member)
        )
        for member in ("costs", "outcomes")
    )


async def prepare(chain: Chain, city: CityKnown, rows: Sequence[Row]) -> Plan:
    """Return an empty plan that knows everything stored that the rows concern."""
    plan = Plan(city, instant(chain.at), State())
    async with planned_for_many(chain.connection, len(rows)):
        await _look_up(chain.connection, plan, rows)
    return plan


async def _look_up(connection: asyncpg.Connection, plan: Plan, rows: Sequence[Row]) -> None:
    """Put what is stored of the rows into the plan's state."""
    city_id, state, contents = plan.city.id, plan.state, [row.content for row in rows]
    state.networks = await stored.networks_named(connection, _named_networks(contents))
    external_ids = {said["external_id"] for said in contents if said["external_id"] is not None}
    replaced = {row.replaces for row in rows if row.replaces is not None}
    await stored.known_engagements(connection, city_id, state, external_ids=external_ids, ids=replaced)
    new, changing = _sorted_out(plan, rows)
    said_anew = [row.content for row in new]
    await stored.load_docs(connection, city_id, state, changing)
    await stored.load_outcomes(
        connection, city_id, state, external_ids=_nested_ids(said_anew, "outcomes"), engagements=changing
    )
    await stored.load_cost_parents(connection, city_id, state, _nested_ids(said_anew, "costs"))
    proxies = {outcome["proxy"] for said in said_anew for outcome in said["outcomes"] or ()}
    await stored.load_proxies(connection, city_id, state, proxies)


def _sorted_out(plan: Plan, rows: Sequence[Row]) -> tuple[list[Row], set[str]]:
    """Return the rows that say anything new, and the stored engagements that they change; the rest needs no look."""
    new, changing = [], set()
    for row in rows:
        known = plan.known(row)
        if known is not None:
            plan.digests[row.number] = content_hash(row.content)
            if known.content_hash == plan.digests[row.number]:
                continue
            changing.add(known.id)
        new.append(row)
    return new, changing


def _named_networks(contents: Sequence[Content]) -> set[str]:
    return {share["network"] for said in contents for share in said["networks"]}


def _nested_ids(contents: Sequence[Content], member: str) -> set[str]:
    """Return the external ids of the nested costs or outcomes."""
    return {
        nested["external_id"] for said in contents for nested in said[member] or () if nested["external_id"] is not None
    }


async def drop_engagement(chain: Chain, city: CityKnown, identity: UUID) -> None:
    """Drop an engagement, its costs, and the outcomes that only it may claim."""
    state, who = State(), str(identity)
    await stored.known_engagements(chain.connection, city.id, state, external_ids=(), ids=[who])
    await stored.load_docs(chain.connection, city.id, state, [who])
    await stored.load_outcomes(chain.connection, city.id, state, engagements=[who])
    plan = Plan(city, instant(chain.at), state)
    doc = state.engagements[who].doc or {}
    plan.dropped_engagements[who] = doc
    plan.touched.add(who)
    plan.dropped_costs.update({cost["id"]: cost for cost in doc["costs"]})
    for outcome in list(state.outcomes.values()):
        plan.dirty(outcome)
        outcome.credits.pop(who, None)
        if not outcome.credits:
            plan.drop_outcome(outcome)
    await execute(chain, plan)


class Parent(dict[str, str | None]):
    """What a cost belongs to, and whoever may see it by that: engagement, membership, visibility."""

    network_ids: tuple[str, ...] = ()


async def parent_of(chain: Chain, city: CityKnown, engagement: str | None, membership: str | None) -> Parent:
    """Return what a cost of its own belongs to; raises NotFound where that is not there."""
    parent = Parent(engagement=engagement, membership=membership, visibility="private")
    if engagement is not None:
        state = State()
        await stored.known_engagements(chain.connection, city.id, state, external_ids=(), ids=[engagement])
        if engagement not in state.engagements:
            raise NotFound(f"No engagement {engagement}.")
        parent["visibility"] = state.engagements[engagement].visibility
        parent.network_ids = state.engagements[engagement].network_ids
    if membership is not None:
        query = "SELECT network_id::text FROM membership WHERE city_id = $1 AND id = $2"
        network = await chain.connection.fetchval(query, city.id, UUID(membership))
        if network is None:
            raise NotFound(f"No membership {membership}.")
        parent["visibility"], parent.network_ids = "network", (network,)
    return parent


async def store_cost(chain: Chain, city: CityKnown, said: Content, parent: Parent, before: Doc | None) -> Doc:
    """Store a cost on its own, or replace one; the engagements that it is or was of are touched."""
    plan = Plan(city, instant(chain.at), State())
    doc = cost_doc(plan, said, before["id"] if before else new_id(), before, parent)
    if before and doc["version"] == before["version"]:
        return doc
    plan.costs[doc["id"]] = doc
    plan.parent_networks[doc["id"]] = parent.network_ids
    plan.touched = {parent for parent in (doc["engagement"], before and before["engagement"]) if parent}
    plan.unsaid = set(plan.touched)
    gone = frozenset[UUID]()
    if before:
        old = await parent_of(chain, city, before["engagement"], before["membership"])
        gone = lost(seen_by(before["visibility"], old.network_ids), seen_by(doc["visibility"], parent.network_ids))
    plan.changes.append(change("updated" if before else "created", "cost", doc, parent.network_ids, gone))
    await execute(chain, plan)
    return doc


async def drop_cost(chain: Chain, city: CityKnown, before: Doc) -> None:
    """Drop a cost."""
    plan = Plan(city, instant(chain.at), State())
    parent = await parent_of(chain, city, before["engagement"], before["membership"])
    plan.dropped_costs[before["id"]] = before
    plan.parent_networks[before["id"]] = parent.network_ids
    plan.touched = {before["engagement"]} - {None}
    plan.unsaid = set(plan.touched)
    await execute(chain, plan)


async def outcome_state(chain: Chain, city: CityKnown, *, identity: UUID | None, external_id: str | None) -> State:
    """Return the state of an outcome that is meant by id, and of the one that has an external id."""
    state = State()
    external_ids = [external_id] if external_id is not None else []
    wanted = [identity] if identity is not None else []
    await stored.load_outcomes(chain.connection, city.id, state, external_ids=external_ids, ids=wanted)
    return state


async def store_outcome(
    chain: Chain, city: CityKnown, said: Content, claims: Sequence[Doc], state: State, before: Outcome | None
) -> Doc:
    """Store an outcome on its own, or replace one, with exactly these credits; raises NotFound for one of none."""
    await stored.known_engagements(
        chain.connection, city.id, state, external_ids=(), ids=[credit["engagement"] for credit in claims]
    )
    for credit in claims:
        if credit["engagement"] not in state.engagements:
            raise NotFound(f"No engagement {credit['engagement']}.")
    await stored.load_proxies(chain.connection, city.id, state, {said["proxy"]})
    if said["proxy"] is not None and said["proxy"] not in state.proxies:
        raise NotFound(f"No valuation proxy {said['proxy']}.")
    plan = Plan(city, instant(chain.at), state)
    outcome = before or Outcome(new_id(), said, 1, plan.at, (), stored=False)
    plan.dirty(outcome)
    outcome.content = said
    outcome.credits = {
        credit["engagement"]: CreditState(
            credit["credit"],
            state.engagements[credit["engagement"]].visibility,
            state.engagements[credit["engagement"]].network_ids,
        )
        for credit in claims
    }
    plan.dirty(outcome)
    await execute(chain, plan)
    return outcome.doc or {}


async def drop_outcome(chain: Chain, city: CityKnown, state: State, outcome: Outcome) -> None:
    """Drop an outcome and all credits in it."""
    plan = Plan(city, instant(chain.at), state)
    plan.dirty(outcome)
    plan.drop_outcome(outcome)
    await execute(chain, plan)


__all__ = ["CityKnown", "Plan", "Result", "Row", "refusal", "store_engagements"]
