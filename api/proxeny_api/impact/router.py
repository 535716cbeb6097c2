"""The doors of impact."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response
from pydantic_core import to_json

from proxeny.indicators import catalogue
from proxeny.indicators.lineage import to_csv
from proxeny_api import consent, visits
from proxeny_api.doors import KEYED, NOT_MODIFIED, CityRef, NetworkRef
from proxeny_api.errors import Gone, NotFound, UriTooLong, documented
from proxeny_api.impact import service, tracing, version
from proxeny_api.impact.asked import Asked
from proxeny_api.impact.question import Put, QuestionPut, near, refusal
from proxeny_api.impact.schemas import Impact, Lineage, MemberImpactPage, Tornado
from proxeny_api.impact.waiting import until_settled
from proxeny_api.methods.service import method_named
from proxeny_api.pagination import CursorText, Limit, question_of
from proxeny_api.records.state import CityKnown
from proxeny_api.visits import IfNoneMatch, Reading, Visit

router = APIRouter(prefix="/v1", tags=["impact"])
# A question may name so many indicators, and so at length, that its address is too long.
READS = documented(*KEYED, Gone, UriTooLong)
Responses = READS | NOT_MODIFIED
INDICATOR = r"^[a-z_]+(\.[a-z_0-9]+)*$"
IndicatorId = Annotated[
    str, Path(description="The indicator's id.", pattern=INDICATOR, max_length=80, examples=["sroi"])
]


async def _wait(request: Request, visit: Visit, question: Put) -> None:
    """Wait for writes that may be of the instant asked for, before anything is read."""
    await until_settled(request.app.state.database, visit.principal, question.asked.as_of)


@router.get("/cities/{city}/impact", response_model=Impact, responses=Responses)
async def get_city_impact(
    request: Request, city: CityRef, question: QuestionPut, visit: Reading, if_none_match: IfNoneMatch = None
) -> Response:
    """Tell what a city spent and what came of it; a network sees its own part, where the city shares indicators."""
    await _wait(request, visit, question)
    shown = await consent.shared_city(visit.connection, visit.principal, city, "indicators")
    asked = await _settled(visit, shown, question)

    async def made() -> dict[str, Any]:
        return await service.of_city(visit.connection, visit.principal, shown, asked)

    return await _known(request, visit, shown.id, asked, if_none_match, made)


@router.get("/networks/{network}/impact", response_model=Impact, responses=Responses)
async def get_network_impact(
    request: Request,
    network: NetworkRef,
    question: QuestionPut,
    visit: Reading,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Tell what a network brought its members, over those that consent."""
    await _wait(request, visit, question)
    mine = consent.own_network(visit.principal, network)
    asked = await _settled(visit, None, question)

    async def made() -> dict[str, Any]:
        return await service.of_network(visit.connection, mine, str(visit.principal.code), asked)

    return await _known(request, visit, mine, asked, if_none_match, made)


@router.get("/networks/{network}/members/impact", response_model=MemberImpactPage, responses=Responses)
async def list_member_impacts(
    request: Request,
    network: NetworkRef,
    question: QuestionPut,
    visit: Reading,
    limit: Limit = 100,
    cursor: CursorText = None,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Tell what the network brought each member that shares its own indicators, by code."""
    await _wait(request, visit, question)
    mine = consent.own_network(visit.principal, network)
    asked = await _settled(visit, None, question)
    if asked.group_by != "none":
        raise refusal("group_by", "group_by", "Members are a grouping of their own; leave group_by out.")
    pages = question_of(request, visit.principal)
    after = pages.open(cursor)[0] if cursor else None
    tag = version.tag(asked.standing.version, request.url.query)
    if visits.matches(if_none_match, tag):
        return Response(status_code=304, headers={"ETag": tag})
    items, position = await service.of_members(visit.connection, mine, asked, after, limit)
    following = pages.seal([position]) if position else None
    answer = visits.figure(to_json({"items": items, "next_cursor": following}), tag)
    if following:
        answer.headers["Link"] = visits.link(request.url, following)
    return answer


@router.get("/cities/{city}/impact/tornado", response_model=Tornado, responses=READS)
async def get_tornado(request: Request, city: CityRef, question: QuestionPut, visit: Reading) -> Response:
    """Tell what a city's social return hangs on most: how far it swings with each thing that is not known for sure."""
    await _wait(request, visit, question)
    shown = await consent.shared_city(visit.connection, visit.principal, city, "indicators")
    asked = await _settled(visit, shown, question)
    found = await tracing.swings(visit.connection, shown, _viewer(visit), asked)
    return Response(to_json(found), media_type=visits.JSON)


@router.get(
    "/cities/{city}/impact/{indicator}/lineage",
    response_model=Lineage,
    responses=READS
    | {200: {"content": {"text/csv": {"schema": {"type": "string"}, "example": "kind,record,version,weight"}}}},
)
async def get_lineage(
    request: Request,
    city: CityRef,
    indicator: IndicatorId,
    question: QuestionPut,
    visit: Reading,
    group: Annotated[
        str | None,
        Query(
            description="Of one group by its key, `unallocated` or `overhead`.",
            min_length=1,
            max_length=64,
            examples=["c40"],
        ),
    ] = None,
    format: Annotated[Literal["json", "csv"], Query(description="As JSON, or as a table.")] = "json",
) -> Response:
    """Tell everything that one figure is made of: every record, weight, rate and step, so that it can be made again.

    A network sees that of its own part, where the city shares its records.
    """
    await _wait(request, visit, question)
    shown = await consent.shared_city(visit.connection, visit.principal, city, "records")
    known = [definition.id for definition in catalogue()]
    if indicator not in known:
        raise NotFound(f"No indicator {indicator}.{near(indicator, known)}")
    if group is not None and question.asked.group_by == "none":
        raise refusal("group", "group", "A group is one of those that group_by makes.")
    asked = await _settled(visit, shown, question)
    found = await tracing.lineage(visit.connection, shown, _viewer(visit), asked, indicator, group)
    if format == "csv":
        return Response(to_csv(found), media_type="text/csv; charset=utf-8")
    return Response(to_json(found), media_type=visits.JSON)


async def _settled(visit: Visit, city: CityKnown | None, question: Put) -> Asked:
    """Return the question with its currency, method and what is known; raises BadRequest for an unknown method."""
    owner = city.id if city is not None and visit.principal.kind == "city" else None
    try:
        method = await method_named(visit.connection, owner, question.method_id)
    except NotFound as error:
        raise refusal("method", "method", str(error)) from None
    currency = question.asked.currency or ("EUR" if city is None else city.currency)
    standing = await version.of_records(visit.connection, visit.principal, None if city is None else city.id)
    asked = question.asked._replace(currency=currency, method=method, standing=standing)
    return asked if asked.as_of else asked._replace(observed_on=standing.today or asked.observed_on)


def _viewer(visit: Visit) -> UUID | None:
    return visit.principal.owner_id if visit.principal.kind == "network" else None


async def _known(
    request: Request,
    visit: Visit,
    subject: UUID,
    asked: Asked,
    if_none_match: str | None,
    made: Callable[[], Awaitable[dict[str, Any]]],
) -> Response:
    """Answer figures under an ETag of what they rest on: 304, or as they were made before, or made now."""
    tag = version.tag(asked.standing.version, request.url.path, request.url.query)
    if visits.matches(if_none_match, tag):
        return Response(status_code=304, headers={"ETag": tag})
    answers: version.Answers = request.app.state.answers
    key = (visit.principal.kind, visit.principal.owner_id, subject, tag)
    body = answers.get(key)
    if body is None:
        body = to_json(await made())
        answers.put(key, body)
    return visits.figure(body, tag)
