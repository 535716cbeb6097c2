"""What a solver answers: its main value first, and whatever else can be asked of the same inputs, made when asked."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple, TypeAlias

from proxeny.indicators import Undefined
from tools.cases.given import Shape, folded

Found: TypeAlias = (
    "bool | int | float | Decimal | str | Undefined | Sequence[Found] | Mapping[str, Found] | Missing | None"
)
Make = Callable[[], Found]


class Missing(NamedTuple):
    """In the place of a value that was asked for and is not among the answers."""

    name: str


class Answer(NamedTuple):
    """Answers by name, the main one first; names of one answer stand beside each other: ``"pv present_value"``.

    `other` answers to names that nobody can list, such as that of a year; it raises `LookupError` for the rest.
    """

    parts: Mapping[str, Make]
    other: Callable[[str], Found] | None = None

    def main(self) -> Found:
        """Return the main answer."""
        return next(iter(self.parts.values()))()

    def called(self, name: str) -> Found:
        """Return the answer of a name, as `Missing` where there is none."""
        for names, make in self.parts.items():
            if folded(name) in map(folded, names.split()):
                return make()
        try:
            return self.other(name) if self.other else self.of_main(name)
        except LookupError:
            return self.of_main(name)

    def of_main(self, name: str) -> Found:
        """Return what may be asked of any figure: its value, or why there is none, and its bound."""
        if folded(name) not in {"value", "reason", "bound", "status"}:
            return Missing(name)
        main = self.main()
        is_undefined = isinstance(main, Undefined)
        return {
            "value": main,
            "reason": main.reason if isinstance(main, Undefined) else None,
            "bound": main.bound if isinstance(main, Undefined) else None,
            "status": "undefined" if is_undefined else "ok",
        }[folded(name)]


def only(make: Make, names: str = "value") -> Answer:
    """Return an answer that is one value."""
    return Answer({names: make})


def unwrapped(found: Found, wanted: Shape) -> Found:
    """Return the one element of a list where a single value is wanted.

    >>> unwrapped([Decimal(1)], "number")
    Decimal('1')
    """
    listed = elements(found)
    return listed[0] if listed is not None and len(listed) == 1 and isinstance(wanted, str) else found


def elements(found: Found) -> Sequence[Found] | None:
    """Return what a list holds; None for what is no list, though it may be counted through."""
    if isinstance(found, (str, Undefined, Missing)) or not isinstance(found, Sequence):
        return None
    return found
