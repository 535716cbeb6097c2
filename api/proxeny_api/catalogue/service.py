"""What the catalogue says: each entry made once a process, for it changes with the code only."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache

from proxeny.indicators import Definition, catalogue
from proxeny_api.catalogue.schemas import Code, Indicator, Method, MethodParameter, Rate, Vocabulary
from proxeny_api.errors import BadRequest, FieldError, NotFound
from proxeny_api.fields import minor_digits
from proxeny_api.listing import Listed
from proxeny_api.rates import book
from proxeny_api.rates.book import SOURCE, Column, Policy
from proxeny_api.vocabularies.codes import LISTS, VERSION
from proxeny_api.vocabularies.labels import label

Entries = Mapping[str, str]
# The dollar has had a rate on every day on which any currency had one.
WHOLE_COLUMN = "USD"


@cache
def vocabularies() -> Entries:
    """Return every code list as JSON, by its name."""
    lists = (
        Vocabulary(name=name, version=VERSION, codes=[Code(code=code, label=label(code)) for code in codes])
        for name, codes in LISTS.items()
    )
    return {each.name: each.model_dump_json() for each in lists}


@cache
def indicators() -> Entries:
    """Return every indicator as JSON, by its id, in the order of figures."""
    return {definition.id: _indicator(definition).model_dump_json() for definition in catalogue()}


def _indicator(definition: Definition) -> Indicator:
    return Indicator(
        id=definition.id,
        title=definition.title,
        unit=definition.unit,
        formula=definition.formula,
        undefined=definition.undefined,
        source=definition.source,
        records=list(definition.records),
        additive=definition.additive,
        converted=definition.converted,
    )


@cache
def methods() -> Entries:
    """Return every method as JSON, by name and version."""
    return {each.id: each.model_dump_json() for each in _methods()}


def _methods() -> Iterable[Method]:
    yield Method(
        id="cash@1",
        name="cash",
        version=1,
        title="What moved",
        parameters=[
            MethodParameter(
                name="discount_rate", value="0", description="What a year's delay takes off the worth of money."
            ),
            MethodParameter(
                name="conversion", value="ecb_day", description="Each amount is converted at the rate of its own day."
            ),
            MethodParameter(
                name="allocation", value="declared", description="Shares and credits are those that the city recorded."
            ),
        ],
        note="What moved, nothing modelled: no deadweight, no discounting and no value of what has no price.",
    )


def entry(entries: Entries, name: str, kind: str) -> bytes:
    """Return one entry; raises NotFound."""
    if name not in entries:
        raise NotFound(f"No {kind} {name}.")
    return entries[name].encode()


def rates(currency: str, first: str | None, last: str | None, before: str | None, limit: int) -> Listed:
    """Return a currency's published rates, the newest first, those before a day; raises BadRequest for no currency."""
    days, written = _published(currency)
    start = bisect_left(days, date.fromisoformat(first).toordinal()) if first else 0
    end = bisect_right(days, date.fromisoformat(last).toordinal()) if last else len(days)
    if before:
        end = min(end, bisect_left(days, date.fromisoformat(before).toordinal()))
    places = range(end - 1, max(start, end - limit) - 1, -1)
    items = [_rate(currency, _day(days[place]), written[place], _day(days[place])) for place in places]
    more = end - limit > start
    return Listed(items, [_day(days[places[-1]])] if more else None)


def _published(currency: str) -> Column:
    """Return the days and rates of a currency: none for one that the bank never published, 1 a day for the euro."""
    columns = book.columns()
    if currency == "EUR":
        days = columns[WHOLE_COLUMN].days
        return Column(days, ["1"] * len(days))
    if currency in columns:
        return columns[currency]
    if currency in minor_digits():
        return Column([], [])
    fault = FieldError(pointer="/query/currency", code="currency", message="This is no ISO 4217 currency.")
    raise BadRequest(f"There is no currency {currency}.", errors=[fault])


def rate(currency: str, day: str, policy: Policy) -> bytes:
    """Return what one euro was worth on a day; raises NotFound with the code `no_rate`."""
    found = book.rate_on(currency, date.fromisoformat(day), policy)
    if found is None:
        fault = FieldError(pointer="/path/day", code="no_rate", message=f"{SOURCE}: nothing for this day.")
        raise NotFound(f"No rate of {currency} on {day}, by the policy {policy}.", errors=[fault])
    return _rate(currency, day, f"{found.per_eur:f}", found.published_on.isoformat()).encode()


def _rate(currency: str, day: str, written: str, published_on: str) -> str:
    rate = Rate(currency=currency, day=day, rate=written, published_on=published_on, source=SOURCE)
    return rate.model_dump_json()


def _day(ordinal: int) -> str:
    return date.fromordinal(ordinal).isoformat()
