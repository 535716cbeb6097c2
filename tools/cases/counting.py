"""Cases of counting: shares of a survey, concentration, overlap, double counting, and rates of exchange."""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from proxeny.indicators.concentration import double_count_factor, herfindahl, jaccard
from proxeny.indicators.proportions import percentages
from proxeny.indicators.rounding import half_up, quotient
from proxeny_api.rates import book
from tools.cases.answers import Answer, Found
from tools.cases.given import NULL, Given, Json, folded, labels
from tools.cases.kinds import kind

ANSWERED = ("counts", "count", "answers", "frequencies")
TARGETS = ("currency", "currencies", "quote", "to", "target")
POINTS = Decimal(10_000)
WHOLE = Decimal(1)


@kind("survey_share", "survey", "percentages", "shares", bare="counts")
def survey(given: Given) -> Answer:
    """Solve for the percents of answers given; who gave none counts only where the case says of how many it is."""
    written = given.find(*ANSWERED)
    if isinstance(written, list) and any(isinstance(each, str) for each in written):
        written = {str(each): written.count(each) for each in written}
    names, counts = labels(written), [int(str(each)) for each in tabled(written)]
    silent = given.whole("n", "total", "base", "respondents", default=sum(counts)) - sum(counts)
    decimals = given.whole("decimals", "digits", default=0)
    percents = shares([*counts, silent] if silent > 0 else counts, decimals)[: len(counts)]

    def other(name: str) -> Found:
        return by_name(names, percents, name)

    return Answer({"percents percentages shares": lambda: percents, "n": lambda: sum(counts)}, other)


def tabled(written: Json) -> Sequence[Json]:
    return list(written.values()) if isinstance(written, dict) else written if isinstance(written, list) else []


def shares(counts: Sequence[int], decimals: int) -> Sequence[int | Decimal]:
    """Return the percents of counts, whole unless decimals are asked for."""
    if not decimals:
        return percentages(counts)
    total = Decimal(sum(counts))
    return [half_up(100 * quotient(Decimal(count), total), WHOLE.scaleb(-decimals)) for count in counts]


def by_name(names: Sequence[str], values: Sequence[Found], name: str) -> Found:
    """Return the value that goes with a name."""
    found = {folded(each): value for each, value in zip(names, values, strict=True)}
    if folded(name) not in found:
        raise LookupError(name)
    return found[folded(name)]


@kind("hhi", "herfindahl", "concentration", bare="amounts")
def concentration(given: Given) -> Answer:
    """Solve for the concentration of amounts; in points of ten thousand where the case says so."""
    found = herfindahl(given.numbers("amounts", "shares", "values", "costs", "counts"))
    points = None if found is None else found * POINTS
    index: Found = points if given.says(r"10[,.]?000|points|percent") else found
    return Answer({
        "hhi index concentration herfindahl": lambda: index,
        "points": lambda: points,
        "effective_number effective": lambda: quotient(Decimal(1), found) if found else None,
    })  # fmt: skip


@kind("jaccard", "overlap")
def overlap(given: Given) -> Answer:
    """Solve for what part of all that either has both have."""
    a = frozenset(map(str, tabled(given.find("a", "first", "set_a"))))
    b = frozenset(map(str, tabled(given.find("b", "second", "set_b"))))
    return Answer({
        "jaccard overlap index": lambda: jaccard(a, b),
        "intersection": lambda: len(a & b),
        "union": lambda: len(a | b),
    })  # fmt: skip


@kind("double_count_factor", "double_counting", "double_count", bare="claims")
def double_counting(given: Given) -> Answer:
    """Solve for how often the same was claimed: of sums, or of claims with the key of what is claimed."""
    if given.has("claims"):
        claims = [(row.text("claim_key", "key", "outcome"), row.number("amount", "value", "share", default=1))
                  for row in given.rows("claims")]  # fmt: skip
        claimed = sum((amount for _, amount in claims), Decimal(0))
        single = {key: max(amount for other, amount in claims if other == key) for key, _ in claims}
        unique = sum(single.values(), Decimal(0))
    else:
        claimed = sum(given.numbers("claimed", "claims_total", "reported"), Decimal(0))
        unique = sum(given.numbers("unique", "actual", "true"), Decimal(0))
    return Answer({
        "factor double_count_factor": lambda: double_count_factor(claimed, unique),
        "claimed": lambda: claimed,
        "unique": lambda: unique,
    })  # fmt: skip


def policy_of(given: Given) -> book.Policy:
    """Return how a missing day is dealt with: refused, unless the case says that the last known rate will do."""
    return "last_known" if given.says("last.?known|previous") or given.text("policy") == "last_known" else "strict"


@kind("fx_rate", "fx", "exchange_rate", "fx_convert", each=("date", "amount"))
def exchange(given: Given) -> Answer:
    """Solve for rates of exchange of a day: units of each currency for one of the base."""
    days = given.dates("date", "day", "dates", "days")
    base = given.text("base", "from", "source") or "EUR"
    amount = given.number("amount", default=1)
    target = given.find(*TARGETS) if given.has(*TARGETS) else base

    def rate(currency: str, day: date) -> Found:
        found = book.cross(base, currency, day, policy_of(given))
        return None if found is None else amount * found

    def other(name: str) -> Found:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", name):
            return rate(str(target), date.fromisoformat(name))
        if not re.fullmatch("[A-Z]{3}", name):
            raise LookupError(name)
        return rate(name, days[0])

    def main() -> Found:
        if isinstance(target, list):
            return [rate(str(each), days[0]) for each in target]
        return [rate(str(target), day) for day in days]

    def published() -> Found:
        found = book.rate_on(str(target), days[0], policy_of(given))
        return None if found is None else found.published_on.isoformat()

    return Answer({"rate rates converted amount": main, "published_on rate_date": published}, other)


@kind("fx_missing", "fx_available", "fx_has")
def missing(given: Given) -> Answer:
    """Solve for whether there is a rate on days, of currencies, or of a currency on a day."""
    days = given.dates("dates", "date", "day") if given.has("dates", "date", "day") else []
    written = given.find("currencies", "currency") if given.has("currencies", "currency") else []
    currencies = [str(each) for each in (written if isinstance(written, list) else [written])]

    def other(name: str) -> Found:
        day = re.search(r"(\d{4})[_-](\d\d)[_-](\d\d)", name)
        currency = re.search(r"(?<![A-Z])[A-Z]{3}(?![A-Z])", name)
        if not day and not currency:
            raise LookupError(name)
        asked_days = [date(int(day[1]), int(day[2]), int(day[3]))] if day else []
        return said(given, name, has_rate(given, [currency[0]] if currency else [], asked_days))

    def each() -> Found:
        if isinstance(given.wanted, list) and len(given.wanted) == len(days) and len(days) != len(currencies):
            return [has_rate(given, currencies, [day]) for day in days]
        if isinstance(given.wanted, list):
            return [has_rate(given, [currency], days) for currency in currencies]
        return said(given, "", has_rate(given, currencies, days))

    return Answer({"has available": each}, other)


def said(given: Given, name: str, has: bool) -> Found:
    """Return nothing in the place of no rate where null is what such a case expects."""
    wanted = given.wanted.get(name) if isinstance(given.wanted, dict) else given.wanted
    return None if wanted == NULL and not has else has


def has_rate(given: Given, currencies: Sequence[str], days: Sequence[date]) -> bool:
    """Say whether any of the currencies has a rate on any of the days; all currencies, or ever, where none is named."""
    if not days:
        return any(currency in book.currencies() for currency in currencies)
    asked = currencies or [currency for currency in book.currencies() if currency != "EUR"]
    return any(book.rate_on(currency, day, policy_of(given)) is not None for currency in asked for day in days)
