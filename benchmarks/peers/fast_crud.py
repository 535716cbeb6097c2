"""fastcrud on FastAPI: its generic operations on each table; its upserts go by primary key, so rows are looked up."""

import os
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import Depends, FastAPI, HTTPException
from fastcrud import FastCRUD
from pydantic import BaseModel
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from benchmarks.peers import shapes
from benchmarks.peers.tables import COPIED, Cost, Engagement, Network, Outcome

engine = create_async_engine(os.environ["PEER_DATABASE"].replace("postgresql:", "postgresql+asyncpg:", 1), pool_size=16)
app = FastAPI()
networks, engagements = FastCRUD(Network), FastCRUD(Engagement)
children = {"costs": (FastCRUD(Cost), Cost), "outcomes": (FastCRUD(Outcome), Outcome)}
CITY = "city-0"


async def open_session() -> AsyncIterator[AsyncSession]:
    """Lend a session to one request."""
    async with AsyncSession(engine, expire_on_commit=False) as session:
        yield session


Opened = Annotated[AsyncSession, Depends(open_session)]


class Stored(BaseModel):
    """An engagement as its own table has it."""

    city: str
    external_id: str
    kind: str
    title: str
    starts_on: Any
    ends_on: Any
    network_id: int
    share: Any
    themes: list[str]
    sdgs: list[str]
    leader_hours: Any
    staff_hours: Any
    visibility: str
    tags: list[str]


async def every(
    crud: FastCRUD[Any, Any, Any, Any, Any, Any], session: AsyncSession, **filters: object
) -> list[dict[str, Any]]:
    """Return all rows that match."""
    found = await crud.get_multi(session, limit=None, return_total_count=False, **filters)
    return list(found["data"])


async def store(session: AsyncSession, rows: list[shapes.Engagement]) -> list[int]:
    """Create or replace engagements with what belongs to them; return their ids in order."""
    codes = {row["code"]: row["id"] for row in await every(networks, session)}
    wanted = [row.external_id for row in rows]
    known = {row["external_id"]: row["id"] for row in await every(engagements, session, external_id__in=wanted)}
    for row in rows:
        own = {name: getattr(row, name) for name in COPIED}
        shared = {"network_id": codes[row.networks[0].network], "share": row.networks[0].share}
        stored = Stored(city=CITY, **own, **shared)
        if row.external_id in known:
            await engagements.update(session, stored, commit=False, id=known[row.external_id])
        else:
            await engagements.create(session, stored, commit=False)
    await session.flush()
    ids = {row["external_id"]: row["id"] for row in await every(engagements, session, external_id__in=wanted)}
    for name, (crud, table) in children.items():
        if known:
            await crud.db_delete(session, allow_multiple=True, commit=False, engagement_id__in=list(known.values()))
        for row in rows:
            for child in getattr(row, name):
                made = table(engagement_id=ids[row.external_id], **child.model_dump())
                await crud.create(session, made, commit=False)
    await session.commit()
    return [ids[external_id] for external_id in wanted]


async def whole(session: AsyncSession, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return engagements with their costs and outcomes."""
    codes = {row["id"]: row["code"] for row in await every(networks, session)}
    answers = {
        row["id"]: {
            "id": row["id"],
            **{name: row[name] for name in COPIED},
            "networks": [{"network": codes[row["network_id"]], "share": row["share"]}],
            "costs": [],
            "outcomes": [],
        }
        for row in rows
    }
    for name, (crud, _) in children.items():
        for child in await every(crud, session, engagement_id__in=list(answers)):
            del child["id"]
            answers[child.pop("engagement_id")][name].append(child)
    return list(answers.values())


@app.post("/engagements/batch")
async def upsert_batch(rows: list[shapes.Engagement], session: Opened) -> dict[str, int]:
    return {"stored": len(await store(session, rows))}


@app.post("/engagements", status_code=201, response_model=shapes.EngagementRead)
async def create(row: shapes.Engagement, session: Opened) -> dict[str, Any]:
    [made] = await store(session, [row])
    return {"id": made, **row.model_dump()}


@app.get("/engagements/{engagement_id}", response_model=shapes.EngagementRead)
async def get(engagement_id: int, session: Opened) -> dict[str, Any]:
    found = await engagements.get(session, id=engagement_id)
    if found is None:
        raise HTTPException(404, "No such engagement")
    [answer] = await whole(session, [found])
    return answer


@app.get("/engagements", response_model=list[shapes.EngagementRead])
async def page(session: Opened, limit: int = 100, offset: int = 0) -> list[dict[str, Any]]:
    found = await engagements.get_multi(
        session, offset=offset, limit=limit, sort_columns="id", sort_orders="asc", return_total_count=False
    )
    return await whole(session, found["data"])


@app.get("/networks/{code}/impact", response_model=shapes.Totals)
async def impact(code: str, session: Opened) -> dict[str, Any]:
    network = await networks.get(session, code=code)
    if network is None:
        raise HTTPException(404, "No such network")
    found = await session.execute(text(shapes.TOTALS.format(":id")), {"id": network["id"]})
    return dict(found.mappings().one())
