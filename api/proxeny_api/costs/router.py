"""The doors of costs that stand on their own."""

import json
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from proxeny_api import consent, visits
from proxeny_api.consent import own_city
from proxeny_api.costs import service
from proxeny_api.costs.schemas import CostCreate, CostPatch, CostRead
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
from proxeny_api.fields import Day, IdText
from proxeny_api.merge import merged
from proxeny_api.pagination import CursorText, Limit, question_of
from proxeny_api.shapes import page_of
from proxeny_api.visits import Changing, IfMatch, IfNoneMatch, Reading, Writing
from proxeny_api.vocabularies.codes import CostCategory

router = APIRouter(prefix="/v1/cities/{city}/costs", tags=["costs"])
CostPage = page_of("CostPage", CostRead)


@router.post("", status_code=201, response_model=CostRead, responses=CREATES)
async def create_cost(city: CityRef, new: CostCreate, visit: Writing) -> Response:
    """Record a cost of an engagement, of a membership, or of neither: the city's overhead."""
    mine = own_city(visit.principal, city)
    stored = await service.store(await visit.chain(), mine, said(new), None)
    return await visits.created(visit, stored.body, stored.version, f"/v1/cities/{mine.code}/costs/{stored.id}")


@router.get("", response_model=CostPage, responses=READS | NOT_MODIFIED)
async def list_costs(
    request: Request,
    city: CityRef,
    visit: Reading,
    category: Annotated[CostCategory | None, Query(description="Only those for this.")] = None,
    engagement: Annotated[IdText | None, Query(description="Only those of this engagement.")] = None,
    first: Annotated[Day | None, Query(alias="from", description="Only those of this day or later.")] = None,
    last: Annotated[Day | None, Query(alias="to", description="Only those of this day or before.")] = None,
    limit: Limit = 100,
    cursor: CursorText = None,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """List a city's costs, those of engagements among them; a network sees those on which it stands."""
    shown = await consent.shared_city(visit.connection, visit.principal, city, "records")
    question = question_of(request, visit.principal)
    filters = service.wanted(shown, category, engagement, first, last)
    after = question.open(cursor) if cursor else None
    listed = await service.page(visit.connection, visit.principal, filters, after, limit)
    return answer_page(request, question, listed, if_none_match)


@router.get("/{cost_id}", response_model=CostRead, responses=READS | NOT_MODIFIED)
async def get_cost(city: CityRef, cost_id: RecordId, visit: Reading, if_none_match: IfNoneMatch = None) -> Response:
    """Read a cost."""
    shown = await consent.shared_city(visit.connection, visit.principal, city, "records")
    stored = await service.read(visit.connection, shown, UUID(cost_id))
    return visits.record(stored.body, stored.version, if_none_match)


@router.patch("/{cost_id}", response_model=CostRead, responses=CHANGES)
async def update_cost(
    city: CityRef, cost_id: RecordId, changes: CostPatch, visit: Changing, if_match: IfMatch = None
) -> Response:
    """Change a cost by a merge patch."""
    mine, chain = own_city(visit.principal, city), await visit.chain()
    stored = await service.read(visit.connection, mine, UUID(cost_id))
    visits.check_version(if_match, stored.version)
    content = merged(CostCreate, json.loads(stored.body), changed(changes))
    stored = await service.store(chain, mine, content, stored)
    return visits.record(stored.body, stored.version)


@router.delete("/{cost_id}", status_code=204, responses=DROPS)
async def delete_cost(city: CityRef, cost_id: RecordId, visit: Changing, if_match: IfMatch = None) -> Response:
    """Remove a cost."""
    mine, chain = own_city(visit.principal, city), await visit.chain()
    stored = await service.read(visit.connection, mine, UUID(cost_id))
    visits.check_version(if_match, stored.version)
    await service.remove(chain, mine, stored)
    return Response(status_code=204)
