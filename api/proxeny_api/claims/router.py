"""The doors of claims, of several outcomes each."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from proxeny_api import consent
from proxeny_api.claims import service
from proxeny_api.claims.schemas import ClaimCandidatePage, ClaimPage
from proxeny_api.doors import NOT_MODIFIED, READS, CityRef, NetworkRef, turn_of
from proxeny_api.pagination import CursorText, Limit
from proxeny_api.visits import IfNoneMatch, Reading

router = APIRouter(prefix="/v1", tags=["claims"])
Responses = READS | NOT_MODIFIED
Few = Annotated[int, Query(ge=1, le=100, description="How many a page holds at most, 1 to 100.", examples=[100])]


@router.get("/networks/{network}/claims", response_model=ClaimPage, responses=Responses)
async def list_claims(
    request: Request,
    network: NetworkRef,
    visit: Reading,
    over: Annotated[
        bool, Query(description="Only keys of which more than one is claimed; else all that several outcomes have.")
    ] = True,
    limit: Limit = 100,
    cursor: CursorText = None,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """List what several outcomes claim under one key, by key; for the network itself.

    Only outcomes on which the network stands and that are not private are listed and counted, of members that share
    records with it. Rejected and superseded ones claim nothing.
    """
    mine = consent.own_network(visit.principal, network)
    turn = turn_of(request, visit, cursor, if_none_match)
    return turn.answer(await service.claims(visit.connection, mine, turn.after, limit, over=over))


@router.get("/networks/{network}/claims/candidates", response_model=ClaimCandidatePage, responses=Responses)
async def list_claim_candidates(
    request: Request,
    network: NetworkRef,
    visit: Reading,
    limit: Few = 100,
    cursor: CursorText = None,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """List outcomes of different cities that may be the same, without a common key; for the network itself.

    They are found among those that members share records of, by the rule of a city's own duplicates. Only the cities
    can give them a common claim_key.
    """
    mine = consent.own_network(visit.principal, network)
    turn = turn_of(request, visit, cursor, if_none_match)
    return turn.answer(await service.candidates(visit.connection, mine, turn.after, limit, across=True))


@router.get("/cities/{city}/outcomes/duplicates", response_model=ClaimCandidatePage, responses=Responses)
async def list_outcome_duplicates(
    request: Request,
    city: CityRef,
    visit: Reading,
    limit: Few = 100,
    cursor: CursorText = None,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """List a city's outcomes that may be the same, without a common key; for the city itself.

    They are of one kind and month, of one amount and currency or, without an amount, of one quantity and unit, and
    their titles have at least four fifths of their trigrams in common. Nothing is merged by itself: give them a common
    claim_key where they are the same. Give each its own where they are not, or reject the one that is wrong, and they
    are not listed again.

    Where more than a hundred agree in all but their titles, each hundred next to each other by title is compared. A
    page may hold fewer than its limit although another follows.
    """
    mine = consent.own_city(visit.principal, city)
    turn = turn_of(request, visit, cursor, if_none_match)
    return turn.answer(await service.candidates(visit.connection, mine.id, turn.after, limit, across=False))
