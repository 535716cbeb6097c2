"""What a write will do to the rows, worked out before any of them is touched."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

import orjson
from uuid_utils import uuid7

from proxeny_api.errors import ApiError, Conflict, FieldError, Invalid, NotFound
from proxeny_api.ledger.service import Change
from proxeny_api.records import content
from proxeny_api.records.content import Content
from proxeny_api.records.state import CityKnown, Doc, Engagement, Outcome, State

KINDS: dict[str, type[ApiError]] = {"not_found": NotFound, "conflict": Conflict}


class Row(NamedTuple):
    """One engagement to be stored: what was said of it, and which one it replaces where that is known by id."""

    number: int
    content: Content
    replaces: str | None = None


@dataclass(frozen=True)
class Result:
    """What became of one row: `created`, `updated`, `unchanged`, or `refused` with the reasons."""

    index: int
    status: str
    id: str | None
    external_id: str | None
    errors: tuple[FieldError, ...] = ()


@dataclass
class Plan:
    """The rows to write and to drop, and the ledger's entries that tell of it."""

    city: CityKnown
    at: str
    state: State
    engagements: dict[str, Doc] = field(default_factory=dict)
    allocations: list[Doc] = field(default_factory=list)
    costs: dict[str, Doc] = field(default_factory=dict)
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    replaced: set[str] = field(default_factory=set)
    dropped_engagements: dict[str, Doc] = field(default_factory=dict)
    dropped_costs: dict[str, Doc] = field(default_factory=dict)
    dropped_outcomes: dict[str, Outcome] = field(default_factory=dict)
    digests: dict[int, bytes] = field(default_factory=dict)
    touched: set[str] = field(default_factory=set)
    unsaid: set[str] = field(default_factory=set)
    parent_networks: dict[str, tuple[str, ...]] = field(default_factory=dict)
    claimed_costs: set[str] = field(default_factory=set)
    claimed_engagements: set[str] = field(default_factory=set)
    changes: list[Change] = field(default_factory=list)

    def known(self, row: Row) -> Engagement | None:
        """Return the stored engagement that a row means: by id where it replaces one, otherwise by external id."""
        if row.replaces is not None:
            return self.state.engagements.get(row.replaces)
        return self.state.by_external_id.get(row.content["external_id"])

    def dirty(self, outcome: Outcome) -> None:
        """Have an outcome written, and whoever may claim it now or before counted anew."""
        self.outcomes[outcome.id] = outcome
        self.dropped_outcomes.pop(outcome.id, None)
        self.touched.update(outcome.credits)

    def drop_outcome(self, outcome: Outcome) -> None:
        """Have an outcome dropped that nobody may claim any more."""
        self.outcomes.pop(outcome.id, None)
        if outcome.stored:
            self.dropped_outcomes[outcome.id] = outcome


def refusal(errors: Iterable[FieldError]) -> ApiError:
    """Return the problem that says why one record was refused, by its first error's kind."""
    listed = list(errors)
    kind = KINDS.get(listed[0].code)
    return kind(listed[0].message) if kind else Invalid("A rule is broken.", errors=listed)


def new_id() -> str:
    """Return a new UUIDv7, later than every one made before by this process."""
    return str(uuid7())


def ids(texts: Iterable[str]) -> list[UUID]:
    """Return texts that we made as ids."""
    return [UUID(text) for text in texts]


def seen_by(visibility: str, network_ids: Iterable[str]) -> frozenset[str]:
    """Return the networks that may see a record."""
    return frozenset() if visibility == "private" else frozenset(network_ids)


def lost(before: frozenset[str], after: frozenset[str]) -> frozenset[UUID]:
    """Return the networks that saw a record and do not any more."""
    return frozenset(ids(before - after))


def cost_doc(plan: Plan, said: Content, identity: str, stored: Doc | None, parent: Doc) -> Doc:
    """Return a cost as it is answered; `parent` gives engagement, membership and visibility."""
    same = stored is not None and all(stored[name] == said[name] for name in content.COST)
    same = same and stored is not None and all(stored[name] == value for name, value in parent.items())
    return {
        "id": identity,
        **{name: said[name] for name in content.COST},
        "engagement": parent["engagement"],
        "membership": parent["membership"],
        "city": plan.city.code,
        "visibility": parent["visibility"],
        "version": 1 if stored is None else stored["version"] + (not same),
        "created_at": plan.at if stored is None else stored["created_at"],
        "updated_at": stored["updated_at"] if stored is not None and same else plan.at,
    }


def outcome_doc(plan: Plan, outcome: Outcome) -> Doc:
    """Return an outcome as it is answered, its version moved on where anything changed."""
    claims = [
        {"engagement": engagement, "credit": state.credit} for engagement, state in sorted(outcome.credits.items())
    ]
    said = {name: outcome.content[name] for name in content.OUTCOME}
    before = outcome.doc
    same = before is not None and before["credits"] == claims and all(before[k] == v for k, v in said.items())
    return {
        "id": outcome.id,
        **said,
        "credits": claims,
        "city": plan.city.code,
        "version": 1 if before is None else before["version"] + (not same),
        "created_at": outcome.created_at,
        "updated_at": before["updated_at"] if before is not None and same else plan.at,
    }


def change(
    action: str, resource: str, doc: Doc, network_ids: Iterable[str], gone: frozenset[UUID] = frozenset()
) -> Change:
    """Return the ledger's entry of a record: its document after the change, or as it last was."""
    return Change(action, resource, doc["id"], doc["visibility"], tuple(network_ids), orjson.dumps(doc), gone)
