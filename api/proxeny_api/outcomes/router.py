"""The doors of outcomes that stand on their own."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from proxeny_api.doors import NOT_MODIFIED, READS, CityRef, turn_of
from proxeny_api.fields import Day, IdText
from proxeny_api.outcomes import service
from proxeny_api.outcomes.schemas import OutcomeCreate, OutcomePatch, OutcomeRead
from proxeny_api.pagination import CursorText, Limit
from proxeny_api.record_doors import Kind, door_to_change, door_to_create, door_to_delete, door_to_read
from proxeny_api.shapes import page_of
from proxeny_api.visits import IfNoneMatch, Reading
from proxeny_api.vocabularies.codes import OutcomeKind, OutcomeStatus

router = APIRouter(prefix="/v1/cities/{city}/outcomes", tags=["outcomes"])
OutcomePage = page_of("OutcomePage", OutcomeRead)
OUTCOMES = Kind(router, "/{outcome_id:record}", OutcomeCreate, OutcomePatch, OutcomeRead, service, shared="records")

door_to_create(
    OUTCOMES, "create_outcome", "Record what changed in the city, and which engagements may claim how much of it."
)


@router.get("", response_model=OutcomePage, responses=READS | NOT_MODIFIED)
async def list_outcomes(
    request: Request,
    city: CityRef,
    visit: Reading,
    kind: Annotated[OutcomeKind | None, Query(description="Only those of this kind.")] = None,
    status: Annotated[OutcomeStatus | None, Query(description="Only those so sure.")] = None,
    engagement: Annotated[IdText | None, Query(description="Only those that this engagement may claim.")] = None,
    first: Annotated[Day | None, Query(alias="from", description="Only those of this day or later.")] = None,
    last: Annotated[Day | None, Query(alias="to", description="Only those of this day or before.")] = None,
    limit: Limit = 100,
    cursor: CursorText = None,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """List a city's outcomes; a network sees those on which it stands."""
    shown = await OUTCOMES.city_shown(visit, city)
    filters = service.wanted(shown, kind, status, engagement, first, last)
    turn = turn_of(request, visit, cursor, if_none_match)
    return turn.answer(await service.page(visit.connection, visit.principal, filters, turn.after, limit))


door_to_read(OUTCOMES, "get_outcome", "Read an outcome.")
door_to_change(OUTCOMES, "update_outcome", "Change an outcome by a merge patch.")
door_to_delete(OUTCOMES, "delete_outcome", "Remove an outcome.")
