"""Methods: named versions of what has been chosen where figures could be made in more than one way."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, Literal, get_args

from proxeny.indicators.discounting import GREEN_BOOK, Schedule, Step, flat
from proxeny.indicators.levers import LEVERS

Overhead = Literal["none", "by_cost", "by_hours"]
Credits = Literal["declared", "equal", "by_hours", "by_cost", "shapley"]

# Medians of 383 published reports on social return, read by machine and so only indicative.
PRIORS = {
    "deadweight": Decimal("0.20"),
    "attribution_to_others": Decimal("0.255"),
    "displacement": Decimal("0.175"),
    "drop_off": Decimal("0.215"),
}
# Relative standard deviations: of an amount by the level of its evidence (Nesta), of a lever, of an estimated cost.
SPREADS = {
    "0": Decimal("0.50"),
    "1": Decimal("0.40"),
    "2": Decimal("0.30"),
    "3": Decimal("0.20"),
    "4": Decimal("0.15"),
    "5": Decimal("0.10"),
    "unknown": Decimal("0.50"),
    "levers": Decimal("0.25"),
    "estimated_cost": Decimal("0.20"),
}


@dataclass(frozen=True)
class Method:
    """One version of a method, which never changes; refuses what makes no sense, the parameter named first.

    `first_benefit_year` is the index of the year in which a benefit comes about: 0 when it is not discounted, 1 when
    it is discounted once. Flows of an index above `horizon_years` do not count. `models` is False for a method that
    takes only money that moved: no levers, no prices put on what has none. `priors` are taken for levers that nobody
    recorded. `spreads` are relative standard deviations for what has no recorded range. An engagement younger than
    `mature_days` does not yet count in `conversion.rate`.

    >>> Method("ours", 2, "Our method", flat(Decimal("0.03")), first_benefit_year=1).id
    'ours@2'
    >>> Method("ours", 2, "Our method", flat(Decimal(-1)))
    Traceback (most recent call last):
    ValueError: schedule: a rate must be above -1; -1 is not.
    """

    name: str
    version: int
    title: str
    schedule: Schedule
    first_benefit_year: Literal[0, 1] = 0
    horizon_years: int | None = None
    models: bool = True
    priors: Mapping[str, Decimal] = field(default_factory=dict, hash=False)
    overhead: Overhead = "none"
    credits: Credits = "declared"
    spreads: Mapping[str, Decimal] = field(default_factory=lambda: dict(SPREADS), hash=False)
    mature_days: int = 365
    note: str = ""
    source: str = ""

    def __post_init__(self) -> None:
        """Refuse what makes no sense."""
        _check_schedule(self.schedule, self.horizon_years)
        _check_choices(self)
        for lever, prior in self.priors.items():
            _require(lever in LEVERS, "priors", f"{lever} is no lever")
            _require(0 <= prior <= 1, "priors", f"{lever} must be from 0 to 1; {prior} is not")
        _require(set(self.spreads) == set(SPREADS), "spreads", f"there must be one for each of {', '.join(SPREADS)}")
        for name, spread in self.spreads.items():
            _require(spread >= 0, "spreads", f"{name} must not be below 0; {spread} is")

    @property
    def id(self) -> str:
        """The name and the version, as figures carry them."""
        return f"{self.name}@{self.version}"

    def parameters(self) -> dict[str, Any]:
        """Return all that the method has chosen as JSON values, decimals as strings.

        >>> SHIPPED["omb-a94@2023"].parameters()["schedule"]
        [{'through': None, 'rate': '0.02'}]
        """
        return {
            "name": self.name,
            "version": self.version,
            "title": self.title,
            "schedule": [{"through": step.through, "rate": f"{step.rate:f}"} for step in self.schedule],
            "first_benefit_year": self.first_benefit_year,
            "horizon_years": self.horizon_years,
            "models": self.models,
            "priors": {lever: f"{prior:f}" for lever, prior in self.priors.items()},
            "overhead": self.overhead,
            "credits": self.credits,
            "spreads": {name: f"{spread:f}" for name, spread in self.spreads.items()},
            "mature_days": self.mature_days,
            "note": self.note,
            "source": self.source,
        }

    @classmethod
    def of(cls, parameters: Mapping[str, Any]) -> "Method":
        """Return the method of parameters as JSON has them; raises ValueError, the parameter named first.

        What is left out is as in `Method`, spreads one by one; the name, the title and the schedule are needed.

        >>> Method.of(SHIPPED["green-book@1"].parameters()) == SHIPPED["green-book@1"]
        True
        >>> Method.of({"name": "ours", "title": "Ours", "schedule": [{"through": None, "rate": 0.03}]})
        Traceback (most recent call last):
        ValueError: schedule: a decimal is written as a string; 0.03 is not.
        """
        for name in parameters:
            _require(name in cls.__dataclass_fields__, name, "a method has no such parameter")
        for name in ("name", "title", "schedule"):
            _require(name in parameters, name, "a method needs it")
        given = {"version": 1, **parameters, "schedule": _steps(parameters["schedule"])}
        if "priors" in given:
            given["priors"] = _decimals("priors", given["priors"])
        if "spreads" in given:
            given["spreads"] = SPREADS | _decimals("spreads", given["spreads"])
        return cls(**given)


def _require(holds: bool, parameter: str, rule: str) -> None:
    if not holds:
        message = f"{parameter}: {rule}."
        raise ValueError(message)


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _check_schedule(schedule: Schedule, horizon: int | None) -> None:
    _require(bool(schedule), "schedule", "there must be a rate")
    for step in schedule:
        _require(step.rate.is_finite() and step.rate > -1, "schedule", f"a rate must be above -1; {step.rate} is not")
    throughs = [step.through for step in schedule[:-1]]
    last = schedule[-1].through
    ends = [through for through in (*throughs, last) if through is not None]
    _require(all(_whole(end) and end > 0 for end in ends), "schedule", "a step goes through a year of 1 or more")
    _require(None not in throughs and ends == sorted(set(ends)), "schedule", "steps must follow each other")
    if horizon is not None:
        _require(_whole(horizon) and horizon >= 0, "horizon_years", f"it must be 0 or more; {horizon} is not")
    reached = last is None or (horizon is not None and horizon <= last)
    _require(reached, "horizon_years", "it must not go beyond the last step of the schedule")


def _check_choices(method: Method) -> None:
    for name in ("name", "title", "note", "source"):
        _require(isinstance(getattr(method, name), str), name, "it must be text")
    _require(bool(method.name) and "@" not in method.name, "name", "it must be a word without @")
    _require(bool(method.title), "title", "there must be one")
    _require(_whole(method.version) and method.version > 0, "version", "it must be 1 or more")
    first = method.first_benefit_year
    _require(_whole(first) and first in (0, 1), "first_benefit_year", f"it must be 0 or 1; {first} is not")
    _require(isinstance(method.models, bool), "models", "it must be true or false")
    _require(method.overhead in get_args(Overhead), "overhead", f"it must be one of {', '.join(get_args(Overhead))}")
    _require(method.credits in get_args(Credits), "credits", f"it must be one of {', '.join(get_args(Credits))}")
    _require(_whole(method.mature_days) and method.mature_days >= 0, "mature_days", "it must be 0 or more")
    _require(method.models or not method.priors, "priors", "a method that models nothing has none")


def _steps(given: object) -> Schedule:
    """Return the schedule that JSON writes as a list of objects, each with a rate and the year it goes through."""
    if not isinstance(given, (list, tuple)):
        message = "schedule: it must be a list."
        raise ValueError(message)  # noqa: TRY004 - a bad parameter is a ValueError whatever is bad about it
    return tuple(_step(step) for step in given)


def _step(given: object) -> Step:
    if not isinstance(given, Mapping) or set(given) != {"through", "rate"}:
        message = "schedule: a step has through and rate."
        raise ValueError(message)
    _require(given["through"] is None or _whole(given["through"]), "schedule", "through must be a year or null")
    return Step(given["through"], _decimal("schedule", given["rate"]))


def _decimals(parameter: str, given: object) -> dict[str, Decimal]:
    if not isinstance(given, Mapping):
        message = f"{parameter}: it must be an object."
        raise ValueError(message)  # noqa: TRY004 - as above
    return {str(name): _decimal(parameter, value) for name, value in given.items()}


def _decimal(parameter: str, value: object) -> Decimal:
    _require(isinstance(value, str) or _whole(value), parameter, f"a decimal is written as a string; {value} is not")
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        found = Decimal("NaN")
    _require(found.is_finite(), parameter, f"{value} is no number")
    return found


SHIPPED: Mapping[str, Method] = {
    method.id: method
    for method in (
        Method(
            name="sroi-guide",
            version=1,
            title="SROI Guide",
            schedule=flat(Decimal("0.035")),
            first_benefit_year=1,
            priors=PRIORS,
            note="The value of a year is discounted once for that year: 1/(1+r)^y for y = 1, 2, and so on. Levers that"
            " nobody recorded are the medians of published reports, and figures that rest on them say so.",
            source="Nicholls, Lawlor, Neitzert and Goodspeed, A Guide to Social Return on Investment, 2nd ed. (2012)",
        ),
        Method(
            name="green-book",
            version=1,
            title="Green Book",
            schedule=GREEN_BOOK,
            horizon_years=60,
            priors=PRIORS,
            note="Year 0 has the factor 1; the rate falls from 3.5 % to 3.0 % after year 30 and to 2.5 % after year 75,"
            " the factors being chained. Sixty years at most. Levers that nobody recorded are the medians of published"
            " reports, and figures that rest on them say so.",
            source="HM Treasury, The Green Book, and its supplementary guidance on discounting, table A.1",
        ),
        Method(
            name="omb-a94",
            version=2023,
            title="OMB Circular A-94",
            schedule=flat(Decimal("0.02")),
            first_benefit_year=1,
            priors=PRIORS,
            note="2.0 % real; the value of a year is discounted once for that year. Levers that nobody recorded are the"
            " medians of published reports, and figures that rest on them say so.",
            source="Office of Management and Budget, Circular No. A-94 (2023)",
        ),
        Method(
            name="cash",
            version=1,
            title="What moved",
            schedule=flat(Decimal(0)),
            models=False,
            spreads=dict.fromkeys(SPREADS, Decimal(0)),
            note="What moved, nothing modelled: no deadweight, no discounting and no value of what has no price.",
            source="Phillips and Phillips, Return on Investment (ROI) Basics (2005)",
        ),
    )
}
DEFAULT = "green-book@1"
