"""How one engagement enters a plan: checked against what is there, then laid out in rows."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from proxeny_api.errors import FieldError
from proxeny_api.records import content
from proxeny_api.records.content import Content
from proxeny_api.records.plan import Plan, Result, Row, cost_doc, new_id
from proxeny_api.records.state import CreditState, Doc, Engagement, Outcome

OWN = tuple(name for name in content.ENGAGEMENT if name not in {"costs", "outcomes", "networks"})


def place(plan: Plan, row: Row, *, creates_only: bool = False) -> Result:
    """Put one engagement into the plan, unless it is refused or says nothing new."""
    said, external_id = row.content, row.content["external_id"]
    stored = plan.known(row)
    digest = plan.digests.get(row.number) or content.content_hash(said)
    if stored is not None and not creates_only and stored.content_hash == digest:
        return Result(row.number, "unchanged", stored.id, external_id)
    identity = new_id() if stored is None else stored.id
    errors = tuple(_errors(plan, said, stored, creates_only=creates_only))
    if errors:
        return Result(row.number, "refused", None, external_id, errors)
    _lay_out(plan, said, stored, identity, digest)
    return Result(row.number, "created" if stored is None else "updated", identity, external_id)


def _errors(plan: Plan, said: Content, stored: Engagement | None, *, creates_only: bool) -> Iterator[FieldError]:
    """Yield what is wrong with an engagement in the light of what is stored."""
    external_id = said["external_id"]
    taken = plan.state.by_external_id.get(external_id) if external_id is not None else None
    if taken is not None and (creates_only or (stored is not None and taken.id != stored.id)):
        yield _conflict("/external_id", "An engagement with this external_id is there already.")
    if external_id is not None and external_id in plan.claimed_engagements:
        yield FieldError(pointer="/external_id", code="repeated", message="This external_id came earlier in the batch.")
    yield from _network_errors(plan, said)
    yield from _cost_errors(plan, said, stored)
    yield from _outcome_errors(plan, said, stored)


def _network_errors(plan: Plan, said: Content) -> Iterator[FieldError]:
    seen: set[str] = set()
    for place_, share in enumerate(said["networks"]):
        pointer = f"/networks/{place_}/network"
        found = plan.state.networks.get(share["network"])
        if found is None:
            yield FieldError(pointer=pointer, code="not_found", message=f"No network {share['network']}.")
        elif found[0] in seen:
            yield FieldError(pointer=pointer, code="repeated", message="Each network is named once.")
        else:
            seen.add(found[0])


def _cost_errors(plan: Plan, said: Content, stored: Engagement | None) -> Iterator[FieldError]:
    seen: set[str] = set()
    for place_, cost in enumerate(said["costs"] or ()):
        external_id = cost["external_id"]
        if external_id is None:
            continue
        parent = plan.state.cost_parents.get(external_id)
        mine = parent is None or (stored is not None and parent[1] == stored.id)
        if not mine or external_id in plan.claimed_costs:
            yield _conflict(f"/costs/{place_}/external_id", "A cost with this external_id belongs elsewhere already.")
        elif external_id in seen:
            yield FieldError(
                pointer=f"/costs/{place_}/external_id", code="repeated", message="Each cost's external_id comes once."
            )
        seen.add(external_id)


def _outcome_errors(plan: Plan, said: Content, stored: Engagement | None) -> Iterator[FieldError]:
    seen: set[str | None] = set()
    unmatched = list(stored.doc["outcomes"]) if stored is not None and stored.doc is not None else []
    for place_, outcome in enumerate(said["outcomes"] or ()):
        external_id = outcome["external_id"]
        if external_id is not None and external_id in seen:
            pointer = f"/outcomes/{place_}/external_id"
            yield FieldError(pointer=pointer, code="repeated", message="Each outcome's external_id comes once.")
        seen.add(external_id)
        if outcome["proxy"] is not None and outcome["proxy"] not in plan.state.proxies:
            message = f"No valuation proxy {outcome['proxy']}."
            yield FieldError(pointer=f"/outcomes/{place_}/proxy", code="not_found", message=message)
        known = _known_outcome(plan, outcome, unmatched)
        me = None if stored is None else stored.id
        others = [state.credit for who, state in known.credits.items() if who != me] if known else []
        if sum(map(Decimal, [*others, outcome["credit"]])) > 1:
            yield FieldError(
                pointer=f"/outcomes/{place_}/credit",
                code="credits",
                message="The credits of an outcome, over all its engagements, sum to at most 1.",
            )


def _known_outcome(plan: Plan, said: Content, unmatched: list[Doc]) -> Outcome | None:
    """Return the stored outcome that is meant, taking it out of the unmatched ones."""
    match = _match_outcome(unmatched, said)
    if match is None:
        return plan.state.outcomes.get(plan.state.outcome_ids.get(said["external_id"], ""))
    unmatched.remove(match)
    return plan.state.outcomes.get(match["id"])


def _conflict(pointer: str, message: str) -> FieldError:
    return FieldError(pointer=pointer, code="conflict", message=message)


def _lay_out(plan: Plan, said: Content, stored: Engagement | None, identity: str, digest: bytes) -> None:
    """Turn an engagement that may be stored into rows, keeping the ids of what it had before."""
    if said["external_id"] is not None:
        plan.claimed_engagements.add(said["external_id"])
    networks = [
        {"network": plan.state.networks[share["network"]][1], "network_id": plan.state.networks[share["network"]][0]}
        | {"share": share["share"]}
        for share in said["networks"]
    ]
    before = stored.doc if stored is not None and stored.doc is not None else None
    network_ids = tuple(share["network_id"] for share in networks)
    doc: Doc = {"id": identity, **{name: said[name] for name in OWN}, "networks": networks}
    doc["costs"] = _costs(plan, said, identity, before)
    doc["outcomes"] = _outcomes(plan, said, identity, before, CreditState("1", said["visibility"], network_ids))
    doc |= {
        "city": plan.city.code,
        "version": 1 if stored is None else stored.version + 1,
        "created_at": plan.at if stored is None else stored.created_at,
        "updated_at": plan.at,
    }
    plan.engagements[identity] = doc | {"content_hash": "\\x" + digest.hex(), "network_ids": network_ids}
    plan.allocations.extend(
        {
            "engagement_id": identity,
            "network_id": share["network_id"],
            "position": position,
            "share": share["share"],
            "visibility": said["visibility"],
        }
        for position, share in enumerate(networks)
    )
    plan.touched.add(identity)
    if stored is not None:
        plan.replaced.add(identity)


def _costs(plan: Plan, said: Content, identity: str, before: Doc | None) -> list[Doc]:
    """Return the engagement's costs as they are to be, and have those dropped that are not named any more."""
    stored = list(before["costs"]) if before else []
    parent = {"engagement": identity, "membership": None, "visibility": said["visibility"]}
    docs = []
    for cost in stored.copy() if said["costs"] is None else said["costs"]:
        match = _match(stored, cost, content.COST)
        if match is not None:
            stored.remove(match)
        doc = cost_doc(plan, cost, match["id"] if match else new_id(), match, parent)
        if doc["external_id"] is not None:
            plan.claimed_costs.add(doc["external_id"])
        plan.costs[doc["id"]] = doc
        docs.append(doc)
    plan.dropped_costs.update({cost["id"]: cost for cost in stored})
    return sorted(docs, key=lambda doc: doc["id"])


def _outcomes(plan: Plan, said: Content, identity: str, before: Doc | None, mine: CreditState) -> list[Any]:
    """Return the engagement's outcomes and its credit in each; drop its claim to those not named any more."""
    stored = list(before["outcomes"]) if before else []
    named: list[Any] = []
    for nested in stored.copy() if said["outcomes"] is None else said["outcomes"]:
        match = _match_outcome(stored, nested)
        if match is not None:
            stored.remove(match)
        outcome = _outcome(plan, nested, match)
        # What is not named stays as it is: also as an earlier row of the batch has just made it.
        if said["outcomes"] is not None:
            outcome.content = {**nested, "visibility": nested["visibility"] or said["visibility"]}
        plan.dirty(outcome)
        outcome.credits[identity] = mine._replace(credit=nested["credit"])
        named.append((outcome, nested["credit"]))
    for gone in stored:
        outcome = plan.state.outcomes[gone["id"]]
        plan.dirty(outcome)
        outcome.credits.pop(identity, None)
        if not outcome.credits:
            plan.drop_outcome(outcome)
    return sorted(named, key=lambda claim: claim[0].id)


def _outcome(plan: Plan, nested: Content, match: Doc | None) -> Outcome:
    """Return the outcome that is meant: one of this engagement's, one of the same external id, or a new one."""
    known = plan.state.outcome_ids.get(nested["external_id"]) if nested["external_id"] is not None else None
    if match is not None or known is not None:
        return plan.state.outcomes[match["id"] if match is not None else str(known)]
    outcome = Outcome(new_id(), nested, 1, plan.at, (), stored=False)
    plan.state.outcomes[outcome.id] = outcome
    if nested["external_id"] is not None:
        plan.state.outcome_ids[nested["external_id"]] = outcome.id
    return outcome


def _match(stored: list[Doc], said: Content, form: Iterable[str]) -> Doc | None:
    """Return which of the stored ones is meant: that of the same external id, or else of the same content."""
    for doc in stored:
        same_id = said["external_id"] is not None and doc["external_id"] == said["external_id"]
        if same_id or (said["external_id"] is None and all(doc[name] == said[name] for name in form)):
            return doc
    return None


def _match_outcome(stored: list[Doc], said: Content) -> Doc | None:
    """Return which stored outcome is meant; who may see it is no part of that where it is left to the engagement."""
    if not stored:
        return None
    form = content.OUTCOME.keys() - ({"visibility"} if said["visibility"] is None else set())
    return _match(stored, said, form)
