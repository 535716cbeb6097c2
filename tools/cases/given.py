"""What a case gives: its inputs, found under any of their usual names, and the convention it is to be solved by."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TypeAlias

Json: TypeAlias = "bool | int | Decimal | str | list[Json] | dict[str, Json] | None"
# What of an expected answer a solver may see: names, lengths and sorts of values, but not one number.
Shape: TypeAlias = "str | list[Shape] | dict[str, Shape]"

NUMBER, NULL, TEXT, FLAG = "number", "null", "text", "flag"
LONGEST_RANGE = 100_000
RANGE = re.compile(r"\s*(-?\d+)\s*(?:\.\.\.?|…|–|-|to)\s*(-?\d+)\s*")
DENIAL = re.compile(r"\b(?:no|not|unlike|never|without|instead of|rather than)\b[^,;.()]*", re.IGNORECASE)
CONVENTIONS = ("convention", "timing", "variant", "type", "method", "rule")


def shape_of(expected: Json) -> Shape:
    """Return the shape of an expected answer.

    >>> shape_of({"S": [[6, Decimal("0.8571")]], "median": None})
    {'S': [['number', 'number']], 'median': 'null'}
    """
    if isinstance(expected, dict):
        return {name: shape_of(value) for name, value in expected.items()}
    if isinstance(expected, list):
        return [shape_of(value) for value in expected]
    if expected is None:
        return NULL
    if isinstance(expected, bool):
        return FLAG
    return TEXT if isinstance(expected, str) else NUMBER


def folded(name: str) -> str:
    """Return a name as it is compared: `Discount rate`, `discountRate` and `discount_rate` are one.

    >>> folded("Discount rate") == folded("discountRate")
    True
    """
    return re.sub(r"[^0-9a-z]", "", name.lower())


def number_of(value: Json) -> Decimal:
    """Return a number that may be written as text, with a percent sign or commas.

    >>> number_of("3.5%"), number_of("10,000")
    (Decimal('0.035'), Decimal('10000'))
    """
    if isinstance(value, (bool, int, Decimal)):
        return Decimal(value)
    text = value.replace(",", "").strip() if isinstance(value, str) else ""
    try:
        return Decimal(text[:-1]) / 100 if text.endswith("%") else Decimal(text)
    except InvalidOperation:
        message = f"{value!r} is no number"
        raise ValueError(message) from None


def numbers_of(value: Json) -> list[Decimal]:
    """Return numbers written as a list, as a table, as a range, or as one number.

    >>> numbers_of("0..3")
    [Decimal('0'), Decimal('1'), Decimal('2'), Decimal('3')]
    """
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [number_of(each) for each in value]
    span = RANGE.fullmatch(value) if isinstance(value, str) else None
    if span is None:
        return [number_of(value)]
    first, last = int(span[1]), int(span[2])
    if not 0 <= last - first < LONGEST_RANGE:
        message = f"{value!r} is no range"
        raise ValueError(message)
    return [Decimal(each) for each in range(first, last + 1)]


def is_several(value: Json) -> bool:
    """Say whether a value stands for several numbers.

    >>> is_several("0..20"), is_several("20")
    (True, False)
    """
    return isinstance(value, (list, dict)) or (isinstance(value, str) and RANGE.fullmatch(value) is not None)


class Given:
    """The inputs of one case, or of one of its parts, with its convention and the shape of what is asked."""

    def __init__(self, kind: str, inputs: Mapping[str, Json], convention: str, wanted: Shape) -> None:
        self.kind = kind
        self.inputs = inputs
        self.wanted = wanted
        self._named = {folded(name): value for name, value in inputs.items()}
        said = [value for name in CONVENTIONS if isinstance(value := self._named.get(name), str)]
        self.convention = " ; ".join([convention, *said])

    def part(self, name: str, default: Json = None) -> "Given":
        """Return what stands under a name as inputs of its own."""
        value = self.find(name) if self.has(name) else default
        return Given(self.kind, value if isinstance(value, dict) else {}, self.convention, NUMBER)

    def has(self, *names: str) -> bool:
        return any(folded(name) in self._named and self._named[folded(name)] is not None for name in names)

    def find(self, *names: str) -> Json:
        for name in names:
            if self.has(name):
                return self._named[folded(name)]
        message = f"none of the inputs is called {' or '.join(names)}"
        raise LookupError(message)

    def number(self, *names: str, default: Decimal | int | None = None) -> Decimal:
        """Return a number; `<name>_pct` and `<name>_percent` are hundredths."""
        if self.has(*names):
            return number_of(self.find(*names))
        for name in names:
            if self.has(f"{name}_pct", f"{name}_percent"):
                return number_of(self.find(f"{name}_pct", f"{name}_percent")) / 100
        return number_of(self.find(*names)) if default is None else Decimal(default)

    def whole(self, *names: str, default: int | None = None) -> int:
        number = self.number(*names, default=default)
        if number != int(number):
            message = f"{' or '.join(names)}: {number} is not whole"
            raise ValueError(message)
        return int(number)

    def numbers(self, *names: str) -> list[Decimal]:
        return numbers_of(self.find(*names))

    def wholes(self, *names: str) -> list[int]:
        return [int(number) for number in self.numbers(*names)]

    def dates(self, *names: str) -> list[date]:
        value = self.find(*names)
        return [date.fromisoformat(str(each)) for each in (value if isinstance(value, list) else [value])]

    def text(self, *names: str) -> str:
        value = self.find(*names) if self.has(*names) else ""
        return value if isinstance(value, str) else ""

    def rows(self, *names: str) -> list["Given"]:
        """Return a list of tables, each as inputs of its own; one table alone is a list of one."""
        value = self.find(*names)
        if isinstance(value, dict) and all(isinstance(each, dict) for each in value.values()):
            value = list(value.values())
        rows = value if isinstance(value, list) else [value]
        return [Given(self.kind, row if isinstance(row, dict) else {}, self.convention, NUMBER) for row in rows]

    def says(self, pattern: str, *, denials: bool = False) -> bool:
        """Say whether the convention names something; what it says is not so counts only where that is asked for."""
        text = self.convention if denials else DENIAL.sub("", self.convention)
        return re.search(pattern, text, re.IGNORECASE) is not None


def labels(value: Json) -> Sequence[str]:
    """Return the names that a table gives its values, or numbers from 1.

    >>> labels({"C40": 1}), labels([5, 6])
    (['C40'], ['1', '2'])
    """
    if isinstance(value, dict):
        return list(value)
    return [str(place) for place in range(1, len(value) + 1)] if isinstance(value, list) else []
