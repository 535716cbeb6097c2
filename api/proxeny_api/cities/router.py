"""The doors of cities."""

import json
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from proxeny_api import visits
from proxeny_api.cities import service
from proxeny_api.cities.schemas import CityCreate, CityPatch, CityRead
from proxeny_api.consent import own_city
from proxeny_api.doors import CHANGES, CREATES, NOT_MODIFIED, READS, CityRef, changed, said, turn_of
from proxeny_api.fields import Country
from proxeny_api.merge import merged
from proxeny_api.pagination import CursorText, Limit
from proxeny_api.shapes import page_of
from proxeny_api.visits import Changing, IfMatch, IfNoneMatch, Reading, Writing

router = APIRouter(prefix="/v1/cities", tags=["cities"])
CityPage = page_of("CityPage", CityRead)


@router.post("", status_code=201, response_model=CityRead, responses=CREATES)
async def create_city(new: CityCreate, visit: Writing) -> Response:
    """Create a city; for the operator's keys."""
    visit.must_be("operator")
    stored = await service.create(visit.connection, visit.chain_of, said(new))
    return await visits.created(visit, stored.body, stored.version, f"/v1/cities/{new.code}")


@router.get("", response_model=CityPage, responses=READS | NOT_MODIFIED)
async def list_cities(
    request: Request,
    visit: Reading,
    country: Annotated[Country | None, Query(description="Only cities of this country.")] = None,
    limit: Limit = 100,
    cursor: CursorText = None,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """List the cities that the key may see, by code."""
    turn = turn_of(request, visit, cursor, if_none_match)
    return turn.answer(await service.page(visit.connection, visit.principal, country, turn.after, limit))


@router.get("/{city}", response_model=CityRead, responses=READS | NOT_MODIFIED)
async def get_city(city: CityRef, visit: Reading, if_none_match: IfNoneMatch = None) -> Response:
    """Read a city."""
    identity = await service.identify(visit.connection, visit.principal, city)
    stored = await service.read(visit.connection, identity)
    return visits.record(stored.body, stored.version, if_none_match)


@router.patch("/{city}", response_model=CityRead, responses=CHANGES)
async def update_city(city: CityRef, changes: CityPatch, visit: Changing, if_match: IfMatch = None) -> Response:
    """Change a city's record by a merge patch; for the city itself and for the operator."""
    if visit.principal.kind != "operator":
        own_city(visit.principal, city)
    identity = await service.identify(visit.connection, visit.principal, city)
    chain = await visit.chain_of(identity)
    stored = await service.read(visit.connection, identity)
    visits.check_version(if_match, stored.version)
    content = merged(CityCreate, json.loads(stored.body), changed(changes))
    stored = await service.change(chain, content)
    return visits.record(stored.body, stored.version)
