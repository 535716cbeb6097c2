"""The query check finds what a route declares wherever it is declared."""

from datetime import date
from typing import Annotated

import httpx
import pytest
from fastapi import APIRouter, Depends, FastAPI, Query
from pydantic import BaseModel

from proxeny_api.http import Limits, check_query, install, wrap


class Filter(BaseModel):
    kind: str | None = None
    until: date | None = Query(None, alias="to")


def page(limit: int = 50) -> int:
    return limit


inner = APIRouter(prefix="/inner")


@inner.get("/own")
async def own(since: Annotated[date | None, Query(alias="from")] = None) -> str:
    return str(since)


@inner.post("/own")
async def made() -> str:
    return "made"


@inner.get("/model")
async def model(chosen: Annotated[Filter, Query()]) -> str:
    return str(chosen.until)


@inner.get("/none")
async def none() -> str:
    return "none"


@pytest.fixture
def client() -> httpx.AsyncClient:
    app, middle = FastAPI(), APIRouter(prefix="/middle")
    install(app)
    middle.include_router(inner, dependencies=[Depends(page)])
    app.include_router(middle, dependencies=[Depends(check_query)])
    return httpx.AsyncClient(transport=httpx.ASGITransport(wrap(app, limits=Limits())), base_url="http://a")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("own?from=2024-01-01&limit=2", 200),
        ("own?since=2024-01-01", 400),
        ("own?kind=a", 400),
        ("model?to=2024-01-01&kind=a&limit=2", 200),
        ("model?until=2024-01-01", 400),
        ("model?to=1&to=2", 400),
        ("none?limit=2", 200),
        ("none?from=2024-01-01", 400),
        ("none?", 200),
        ("none?&&", 200),
    ],
)
async def test_what_is_declared_passes_and_nothing_else(client: httpx.AsyncClient, path: str, status: int) -> None:
    answer = await client.get(f"/middle/inner/{path}")

    assert answer.status_code == status, answer.text


async def test_405_sees_through_nested_routers(client: httpx.AsyncClient) -> None:
    answer = await client.delete("/middle/inner/own")

    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, POST")
