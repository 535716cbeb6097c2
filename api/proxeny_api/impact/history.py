"""Facts as they once stood: each record as the last entry of the ledger up to an instant has it."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg
import orjson

from proxeny_api.errors import Gone
from proxeny_api.impact import current
from proxeny_api.impact.facts import (
    Budget,
    Cost,
    Engagement,
    Facts,
    Outcome,
    counterfactual_of,
    decimal,
    levers_of,
)
from proxeny_api.proxies.service import Proxy
from proxeny_api.records import content
from proxeny_api.records.renaming import renamed

Doc = Mapping[str, Any]
RESOURCES = ("engagement", "cost", "outcome", "membership", "budget", "proxy")
IMPORT = "import"
ENDED = ("deleted", "erased")
# A network is never told of what it has lost sight of since, not even as it was when it still saw it.
ENTRIES = """
SELECT DISTINCT ON (l.city_id, l.resource, l.resource_id)
       l.city_id::text AS city, l.seq, l.action, l.resource, l.resource_id::text AS id, l.body,
       l.erased_at > $2 AND l.action <> 'deleted' AS is_missed
FROM ledger_entry l
WHERE l.city_id = ANY($1) AND (l.at <= $2 AND l.resource = ANY($3) OR l.resource = 'import')
  AND ($4::uuid IS NULL OR l.visibility <> 'private' AND l.network_ids @> ARRAY[$4] AND NOT EXISTS (
      SELECT 1 FROM withdrawal w WHERE w.city_id = l.city_id AND w.network_id = $4 AND w.resource = l.resource
        AND w.resource_id = l.resource_id AND w.seq > l.seq))
ORDER BY l.city_id, l.resource, l.resource_id, l.seq DESC
"""
ERASED = "Of what was recorded at this instant some has been erased since: its figures cannot be made any more."
# When a network last lost sight of each record: what an engagement's entry showed of one before is not told either.
LOST = """
SELECT w.resource, w.resource_id::text, max(w.seq) FROM withdrawal w
WHERE w.city_id = ANY($1) AND w.network_id = $2 GROUP BY 1, 2
"""


class Said(NamedTuple):
    """What an entry says of a record: its document, or None where it was dropped; and which entry it is."""

    seq: int
    city: str
    doc: Doc | None


class Past(NamedTuple):
    """The newest word on each record, by kind and id."""

    words: dict[str, dict[str, Said]]

    def hear(self, kind: str, identity: str, said: Said) -> None:
        """Take a word on a record unless a newer one is known."""
        known = self.words[kind].get(identity)
        if known is None or known.seq < said.seq:
            self.words[kind][identity] = said

    def documents(self, kind: str) -> Iterator[tuple[str, Doc]]:
        """Yield city and document of every record that was there, in the order of their ids."""
        for _, said in sorted(self.words[kind].items()):
            if said.doc is not None:
                yield said.city, said.doc


async def read(
    connection: asyncpg.Connection, cities: Iterable[UUID], network_id: UUID | None, instant: datetime
) -> Facts:
    """Return the facts of cities as they stood at an instant; with a network, those it may see and that are its own.

    Raises Gone where the newest word on a record, as of then, has been erased since: without it figures were wrong.
    """
    asked = list(cities)
    rows = await connection.fetch(ENTRIES, asked, instant, RESOURCES, network_id)
    if any(row["is_missed"] for row in rows):
        raise Gone(ERASED)
    lost = await connection.fetch(LOST, asked, network_id) if network_id is not None else []
    past = _past(rows, {(resource, identity): seq for resource, identity, seq in lost})
    own = None if network_id is None else str(network_id)
    if own is not None:
        _drop_unnamed(past)
    facts = Facts()
    for city, doc in past.documents("engagement"):
        facts.engagements[doc["id"]] = _engagement(city, doc, own)
    memberships = {doc["id"]: doc["network_id"] for _, doc in past.documents("membership")}
    facts.costs = [_cost(city, doc, memberships) for city, doc in past.documents("cost") if _shown(doc, own)]
    facts.outcomes = [_outcome(city, doc) for city, doc in past.documents("outcome") if _shown(doc, own)]
    facts.budgets = [_budget(city, doc) for city, doc in past.documents("budget")] if own is None else []
    facts.proxies = {(city, doc["code"]): _proxy(city, doc) for city, doc in past.documents("proxy")}
    if network_id is None:
        facts.networks = await current.networks(connection, memberships.values(), facts)
    return facts


def _past(rows: Iterable[asyncpg.Record], lost: Mapping[tuple[str, str], int]) -> Past:
    """Return the newest word on each record: its own entry's, or that of an engagement which shows it."""
    past = Past({kind: {} for kind in (*RESOURCES, IMPORT)})
    imported = _imported(rows)
    for row in rows:
        body = row["body"]
        for seq, ids in imported.get(row["city"], ()):
            body = renamed(body, ids) if body and row["seq"] < seq else body
        doc = None if row["action"] in ENDED or body is None else orjson.loads(body)
        past.hear(row["resource"], row["id"], Said(row["seq"], row["city"], doc))
        if row["resource"] == "engagement" and doc is not None:
            for kind, nested in _nested(doc):
                if lost.get((kind, nested["id"]), 0) <= row["seq"]:
                    past.hear(kind, nested["id"], Said(row["seq"], row["city"], nested))
    return past


def _imported(rows: Iterable[asyncpg.Record]) -> dict[str, list[tuple[int, dict[str, str]]]]:
    """Return, by city, after which entries it was restored from elsewhere, and the ids that networks have since."""
    found: dict[str, list[tuple[int, dict[str, str]]]] = {}
    for row in sorted((row for row in rows if row["resource"] == IMPORT), key=lambda row: row["seq"]):
        found.setdefault(row["city"], []).append((row["seq"], orjson.loads(row["body"])["networks"]))
    return found


def _nested(doc: Doc) -> Iterator[tuple[str, Doc]]:
    for kind, member in (("cost", "costs"), ("outcome", "outcomes")):
        for nested in doc[member]:
            yield kind, nested


def _drop_unnamed(past: Past) -> None:
    """Drop what an engagement has not named since: a network hears of that alone when what went was hidden by then."""
    spoken = {identity: said.seq for identity, said in past.words["engagement"].items() if said.doc is not None}
    for identity, said in past.words["cost"].items():
        if said.doc is not None and spoken.get(said.doc["engagement"] or "", 0) > said.seq:
            past.words["cost"][identity] = said._replace(doc=None)
    for identity, said in past.words["outcome"].items():
        if said.doc is not None:
            named = [credit for credit in said.doc["credits"] if spoken.get(credit["engagement"], 0) <= said.seq]
            past.words["outcome"][identity] = said._replace(doc={**said.doc, "credits": named})


def _shown(doc: Doc, network: str | None) -> bool:
    return network is None or doc["visibility"] != "private"


def _engagement(city: str, doc: Doc, network: str | None) -> Engagement:
    shares = tuple((share["network_id"], Decimal(share["share"])) for share in doc["networks"])
    return Engagement(
        doc["id"],
        doc["version"],
        city,
        doc["external_id"],
        doc["title"],
        doc["kind"],
        doc["status"],
        date.fromisoformat(doc["starts_on"]),
        Decimal(doc["leader_hours"]),
        Decimal(doc["staff_hours"]),
        tuple(doc["themes"]),
        tuple(doc["sdgs"]),
        doc["visibility"],
        shares if network is None else tuple(share for share in shares if share[0] == network),
    )


def _cost(city: str, doc: Doc, memberships: Mapping[str, str]) -> Cost:
    membership = doc["membership"]
    return Cost(
        doc["id"],
        doc["version"],
        city,
        doc["external_id"],
        doc["engagement"],
        None if membership is None else memberships.get(membership),
        doc["category"],
        doc["funded_by"],
        doc["estimated"],
        date.fromisoformat(doc["incurred_on"]),
        Decimal(doc["amount"]),
        doc["currency"],
        doc["visibility"],
    )


def _outcome(city: str, told: Doc) -> Outcome:
    # What outcomes did not have yet when an entry was written, they had nothing of.
    doc = {**content.OUTCOME, **told}
    span = doc["range"] or {"low": None, "high": None}
    return Outcome(
        id=doc["id"],
        version=doc["version"],
        city=city,
        external_id=doc["external_id"],
        title=doc["title"],
        kind=doc["kind"],
        level=doc["level"],
        status=doc["status"],
        occurred_on=date.fromisoformat(doc["occurred_on"]),
        funding_stage=doc["funding_stage"],
        amount=decimal(doc["amount"]),
        currency=doc["currency"],
        quantity=decimal(doc["quantity"]),
        unit=doc["unit"],
        unit_value=decimal(doc["unit_value"]),
        proxy=doc["proxy"],
        levers=levers_of(doc),
        starts_on=None if doc["starts_on"] is None else date.fromisoformat(doc["starts_on"]),
        evidence_level=doc["evidence_strength"],
        low=decimal(span["low"]),
        high=decimal(span["high"]),
        claim_key=doc["claim_key"],
        counterfactual=counterfactual_of(doc["counterfactual"]),
        visibility=doc["visibility"],
        credits=tuple((credit["engagement"], Decimal(credit["credit"])) for credit in doc["credits"]),
    )


def _budget(city: str, doc: Doc) -> Budget:
    return Budget(
        doc["id"],
        doc["version"],
        city,
        doc["year"],
        Decimal(doc["amount"]),
        doc["currency"],
        doc["fiscal_year_starts_on"],
    )


def _proxy(city: str, doc: Doc) -> Proxy:
    return Proxy(
        city_id=UUID(city),
        id=UUID(doc["id"]),
        version=doc["version"],
        code=doc["code"],
        value=Decimal(doc["value"]),
        low=decimal(doc["low"]),
        high=decimal(doc["high"]),
        currency=doc["currency"],
        unit=doc["unit"],
        year=doc["year"],
        source=doc["source"],
    )
