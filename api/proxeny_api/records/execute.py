"""Carry a plan out: sums away, rows written, sums back, entries appended; a fixed number of statements."""

import asyncio
from collections.abc import Iterator
from decimal import Decimal
from itertools import chain as joined
from typing import NamedTuple

import orjson

from proxeny_api.ledger.service import Chain, Change, Linked
from proxeny_api.records import content, rows
from proxeny_api.records.counting import added
from proxeny_api.records.plan import Plan, change, ids, lost, outcome_doc, seen_by
from proxeny_api.records.state import Doc, Outcome
from proxeny_api.rollups import service as rollups
from proxeny_api.rollups.cells import Cell
from proxeny_api.rollups.service import Due, Touched

FEW = 50
BUMP = """
UPDATE engagement SET version = version + 1, updated_at = $3,
       content_hash = CASE WHEN id = ANY($4) THEN NULL ELSE content_hash END
WHERE city_id = $1 AND id = ANY($2)
"""


Cells = dict[Cell, dict[str, Decimal]]


class Laid(NamedTuple):
    """A plan worked out to the last byte: what is counted before and after, the rows, and what the ledger tells.

    Of a small plan it is known what it adds to the rollup, too.
    """

    before: Touched
    after: Touched
    statement: str
    tables: list[str]
    changes: list[Change]
    cells: Cells | None = None


def lay(plan: Plan) -> Laid:
    """Work a plan out; afterwards nothing of it is computed any more, only carried out."""
    before, after = _touched(plan)
    _finish_outcomes(plan)
    is_new = not plan.replaced and not any(outcome.stored for outcome in plan.outcomes.values())
    statement = rows.STORE_NEW if is_new else rows.STORE
    tables = [_json(table) for table in _tables(plan)]
    return Laid(before, after, statement, tables, [*plan.changes, *_changes(plan)], added(plan, after))


async def execute(chain: Chain, plan: Plan, due: Due | None = None, laid: Laid | None = None) -> None:
    """Write what a plan holds; afterwards rows, rollup and ledger agree, but for what is left due."""
    work = laid or lay(plan)
    connection, city_id = chain.connection, plan.city.id
    if any(work.before):
        if due is not None:
            await due.settle(connection, city_id)
        await rollups.take_away(connection, city_id, work.before)
        await _clear(chain, plan)
    storing = asyncio.create_task(connection.execute(work.statement, city_id, *work.tables))
    try:
        linked = await _link(chain, work.changes)
    finally:
        await storing
    await chain.write(linked)
    showing, unsaid = _others(plan)
    if showing:
        await connection.execute(BUMP, city_id, ids(showing), chain.at, ids(unsaid))
    if work.cells is not None:
        await rollups.add_cells(connection, city_id, work.cells)
    elif due is not None:
        due.owe(work.after)
    else:
        await rollups.add(connection, city_id, work.after)


async def _link(chain: Chain, changes: list[Change]) -> Linked:
    """Return the entries of changes, hashed while the database works; many of them beside the loop that feeds it."""
    if len(changes) > FEW:
        return await asyncio.to_thread(chain.link, changes)
    await asyncio.sleep(0)
    return chain.link(changes)


def _touched(plan: Plan) -> tuple[Touched, Touched]:
    """Return the records that count before the write, and those that count after it."""
    alone = [cost["id"] for cost in plan.costs.values() if cost["engagement"] not in plan.engagements]
    dropped = [cost["id"] for cost in plan.dropped_costs.values() if cost["engagement"] is None]
    old_outcomes = [outcome.id for outcome in plan.outcomes.values() if outcome.stored]
    new_engagements = plan.engagements.keys() - plan.replaced
    before = Touched(plan.touched - new_engagements, [*old_outcomes, *plan.dropped_outcomes], alone + dropped)
    after = Touched(plan.touched - plan.dropped_engagements.keys(), plan.outcomes, alone)
    return before, after


async def _clear(chain: Chain, plan: Plan) -> None:
    """Drop what is to go, and the children that will be written anew."""
    connection, city_id = chain.connection, plan.city.id
    parents = ids([*plan.replaced, *plan.dropped_engagements])
    outcomes = ids(joined((o.id for o in plan.outcomes.values() if o.stored), plan.dropped_outcomes))
    costs = ids({*plan.costs, *plan.dropped_costs})
    await connection.execute(rows.CLEAR_CHILDREN, city_id, parents, outcomes, costs)
    if plan.dropped_outcomes:
        await connection.execute(rows.DROP_OUTCOMES, city_id, ids(plan.dropped_outcomes))
    if plan.dropped_engagements:
        await connection.execute(rows.DROP_ENGAGEMENTS, city_id, ids(plan.dropped_engagements))


def _finish_outcomes(plan: Plan) -> None:
    """Make the documents of the outcomes, and put them where their engagements show them."""
    for outcome in plan.outcomes.values():
        outcome.doc, outcome_before = outcome_doc(plan, outcome), outcome.doc
        networks = {
            network for state in outcome.credits.values() for network in seen_by(state.visibility, state.network_ids)
        }
        old = seen_by(outcome_before["visibility"], outcome.network_ids) if outcome_before else frozenset()
        outcome.network_ids = tuple(sorted(networks))
        outcome.lost = lost(old, seen_by(outcome.content["visibility"], networks))
        version_before = outcome_before["version"] if outcome_before else None
        outcome.changed = outcome.doc["version"] != version_before
        outcome.before = outcome_before
    for doc in plan.engagements.values():
        doc["outcomes"] = [{**claimed.doc, "credit": credit} for claimed, credit in doc["outcomes"]]


def _others(plan: Plan) -> tuple[set[str], set[str]]:
    """Return the engagements outside the plan that show something new, and those whose own content is new by that.

    Where only another engagement's credit changed, what was said of this one is still what is stored of it.
    """
    showing, unsaid = set(plan.unsaid), set(plan.unsaid)
    for outcome in plan.dropped_outcomes.values():
        unsaid.update(credit["engagement"] for credit in (outcome.doc or {})["credits"])
    for outcome in plan.outcomes.values():
        if outcome.changed:
            before, after = _credits(outcome.before), _credits(outcome.doc)
            same = outcome.before is not None and _said(outcome.before) == _said(outcome.doc or {})
            claimants = before.keys() | after.keys()
            showing |= claimants
            unsaid |= {who for who in claimants if not same or before.get(who) != after.get(who)}
    others = plan.touched - plan.engagements.keys() - plan.dropped_engagements.keys()
    return (showing | unsaid) & others, unsaid & others


def _credits(doc: Doc | None) -> dict[str, str]:
    return {credit["engagement"]: credit["credit"] for credit in (doc or {"credits": []})["credits"]}


def _said(doc: Doc) -> Doc:
    return {name: doc[name] for name in content.OUTCOME}


def _tables(plan: Plan) -> Iterator[list[Doc]]:
    """Yield the rows of each table, in the order in which the statement takes them."""
    yield [_engagement_row(doc) for doc in plan.engagements.values()]
    yield plan.allocations
    yield [_cost_row(plan, doc) for doc in plan.costs.values()]
    yield [_outcome_row(plan, outcome) for outcome in plan.outcomes.values()]
    yield [row for outcome in plan.outcomes.values() for row in _credit_rows(outcome)]


def _json(table: list[Doc]) -> str:
    return orjson.dumps(table).decode()


def _engagement_row(doc: Doc) -> Doc:
    left = content.left_of_one(share["share"] for share in doc["networks"])
    row = {name: value for name, value in doc.items() if name not in {"networks", "costs", "outcomes", "city"}}
    return {**row, **doc["participants"], "unallocated": left}


def _cost_row(plan: Plan, doc: Doc) -> Doc:
    to_eur, to_local = content.rates_of(doc, doc["incurred_on"], plan.city.currency)
    parent = plan.engagements.get(doc["engagement"] or "")
    networks = parent["network_ids"] if parent else plan.parent_networks.get(doc["id"], ())
    return doc | {
        "engagement_id": doc["engagement"],
        "membership_id": doc["membership"],
        "network_ids": networks,
        "to_eur": to_eur,
        "to_local": to_local,
    }


def _outcome_row(plan: Plan, outcome: Outcome) -> Doc:
    doc = outcome.doc or {}
    to_eur, to_local = content.rates_of(doc, doc["occurred_on"], plan.city.currency)
    left = content.left_of_one(state.credit for state in outcome.credits.values())
    return doc | {"network_ids": outcome.network_ids, "uncredited": left, "to_eur": to_eur, "to_local": to_local}


def _credit_rows(outcome: Outcome) -> Iterator[Doc]:
    for engagement, state in outcome.credits.items():
        yield {
            "outcome_id": outcome.id,
            "engagement_id": engagement,
            "credit": state.credit,
            "visibility": state.visibility,
            "network_ids": state.network_ids,
        }


def _changes(plan: Plan) -> Iterator[Change]:
    """Yield the ledger's entries: what was dropped, what was written, and outcomes that several may claim."""
    for doc in plan.dropped_costs.values():
        yield change("deleted", "cost", doc, plan.parent_networks.get(doc["id"], ()), frozenset())
    for outcome in plan.dropped_outcomes.values():
        yield change("deleted", "outcome", outcome.doc or {}, outcome.network_ids, frozenset())
    for identity, doc in plan.dropped_engagements.items():
        yield change("deleted", "engagement", doc, plan.state.engagements[identity].network_ids, frozenset())
    for identity, doc in plan.engagements.items():
        networks = doc["network_ids"]
        body = {name: value for name, value in doc.items() if name not in {"content_hash", "network_ids"}}
        stored = plan.state.engagements.get(identity)
        before = seen_by(stored.visibility, stored.network_ids) if stored else frozenset[str]()
        gone = lost(before, seen_by(doc["visibility"], networks))
        yield change("updated" if stored else "created", "engagement", body, networks, gone)
    for outcome in plan.outcomes.values():
        # Whom an outcome is hidden from is told so by an entry of its own, also where its engagement shows it.
        if outcome.changed and (outcome.lost or not _told_by_its_engagement(plan, outcome)):
            action = "updated" if outcome.stored else "created"
            yield change(action, "outcome", outcome.doc or {}, outcome.network_ids, outcome.lost)


def _told_by_its_engagement(plan: Plan, outcome: Outcome) -> bool:
    """Return whether the one engagement that may claim an outcome is in the plan, and so shows it in its entry."""
    return len(outcome.credits) == 1 and outcome.credits.keys() <= plan.engagements.keys()
