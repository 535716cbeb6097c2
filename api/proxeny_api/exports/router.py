"""The door by which a city takes all that it owns with it."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import ExitStack
from typing import IO

from fastapi import APIRouter
from fastapi.responses import Response, StreamingResponse

from proxeny_api.consent import own_city
from proxeny_api.doors import READS, CityRef, Responses
from proxeny_api.exports import service
from proxeny_api.exports.form import FORMAT, MEDIA_TYPE
from proxeny_api.fields import now
from proxeny_api.visits import Reading

router = APIRouter(prefix="/v1/cities/{city}/export", tags=["changes"])
CHUNK = 1 << 16
IN_MEMORY = 1 << 20
EXAMPLE = (
    f'{{"export": {{"format": "{FORMAT}", "city": "athens"}}}}\n{{"table": "network", "row": {{"code": "c40"}}}}\n'
)
LINES: Responses = {
    200: {
        "description": "Lines of JSON: what this is, a row of a table each, and the count and SHA-256 of all before.",
        "content": {MEDIA_TYPE: {"schema": {"type": "string"}, "example": EXAMPLE}},
    }
}


@router.get("", response_class=Response, responses=READS | LINES)
async def export_city(city: CityRef, visit: Reading) -> Response:
    """Take all that a city owns: its records, consents, ledger with bodies, and its keys without their secrets.

    Everything is of one instant. `proxeny-api import` restores it elsewhere, the ledger's chain included.
    """
    mine = own_city(visit.principal, city)
    # The file has no name, and is whole before anything is sent: a slow reader holds no connection to the database.
    with ExitStack() as opened:
        file = opened.enter_context(tempfile.SpooledTemporaryFile(IN_MEMORY))
        await service.write(visit.connection, mine, file)
        opened.pop_all()
    size = file.tell()
    file.seek(0)
    name = f"proxeny-{mine.code}-{now():%Y-%m-%d}.ndjson"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Content-Length": str(size)}
    return StreamingResponse(_chunks(file), media_type=MEDIA_TYPE, headers=headers)


async def _chunks(file: IO[bytes]) -> AsyncIterator[bytes]:
    """Yield a file piece by piece, and close it."""
    with file:
        while chunk := await asyncio.to_thread(file.read, CHUNK):
            yield chunk
