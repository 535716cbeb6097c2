"""The doors of engagements, but for the batch."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response

from proxeny_api import visits
from proxeny_api.consent import own_city
from proxeny_api.doors import NOT_MODIFIED, READS, REPLACES, CityRef, said, turn_of
from proxeny_api.engagements import service
from proxeny_api.engagements.schemas import EngagementCreate, EngagementPatch, EngagementRead, Sdg
from proxeny_api.engagements.service import Wanted
from proxeny_api.errors import FieldError, Invalid
from proxeny_api.fields import PRINTABLE, Day, Ref
from proxeny_api.pagination import CursorText, Limit
from proxeny_api.record_doors import Kind, door_to_change, door_to_create, door_to_delete, door_to_read
from proxeny_api.shapes import page_of
from proxeny_api.visits import Changing, IfMatch, IfNoneMatch, Reading
from proxeny_api.vocabularies.codes import EngagementKind, EngagementStatus, Theme, Visibility

router = APIRouter(prefix="/v1/cities/{city}/engagements", tags=["engagements"])
EngagementPage = page_of("EngagementPage", EngagementRead)
ENGAGEMENTS = Kind(
    router,
    "/{engagement_id:record}",
    EngagementCreate,
    EngagementPatch,
    EngagementRead,
    service,
    shared="records",
    patched=service.sayable,
)
ExternalIdPath = Annotated[
    str,
    Path(
        description="The engagement's id in the city's own system.",
        min_length=1,
        max_length=200,
        pattern=PRINTABLE,
        examples=["crm-2024-0117"],
    ),
]

door_to_create(ENGAGEMENTS, "create_engagement", "Record an engagement with its costs and outcomes.")


@router.get("", response_model=EngagementPage, responses=READS | NOT_MODIFIED)
async def list_engagements(
    request: Request,
    city: CityRef,
    visit: Reading,
    network: Annotated[Ref | None, Query(description="Only those with a share of this network.")] = None,
    kind: Annotated[EngagementKind | None, Query(description="Only those of this kind.")] = None,
    theme: Annotated[Theme | None, Query(description="Only those about this.")] = None,
    sdg: Annotated[Sdg | None, Query(description="Only those for this goal, its targets included.")] = None,
    first: Annotated[Day | None, Query(alias="from", description="Only those that start on this day or later.")] = None,
    last: Annotated[Day | None, Query(alias="to", description="Only those that start on this day or before.")] = None,
    status: Annotated[EngagementStatus | None, Query(description="Only those so far.")] = None,
    visibility: Annotated[Visibility | None, Query(description="Only those that so many may see.")] = None,
    text: Annotated[
        str | None,
        Query(min_length=1, max_length=200, pattern=PRINTABLE, description="Only those with these very words."),
    ] = None,
    limit: Limit = 100,
    cursor: CursorText = None,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """List a city's engagements in the order of their making; a network sees those on which it stands."""
    shown = await ENGAGEMENTS.city_shown(visit, city)
    wanted = Wanted(network, kind, theme, sdg, first, last, status, visibility, text)
    turn = turn_of(request, visit, cursor, if_none_match)
    return turn.answer(await service.page(visit.connection, visit.principal, shown, wanted, turn.after, limit))


@router.get("/by-external-id/{external_id:path}", response_model=EngagementRead, responses=READS | NOT_MODIFIED)
async def get_engagement_by_external_id(
    city: CityRef, external_id: ExternalIdPath, visit: Reading, if_none_match: IfNoneMatch = None
) -> Response:
    """Read an engagement by its id in the city's own system."""
    shown = await ENGAGEMENTS.city_shown(visit, city)
    stored = await service.read_by_external_id(visit.connection, shown, external_id)
    return visits.record(stored.body, stored.version, if_none_match)


@router.put("/by-external-id/{external_id:path}", response_model=EngagementRead, responses=REPLACES)
async def put_engagement_by_external_id(
    city: CityRef, external_id: ExternalIdPath, new: EngagementCreate, visit: Changing, if_match: IfMatch = None
) -> Response:
    """Create or replace an engagement by its id in the city's own system."""
    if new.external_id not in (None, external_id):
        wrong = FieldError(
            pointer="/external_id", code="external_id", message="It differs from the one in the address."
        )
        raise Invalid("The external_id of the body is not that of the address.", errors=[wrong])
    mine, chain = own_city(visit.principal, city), await visit.chain()
    if if_match is not None:
        before = await service.version_by_external_id(visit.connection, mine, external_id)
        visits.check_version(if_match, before)
    words = said(new)
    status, stored = await service.put(chain, mine, external_id, words)
    answer = visits.stored(stored.body, stored.version, words)
    if status == "created":
        answer.status_code = 201
        answer.headers["Location"] = f"/v1/cities/{mine.code}/engagements/{stored.id}"
    return answer


door_to_read(ENGAGEMENTS, "get_engagement", "Read an engagement with its costs and outcomes.")
door_to_change(
    ENGAGEMENTS,
    "update_engagement",
    "Change an engagement by a merge patch; costs and outcomes, where named, are replaced whole.",
)
door_to_delete(
    ENGAGEMENTS, "delete_engagement", "Remove an engagement, its costs, and the outcomes that only it may claim."
)
