"""Cases of choice: the best portfolio within limits."""

from collections.abc import Sequence
from decimal import Decimal

from proxeny.indicators.portfolio import Choice, Option, choose
from tools.cases.answers import Answer, Found
from tools.cases.given import Given, Json, is_several, labels, numbers_of
from tools.cases.kinds import kind

PROFITS = ("profits", "values", "value", "benefits", "p", "c", "returns")
WEIGHTS = ("weights", "weight", "costs", "cost", "w", "a", "uses", "resources")
CAPACITIES = ("capacities", "capacity", "limits", "budget", "budgets", "b", "limit")
ROWS = ("items", "options", "networks", "projects")
KEPT, EXCLUDED = ("keep", "must_keep", "required", "must"), ("exclusions", "exclusive", "conflicts", "exclude")
RESOURCE = "limit {}"


@kind("portfolio_milp", "portfolio", "knapsack", "mkp", "multidimensional_knapsack", "portfolio_choice", bare="items")
def portfolio(given: Given) -> Answer:
    """Solve for the choice of the highest value within the limits."""
    options = options_of(given)
    limits, floors = limits_of(given), floors_of(given)
    for place, excluded in enumerate(lists_of(given, *EXCLUDED)):
        name = f"exclusion {place}"
        limits[name] = 1.0
        options = [use(option, name) if option.network in excluded else option for option in options]
    kept = [str(each) for each in given.numbers(*KEPT)] if given.has(*KEPT) and are_places(given) else names_kept(given)
    best = choose(options, limits, floors=floors, keep=kept)
    return answer(given, options, best)


def answer(given: Given, options: Sequence[Option], best: Choice) -> Answer:
    """Return what may be asked of a choice; indices count from 0 unless the convention counts from 1."""
    first = 1 if given.says(r"1.?based|from 1|one.?based") else 0
    places = [place for place, option in enumerate(options) if option in best.chosen]
    has_names = given.has(*ROWS) or given.has("names", "labels")
    chosen: Found = [option.network for option in best.chosen] if has_names else [place + first for place in places]
    return Answer(
        {
            "value optimum objective best profit total": lambda: best.value,
            "chosen selected selection items": lambda: chosen,
            "x solution vector": lambda: [int(place in places) for place in range(len(options))],
            "indices": lambda: [place + first for place in places],
            "roles": lambda: {option.network: option.role for option in best.chosen},
            "count size number": lambda: len(best.chosen),
            "status": lambda: best.status,
            "gap": lambda: best.gap,
            "used": lambda: list(best.used.values()),
            "binding": lambda: [name.removeprefix("limit ") for name in best.binding],
        }
    )


def use(option: Option, name: str) -> Option:
    return option._replace(uses={**option.uses, name: 1.0})


def are_places(given: Given) -> bool:
    return not given.has(*ROWS, "names", "labels")


def names_kept(given: Given) -> list[str]:
    """Return the networks that must be chosen."""
    kept = given.find(*KEPT) if given.has(*KEPT) else []
    return [str(each) for each in (kept if isinstance(kept, list) else [kept])]


def lists_of(given: Given, *names: str) -> list[list[str]]:
    """Return lists of names, of which one alone may stand without a list around it."""
    written = given.find(*names) if given.has(*names) else []
    lists = written if isinstance(written, list) else []
    if lists and not isinstance(lists[0], list):
        lists = [lists]
    return [[str(each) for each in row] for row in lists if isinstance(row, list)]


def options_of(given: Given) -> list[Option]:
    """Return the options, from rows that each hold what one is worth and uses, or from one list for each resource."""
    if given.has(*ROWS):
        return [row_option(row, place) for place, row in enumerate(given.rows(*ROWS))]
    values = given.numbers(*PROFITS)
    names = given.find("names", "labels") if given.has("names", "labels") else list(range(len(values)))
    names = names if isinstance(names, list) else []
    uses = matrix(given.find(*WEIGHTS), len(values))
    return [
        Option(str(name), "member", float(value), {key: float(row[place]) for key, row in uses.items()})
        for place, (name, value) in enumerate(zip(names, values, strict=True))
    ]


def row_option(row: Given, place: int) -> Option:
    """Return the option of one row; all that is a number beside its value is what it uses."""
    several = next((row.find(name) for name in WEIGHTS if row.has(name) and is_several(row.find(name))), None)
    written = other_numbers(row) if several is None else several
    amounts = zip(labels(written), numbers_of(written), strict=True)
    uses = {RESOURCE.format(key): float(amount) for key, amount in amounts}
    name = row.text("name", "id", "network") or str(place)
    return Option(name, row.text("role") or "member", float(row.number(*PROFITS)), uses)


def other_numbers(row: Given) -> Json:
    """Return the numbers of a row beside its value."""
    return {
        name: value
        for name, value in row.inputs.items()
        if name not in PROFITS and isinstance(value, (int, Decimal)) and not isinstance(value, bool)
    }


def matrix(written: Json, count: int) -> dict[str, list[Decimal]]:
    """Return what all options use of each resource; one list alone is one resource.

    >>> matrix([3, 4], 2)
    {'limit 1': [Decimal('3'), Decimal('4')]}
    """
    if isinstance(written, list) and not any(isinstance(row, list) for row in written):
        written = [written]
    rows = [numbers_of(row) for row in (written.values() if isinstance(written, dict) else written)] if isinstance(
        written, (list, dict)
    ) else []  # fmt: skip
    if any(len(row) != count for row in rows) and len(rows) == count:
        rows = [list(column) for column in zip(*rows, strict=True)]
        return {RESOURCE.format(place): row for place, row in enumerate(rows, start=1)}
    return {RESOURCE.format(key): row for key, row in zip(labels(written), rows, strict=True)}


def limits_of(given: Given) -> dict[str, float]:
    """Return the limits by resource."""
    written = given.find(*CAPACITIES)
    amounts = given.numbers(*CAPACITIES)
    keys = labels(written) or ["1"]
    found = {RESOURCE.format(key): float(amount) for key, amount in zip(keys, amounts, strict=True)}
    if len(found) == 1 and given.has(*ROWS) and not isinstance(written, dict):
        [limit] = found.values()
        used = {name for option in options_of(given) for name in option.uses}
        weighed = used & {RESOURCE.format(name) for name in WEIGHTS} or used
        return dict.fromkeys(weighed, limit) if len(weighed) == 1 else found
    return found


def floors_of(given: Given) -> dict[str, float]:
    """Return what must be used at least, by resource."""
    floors = given.find("floors", "minimum", "at_least") if given.has("floors", "minimum", "at_least") else None
    if floors is None:
        return {}
    amounts = numbers_of(floors)
    return {RESOURCE.format(key): float(each) for key, each in zip(labels(floors) or ["1"], amounts, strict=True)}
