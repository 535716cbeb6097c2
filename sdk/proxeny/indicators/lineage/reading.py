"""A lineage read back: its records as items again, and where it is malformed, if it is."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import partial
from types import NoneType, UnionType
from typing import Any, NamedTuple, TypeVar, get_args, get_type_hints

from proxeny.indicators.items import Budget, Cost, Engagement, Items, Network, Outcome
from proxeny.indicators.levers import LEVERS, Counterfactual, Levers, Scenario
from proxeny.indicators.lineage.contributions import Kind
from proxeny.indicators.lineage.writing import FORMAT, GROUPS, Provenance
from proxeny.indicators.methods import Method
from proxeny.indicators.registry import catalogue
from proxeny.indicators.sums import COST_CATEGORIES, FUNDING_STAGES, OUTCOME_KINDS, POLICY_LEVELS
from proxeny.indicators.worth import Frame

# More than any recorded amount, rate or share has; without a limit a few bytes could ask for gigabytes of digits.
NUMBER = re.compile(r"-?[0-9]{1,40}(?:\.[0-9]{1,400})?", re.ASCII)
DAY_OF_YEAR = re.compile(r"[0-9]{2}-[0-9]{2}", re.ASCII)
LONGEST_COURSE = 1000
MOST_MINOR_DIGITS = 10
LAST_YEAR = 9998
Parse = Callable[[object, str], Any]
Record = TypeVar("Record")
Value = TypeVar("Value")


class Lineage(NamedTuple):
    """What a lineage says of the records, the method and the figure: all that it takes to write it again."""

    indicator: str
    items: Items
    frame: Frame
    provenance: dict[tuple[str, str, int], Provenance]
    context: Mapping[str, Any]


def read(document: object) -> Lineage:
    """Return what a lineage says; raises ValueError naming the JSON pointer of what is malformed.

    >>> read({"format": "proxeny-lineage/1"})
    Traceback (most recent call last):
    ValueError: At /definition: there must be an object.
    >>> read([])
    Traceback (most recent call last):
    ValueError: At the top: there must be an object.
    """
    root = mapping(document, "")
    require(root.get("format") == FORMAT, "/format", f'there must be "{FORMAT}"')
    indicator = text(mapping(root.get("definition"), "/definition").get("id"), "/definition/id")
    require(indicator in {one.id for one in catalogue()}, "/definition/id", f"no indicator is called {indicator!r}")
    context = mapping(root.get("context"), "/context")
    digits = whole(context.get("minor_digits"), "/context/minor_digits")
    require(0 <= digits <= MOST_MINOR_DIGITS, "/context/minor_digits", f"there must be 0 to {MOST_MINOR_DIGITS}")
    frame = Frame(_method(root), _year(root), day(root.get("observed_on"), "/observed_on"))
    groups = mapping(root.get("records"), "/records")
    mapping(root.get("figure"), "/figure")
    provenance: dict[tuple[str, str, int], Provenance] = {}
    items = Items(
        engagements=_records(groups, "engagement", Engagement, provenance),
        costs=_records(groups, "cost", Cost, provenance),
        outcomes=_records(groups, "outcome", Outcome, provenance),
        budgets=_records(groups, "budget", Budget, provenance),
        networks=_records(groups, "network", Network, provenance),
    )
    return Lineage(indicator, items, frame, provenance, context)


def malformed(pointer: str, rule: str) -> ValueError:
    """Return the error that says where something is malformed, and which rule it breaks."""
    return ValueError(f"At {pointer or 'the top'}: {rule}.")


def require(holds: bool, pointer: str, rule: str) -> None:
    """Raise ValueError with the pointer and the rule, if it is broken."""
    if not holds:
        raise malformed(pointer, rule)


def mapping(value: object, pointer: str) -> Mapping[str, Any]:
    """Return an object of JSON."""
    if not isinstance(value, Mapping):
        raise malformed(pointer, "there must be an object")
    return value


def _list(value: object, pointer: str) -> list[Any]:
    if not isinstance(value, list):
        raise malformed(pointer, "there must be a list")
    return value


def text(value: object, pointer: str) -> str:
    """Return a text."""
    if not isinstance(value, str):
        raise malformed(pointer, "there must be a text")
    return value


def whole(value: object, pointer: str) -> int:
    """Return a whole number."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise malformed(pointer, "there must be a whole number")
    return value


def truth(value: object, pointer: str) -> bool:
    """Return true or false."""
    if not isinstance(value, bool):
        raise malformed(pointer, "there must be true or false")
    return value


def decimal(value: object, pointer: str) -> Decimal:
    """Return a decimal number, which JSON has as a string of plain digits.

    >>> decimal("1e9", "/records/costs/0/amount")
    Traceback (most recent call last):
    ValueError: At /records/costs/0/amount: there must be a decimal number as a string, such as "12.50".
    """
    if not isinstance(value, str) or not NUMBER.fullmatch(value):
        raise malformed(pointer, 'there must be a decimal number as a string, such as "12.50"')
    return Decimal(value)


def share(value: object, pointer: str) -> Decimal:
    """Return a share from 0 to 1."""
    found = decimal(value, pointer)
    require(0 <= found <= 1, pointer, "a share must be from 0 to 1")
    return found


def day(value: object, pointer: str) -> date:
    """Return a day, which JSON has as a string such as 2025-01-31."""
    try:
        return date.fromisoformat(text(value, pointer))
    except ValueError:
        raise malformed(pointer, 'there must be a day such as "2025-01-31"') from None


def _day_of_year(value: object, pointer: str) -> str:
    """Return a day of any year, MM-DD."""
    found = text(value, pointer)
    require(bool(DAY_OF_YEAR.fullmatch(found)), pointer, 'there must be a day of the year such as "04-01"')
    day(f"2000-{found}", pointer)
    return found


def _code(codes: Collection[str], value: object, pointer: str) -> str:
    found = text(value, pointer)
    require(found in codes, pointer, f"there must be one of {', '.join(codes)}")
    return found


def _between(least: int, most: int, value: object, pointer: str) -> int:
    found = whole(value, pointer)
    require(least <= found <= most, pointer, f"there must be a whole number from {least} to {most}")
    return found


def _optional(parse: Callable[[object, str], Value], value: object, pointer: str) -> Value | None:
    return None if value is None else parse(value, pointer)


def _words(value: object, pointer: str) -> frozenset[str]:
    return frozenset(text(word, f"{pointer}/{place}") for place, word in enumerate(_list(value, pointer)))


def _shares(value: object, pointer: str) -> tuple[tuple[str, Decimal], ...]:
    return tuple(_share(part, f"{pointer}/{place}") for place, part in enumerate(_list(value, pointer)))


def _share(part: object, pointer: str) -> tuple[str, Decimal]:
    found = mapping(part, pointer)
    return text(found.get("name"), f"{pointer}/name"), decimal(found.get("value"), f"{pointer}/value")


def _named(made: type[Record], value: object, pointer: str) -> Record:
    """Return a named tuple of an object; a field that came later than the lineage is what it is without a record."""
    given, defaults = mapping(value, pointer), getattr(made, "_field_defaults", {})
    found: list[Any] = []
    for name, parse in FIELDS[made]:
        if name in given:
            found.append(parse(given[name], f"{pointer}/{name}"))
        elif name in defaults:
            found.append(defaults[name])
        else:
            raise malformed(f"{pointer}/{name}", "it is missing")
    return made(*found)


# What a field must be beyond its type: the codes that sums are named by, and what bounds how long a reckoning takes.
NARROWER: Mapping[tuple[type, str], Parse] = {
    (Cost, "category"): partial(_code, COST_CATEGORIES),
    (Outcome, "kind"): partial(_code, OUTCOME_KINDS),
    (Outcome, "level"): partial(_code, POLICY_LEVELS),
    (Outcome, "funding_stage"): partial(_code, FUNDING_STAGES),
    (Outcome, "evidence_level"): partial(_between, 0, 5),
    (Budget, "year"): partial(_between, 1, LAST_YEAR),
    (Budget, "fiscal_year_starts_on"): _day_of_year,
    (Levers, "duration_years"): partial(_between, 1, LONGEST_COURSE),
    **{(Levers, lever): share for lever in LEVERS},
}
PARSERS: Mapping[Any, Parse] = {
    str: text,
    int: whole,
    bool: truth,
    Decimal: decimal,
    date: day,
    frozenset[str]: _words,
    tuple[tuple[str, Decimal], ...]: _shares,
    **{made: partial(_named, made) for made in (Levers, Scenario, Counterfactual)},
}


def _fields_of(made: type) -> tuple[tuple[str, Parse], ...]:
    """Return how each field of a named tuple is read, by its type."""
    return tuple((name, _parser(made, name, hint)) for name, hint in get_type_hints(made).items())


def _parser(made: type, name: str, hint: object) -> Parse:
    is_optional = isinstance(hint, UnionType) and NoneType in get_args(hint)
    needed = next(one for one in get_args(hint) if one is not NoneType) if is_optional else hint
    parse = NARROWER.get((made, name)) or PARSERS[needed]
    return partial(_optional, parse) if is_optional else parse


FIELDS: Mapping[type, tuple[tuple[str, Parse], ...]] = {
    made: _fields_of(made)
    for made in (Engagement, Cost, Outcome, Budget, Network, Levers, Scenario, Counterfactual, Provenance)
}


def _records(
    groups: Mapping[str, Any], kind: Kind, made: type[Record], provenance: dict[tuple[str, str, int], Provenance]
) -> list[Record]:
    found: list[Record] = []
    pointer = f"/records/{GROUPS[kind]}"
    for place, given in enumerate(_list(groups.get(GROUPS[kind]), pointer)):
        here = f"{pointer}/{place}"
        found.append(_named(made, given, here))
        told = given.get("provenance")
        if told is not None:
            provenance[kind, given["record"], place] = _named(Provenance, told, f"{here}/provenance")
    return found


def _method(root: Mapping[str, Any]) -> Method:
    given = mapping(root.get("method"), "/method")
    parameters = mapping(given.get("parameters"), "/method/parameters")
    for pointer, value in _decimals_of(parameters):
        decimal(value, f"/method/parameters{pointer}")
    try:
        return Method.of(parameters)
    except ValueError as error:
        parameter, _, rule = str(error).partition(": ")
        raise malformed(f"/method/parameters/{parameter}", rule.rstrip(".")) from error


def _decimals_of(parameters: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the decimals among the parameters of a method, which has rules of its own but none on their length."""
    for place, step in enumerate(_list(parameters.get("schedule"), "/method/parameters/schedule")):
        yield f"/schedule/{place}/rate", mapping(step, f"/method/parameters/schedule/{place}").get("rate")
    for name in ("priors", "spreads"):
        for key, value in mapping(parameters.get(name), f"/method/parameters/{name}").items():
            yield f"/{name}/{key}", value


def _year(root: Mapping[str, Any]) -> int:
    return _between(1, 9999, root.get("base_year"), "/base_year")
