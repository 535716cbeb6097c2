"""The doors of valuation proxies."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from proxeny_api.doors import NOT_MODIFIED, READS, CityRef, turn_of
from proxeny_api.fields import Slug
from proxeny_api.pagination import CursorText, Limit
from proxeny_api.proxies import service
from proxeny_api.proxies.schemas import ProxyCreate, ProxyPatch, ProxyRead
from proxeny_api.record_doors import Kind, door_to_change, door_to_create, door_to_delete, door_to_read
from proxeny_api.shapes import page_of
from proxeny_api.visits import IfNoneMatch, Reading

router = APIRouter(prefix="/v1/cities/{city}/proxies", tags=["proxies"])
ProxyPage = page_of("ProxyPage", ProxyRead)
PROXIES = Kind(router, "/{proxy_id}", ProxyCreate, ProxyPatch, ProxyRead, service, shared="records")

door_to_create(PROXIES, "create_proxy", "Record what one of something is worth, and by whose word.")


@router.get("", response_model=ProxyPage, responses=READS | NOT_MODIFIED)
async def list_proxies(
    request: Request,
    city: CityRef,
    visit: Reading,
    code: Annotated[Slug | None, Query(description="Only the one with this code.", examples=["officer-hour"])] = None,
    limit: Limit = 100,
    cursor: CursorText = None,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """List a city's valuation proxies; a network with which it shares its records sees those that are not private."""
    shown = await PROXIES.city_shown(visit, city)
    turn = turn_of(request, visit, cursor, if_none_match)
    return turn.answer(await service.page(visit.connection, visit.principal, shown, code, turn.after, limit))


door_to_read(PROXIES, "get_proxy", "Read a valuation proxy.")
door_to_change(PROXIES, "update_proxy", "Change a valuation proxy by a merge patch; what it was stays in the ledger.")
door_to_delete(PROXIES, "delete_proxy", "Remove a valuation proxy.")
