"""The register of kinds of cases: a kind is solved by decorating one function."""

from collections.abc import Callable
from typing import NamedTuple, TypeVar

from tools.cases.answers import Answer
from tools.cases.given import Given, folded

Solver = Callable[[Given], Answer]
ASolver = TypeVar("ASolver", bound=Solver)


class Kind(NamedTuple):
    """How one kind is solved.

    `bare` is the name of inputs that are a mere list, `each` are inputs that are single values, so that lists of them
    are so many cases. `conventions` tells of the name of an expected value whether it is a convention rather than a
    part of the answer; each is then solved for itself.
    """

    solver: Solver
    bare: str
    each: tuple[str, ...]
    conventions: str


_KINDS: dict[str, Kind] = {}


def kind(
    *names: str, bare: str = "flows", each: tuple[str, ...] = (), conventions: str = ""
) -> Callable[[ASolver], ASolver]:
    """Register the decorated function as the solver of the kinds of these names."""

    def register(solver: ASolver) -> ASolver:
        for name in names:
            _KINDS[folded(name)] = Kind(solver, bare, each, conventions)
        return solver

    return register


def kind_of(name: str) -> Kind | None:
    """Return how a kind is solved, None for one that is not known."""
    return _KINDS.get(folded(name))
