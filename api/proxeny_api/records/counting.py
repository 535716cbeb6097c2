"""What the records of a small plan add to the rollup: told by the plan alone, with no look at the rows."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from proxeny.indicators import items
from proxeny_api.records import content
from proxeny_api.records.plan import Plan
from proxeny_api.records.state import Doc
from proxeny_api.rollups.cells import About, Cell, Counted, added_up
from proxeny_api.rollups.service import Touched
from proxeny_api.rollups.sql import OVERHEAD, UNALLOCATED

FEW = 20
ONE = Decimal(1)


def added(plan: Plan, after: Touched) -> dict[Cell, dict[str, Decimal]] | None:
    """Return what a plan's records add once they are written; None where others are counted anew, or there are many."""
    is_small = len(after.engagements) <= FEW and len(after.outcomes) <= FEW
    if is_small and plan.engagements.keys() >= set(after.engagements):
        return added_up(_counted(plan, after))
    return None


def _counted(plan: Plan, after: Touched) -> Iterator[Counted]:
    local = plan.city.currency
    for identity in after.engagements:
        yield from _engagement(plan.engagements[identity], local)
    for identity in after.outcomes:
        doc = plan.outcomes[identity].doc or {}
        left = Decimal(content.left_of_one(credit["credit"] for credit in doc["credits"]))
        if left > 0:
            yield _outcome(doc, left, About(((UNALLOCATED, ONE),)), local, is_shared=doc["visibility"] != "private")
    for identity in after.costs:
        doc = plan.costs[identity]
        network = OVERHEAD if doc["membership"] is None else plan.parent_networks[identity][0]
        yield _cost(doc, About(((network, ONE),)), local)


def _engagement(doc: Doc, local: str) -> Iterator[Counted]:
    """Yield an engagement, its costs, and its outcomes by its credit in each."""
    about, day, is_shared = _about(doc), date.fromisoformat(doc["starts_on"]), doc["visibility"] != "private"
    hours = Decimal(doc["leader_hours"]), Decimal(doc["staff_hours"])
    engagement = items.Engagement(doc["id"], 1, ONE, doc["kind"], doc["status"], day, *hours)
    yield Counted(about, day.year, is_shared, (engagement, ()))
    for cost in doc["costs"]:
        yield _cost(cost, about, local)
    for outcome in doc["outcomes"]:
        # An engagement that is hidden hides its credit in an outcome that is not.
        seen = is_shared and outcome["visibility"] != "private"
        yield _outcome(outcome, Decimal(outcome["credit"]), about, local, is_shared=seen)


def _about(doc: Doc) -> About:
    shares = tuple((share["network_id"], Decimal(share["share"])) for share in doc["networks"])
    left = Decimal(content.left_of_one(share["share"] for share in doc["networks"]))
    nobodys = ((UNALLOCATED, left),) if left > 0 else ()
    return About((*shares, *nobodys), doc["kind"], tuple(doc["themes"]), tuple(doc["sdgs"]))


def _cost(doc: Doc, about: About, local: str) -> Counted:
    day, amount = date.fromisoformat(doc["incurred_on"]), Decimal(doc["amount"])
    head = (doc["id"], 1, ONE, doc["category"], doc["funded_by"], doc["estimated"])
    cost = items.Cost(*head, day, amount, doc["currency"], None)
    return Counted(about, day.year, doc["visibility"] != "private", (cost, _rates(doc, doc["incurred_on"], local)))


def _outcome(doc: Doc, credit: Decimal, about: About, local: str, *, is_shared: bool) -> Counted:
    day, amount, quantity = date.fromisoformat(doc["occurred_on"]), doc["amount"], doc["quantity"]
    outcome = items.Outcome(
        doc["id"],
        1,
        credit,
        doc["kind"],
        doc["level"],
        doc["status"],
        day,
        doc["funding_stage"],
        None if amount is None else Decimal(amount),
        doc["currency"],
        quantity=None if quantity is None else Decimal(quantity),
        unit=doc["unit"],
    )
    return Counted(about, day.year, is_shared, (outcome, _rates(doc, doc["occurred_on"], local)))


def _rates(doc: Doc, day: str, local: str) -> tuple[Decimal | None, ...]:
    """Return what one unit was worth in each of the kept currencies, as it is written beside the record."""
    return tuple(None if rate is None else Decimal(rate) for rate in content.rates_of(doc, day, local))
