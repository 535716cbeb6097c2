"""The register of indicators: a formula is added by decorating one function."""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal, localcontext
from functools import partial
from typing import NamedTuple, TypeVar

from proxeny.indicators.figure import Figure, Status, Undefined, Unit
from proxeny.indicators.rounding import EXACT
from proxeny.indicators.streams import VALUE_RECORDS
from proxeny.indicators.sums import Sums

Formula = Callable[[Sums], Decimal | Undefined]
FormulaOfCode = Callable[[Sums, str], Decimal | Undefined]
Assumed = Callable[[Sums], tuple[str, ...]]
AssumedOfCode = Callable[[Sums, str], tuple[str, ...]]
AFormula = TypeVar("AFormula", bound=Formula)
AFormulaOfCode = TypeVar("AFormulaOfCode", bound=FormulaOfCode)


class Definition(NamedTuple):
    """One indicator: what it is called, what it means and how it comes about.

    `records` names the counts of records that the figure rests on (its `n`).
    `additive` says that the figures of disjoint groups add up to the figure of all.
    `converted` says that money goes in, so that an amount without a rate leaves it undefined (`no_rate`).
    `valued` says that sums alone do not do: the figure needs the streams that `assess` makes of the records.
    `assumed` names the levers without a record that a value rests on.
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
    valued: bool = False
    assumed: Assumed | None = None

    def figure(self, sums: Sums) -> Figure:
        """Return the figure of one subject; needs the exact context that `figures` enters."""
        if self.valued and sums.streams is None:
            return Figure(self.id, None, self.unit, "undefined", "not_assessed", None, 0)
        n = sums.records(self.records)
        found = Undefined("no_rate") if self.converted and self._lacks_rate(sums) else self.function(sums)
        if isinstance(found, Undefined):
            status: Status = "insufficient_data" if found.reason == "too_few" else "undefined"
            return Figure(self.id, None, self.unit, status, found.reason, found.bound, n)
        assumed = self.assumed(sums) if self.assumed else ()
        return Figure(self.id, found, self.unit, "assumption_based" if assumed else "ok", None, None, n, assumed)

    def _lacks_rate(self, sums: Sums) -> bool:
        if "budget_n" in self.records:
            # Of other days and of other payers' costs nothing is asked.
            return sums.assessed.unknown_budgets > 0
        rests_on_values = any(name in VALUE_RECORDS for name in self.records)
        return bool(sums.missing or (rests_on_values and sums.assessed.unvalued))


_DEFINITIONS: dict[str, Definition] = {}


def levers_assumed(sums: Sums) -> tuple[str, ...]:
    """Return the levers without a record that a present value rests on: any of them."""
    return sums.assessed.names_assumed()


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
    valued: bool = False,
    assumed: Assumed | None = None,
) -> Callable[[AFormula], AFormula]:
    """Register the decorated function as an indicator; `converted` is taken from the unit unless it is given."""
    with_money = unit == "money" if converted is None else converted

    def register(function: AFormula) -> AFormula:
        register_definition(
            Definition(
                id=id,
                title=title,
                unit=unit,
                formula=formula,
                undefined=undefined,
                source=source,
                records=tuple(records),
                additive=additive,
                converted=with_money,
                function=function,
                valued=valued,
                assumed=assumed,
            )
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
    converted: bool | None = None,
    valued: bool = False,
    assumed: AssumedOfCode | None = None,
) -> Callable[[AFormulaOfCode], AFormulaOfCode]:
    """Register the decorated function once for each code; `{}` in id, title, formula and records is the code."""

    def register(function: AFormulaOfCode) -> AFormulaOfCode:
        for code in over:
            indicator(
                id.format(code),
                title=title.format(code.replace("_", " ")),
                unit=unit,
                formula=formula.format(code),
                source=source,
                records=[record.format(code) for record in records],
                undefined=undefined,
                additive=additive,
                converted=converted,
                valued=valued,
                assumed=partial(_assumed_of_code, assumed, code) if assumed else None,
            )(partial(_of_code, function, code))
        return function

    return register


def _of_code(function: FormulaOfCode, code: str, sums: Sums) -> Decimal | Undefined:
    return function(sums, code)


def _assumed_of_code(assumed: AssumedOfCode, code: str, sums: Sums) -> tuple[str, ...]:
    return assumed(sums, code)


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

    Those that need streams are left out where the sums hold none, and are undefined (`not_assessed`) where asked for.

    >>> [figure] = figures(Sums({"leader_hours": Decimal("7.5"), "engagement_n": 2}), ["hours.leader"])
    >>> figure.value, figure.unit, figure.n
    (Decimal('7.5'), 'h', 2)
    """
    if ids is None:
        wanted = [definition for definition in catalogue() if sums.streams is not None or not definition.valued]
    else:
        wanted = [definition_of(id) for id in ids]
    with localcontext(EXACT):
        return [definition.figure(sums) for definition in wanted]
