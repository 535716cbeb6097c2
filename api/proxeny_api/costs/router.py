"""The doors of costs that stand on their own."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from proxeny_api.costs import service
from proxeny_api.costs.schemas import CostCreate, CostPatch, CostRead
from proxeny_api.doors import NOT_MODIFIED, READS, CityRef, turn_of
from proxeny_api.fields import Day, IdText
from proxeny_api.pagination import CursorText, Limit
from proxeny_api.record_doors import Kind, door_to_change, door_to_create, door_to_delete, door_to_read
from proxeny_api.shapes import page_of
from proxeny_api.visits import IfNoneMatch, Reading
from proxeny_api.vocabularies.codes import CostCategory

router = APIRouter(prefix="/v1/cities/{city}/costs", tags=["costs"])
CostPage = page_of("CostPage", CostRead)
COSTS = Kind(router, "/{cost_id}", CostCreate, CostPatch, CostRead, service, shared="records")

door_to_create(
    COSTS, "create_cost", "Record a cost of an engagement, of a membership, or of neither: the city's overhead."
)


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
    shown = await COSTS.city_shown(visit, city)
    filters = service.wanted(shown, category, engagement, first, last)
    turn = turn_of(request, visit, cursor, if_none_match)
    return turn.answer(await service.page(visit.connection, visit.principal, filters, turn.after, limit))


door_to_read(COSTS, "get_cost", "Read a cost.")
door_to_change(COSTS, "update_cost", "Change a cost by a merge patch.")
door_to_delete(COSTS, "delete_cost", "Remove a cost.")
