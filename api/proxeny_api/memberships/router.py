"""The doors of memberships."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from proxeny_api.doors import NOT_MODIFIED, READS, CityRef, turn_of
from proxeny_api.fields import Ref
from proxeny_api.memberships import service
from proxeny_api.memberships.schemas import MembershipCreate, MembershipPatch, MembershipRead
from proxeny_api.pagination import CursorText, Limit
from proxeny_api.record_doors import Kind, door_to_change, door_to_create, door_to_delete, door_to_read
from proxeny_api.shapes import page_of
from proxeny_api.visits import IfNoneMatch, Reading

router = APIRouter(prefix="/v1/cities/{city}/memberships", tags=["memberships"])
MembershipPage = page_of("MembershipPage", MembershipRead)
MEMBERSHIPS = Kind(
    router, "/{membership_id}", MembershipCreate, MembershipPatch, MembershipRead, service, shared="totals"
)

door_to_create(
    MEMBERSHIPS,
    "create_membership",
    "Record that the city is or was in a network, and what it consents to share there.",
)


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
    shown = await MEMBERSHIPS.city_shown(visit, city)
    turn = turn_of(request, visit, cursor, if_none_match)
    return turn.answer(await service.page(visit.connection, visit.principal, shown, network, turn.after, limit))


door_to_read(MEMBERSHIPS, "get_membership", "Read a membership.")
door_to_change(
    MEMBERSHIPS,
    "update_membership",
    "Change a membership by a merge patch; less sharing holds from the network's next request.",
)
door_to_delete(
    MEMBERSHIPS,
    "delete_membership",
    "Remove a membership that was recorded by mistake; one that ended gets its `left_on` instead.",
)
