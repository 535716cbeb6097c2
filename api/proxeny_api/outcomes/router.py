"""The doors of outcomes that stand on their own."""

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
from proxeny_api.fields import Day, IdText
from proxeny_api.merge import merged
from proxeny_api.outcomes import service
from proxeny_api.outcomes.schemas import OutcomeCreate, OutcomePatch, OutcomeRead
from proxeny_api.pagination import CursorText, Limit, question_of
from proxeny_api.shapes import page_of
from proxeny_api.visits import Changing, IfMatch, IfNoneMatch, Reading, Writing
from proxeny_api.vocabularies.codes import OutcomeKind, OutcomeStatus

router = APIRouter(prefix="/v1/cities/{city}/outcomes", tags=["outcomes"])
OutcomePage = page_of("OutcomePage", OutcomeRead)


@router.post("", status_code=201, response_model=OutcomeRead, responses=CREATES)
async def create_outcome(city: CityRef, new: OutcomeCreate, visit: Writing) -> Response:
    """Record what changed in the city, and which engagements may claim how much of it."""
    mine = own_city(visit.principal, city)
    stored = await service.store(await visit.chain(), mine, said(new), None)
    return await visits.created(visit, stored.body, stored.version, f"/v1/cities/{mine.code}/outcomes/{stored.id}")


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
    shown = await consent.shared_city(visit.connection, visit.principal, city, "records")
    question = question_of(request, visit.principal)
    filters = service.wanted(shown, kind, status, engagement, first, last)
    after = question.open(cursor) if cursor else None
    listed = await service.page(visit.connection, visit.principal, filters, after, limit)
    return answer_page(request, question, listed, if_none_match)


@router.get("/{outcome_id:record}", response_model=OutcomeRead, responses=READS | NOT_MODIFIED)
async def get_outcome(
    city: CityRef, outcome_id: RecordId, visit: Reading, if_none_match: IfNoneMatch = None
) -> Response:
    """Read an outcome."""
    shown = await consent.shared_city(visit.connection, visit.principal, city, "records")
    stored = await service.read(visit.connection, shown, UUID(outcome_id))
    return visits.record(stored.body, stored.version, if_none_match)


@router.patch("/{outcome_id:record}", response_model=OutcomeRead, responses=CHANGES)
async def update_outcome(
    city: CityRef, outcome_id: RecordId, changes: OutcomePatch, visit: Changing, if_match: IfMatch = None
) -> Response:
    """Change an outcome by a merge patch."""
    mine, chain = own_city(visit.principal, city), await visit.chain()
    stored = await service.read(visit.connection, mine, UUID(outcome_id))
    visits.check_version(if_match, stored.version)
    content = merged(OutcomeCreate, json.loads(stored.body), changed(changes))
    stored = await service.store(chain, mine, content, stored)
    return visits.record(stored.body, stored.version)


@router.delete("/{outcome_id:record}", status_code=204, responses=DROPS)
async def delete_outcome(city: CityRef, outcome_id: RecordId, visit: Changing, if_match: IfMatch = None) -> Response:
    """Remove an outcome."""
    mine, chain = own_city(visit.principal, city), await visit.chain()
    stored = await service.read(visit.connection, mine, UUID(outcome_id))
    visits.check_version(if_match, stored.version)
    await service.remove(chain, mine, stored)
    return Response(status_code=204)
