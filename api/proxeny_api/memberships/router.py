"""The doors of memberships."""

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
from proxeny_api.fields import Ref
from proxeny_api.memberships import service
from proxeny_api.memberships.schemas import MembershipCreate, MembershipPatch, MembershipRead
from proxeny_api.merge import merged
from proxeny_api.pagination import CursorText, Limit, question_of
from proxeny_api.shapes import page_of
from proxeny_api.visits import Changing, IfMatch, IfNoneMatch, Reading, Writing

router = APIRouter(prefix="/v1/cities/{city}/memberships", tags=["memberships"])
MembershipPage = page_of("MembershipPage", MembershipRead)


@router.post("", status_code=201, response_model=MembershipRead, responses=CREATES)
async def create_membership(city: CityRef, new: MembershipCreate, visit: Writing) -> Response:
    """Record that the city is or was in a network, and what it consents to share there."""
    mine = own_city(visit.principal, city)
    stored = await service.create(await visit.chain(), mine, said(new))
    return await visits.created(visit, stored.body, stored.version, f"/v1/cities/{mine.code}/memberships/{stored.id}")


@router.get("", response_model=MembershipPage, responses=READS | NOT_MODIFIED)
async def list_memberships(
    request: Request,
    city: CityRef,
    visit: Reading,
    network: Annotated[Ref | None, Query(description="Only those of this network, by id or code.")] = None,
    limit: Limit = 100,
    cursor: CursorText = None,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """List a city's memberships; a network sees its own ones that share anything."""
    shown = await consent.shared_city(visit.connection, visit.principal, city, "totals")
    question = question_of(request, visit.principal)
    after = question.open(cursor) if cursor else None
    listed = await service.page(visit.connection, visit.principal, shown, network, after, limit)
    return answer_page(request, question, listed, if_none_match)


@router.get("/{membership_id}", response_model=MembershipRead, responses=READS | NOT_MODIFIED)
async def get_membership(
    city: CityRef, membership_id: RecordId, visit: Reading, if_none_match: IfNoneMatch = None
) -> Response:
    """Read a membership."""
    shown = await consent.shared_city(visit.connection, visit.principal, city, "totals")
    stored = await service.read(visit.connection, shown, UUID(membership_id))
    return visits.record(stored.body, stored.version, if_none_match)


@router.patch("/{membership_id}", response_model=MembershipRead, responses=CHANGES)
async def update_membership(
    city: CityRef, membership_id: RecordId, changes: MembershipPatch, visit: Changing, if_match: IfMatch = None
) -> Response:
    """Change a membership by a merge patch; less sharing holds from the network's next request."""
    mine, chain = own_city(visit.principal, city), await visit.chain()
    stored = await service.read(visit.connection, mine, UUID(membership_id))
    visits.check_version(if_match, stored.version)
    content = merged(MembershipCreate, json.loads(stored.body), changed(changes))
    stored = await service.change(chain, mine, stored, content)
    return visits.record(stored.body, stored.version)


@router.delete("/{membership_id}", status_code=204, responses=DROPS)
async def delete_membership(
    city: CityRef, membership_id: RecordId, visit: Changing, if_match: IfMatch = None
) -> Response:
    """Remove a membership that was recorded by mistake; one that ended gets its `left_on` instead."""
    mine, chain = own_city(visit.principal, city), await visit.chain()
    stored = await service.read(visit.connection, mine, UUID(membership_id))
    visits.check_version(if_match, stored.version)
    await service.remove(chain, mine, stored)
    return Response(status_code=204)
