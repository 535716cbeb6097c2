"""A lineage computed again, from its records alone: where it differs from what it says."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, localcontext
from itertools import zip_longest
from typing import Any, NamedTuple

from proxeny.indicators.items import Engagement, Network
from proxeny.indicators.lineage.contributions import Item
from proxeny.indicators.lineage.reading import NUMBER, Lineage, read
from proxeny.indicators.lineage.writing import GROUPS, digest_of, number, written
from proxeny.indicators.methods import SHIPPED, Method
from proxeny.indicators.rounding import EXACT

# Words on a figure may be put better by a later version of this library; only the digest knows them.
WORDING = frozenset({"title", "formula", "undefined", "source", "note"})
ABSENT = None


class Difference(NamedTuple):
    """Where a lineage differs: what it says at a JSON pointer, and what is found when it is computed again."""

    pointer: str
    told: Any
    found: Any


def recompute(document: Mapping[str, Any]) -> list[Difference]:
    """Return where a lineage differs from what its records and its method make; an empty list when it is equal.

    Weights are compared with the products of their parts, factors with rate times deflator, a method that is shipped
    with the shipped one; every intermediate value, sum and digit of the figure with what is made of the records anew.
    When all of that is equal and yet something was changed, the digest differs. Raises ValueError as `read` does.
    """
    lineage = read(document)
    try:
        again = written(*lineage)
    except ArithmeticError as error:
        message = "At the top: the numbers are too large or too small to compute the figure."
        raise ValueError(message) from error
    found = [
        *_products(lineage),
        *_parameters(lineage.frame.method, document["method"]["parameters"]),
        *compared(_reckoned(document), _reckoned(again), ""),
    ]
    told, digest = document.get("digest"), digest_of(document)
    return found if found or told == digest else [Difference("/digest", told, digest)]


def compared(told: object, found: object, pointer: str) -> Iterator[Difference]:
    """Yield where two values of JSON differ; decimals are equal when they are the same number.

    >>> list(compared({"a": ["1.50", "2"]}, {"a": ["1.5", "3"]}, ""))
    [Difference(pointer='/a/1', told='2', found='3')]
    """
    if told == found:
        return
    if isinstance(told, Mapping) and isinstance(found, Mapping):
        for name in {**found, **told}:
            place = name.replace("~", "~0").replace("/", "~1")
            yield from compared(told.get(name, ABSENT), found.get(name, ABSENT), f"{pointer}/{place}")
    elif isinstance(told, list) and isinstance(found, list):
        for place, (one, other) in enumerate(zip_longest(told, found, fillvalue=ABSENT)):
            yield from compared(one, other, f"{pointer}/{place}")
    elif not _same_number(told, found):
        yield Difference(pointer, told, found)


def _same_number(told: object, found: object) -> bool:
    if not isinstance(told, str) or not isinstance(found, str):
        return False
    return bool(NUMBER.fullmatch(told) and NUMBER.fullmatch(found)) and Decimal(told) == Decimal(found)


def _reckoned(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the part of a lineage that is reckoned rather than worded."""
    reckoned = {name: value for name, value in document.items() if name not in {"definition", "digest"}}
    definition = {name: value for name, value in document["definition"].items() if name not in WORDING}
    return reckoned | {"definition": definition}


def _parameters(method: Method, told: Mapping[str, Any]) -> Iterator[Difference]:
    """Yield where a method that bears the name of a shipped one is another."""
    if method.id in SHIPPED:
        found = SHIPPED[method.id].parameters()
        for name in ({**found, **told}).keys() - WORDING:
            yield from compared(told.get(name, ABSENT), found.get(name, ABSENT), f"/method/parameters/{name}")


def _products(lineage: Lineage) -> Iterator[Difference]:
    """Yield where a weight is not the product of its parts, or a factor not that of rate and deflator."""
    groups: dict[str, Sequence[Item]] = {kind: getattr(lineage.items, group) for kind, group in GROUPS.items()}
    with localcontext(EXACT):
        for (kind, _, place), told in lineage.provenance.items():
            item, here = groups[kind][place], f"/records/{kind}s/{place}"
            brought = [value for value in (told.rate, told.deflator) if value is not None]
            if told.parts and not isinstance(item, Network):
                yield from _product(f"{here}/weight", item.weight, [value for _, value in told.parts])
            if brought and not isinstance(item, Engagement | Network):
                yield from _product(f"{here}/factor", item.factor, brought)


def _product(pointer: str, told: Decimal | None, parts: list[Decimal]) -> Iterator[Difference]:
    found = Decimal(1)
    for part in parts:
        found *= part
    if told != found:
        yield Difference(pointer, None if told is None else number(told), number(found))
