"""The register of indicators: a formula is added by decorating one function."""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal, localcontext
from functools import partial
from typing import NamedTuple, TypeVar

from proxeny.indicators.figure import Figure, Undefined, Unit
from proxeny.indicators.rounding import EXACT
from proxeny.indicators.sums import Sums

Formula = Callable[[Sums], Decimal | Undefined]
FormulaOfCode = Callable[[Sums, str], Decimal | Undefined]
AFormula = TypeVar("AFormula", bound=Formula)
AFormulaOfCode = TypeVar("AFormulaOfCode", bound=FormulaOfCode)


class Definition(NamedTuple):
    """One indicator: what it is called, what it means and how it comes about.

    `records` names the counts of records that the figure rests on (its `n`).
    `additive` says that the figures of disjoint groups add up to the figure of all.
    `converted` says that money goes in, so that an amount without a rate leaves it undefined (`no_rate`).
    """

    id: str
    title: str
    unit: Unit
    formula: str
    undefined: str | None
    source: str
    records: tuple[str, ...]
    additive: bool
    converted: bool
    function: Formula

    def figure(self, sums: Sums) -> Figure:
        """Return the figure of one subject; needs the exact context that `figures` enters."""
        n = int(sums.total(self.records))
        found = Undefined("no_rate") if self.converted and sums.missing else self.function(sums)
        if isinstance(found, Undefined):
            return Figure(self.id, None, self.unit, "undefined", found.reason, found.bound, n)
        return Figure(self.id, found, self.unit, "ok", None, None, n)


_DEFINITIONS: dict[str, Definition] = {}


def indicator(
    id: str,
    *,
    title: str,
    unit: Unit,
    formula: str,
    source: str,
    records: Sequence[str],
    undefined: str | None = None,
    additive: bool = False,
    converted: bool | None = None,
) -> Callable[[AFormula], AFormula]:
    """Register the decorated function as an indicator; `converted` is taken from the unit unless it is given."""
    with_money = unit == "money" if converted is None else converted

    def register(function: AFormula) -> AFormula:
        register_definition(
            Definition(id, title, unit, formula, undefined, source, tuple(records), additive, with_money, function)
        )
        return function

    return register


def indicators(
    id: str,
    over: Iterable[str],
    *,
    title: str,
    unit: Unit,
    formula: str,
    source: str,
    records: Sequence[str],
    undefined: str | None = None,
    additive: bool = False,
) -> Callable[[AFormulaOfCode], AFormulaOfCode]:
    """Register the decorated function once for each code; `{}` in the id, the title and the formula is the code."""

    def register(function: AFormulaOfCode) -> AFormulaOfCode:
        for code in over:
            indicator(
                id.format(code),
                title=title.format(code.replace("_", " ")),
                unit=unit,
                formula=formula.format(code),
                source=source,
                records=records,
                undefined=undefined,
                additive=additive,
            )(partial(_of_code, function, code))
        return function

    return register


def _of_code(function: FormulaOfCode, code: str, sums: Sums) -> Decimal | Undefined:
    return function(sums, code)


def register_definition(definition: Definition) -> None:
    """Add a definition to the register; each id is given once."""
    if definition.id in _DEFINITIONS:
        message = f"The indicator {definition.id} is there already."
        raise ValueError(message)
    _DEFINITIONS[definition.id] = definition


def catalogue() -> list[Definition]:
    """Return every indicator, in an order that stays the same.

    >>> [definition.id for definition in catalogue()][:3]
    ['engagements.count', 'hours.leader', 'hours.staff']
    """
    return list(_DEFINITIONS.values())


def definition_of(id: str) -> Definition:
    """Return one indicator.

    >>> definition_of("roi").unit
    'share'
    >>> definition_of("luck")
    Traceback (most recent call last):
    LookupError: No indicator is called luck.
    """
    if id not in _DEFINITIONS:
        message = f"No indicator is called {id}."
        raise LookupError(message)
    return _DEFINITIONS[id]


def figures(sums: Sums, ids: Iterable[str] | None = None) -> list[Figure]:
    """Return the figures of one subject: all in the order of the catalogue, or those asked for in the order given.

    >>> [figure] = figures(Sums({"leader_hours": Decimal("7.5"), "engagement_n": 2}), ["hours.leader"])
    >>> figure.value, figure.unit, figure.n
    (Decimal('7.5'), 'h', 2)
    """
    wanted = catalogue() if ids is None else [definition_of(id) for id in ids]
    with localcontext(EXACT):
        return [definition.figure(sums) for definition in wanted]
