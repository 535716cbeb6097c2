"""Whether what was found is what was expected, within a tolerance, all the way down."""

from collections.abc import Mapping
from decimal import Decimal
from math import isfinite
from typing import NamedTuple

from proxeny.indicators import Undefined
from tools.cases.answers import Found, Missing, elements
from tools.cases.given import Json, folded, number_of

# What is left to floating numbers where a case names no tolerance.
NOISE = Decimal("1e-12")
ABSOLUTE, RELATIVE, PLACES = {"abs", "absolute", "atol"}, {"rel", "relative", "rtol"}, {"decimals", "places", "digits"}


class Tolerance(NamedTuple):
    """How far a number may lie from the expected one: absolutely, or relative to it, whichever is more."""

    absolute: Decimal
    relative: Decimal

    @classmethod
    def of(cls, given: Json) -> "Tolerance":
        """Return the tolerance that a case writes; one number alone is absolute.

        >>> Tolerance.of({"decimals": 2})
        Tolerance(absolute=Decimal('0.00501'), relative=Decimal('0'))
        """
        named = given if isinstance(given, dict) else {} if given is None else {"abs": given}
        absolute = relative = Decimal(0)
        for name, value in named.items():
            if folded(name) in ABSOLUTE:
                absolute = number_of(value)
            elif folded(name) in RELATIVE:
                relative = number_of(value)
            elif folded(name) in PLACES:
                absolute = Decimal("0.501").scaleb(-int(number_of(value)))
        return cls(absolute, relative) if absolute or relative else cls(Decimal(0), NOISE)

    def holds(self, expected: Decimal, found: Decimal) -> bool:
        return abs(expected - found) <= max(self.absolute, self.relative * abs(expected))


def agrees(expected: Json, found: Found, tolerance: Json) -> bool:
    """Say whether what was found is what was expected.

    A tolerance may be a table of tolerances, by the names of what is expected. What is undefined is null, or its reason
    where a text is expected. Values beyond those that are expected are not looked at.

    >>> agrees({"net": Decimal("583.5")}, {"net": Decimal("583.54"), "gross": Decimal(1)}, {"abs": Decimal("0.1")})
    True
    >>> agrees(None, Decimal(0), {})
    False
    """
    if isinstance(found, Missing):
        return False
    if isinstance(expected, dict):
        return isinstance(found, Mapping) and all(
            name in found and agrees(value, found[name], tolerance_for(tolerance, name))
            for name, value in expected.items()
        )
    if isinstance(expected, list):
        listed = elements(found)
        if listed is None or len(listed) != len(expected):
            return False
        return all(agrees(value, each, tolerance) for value, each in zip(expected, listed, strict=True))
    return alone_agrees(expected, found, Tolerance.of(tolerance))


def alone_agrees(expected: Json, found: Found, tolerance: Tolerance) -> bool:
    """Say whether a single value is the one expected."""
    if isinstance(found, Undefined):
        return expected is None or expected == found.reason
    if expected is None or found is None:
        return expected is found
    if isinstance(expected, str) or isinstance(found, str):
        return expected == found or folded(str(expected)) == folded(str(found)) != ""
    if not isinstance(found, (bool, int, float, Decimal)) or not isfinite(found):
        return False
    return tolerance.holds(number_of(expected), Decimal(found))


def tolerance_for(tolerance: Json, name: str) -> Json:
    """Return the tolerance for what stands under a name.

    >>> tolerance_for({"tau2": {"abs": 1}, "abs": 2}, "tau2"), tolerance_for({"abs": 2}, "mu")
    ({'abs': 1}, {'abs': 2})
    """
    return tolerance[name] if isinstance(tolerance, dict) and name in tolerance else tolerance
