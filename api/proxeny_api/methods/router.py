"""The doors of a city's own methods: versions are added, and none is changed."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from proxeny_api import visits
from proxeny_api.consent import own_city
from proxeny_api.doors import CREATES, NOT_MODIFIED, READS, CityRef, MethodId, said, turn_of
from proxeny_api.fields import Slug
from proxeny_api.methods import service
from proxeny_api.methods.schemas import MethodCreate, MethodPage, MethodRead
from proxeny_api.pagination import CursorText, Limit
from proxeny_api.visits import IfNoneMatch, Reading, Writing

router = APIRouter(prefix="/v1/cities/{city}/methods", tags=["methods"])


@router.post("", status_code=201, response_model=MethodRead, responses=CREATES)
async def create_city_method(city: CityRef, new: MethodCreate, visit: Writing) -> Response:
    """Record a method of the city's own; one with a known name becomes that method's next version.

    A version never changes, so that a figure that was made by it can be made again.
    """
    mine = own_city(visit.principal, city)
    words = said(new)
    stored = await service.create(await visit.chain(), mine, words)
    where = f"/v1/cities/{mine.code}/methods/{stored.id}"
    return await visits.created(visit, stored.body, stored.version, where, words)


@router.get("", response_model=MethodPage, responses=READS | NOT_MODIFIED)
async def list_city_methods(
    request: Request,
    city: CityRef,
    visit: Reading,
    name: Annotated[Slug | None, Query(description="Only the versions of this one.", examples=["ours"])] = None,
    limit: Limit = 100,
    cursor: CursorText = None,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """List a city's own methods, all their versions; those that are shipped are in the catalogue."""
    mine = own_city(visit.principal, city)
    turn = turn_of(request, visit, cursor, if_none_match)
    return turn.answer(await service.page(visit.connection, mine, name, turn.after, limit))


@router.get("/{method}", response_model=MethodRead, responses=READS | NOT_MODIFIED)
async def get_city_method(
    city: CityRef, method: MethodId, visit: Reading, if_none_match: IfNoneMatch = None
) -> Response:
    """Read one version of a city's own method."""
    stored = await service.read(visit.connection, own_city(visit.principal, city), method)
    return visits.record(stored.body, stored.version, if_none_match)
