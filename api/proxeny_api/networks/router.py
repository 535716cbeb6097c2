"""The doors of networks."""

import json
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from proxeny_api import visits
from proxeny_api.doors import CHANGES, CREATES, NOT_MODIFIED, READS, NetworkRef, changed, said, turn_of
from proxeny_api.errors import Forbidden
from proxeny_api.merge import merged
from proxeny_api.networks import service
from proxeny_api.networks.schemas import NetworkCreate, NetworkPatch, NetworkRead
from proxeny_api.pagination import CursorText, Limit
from proxeny_api.shapes import page_of
from proxeny_api.visits import Changing, IfMatch, IfNoneMatch, Reading, Writing
from proxeny_api.vocabularies.codes import NetworkKind, Scope, Theme

router = APIRouter(prefix="/v1/networks", tags=["networks"])
NetworkPage = page_of("NetworkPage", NetworkRead)


@router.post("", status_code=201, response_model=NetworkRead, responses=CREATES)
async def create_network(new: NetworkCreate, visit: Writing) -> Response:
    """Create a network; for the operator's keys."""
    visit.must_be("operator")
    stored = await service.create(visit.connection, visit.chain_of, said(new))
    return await visits.created(visit, stored.body, stored.version, f"/v1/networks/{new.code}")


@router.get("", response_model=NetworkPage, responses=READS | NOT_MODIFIED)
async def list_networks(
    request: Request,
    visit: Reading,
    scope: Annotated[Scope | None, Query(description="Only networks that reach so far.")] = None,
    kind: Annotated[NetworkKind | None, Query(description="Only networks of this sort.")] = None,
    theme: Annotated[Theme | None, Query(description="Only networks that work on this.")] = None,
    limit: Limit = 100,
    cursor: CursorText = None,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """List networks by code; a network's key sees its own."""
    turn = turn_of(request, visit, cursor, if_none_match)
    return turn.answer(await service.page(visit.connection, scope, kind, theme, turn.after, limit))


@router.get("/{network}", response_model=NetworkRead, responses=READS | NOT_MODIFIED)
async def get_network(network: NetworkRef, visit: Reading, if_none_match: IfNoneMatch = None) -> Response:
    """Read a network."""
    stored = await service.read(visit.connection, network)
    return visits.record(stored.body, stored.version, if_none_match)


@router.patch("/{network}", response_model=NetworkRead, responses=CHANGES)
async def update_network(
    network: NetworkRef, changes: NetworkPatch, visit: Changing, if_match: IfMatch = None
) -> Response:
    """Change a network's record by a merge patch; for the network itself and for the operator."""
    if visit.principal.kind == "city":
        raise Forbidden("A network is changed by itself or by the operator.")
    chain = await visit.chain_of((await service.read(visit.connection, network)).id)
    stored = await service.read(visit.connection, network)
    visits.check_version(if_match, stored.version)
    content = merged(NetworkCreate, json.loads(stored.body), changed(changes))
    stored = await service.change(chain, content)
    return visits.record(stored.body, stored.version)
