"""The doors of rates and price indices: loaded by the operator, open to everybody."""

from collections.abc import Sequence
from typing import Annotated

import orjson
from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response

from proxeny_api import visits
from proxeny_api.doors import CREATES, NOT_MODIFIED, PUBLIC, answer_page
from proxeny_api.errors import FieldError, Invalid
from proxeny_api.fields import Day
from proxeny_api.http.shapes import MOST_ERRORS
from proxeny_api.ledger.chain import instant
from proxeny_api.pagination import CursorText, Limit, question_of
from proxeny_api.rates.book import Policy
from proxeny_api.references import loading, rules, service
from proxeny_api.references.loading import Stored
from proxeny_api.references.rules import Fault
from proxeny_api.references.schemas import Loaded, PriceIndexPage, PriceIndicesLoad, Rate, RatePage, RatesLoad
from proxeny_api.visits import IfNoneMatch, OpenToAll, Visit, Writing

# What was loaded is to be seen soon, and costs little to ask for again.
CACHED = "public, max-age=60"
SEEN = PUBLIC | NOT_MODIFIED
router = APIRouter(prefix="/v1")

CurrencyPath = Annotated[
    str, Path(description="The currency, ISO 4217.", pattern="^[A-Z]{3}$", max_length=3, examples=["USD"])
]
CurrencyQuery = Annotated[
    str, Query(description="Which currency's, ISO 4217.", pattern="^[A-Z]{3}$", max_length=3, examples=["USD"])
]


@router.post("/rates", status_code=201, response_model=Loaded, responses=CREATES, tags=["references"])
async def load_rates(load: RatesLoad, visit: Writing) -> Response:
    """Load rates of exchange, all or none; for the operator's keys.

    They count where the European Central Bank has none. A rate that is there is replaced from now on and kept for
    figures as they stood before; one that says the same is left unchanged.
    """
    visit.must_be("operator")
    _check(rules.of_rates(load.rates), "rates")
    stored = await loading.rates(await visit.chain(), load.source, load.rates)
    return await _loaded(visit, stored, f"/v1/rates?currency={load.rates[0].currency}")


@router.get("/rates", response_model=RatePage, responses=SEEN, tags=["catalogue"])
async def list_rates(
    request: Request,
    visit: OpenToAll,
    currency: CurrencyQuery,
    first: Annotated[Day | None, Query(alias="from", description="Only those of this day or later.")] = None,
    last: Annotated[Day | None, Query(alias="to", description="Only those of this day or before.")] = None,
    limit: Limit = 100,
    cursor: CursorText = None,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """List what one euro was worth in a currency on each day with a rate, the newest first."""
    question = question_of(request, visit.principal)
    before = question.open(cursor)[0] if cursor else None
    listed = await service.rates(visit.connection, currency, first, last, before, limit)
    return _cached(answer_page(request, question, listed, if_none_match))


@router.get("/rates/{currency}/{day}", response_model=Rate, responses=SEEN, tags=["catalogue"])
async def get_rate(
    visit: OpenToAll,
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
    body = await service.rate(visit.connection, currency, day, policy)
    return _cached(visits.figure(body, visits.weak(body), if_none_match))


@router.post("/price-indices", status_code=201, response_model=Loaded, responses=CREATES, tags=["references"])
async def load_price_indices(load: PriceIndicesLoad, visit: Writing) -> Response:
    """Load price indices by currency and year, all or none; for the operator's keys.

    An index that is there is replaced from now on and kept for figures as they stood before.
    """
    visit.must_be("operator")
    chain = await visit.chain()
    standing = await loading.standing(visit.connection, load.indices)
    _check(rules.of_indices(load.indices, load.base or load.source, standing), "indices")
    stored = await loading.indices(chain, load.source, load.base, load.indices)
    return await _loaded(visit, stored, f"/v1/price-indices?currency={load.indices[0].currency}")


@router.get("/price-indices", response_model=PriceIndexPage, responses=SEEN, tags=["catalogue"])
async def list_price_indices(
    request: Request,
    visit: OpenToAll,
    currency: CurrencyQuery,
    limit: Limit = 100,
    cursor: CursorText = None,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """List the level of prices in a currency, year by year, the newest first."""
    question = question_of(request, visit.principal)
    before = int(question.open(cursor)[0]) if cursor else None
    listed = await service.indices(visit.connection, currency, before, limit)
    return _cached(answer_page(request, question, listed, if_none_match))


def _check(faults: Sequence[Fault], rows: str) -> None:
    """Raise Invalid with each row's fault; a load is stored as a whole or not at all."""
    if not faults:
        return
    errors = [
        FieldError(pointer=f"/{rows}/{fault.place}/{fault.member}", code=fault.code, message=fault.message)
        for fault in faults[:MOST_ERRORS]
    ]
    raise Invalid(f"{len(faults):,} of the {rows} cannot be loaded; nothing was.", errors=errors)


async def _loaded(visit: Visit, stored: Stored, where: str) -> Response:
    at = stored.loaded_at and instant(stored.loaded_at)
    body = orjson.dumps({"loaded": stored.loaded, "unchanged": stored.unchanged, "loaded_at": at})
    return await visits.answered(visit, 201, body, {"ETag": visits.weak(body), "Location": where})


def _cached(response: Response) -> Response:
    response.headers["Cache-Control"] = CACHED
    return response
