"""The doors of keys."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from proxeny_api import visits
from proxeny_api.doors import CREATES, ENDS, NOT_MODIFIED, READS, RecordId, answer_page
from proxeny_api.errors import Forbidden
from proxeny_api.fields import now
from proxeny_api.keys import secret, service
from proxeny_api.keys.schemas import KeyCreate, KeyIssued, KeyPage, KeyRotate, Me
from proxeny_api.pagination import CursorText, Limit, question_of
from proxeny_api.visits import Asking, Changing, IfNoneMatch, Reading, Visit, Writing, scoped

router = APIRouter(prefix="/v1", tags=["keys"])


@router.get("/me", response_model=Me, responses=READS | NOT_MODIFIED)
async def get_me(principal: Asking, if_none_match: IfNoneMatch = None) -> Response:
    """Tell whose key this is, and what it may do."""
    body = service.me(principal)
    return visits.figure(body, visits.weak(body), if_none_match)


@router.post("/keys", status_code=201, response_model=KeyIssued, responses=CREATES)
async def create_key(request: Request, new: KeyCreate, visit: Writing) -> Response:
    """Issue a key; its secret is in this answer and nowhere else."""
    _may_issue(visit, new.scopes)
    owner = await service.owner_named(visit.connection, visit.principal, new.city, new.network)
    chain = await visit.chain_of(owner.id)
    key = secret.mint(owner.kind, request.app.state.settings.environment)
    digest = secret.mac(key, request.app.state.pepper)
    wanted = service.Wanted(digest, new.name, sorted(set(new.scopes)), service.lasting(chain.at, new.days))
    return await _issued(visit, await service.issue(chain, owner, wanted), key)


@router.get("/keys", response_model=KeyPage, responses=READS | NOT_MODIFIED)
async def list_keys(
    request: Request,
    visit: Reading,
    limit: Limit = 100,
    cursor: CursorText = None,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """List the keys of the asker, or all of them for the operator; never a secret."""
    scoped(visit.principal, "keys")
    question = question_of(request, visit.principal)
    listed = await service.page(visit.connection, question.open(cursor) if cursor else None, limit)
    return answer_page(request, question, listed, if_none_match)


@router.post("/keys/{key_id}/rotate", status_code=201, response_model=KeyIssued, responses=CREATES)
async def rotate_key(request: Request, key_id: RecordId, how: KeyRotate, visit: Writing) -> Response:
    """Issue a key like this one for as many days, and have this one expire after an overlap."""
    scoped(visit.principal, "keys")
    old = await service.find(visit.connection, UUID(key_id))
    _may_issue(visit, old["scopes"])
    if old["revoked_at"] is not None or old["expires_at"] <= now():
        raise Forbidden("This key has ended; issue a new one.")
    chain = await visit.chain_of(old["owner_id"])
    key = secret.mint(old["kind"], request.app.state.settings.environment)
    lifetime = old["expires_at"] - old["created_at"]
    wanted = service.Wanted(secret.mac(key, request.app.state.pepper), old["name"], old["scopes"], chain.at + lifetime)
    body = await service.issue(chain, service.Owner(old["kind"], old["owner_id"]), wanted)
    await service.expire(chain, old["id"], chain.at + timedelta(hours=how.overlap_hours))
    return await _issued(visit, body, key)


@router.delete("/keys/{key_id}", status_code=204, responses=ENDS)
async def revoke_key(key_id: RecordId, visit: Changing) -> Response:
    """End a key; it is refused everywhere from the next request."""
    scoped(visit.principal, "keys")
    old = await service.find(visit.connection, UUID(key_id))
    chain = await visit.chain_of(old["owner_id"])
    await service.revoke(chain, old["id"])
    return Response(status_code=204)


def _may_issue(visit: Visit, scopes: list[Any]) -> None:
    """Raise Forbidden unless the asker may make keys, and these scopes are within its own."""
    scoped(visit.principal, "keys")
    beyond = sorted(set(scopes) - visit.principal.scopes)
    if beyond:
        raise Forbidden(f"This key lacks the scope {beyond[0]}.")


async def _issued(visit: Visit, body: bytes, key: str) -> Response:
    """Answer a new key with its secret, and remember the answer without it."""
    record: dict[str, Any] = json.loads(body)
    location = {"Location": f"/v1/keys/{record['id']}"}
    await visits.answered(visit, 201, json.dumps({**record, "secret": None}).encode(), location)
    shown = json.dumps({**record, "secret": key}).encode()
    return Response(shown, status_code=201, media_type=visits.JSON, headers=location)
