"""The doors of the catalogue: open to everybody, and the same for everybody for an hour."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import Response

from proxeny_api import visits
from proxeny_api.catalogue import service
from proxeny_api.catalogue.schemas import (
    Indicator,
    IndicatorPage,
    Method,
    MethodPage,
    Rate,
    RatePage,
    Vocabulary,
    VocabularyPage,
)
from proxeny_api.doors import NOT_MODIFIED, PUBLIC, answer_page
from proxeny_api.fields import Day
from proxeny_api.http.query import check_query
from proxeny_api.pagination import CursorText, Limit, page, question_of
from proxeny_api.principals import PUBLIC as ANYBODY
from proxeny_api.rates.book import Policy
from proxeny_api.visits import IfNoneMatch

CACHED = "public, max-age=3600"
SEEN = PUBLIC | NOT_MODIFIED
router = APIRouter(prefix="/v1", tags=["catalogue"], dependencies=[Depends(check_query)])

CurrencyPath = Annotated[
    str, Path(description="The currency, ISO 4217.", pattern="^[A-Z]{3}$", max_length=3, examples=["USD"])
]
CurrencyQuery = Annotated[
    str, Query(description="Whose rates, ISO 4217.", pattern="^[A-Z]{3}$", max_length=3, examples=["USD"])
]


@router.get("/vocabularies", response_model=VocabularyPage, responses=SEEN)
async def list_vocabularies(if_none_match: IfNoneMatch = None) -> Response:
    """List all lists of codes that records are described with, by name."""
    return _answer(page(list(service.vocabularies().values()), None), if_none_match)


@router.get("/vocabularies/{vocabulary}", response_model=Vocabulary, responses=SEEN)
async def get_vocabulary(
    vocabulary: Annotated[
        str, Path(description="The list's name.", pattern="^[a-z_]+$", max_length=63, examples=["outcome_kind"])
    ],
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Read one list of codes with its English labels."""
    return _answer(service.entry(service.vocabularies(), vocabulary, "vocabulary"), if_none_match)


@router.get("/indicators", response_model=IndicatorPage, responses=SEEN)
async def list_indicators(if_none_match: IfNoneMatch = None) -> Response:
    """List all indicators with formula, unit and source, in the order in which figures have them."""
    return _answer(page(list(service.indicators().values()), None), if_none_match)


@router.get("/indicators/{indicator}", response_model=Indicator, responses=SEEN)
async def get_indicator(
    indicator: Annotated[
        str, Path(description="The indicator's name.", pattern="^[a-z0-9_.]+$", max_length=100, examples=["roi"])
    ],
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Read what one indicator means and how it comes about."""
    return _answer(service.entry(service.indicators(), indicator, "indicator"), if_none_match)


@router.get("/methods", response_model=MethodPage, responses=SEEN)
async def list_methods(if_none_match: IfNoneMatch = None) -> Response:
    """List all methods by which figures are made of records."""
    return _answer(page(list(service.methods().values()), None), if_none_match)


@router.get("/methods/{method}", response_model=Method, responses=SEEN)
async def get_method(
    method: Annotated[
        str,
        Path(
            description="Name and version of the method.",
            pattern="^[a-z0-9-]+@[0-9]+$",
            max_length=100,
            examples=["cash@1"],
        ),
    ],
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Read one version of a method: what it has chosen, and what to know before relying on it."""
    return _answer(service.entry(service.methods(), method, "method"), if_none_match)


@router.get("/rates", response_model=RatePage, responses=SEEN)
async def list_rates(
    request: Request,
    currency: CurrencyQuery,
    first: Annotated[Day | None, Query(alias="from", description="Only those of this day or later.")] = None,
    last: Annotated[Day | None, Query(alias="to", description="Only those of this day or before.")] = None,
    limit: Limit = 100,
    cursor: CursorText = None,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """List what one euro was worth in a currency on each day with a rate, the newest first."""
    question = question_of(request, ANYBODY)
    before = question.open(cursor)[0] if cursor else None
    listed = service.rates(currency, first, last, before, limit)
    return _cached(answer_page(request, question, listed, if_none_match))


@router.get("/rates/{currency}/{day}", response_model=Rate, responses=SEEN)
async def get_rate(
    currency: CurrencyPath,
    day: Annotated[Day, Path(description="The day, from 1900 to 2100.")],
    policy: Annotated[
        Policy,
        Query(
            description="`last_known` takes the last rate of up to seven days before; `strict` that day's or none.",
            examples=["last_known"],
        ),
    ] = "last_known",
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Read what one euro was worth in a currency on a day; 404 with the code `no_rate` where that is not known."""
    return _answer(service.rate(currency, day, policy), if_none_match)


def _answer(body: bytes, if_none_match: str | None) -> Response:
    return _cached(visits.figure(body, visits.weak(body), if_none_match))


def _cached(response: Response) -> Response:
    response.headers["Cache-Control"] = CACHED
    return response
