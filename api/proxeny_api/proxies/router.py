"""The doors of valuation proxies."""

import json
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from proxeny_api import consent, visits
from proxeny_api.consent import own_city
from proxeny_api.doors import (
    CHANGES,
    CREATES,
    DROPS,
    NOT_MODIFIED,
    READS,
    CityRef,
    RecordId,
    answer_page,
    changed,
    said,
)
from proxeny_api.fields import Slug
from proxeny_api.merge import merged
from proxeny_api.pagination import CursorText, Limit, question_of
from proxeny_api.proxies import service
from proxeny_api.proxies.schemas import ProxyCreate, ProxyPatch, ProxyRead
from proxeny_api.shapes import page_of
from proxeny_api.visits import Changing, IfMatch, IfNoneMatch, Reading, Writing

router = APIRouter(prefix="/v1/cities/{city}/proxies", tags=["proxies"])
ProxyPage = page_of("ProxyPage", ProxyRead)


@router.post("", status_code=201, response_model=ProxyRead, responses=CREATES)
async def create_proxy(city: CityRef, new: ProxyCreate, visit: Writing) -> Response:
    """Record what one of something is worth, and by whose word."""
    mine = own_city(visit.principal, city)
    stored = await service.create(await visit.chain(), mine, said(new))
    return await visits.created(visit, stored.body, stored.version, f"/v1/cities/{mine.code}/proxies/{stored.id}")


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
    shown = await consent.shared_city(visit.connection, visit.principal, city, "records")
    question = question_of(request, visit.principal)
    after = question.open(cursor) if cursor else None
    listed = await service.page(visit.connection, visit.principal, shown, code, after, limit)
    return answer_page(request, question, listed, if_none_match)


@router.get("/{proxy_id}", response_model=ProxyRead, responses=READS | NOT_MODIFIED)
async def get_proxy(city: CityRef, proxy_id: RecordId, visit: Reading, if_none_match: IfNoneMatch = None) -> Response:
    """Read a valuation proxy."""
    shown = await consent.shared_city(visit.connection, visit.principal, city, "records")
    stored = await service.read(visit.connection, shown, UUID(proxy_id))
    return visits.record(stored.body, stored.version, if_none_match)


@router.patch("/{proxy_id}", response_model=ProxyRead, responses=CHANGES)
async def update_proxy(
    city: CityRef, proxy_id: RecordId, changes: ProxyPatch, visit: Changing, if_match: IfMatch = None
) -> Response:
    """Change a valuation proxy by a merge patch; what it was stays in the ledger."""
    mine, chain = own_city(visit.principal, city), await visit.chain()
    stored = await service.read(visit.connection, mine, UUID(proxy_id))
    visits.check_version(if_match, stored.version)
    content = merged(ProxyCreate, json.loads(stored.body), changed(changes))
    stored = await service.change(chain, mine, stored, content)
    return visits.record(stored.body, stored.version)


@router.delete("/{proxy_id}", status_code=204, responses=DROPS)
async def delete_proxy(city: CityRef, proxy_id: RecordId, visit: Changing, if_match: IfMatch = None) -> Response:
    """Remove a valuation proxy."""
    mine, chain = own_city(visit.principal, city), await visit.chain()
    stored = await service.read(visit.connection, mine, UUID(proxy_id))
    visits.check_version(if_match, stored.version)
    await service.remove(chain, mine, stored)
    return Response(status_code=204)
