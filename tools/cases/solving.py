"""A case solved: its inputs one by one where they are several, and what is found in the shape of what is expected."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from tools.cases import choosing, comparisons, counting, crediting, flows, ratios, valuing, waiting
from tools.cases.answers import Answer, Found, Missing, unwrapped
from tools.cases.comparing import agrees
from tools.cases.given import Given, Json, Shape, folded, shape_of
from tools.cases.kinds import Kind, kind_of

SOLVERS = (choosing, comparisons, counting, crediting, flows, ratios, valuing, waiting)
NOTHING: Mapping[str, Json] = {}


class Case(NamedTuple):
    """One published example: which figure, of what, by which convention, and what comes out within which tolerance."""

    id: str
    indicator: str
    inputs: Json
    convention: str
    expected: Json
    tolerance: Json

    @classmethod
    def of(cls, written: Json, place: int) -> "Case":
        row = written if isinstance(written, dict) else {}
        convention = row.get("convention")
        return cls(
            str(row.get("id") or f"case {place}"),
            str(row.get("indicator")),
            row.get("inputs"),
            convention if isinstance(convention, str) else "",
            row.get("expected"),
            row.get("tolerance"),
        )


class Outcome(NamedTuple):
    """How a case ended, with what was found, or why nothing was."""

    case: Case
    is_ok: bool
    found: Found
    reason: str | None


def tried(case: Case) -> Outcome:
    """Return how a case ended; one that cannot be solved has failed, with the reason."""
    if solver_of(case.indicator) is None:
        return Outcome(case, False, None, f"no such kind: {case.indicator}")
    try:
        found = solved(case.indicator, case.inputs, case.convention, shape_of(case.expected))
        is_ok = agrees(case.expected, found, case.tolerance)
    except Exception as error:  # noqa: BLE001 - whatever goes wrong with one case is its reason, and the next is tried.
        return Outcome(case, False, None, f"{type(error).__name__}: {error}")
    return Outcome(case, is_ok, found, None)


def solver_of(name: str) -> Kind | None:
    """Return how a kind is solved: by its solver, or as the indicator of the register that it is called like."""
    found = kind_of(name)
    if found is not None:
        return found
    try:
        valuing.id_of(name)
    except LookupError:
        return None
    return Kind(valuing.registered, "outcomes", (), valuing.CONVENTIONS)


def solved(name: str, inputs: Json, convention: str, wanted: Shape) -> Found:
    """Return what inputs come to, in the shape that is wanted: one by one where they are several."""
    kind = solver_of(name)
    if kind is None:
        message = f"no such kind: {name}"
        raise LookupError(message)
    if isinstance(inputs, list):
        if is_one_by_one(inputs, wanted):
            return [solved(name, each, convention, part) for each, part in zip(inputs, wanted, strict=True)]
        inputs = {kind.bare: inputs}
    table = inputs if isinstance(inputs, dict) else NOTHING
    if isinstance(wanted, dict) and is_labelled(table, wanted):
        shared = {key: value for key, value in table.items() if key not in wanted}
        return {
            label: solved(name, alone(kind, shared, table[label]), convention, part) for label, part in wanted.items()
        }
    if isinstance(wanted, list) and (spread := spread_out(kind, table, len(wanted))):
        return [solved(name, each, convention, part) for each, part in zip(spread, wanted, strict=True)]
    return fitted(kind, Given(name, table, convention, wanted))


def is_one_by_one(inputs: Sequence[Json], wanted: Shape) -> bool:
    """Say whether a list of inputs is of so many cases as there are answers, rather than one input."""
    return isinstance(wanted, list) and len(wanted) == len(inputs) and all(
        isinstance(each, (list, dict)) for each in inputs
    )  # fmt: skip


def is_labelled(inputs: Mapping[str, Json], wanted: Mapping[str, Shape]) -> bool:
    """Say whether each answer goes with one of the inputs, by its name."""
    return bool(wanted) and all(isinstance(inputs.get(label), (list, dict)) for label in wanted)


def alone(kind: Kind, shared: Mapping[str, Json], own: Json) -> dict[str, Json]:
    """Return what is shared with one's own."""
    return {**shared, **own} if isinstance(own, dict) else {**shared, kind.bare: own}


def spread_out(kind: Kind, inputs: Mapping[str, Json], count: int) -> list[dict[str, Json]]:
    """Return inputs that hold lists where a kind takes one value each as so many inputs."""
    lists = {
        name: value
        for name, value in inputs.items()
        if isinstance(value, list)
        and len(value) == count
        and (folded(name) in map(folded, kind.each) or (name == kind.bare and all(isinstance(e, list) for e in value)))
    }
    places = range(count) if lists else ()
    return [{**inputs, **{name: value[place] for name, value in lists.items()}} for place in places]


def fitted(kind: Kind, given: Given) -> Found:
    """Return what is asked of one input: its main answer, or those of the names that are wanted.

    A name that is a convention rather than a part of the answer has the same inputs solved by that convention.
    """
    answer = kind.solver(given) if not are_conventions(kind, given) else None
    if not isinstance(given.wanted, dict):
        return unwrapped(answer.main(), given.wanted) if answer else None
    return {name: part_named(kind, given, answer, name, part) for name, part in given.wanted.items()}


def are_conventions(kind: Kind, given: Given) -> bool:
    """Say whether all names that are wanted are conventions, so that the inputs need not be solved by any other."""
    names = list(given.wanted) if isinstance(given.wanted, dict) else []
    return bool(names) and all(is_convention(kind, given, name) for name in names)


def is_convention(kind: Kind, given: Given, name: str) -> bool:
    return bool(kind.conventions) and Given(given.kind, {}, name, "").says(kind.conventions, denials=True)


def part_named(kind: Kind, given: Given, answer: Answer | None, name: str, wanted: Shape) -> Found:
    """Return the part of an answer that has a name, or the whole by the convention of that name."""
    found = answer.called(name) if answer else Missing(name)
    if isinstance(found, Missing) and is_convention(kind, given, name):
        inputs = {key: value for key, value in given.inputs.items() if key not in {"method", "convention"}}
        return fitted(kind, Given(given.kind, inputs, name, wanted))
    return unwrapped(found, wanted)
