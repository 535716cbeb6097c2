"""FastAPI with SQLModel as in its tutorial: a session a request, objects, relationships, response models."""

import os
from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import Depends, FastAPI, HTTPException
from sqlalchemy import text
from sqlmodel import Session, create_engine, select

from benchmarks.peers import shapes
from benchmarks.peers.tables import COPIED, Cost, Engagement, Network, Outcome

engine = create_engine(os.environ["PEER_DATABASE"].replace("postgresql:", "postgresql+psycopg:", 1), pool_size=16)
app = FastAPI()
CITY = "city-0"


def open_session() -> Iterator[Session]:
    """Lend a session to one request."""
    with Session(engine) as session:
        yield session


Opened = Annotated[Session, Depends(open_session)]


def store(session: Session, row: shapes.Engagement) -> Engagement:
    """Create or replace an engagement with what belongs to it."""
    found = session.exec(
        select(Engagement).where(Engagement.city == CITY, Engagement.external_id == row.external_id)
    ).first()
    network = session.exec(select(Network).where(Network.code == row.networks[0].network)).first()
    if network is None:
        raise HTTPException(422, "No such network")
    made = found or Engagement(city=CITY, external_id=row.external_id)
    if found:
        found.costs, found.outcomes = [], []
        session.flush()
    for name in COPIED:
        setattr(made, name, getattr(row, name))
    made.network, made.share = network, row.networks[0].share
    made.costs = [Cost(**cost.model_dump()) for cost in row.costs]
    made.outcomes = [Outcome(**outcome.model_dump()) for outcome in row.outcomes]
    session.add(made)
    return made


def answer(made: Engagement) -> dict[str, Any]:
    """Return an engagement as it is answered."""
    return {
        "id": made.id,
        **{name: getattr(made, name) for name in COPIED},
        "networks": [{"network": made.network.code, "share": made.share}],
        "costs": [cost.model_dump(exclude={"id", "engagement_id"}) for cost in made.costs],
        "outcomes": [outcome.model_dump(exclude={"id", "engagement_id"}) for outcome in made.outcomes],
    }


@app.post("/engagements/batch")
def upsert_batch(rows: list[shapes.Engagement], session: Opened) -> dict[str, int]:
    for row in rows:
        store(session, row)
    session.commit()
    return {"stored": len(rows)}


@app.post("/engagements", status_code=201, response_model=shapes.EngagementRead)
def create(row: shapes.Engagement, session: Opened) -> dict[str, Any]:
    made = store(session, row)
    session.commit()
    session.refresh(made)
    return answer(made)


@app.get("/engagements/{engagement_id}", response_model=shapes.EngagementRead)
def get(engagement_id: int, session: Opened) -> dict[str, Any]:
    found = session.get(Engagement, engagement_id)
    if found is None:
        raise HTTPException(404, "No such engagement")
    return answer(found)


@app.get("/engagements", response_model=list[shapes.EngagementRead])
def page(session: Opened, limit: int = 100, offset: int = 0) -> list[dict[str, Any]]:
    rows = session.exec(select(Engagement).order_by(Engagement.id).offset(offset).limit(limit)).all()
    return [answer(row) for row in rows]


@app.get("/networks/{code}/impact", response_model=shapes.Totals)
def impact(code: str, session: Opened) -> dict[str, Any]:
    network = session.exec(select(Network).where(Network.code == code)).first()
    if network is None:
        raise HTTPException(404, "No such network")
    return dict(session.execute(text(shapes.TOTALS.format(":id")), {"id": network.id}).mappings().one())
