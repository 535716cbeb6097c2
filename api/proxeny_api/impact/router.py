"""The doors of impact."""

from hashlib import sha256
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from pydantic_core import to_json

from proxeny_api import consent, visits
from proxeny_api.doors import NOT_MODIFIED, READS, CityRef, NetworkRef
from proxeny_api.errors import BadRequest, FieldError
from proxeny_api.fields import Currency, Day, as_day
from proxeny_api.impact import service
from proxeny_api.impact.queries import GroupBy, Period
from proxeny_api.impact.schemas import Impact, MemberImpactPage
from proxeny_api.impact.service import Asked
from proxeny_api.pagination import CursorText, Limit, question_of
from proxeny_api.rates.book import Policy, published_to
from proxeny_api.visits import IfNoneMatch, Reading

router = APIRouter(prefix="/v1", tags=["impact"])
METHOD: Literal["cash@1"] = "cash@1"
Responses = READS | NOT_MODIFIED


async def asked(
    group_by: Annotated[GroupBy, Query(description="What the groups are.", examples=["network"])] = "none",
    first: Annotated[Day | None, Query(alias="from", description="Only what is dated this day or later.")] = None,
    last: Annotated[Day | None, Query(alias="to", description="Only what is dated this day or before.")] = None,
    currency: Annotated[
        Currency | None, Query(description="Of every money figure; the city's own, for networks EUR, where left out.")
    ] = None,
    policy: Annotated[
        Policy, Query(description="What to do on a day without a rate: take the last of seven days, or none.")
    ] = "last_known",
    method: Annotated[Literal["cash@1"], Query(description="Name and version of the method.")] = METHOD,
) -> Asked:
    """Return what is asked for; the currency is empty where none is named."""
    period = Period(as_day(first), as_day(last))
    if period.first and period.last and period.last < period.first:
        raise _refusal("to", "period", "to may not lie before from.")
    return Asked(group_by, period, currency or "", policy, method)


Question = Annotated[Asked, Depends(asked)]


@router.get("/cities/{city}/impact", response_model=Impact, responses=Responses)
async def get_city_impact(
    request: Request, city: CityRef, question: Question, visit: Reading, if_none_match: IfNoneMatch = None
) -> Response:
    """Tell what a city spent and what came of it; a network sees its own part, where the city shares indicators."""
    shown = await consent.shared_city(visit.connection, visit.principal, city, "indicators")
    wanted = question._replace(currency=question.currency or shown.currency)
    if visit.principal.kind == "network":
        return _figure(await service.of_city(visit.connection, visit.principal, shown, wanted), if_none_match)
    position = await service.version(visit.connection, shown)
    tag = _tag(position, request.url.query)
    if visits.matches(if_none_match, tag):
        return Response(status_code=304, headers={"ETag": tag})
    return visits.figure(to_json(await service.of_city(visit.connection, visit.principal, shown, wanted)), tag)


@router.get("/networks/{network}/impact", response_model=Impact, responses=Responses)
async def get_network_impact(
    network: NetworkRef, question: Question, visit: Reading, if_none_match: IfNoneMatch = None
) -> Response:
    """Tell what a network brought its members, over those that consent."""
    mine = consent.own_network(visit.principal, network)
    wanted = question._replace(currency=question.currency or "EUR")
    code = str(visit.principal.code)
    return _figure(await service.of_network(visit.connection, mine, code, wanted), if_none_match)


@router.get("/networks/{network}/members/impact", response_model=MemberImpactPage, responses=Responses)
async def list_member_impacts(
    request: Request,
    network: NetworkRef,
    question: Question,
    visit: Reading,
    limit: Limit = 100,
    cursor: CursorText = None,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Tell what the network brought each member that shares its own indicators, by code."""
    mine = consent.own_network(visit.principal, network)
    if question.group_by != "none":
        raise _refusal("group_by", "group_by", "Members are a grouping of their own; leave group_by out.")
    wanted = question._replace(currency=question.currency or "EUR")
    pages = question_of(request, visit.principal)
    after = pages.open(cursor)[0] if cursor else None
    items, position = await service.of_members(visit.connection, mine, wanted, after, limit)
    following = pages.seal([position]) if position else None
    body = to_json({"items": items, "next_cursor": following})
    answer = visits.figure(body, visits.weak(body), if_none_match)
    if following:
        answer.headers["Link"] = visits.link(request.url, following)
    return answer


def _refusal(name: str, code: str, message: str) -> BadRequest:
    return BadRequest(message, errors=[FieldError(pointer=f"/query/{name}", code=code, message=message)])


def _figure(body: dict[str, Any], if_none_match: str | None) -> Response:
    """Answer figures under an ETag that leaves out when they were asked for."""
    tag = visits.weak(to_json({name: value for name, value in body.items() if name != "as_of"}))
    return visits.figure(to_json(body), tag, if_none_match)


def _tag(position: int, query: str) -> str:
    """Return the ETag of a city's figures, known from the chain's position and the newest rates before any is made."""
    asked_of = f"{query} {published_to()}"
    return f'W/"{position}-{sha256(asked_of.encode()).hexdigest()[:16]}"'
