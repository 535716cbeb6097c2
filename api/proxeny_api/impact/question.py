"""What may be asked of impact in an address, and the refusals of what may not."""

import re
from datetime import UTC, datetime
from decimal import Decimal
from difflib import get_close_matches
from typing import Annotated, NamedTuple

from fastapi import Depends, Query
from pydantic import WithJsonSchema

from proxeny.indicators import catalogue
from proxeny.indicators.intervals import ShareInterval
from proxeny.indicators.methods import DEFAULT, SHIPPED
from proxeny.indicators.subjects import DRAWS, SEED
from proxeny_api.errors import BadRequest, FieldError
from proxeny_api.fields import Currency, Day, Year, as_day, now
from proxeny_api.impact.asked import Asked
from proxeny_api.impact.queries import GroupBy, Period
from proxeny_api.rates.book import Policy

METHOD_ID = r"^[a-z0-9]+(-[a-z0-9]+)*@[1-9][0-9]{0,8}$"
LEVEL = r"^0\.[0-9]{1,4}$"
INDICATORS = r"^[a-z_.0-9]+(,[a-z_.0-9]+)*$"
INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?(Z|[+-]\d{2}:\d{2})")
MOST_DRAWS = 100_000


class Put(NamedTuple):
    """A question as it was put, its method not looked up yet."""

    asked: Asked
    method_id: str


def refusal(name: str, code: str, message: str) -> BadRequest:
    """Return the refusal of a query parameter."""
    return BadRequest(message, errors=[FieldError(pointer=f"/query/{name}", code=code, message=message)])


def _period(first: str | None, last: str | None) -> Period:
    period = Period(as_day(first), as_day(last))
    if period.first and period.last and period.last < period.first:
        raise refusal("to", "period", "to may not lie before from.")
    return period


def _instant(written: str | None) -> datetime | None:
    """Return the instant that a text is; raises BadRequest for what is none, and for one still to come."""
    if written is None:
        return None
    try:
        instant = datetime.fromisoformat(written) if INSTANT.fullmatch(written) else None
    except ValueError:
        instant = None
    if instant is None:
        hint = "as_of is an instant such as 2026-11-23T10:00:00Z; a plus sign is written %2B."
        raise refusal("as_of", "instant", hint)
    if instant.year < 1900:
        raise refusal("as_of", "instant", "as_of lies in 1900 or later.")
    if instant > now():
        raise refusal("as_of", "instant", "as_of may not lie ahead: what will be recorded is not known.")
    return instant.astimezone(UTC)


def _indicators(written: str | None) -> tuple[str, ...] | None:
    if written is None:
        return None
    known = [definition.id for definition in catalogue()]
    wanted = tuple(dict.fromkeys(written.split(",")))
    for id in wanted:
        if id not in known:
            raise refusal("indicators", "indicator", f"No indicator {id}.{near(id, known)}")
    return tuple(id for id in known if id in wanted)


def near(word: str, known: list[str]) -> str:
    """Return a hint at the known word that is nearest, where one is near."""
    close = get_close_matches(word, known, 1)
    return f" Is {close[0]} meant?" if close else ""


class Records(NamedTuple):
    """Which records count, into which groups they go, and as of when."""

    group_by: str
    period: Period
    as_of: datetime | None


class Money(NamedTuple):
    """In which money figures are; the currency is empty where none was named."""

    currency: str
    policy: Policy
    price_year: int | None


class Making(NamedTuple):
    """How figures are made: by which method, which of them, and how sure they are said to be."""

    method_id: str
    indicators: tuple[str, ...] | None
    level: Decimal
    seed: int
    draws: int
    shares: ShareInterval


async def records(
    group_by: Annotated[GroupBy, Query(description="What the groups are.", examples=["network"])] = "none",
    first: Annotated[Day | None, Query(alias="from", description="Only what is dated this day or later.")] = None,
    last: Annotated[Day | None, Query(alias="to", description="Only what is dated this day or before.")] = None,
    as_of: Annotated[
        str | None,
        Query(description="The figures as the records stood at this instant.", examples=["2026-11-23T10:00:00Z"]),
        WithJsonSchema({"type": "string", "format": "date-time"}),
    ] = None,
) -> Records:
    """Return which records are asked for."""
    return Records(group_by, _period(first, last), _instant(as_of))


async def money(
    currency: Annotated[
        Currency | None, Query(description="Of every money figure; the city's own, for networks EUR, where left out.")
    ] = None,
    policy: Annotated[
        Policy, Query(description="What to do on a day without a rate: take the last of seven days, or none.")
    ] = "last_known",
    price_year: Annotated[
        Year | None, Query(description="The year of whose prices money is; left out: of each day.", examples=[2024])
    ] = None,
) -> Money:
    """Return in which money the figures are asked for."""
    return Money(currency or "", policy, price_year)


async def making(
    method: Annotated[
        str, Query(description="Name and version of the method.", pattern=METHOD_ID, max_length=80)
    ] = DEFAULT,
    level: Annotated[
        str, Query(description="How much of what is thought possible intervals hold.", pattern=LEVEL, examples=["0.90"])
    ] = "0.90",
    indicators: Annotated[
        str | None,
        Query(
            description="Only these, by id, with commas between; sums alone are answered fastest.",
            pattern=INDICATORS,
            max_length=2_000,
            examples=["sroi,cost.total"],
        ),
    ] = None,
    seed: Annotated[int, Query(ge=0, lt=2**32, description="What the draws begin from.")] = SEED,
    draws: Annotated[int, Query(ge=100, le=MOST_DRAWS, description="How many draws intervals are made of.")] = DRAWS,
    shares: Annotated[
        ShareInterval, Query(description="How the intervals of shares are made: Wilson's, or a Beta posterior's.")
    ] = "wilson",
) -> Making:
    """Return how the figures are to be made."""
    if Decimal(level) == 0:
        raise refusal("level", "level", "level lies above 0 and below 1.")
    return Making(method, _indicators(indicators), Decimal(level), seed, draws, shares)


async def put(
    which: Annotated[Records, Depends(records)],
    worth: Annotated[Money, Depends(money)],
    how: Annotated[Making, Depends(making)],
) -> Put:
    """Return what is asked for; its method is the default one until the one named is looked up."""
    asked = Asked(
        which.group_by,
        which.period,
        worth.currency,
        worth.policy,
        SHIPPED[DEFAULT],
        worth.price_year,
        how.level,
        which.as_of,
        how.seed,
        how.draws,
        how.indicators,
        (which.as_of or now()).date(),
        shares=how.shares,
    )
    return Put(asked, how.method_id)


QuestionPut = Annotated[Put, Depends(put)]
