"""A tiny app in the skin, with one endpoint for each thing that the skin must bear."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any

import asyncpg
import httpx
from fastapi import APIRouter, Body, Depends, FastAPI, Header, Path, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict
from starlette.types import ASGIApp

from proxeny_api.errors import Conflict, NotFound, Unauthorized
from proxeny_api.http import Limits, check_query, install, wrap
from proxeny_api.http.request_id import current_request_id

RAISED: dict[str, Exception] = {
    "not-found": NotFound("No network c41."),
    "unauthorized": Unauthorized(),
    "conflict": Conflict(),
    "bug": ZeroDivisionError("secret"),
    "22P02": asyncpg.InvalidTextRepresentationError("secret"),
    "22003": asyncpg.NumericValueOutOfRangeError("secret"),
    "driver": asyncpg.exceptions._base.DataError("secret"),
    "23502": asyncpg.NotNullViolationError("secret"),
    "23503": asyncpg.ForeignKeyViolationError("secret"),
    "23505": asyncpg.UniqueViolationError("secret"),
    "23514": asyncpg.CheckViolationError("secret"),
    "40001": asyncpg.SerializationError("secret"),
    "40P01": asyncpg.DeadlockDetectedError("secret"),
    "53100": asyncpg.DiskFullError("secret"),
    "53300": asyncpg.TooManyConnectionsError("secret"),
    "57014": asyncpg.QueryCanceledError("secret"),
    "57P01": asyncpg.AdminShutdownError("secret"),
    "08006": asyncpg.ConnectionFailureError("secret"),
    "closed": asyncpg.InterfaceError("secret"),
    "refused": ConnectionRefusedError("secret"),
    "slow": TimeoutError("secret"),
    "42P01": asyncpg.UndefinedTableError("secret"),
}


class Cost(BaseModel):
    model_config = ConfigDict(extra="forbid")

    amount: str
    kind: str = "fee"


class Record(BaseModel):
    model_config = ConfigDict(extra="forbid")

    title: str
    costs: list[Cost] = []
    counts: dict[str, int] = {}
    either: int | Cost = 0


router = APIRouter(prefix="/v1/records")


@router.get("")
async def list_records(
    limit: Annotated[int, Query(ge=1, le=1000)] = 50,
    cursor: Annotated[str, Query()] = "",
    if_match: Annotated[int | None, Header()] = None,
) -> list[Any]:
    return [limit, cursor, if_match]


@router.post("", status_code=201)
async def create_record(record: Record) -> Record:
    return record


@router.post("/engagements/batch")
async def batch(request: Request) -> dict[str, Any]:
    pieces = [len(piece) async for piece in request.stream()]
    return {"bytes": sum(pieces), "largest": max(pieces), "id": request.state.request_id}


@router.get("/{number}")
async def get_record(number: Annotated[int, Path(ge=1)]) -> dict[str, Any]:
    return {"number": number, "request_id": current_request_id.get()}


@router.patch("/{number}")
async def update_record(number: int, change: Annotated[dict[str, Any], Body()]) -> dict[str, Any]:
    return {"number": number, **change}


@router.put("/{number}")
@router.delete("/{number}")
async def delete_record(number: int, request: Request) -> list[int]:
    return [number, len(await request.body())]


async def ticks() -> AsyncIterator[bytes]:
    for tick in range(500):
        yield b'{"tick":%d}\n' % tick
        await asyncio.sleep(0)


async def halves() -> AsyncIterator[bytes]:
    yield b"half"
    raise ZeroDivisionError


def tiny() -> FastAPI:
    app = FastAPI(dependencies=[Depends(check_query)])
    install(app)

    @app.get("/large")
    async def large(etag: str = "", repeat: int = 1000) -> Response:
        headers = {"ETag": etag} if etag else {}
        return Response(b'["a"]' * repeat, headers=headers, media_type="application/json")

    @app.get("/slow")
    async def slow() -> str:
        await asyncio.sleep(0.7)
        return "slow"

    @app.get("/cached")
    async def cached() -> Response:
        return Response(b"x" * 5000, headers={"Cache-Control": "max-age=60", "Vary": "Accept"}, media_type="image/png")

    @app.get("/raise/{name}")
    async def raises(name: str) -> None:
        raise RAISED[name]

    @app.get("/stream")
    async def stream(*, broken: bool = False) -> StreamingResponse:
        return StreamingResponse(halves() if broken else ticks(), media_type="application/x-ndjson")

    app.include_router(router)
    return app


def guarded(**limits: Any) -> ASGIApp:
    return wrap(tiny(), limits=Limits(**limits))


def asking(**limits: Any) -> httpx.AsyncClient:
    """Return a client of the tiny app; what the app does not catch is raised in the test."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(guarded(**limits)), base_url="http://api.test")
