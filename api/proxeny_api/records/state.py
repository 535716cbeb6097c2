"""What is stored now of the records that a write concerns, read once for all of them."""

import json
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg

from proxeny_api.records import read
from proxeny_api.records.content import Content

Doc = dict[str, Any]


class CityKnown(NamedTuple):
    """The city that a write belongs to."""

    id: UUID
    code: str
    currency: str


class CreditState(NamedTuple):
    """What one engagement claims of an outcome, and who may see that engagement."""

    credit: str
    visibility: str
    network_ids: tuple[str, ...]


@dataclass
class Engagement:
    """An engagement as it is stored."""

    id: str
    version: int
    created_at: str
    content_hash: bytes | None
    visibility: str
    network_ids: tuple[str, ...]
    doc: Doc | None = None


@dataclass
class Outcome:
    """An outcome as it is stored, or as it is to be."""

    id: str
    content: Content
    version: int
    created_at: str
    network_ids: tuple[str, ...]
    credits: dict[str, CreditState] = field(default_factory=dict)
    stored: bool = True
    doc: Doc | None = None
    lost: frozenset[UUID] = frozenset()
    changed: bool = True
    before: Doc | None = None


@dataclass
class State:
    """What a write finds: by external id, by id, and the networks that it names."""

    networks: dict[str, tuple[str, str]] = field(default_factory=dict)
    engagements: dict[str, Engagement] = field(default_factory=dict)
    by_external_id: dict[str, Engagement] = field(default_factory=dict)
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    outcome_ids: dict[str, str] = field(default_factory=dict)
    cost_parents: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    proxies: set[str] = field(default_factory=set)


NETWORKS = "SELECT id::text, code FROM network WHERE code = ANY($1) OR id = ANY($2::text[]::uuid[])"
ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
KNOWN = f"""
SELECT e.id::text, e.external_id, e.version, {read.instant("e.created_at")} AS created_at, e.content_hash,
       e.visibility, e.network_ids::text[] AS network_ids
FROM engagement e WHERE e.city_id = $1 AND """
DOCS = (
    f"SELECT e.id::text, {read.built(read.ENGAGEMENT)} AS doc FROM engagement e WHERE e.city_id = $1 AND e.id = ANY($2)"
)
OUTCOMES = f"""
SELECT o.id::text, {read.built(read.OUTCOME)} AS doc, o.network_ids::text[] AS network_ids, o.version
FROM outcome o WHERE o.city_id = $1 AND (o.external_id = ANY($2) OR o.id = ANY($3) OR o.id IN (
    SELECT k.outcome_id FROM credit k WHERE k.city_id = $1 AND k.engagement_id = ANY($4)))
"""
CREDITS = """
SELECT outcome_id::text, engagement_id::text, credit::text, visibility, network_ids::text[] AS network_ids
FROM credit WHERE city_id = $1 AND outcome_id = ANY($2)
"""
COST_PARENTS = (
    "SELECT external_id, id::text, engagement_id::text FROM cost WHERE city_id = $1 AND external_id = ANY($2)"
)


PROXIES = "SELECT code FROM proxy WHERE city_id = $1 AND code = ANY($2)"


async def networks_named(connection: asyncpg.Connection, refs: Collection[str]) -> dict[str, tuple[str, str]]:
    """Return id and code of the networks that some ids or codes name, by what they were named."""
    if not refs:
        return {}
    found = await connection.fetch(NETWORKS, list(refs), [ref for ref in refs if ID.fullmatch(ref)])
    return {name: (row["id"], row["code"]) for row in found for name in (row["id"], row["code"])}


async def known_engagements(
    connection: asyncpg.Connection, city_id: UUID, state: State, *, external_ids: Collection[str], ids: Collection[str]
) -> None:
    """Put the engagements of some external ids or ids into the state."""
    rows = []
    if external_ids:
        rows += await connection.fetch(KNOWN + "e.external_id = ANY($2)", city_id, list(external_ids))
    if ids:
        rows += await connection.fetch(KNOWN + "e.id = ANY($2::text[]::uuid[])", city_id, list(ids))
    for row in rows:
        engagement = Engagement(
            row["id"],
            row["version"],
            row["created_at"],
            row["content_hash"],
            row["visibility"],
            tuple(row["network_ids"]),
        )
        state.engagements[engagement.id] = engagement
        if row["external_id"] is not None:
            state.by_external_id[row["external_id"]] = engagement


async def load_docs(connection: asyncpg.Connection, city_id: UUID, state: State, ids: Collection[str]) -> None:
    """Put the documents of some engagements into the state, as they are answered."""
    if ids:
        for row in await connection.fetch(DOCS.replace("ANY($2)", "ANY($2::text[]::uuid[])"), city_id, list(ids)):
            state.engagements[row["id"]].doc = json.loads(row["doc"])


async def load_outcomes(
    connection: asyncpg.Connection,
    city_id: UUID,
    state: State,
    *,
    external_ids: Collection[str] = (),
    ids: Collection[UUID] = (),
    engagements: Collection[str] = (),
) -> None:
    """Put outcomes of some external ids, ids or engagements into the state, with all their credits."""
    if not (external_ids or ids or engagements):
        return
    creditors = [UUID(identity) for identity in engagements]
    rows = await connection.fetch(OUTCOMES, city_id, list(external_ids), list(ids), creditors)
    for row in rows:
        doc = json.loads(row["doc"])
        found = Outcome(row["id"], doc, row["version"], doc["created_at"], tuple(row["network_ids"]), doc=doc)
        state.outcomes[found.id] = found
        if doc["external_id"] is not None:
            state.outcome_ids[doc["external_id"]] = found.id
    if rows:
        for row in await connection.fetch(CREDITS, city_id, [UUID(row["id"]) for row in rows]):
            state.outcomes[row["outcome_id"]].credits[row["engagement_id"]] = CreditState(
                row["credit"], row["visibility"], tuple(row["network_ids"])
            )


async def load_cost_parents(
    connection: asyncpg.Connection, city_id: UUID, state: State, external_ids: Collection[str]
) -> None:
    """Put into the state which costs have some external ids already, and whose they are."""
    if external_ids:
        for row in await connection.fetch(COST_PARENTS, city_id, list(external_ids)):
            state.cost_parents[row["external_id"]] = (row["id"], row["engagement_id"])


async def load_proxies(
    connection: asyncpg.Connection, city_id: UUID, state: State, codes: Collection[str | None]
) -> None:
    """Put into the state which of some valuation proxies the city has."""
    if codes := {code for code in codes if code is not None}:
        state.proxies.update(row["code"] for row in await connection.fetch(PROXIES, city_id, list(codes)))
