"""The doors of yearly budgets, which the city alone sees."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from proxeny_api.budgets import service
from proxeny_api.budgets.schemas import BudgetCreate, BudgetPatch, BudgetRead
from proxeny_api.doors import NOT_MODIFIED, READS, CityRef, turn_of
from proxeny_api.fields import Year
from proxeny_api.pagination import CursorText, Limit
from proxeny_api.record_doors import Kind, door_to_change, door_to_create, door_to_delete, door_to_read
from proxeny_api.shapes import page_of
from proxeny_api.visits import IfNoneMatch, Reading

router = APIRouter(prefix="/v1/cities/{city}/budgets", tags=["budgets"])
BudgetPage = page_of("BudgetPage", BudgetRead)
BUDGETS = Kind(router, "/{budget_id}", BudgetCreate, BudgetPatch, BudgetRead, service, shared=None)

door_to_create(BUDGETS, "create_budget", "Record what the city is to spend in a year.")


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
    mine = await BUDGETS.city_shown(visit, city)
    turn = turn_of(request, visit, cursor, if_none_match)
    return turn.answer(await service.page(visit.connection, mine, year, turn.after, limit))


door_to_read(BUDGETS, "get_budget", "Read a yearly budget.")
door_to_change(BUDGETS, "update_budget", "Change a yearly budget by a merge patch; what it was stays in the ledger.")
door_to_delete(BUDGETS, "delete_budget", "Remove a yearly budget.")
