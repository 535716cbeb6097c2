"""The sums that every formula starts from: of one subject, in one currency."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, localcontext
from types import MappingProxyType

from proxeny.indicators.rounding import EXACT
from proxeny.indicators.streams import STREAM_RECORDS, Streams, joined

COST_CATEGORIES = (
    "membership_fee",
    "travel",
    "accommodation",
    "staff_time",
    "leader_time",
    "event",
    "consultancy",
    "translation",
    "in_kind",
    "co_financing",
    "overhead",
    "other",
)
OUTCOME_KINDS = (
    "policy_change",
    "pilot",
    "funding",
    "capacity_built",
    "project_plan",
    "joint_policy",
    "investment_or_trade",
    "negative_effect",
    "other",
)
POLICY_LEVELS = ("local", "regional", "national", "supranational")
FUNDING_STAGES = ("pledged", "committed", "disbursed", "cancelled")

RECORDS = ("engagement_n", "cost_n", "outcome_n")
MONEY = frozenset(
    {
        *(f"cost_{category}" for category in COST_CATEGORIES),
        "cost_external",
        *(f"funding_{stage}" for stage in FUNDING_STAGES),
        "benefit",
    }
)
COUNTS = frozenset(
    {
        "engagements",
        "leader_hours",
        "staff_hours",
        *(f"outcomes_{kind}" for kind in OUTCOME_KINDS),
        *(f"level_{level}" for level in POLICY_LEVELS),
        "outcomes_verified",
        "outcomes_expected",
        "capacity_people",
        "capacity_hours",
        "benefit_n",
        *RECORDS,
    }
)
NAMES = MONEY | COUNTS
NOUGHT = Decimal(0)


class Sums:
    """The sums of one subject by name, nought for what is absent.

    Weighted by shares and credits already; money in one currency. `missing` is how many amounts found no rate of
    exchange and are therefore in none of the sums: as long as there is one, no figure with money has a value.
    `streams` are value and cost by year, waits and all else that a sum cannot hold; None where only sums are kept, and
    no figure that needs them has a value then.

    >>> sums = Sums({"cost_travel": Decimal("120.50"), "cost_n": 1})
    >>> sums["cost_travel"], sums["cost_event"]
    (Decimal('120.50'), Decimal('0'))
    >>> Sums({"cost_of_travel": Decimal(1)})
    Traceback (most recent call last):
    LookupError: No sums are named cost_of_travel.
    """

    __slots__ = ("_values", "missing", "streams")

    def __init__(self, values: Mapping[str, Decimal | int], missing: int = 0, streams: Streams | None = None) -> None:
        if unknown := sorted(values.keys() - NAMES):
            message = f"No sums are named {', '.join(unknown)}."
            raise LookupError(message)
        self._values = MappingProxyType({name: exact(value) for name, value in values.items()})
        self.missing = missing
        self.streams = streams

    def __getitem__(self, name: str) -> Decimal:
        if name not in NAMES:
            message = f"No sum is named {name}."
            raise LookupError(message)
        return self._values.get(name, NOUGHT)

    def __repr__(self) -> str:
        streams = f", streams={self.streams!r}" if self.streams is not None else ""
        return f"Sums({dict(self._values)!r}, missing={self.missing}{streams})"

    @property
    def values(self) -> Mapping[str, Decimal]:
        """The sums that are there, by name."""
        return self._values

    @property
    def assessed(self) -> Streams:
        """The streams; raises LookupError where only sums are kept."""
        if self.streams is None:
            message = "These sums hold no streams: they were not made by assess."
            raise LookupError(message)
        return self.streams

    def total(self, names: Iterable[str]) -> Decimal:
        """Return the sum of several sums.

        >>> Sums({"level_local": 2, "level_national": Decimal("0.5")}).total(["level_local", "level_national"])
        Decimal('2.5')
        """
        return sum((self[name] for name in names), NOUGHT)

    def records(self, names: Iterable[str]) -> int:
        """Return how many records several counts come to.

        >>> Sums({"cost_n": 2, "outcome_n": 3}).records(["cost_n", "outcome_n"])
        5
        """
        return sum(self.assessed.count(name) if name in STREAM_RECORDS else int(self[name]) for name in names)


def together(parts: Sequence[Sums]) -> Sums:
    """Return the sums of disjoint parts together, with their streams where each part has them.

    >>> together([Sums({"cost_n": 2}), Sums({"cost_n": 3}, missing=1)])
    Sums({'cost_n': Decimal('5')}, missing=1)
    """
    values: dict[str, Decimal] = {}
    with localcontext(EXACT):
        for part in parts:
            for name, value in part.values.items():
                values[name] = values.get(name, NOUGHT) + value
    streams = [part.streams for part in parts if part.streams is not None]
    complete = joined(streams) if streams and len(streams) == len(parts) else None
    return Sums(values, sum(part.missing for part in parts), complete)


def exact(value: object) -> Decimal:
    """Return the value as a Decimal; a float is refused, since it has lost digits already.

    >>> exact(3)
    Decimal('3')
    """
    if isinstance(value, Decimal):
        return value
    if isinstance(value, int):
        return Decimal(value)
    message = f"A sum is a Decimal or an int, not a {type(value).__name__}."
    raise TypeError(message)
