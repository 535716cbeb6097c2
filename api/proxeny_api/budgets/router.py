"""The doors of yearly budgets, which the city alone sees."""

import json
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from proxeny_api import visits
from proxeny_api.budgets import service
from proxeny_api.budgets.schemas import BudgetCreate, BudgetPatch, BudgetRead
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
from proxeny_api.fields import Year
from proxeny_api.merge import merged
from proxeny_api.pagination import CursorText, Limit, question_of
from proxeny_api.shapes import page_of
from proxeny_api.visits import Changing, IfMatch, IfNoneMatch, Reading, Writing

router = APIRouter(prefix="/v1/cities/{city}/budgets", tags=["budgets"])
BudgetPage = page_of("BudgetPage", BudgetRead)


@router.post("", status_code=201, response_model=BudgetRead, responses=CREATES)
async def create_budget(city: CityRef, new: BudgetCreate, visit: Writing) -> Response:
    """Record what the city is to spend in a year."""
    mine = own_city(visit.principal, city)
    stored = await service.create(await visit.chain(), mine, said(new))
    return await visits.created(visit, stored.body, stored.version, f"/v1/cities/{mine.code}/budgets/{stored.id}")


@router.get("", response_model=BudgetPage, responses=READS | NOT_MODIFIED)
async def list_budgets(
    request: Request,
    city: CityRef,
    visit: Reading,
    year: Annotated[Year | None, Query(description="Only that of this year.")] = None,
    limit: Limit = 100,
    cursor: CursorText = None,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """List a city's yearly budgets."""
    mine = own_city(visit.principal, city)
    question = question_of(request, visit.principal)
    after = question.open(cursor) if cursor else None
    listed = await service.page(visit.connection, mine, year, after, limit)
    return answer_page(request, question, listed, if_none_match)


@router.get("/{budget_id}", response_model=BudgetRead, responses=READS | NOT_MODIFIED)
async def get_budget(city: CityRef, budget_id: RecordId, visit: Reading, if_none_match: IfNoneMatch = None) -> Response:
    """Read a yearly budget."""
    mine = own_city(visit.principal, city)
    stored = await service.read(visit.connection, mine, UUID(budget_id))
    return visits.record(stored.body, stored.version, if_none_match)


@router.patch("/{budget_id}", response_model=BudgetRead, responses=CHANGES)
async def update_budget(
    city: CityRef, budget_id: RecordId, changes: BudgetPatch, visit: Changing, if_match: IfMatch = None
) -> Response:
    """Change a yearly budget by a merge patch; what it was stays in the ledger."""
    mine, chain = own_city(visit.principal, city), await visit.chain()
    stored = await service.read(visit.connection, mine, UUID(budget_id))
    visits.check_version(if_match, stored.version)
    content = merged(BudgetCreate, json.loads(stored.body), changed(changes))
    stored = await service.change(chain, mine, stored, content)
    return visits.record(stored.body, stored.version)


@router.delete("/{budget_id}", status_code=204, responses=DROPS)
async def delete_budget(city: CityRef, budget_id: RecordId, visit: Changing, if_match: IfMatch = None) -> Response:
    """Remove a yearly budget."""
    mine, chain = own_city(visit.principal, city), await visit.chain()
    stored = await service.read(visit.connection, mine, UUID(budget_id))
    visits.check_version(if_match, stored.version)
    await service.remove(chain, mine, stored)
    return Response(status_code=204)
