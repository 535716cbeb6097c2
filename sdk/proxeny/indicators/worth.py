"""What one outcome is worth by a method: before and after its levers, by year, and today."""

from datetime import date
from decimal import Decimal, localcontext
from typing import NamedTuple

from proxeny.indicators.courses import lasting, remainders
from proxeny.indicators.items import Outcome
from proxeny.indicators.levers import Levers, Settled
from proxeny.indicators.methods import Method
from proxeny.indicators.rounding import EXACT
from proxeny.indicators.tally import COUNTED, has_moved

NOUGHT = Decimal(0)
ONE = Decimal(1)
AS_MOVED = Settled(NOUGHT, NOUGHT, NOUGHT, NOUGHT, 1, ())


class Frame(NamedTuple):
    """By which method figures are made, for which base year, and up to which day the records were watched."""

    method: Method
    base_year: int
    observed_on: date


class Valued(NamedTuple):
    """What one outcome is worth, as far as it is the subject's, in the currency and the prices of the figures.

    `gross` is the value of the first year before the levers, `net` after them; both below nought for a harm. `first`
    is the index of the first year, `stream` the value of it and of those after up to the horizon, `present` what they
    are worth in the base year. The sums of `gross`, `net` and `present` are the figures `value.*`, exactly. In place of
    deadweight and displacement there may be a scenario, as `has_scenario` says; those two levers are nought then.
    """

    gross: Decimal
    net: Decimal
    levers: Settled
    has_scenario: bool
    first: int
    stream: tuple[Decimal, ...]
    present: Decimal


def own_value(outcome: Outcome, method: Method) -> Decimal | None:
    """Return the gross value of a whole outcome in its own currency, below nought for a harm; None without a value.

    Formula: the amount, of funding only if committed or disbursed; else ``quantity * unit_value``, one where no
    quantity is recorded. By a method that models nothing, only money that moved.
    Unit: money of the outcome. Only what is reported or verified has a value.
    Source: Nicholls et al., A Guide to Social Return on Investment (2012), stage 3.

    >>> from proxeny.indicators.methods import SHIPPED
    >>> trained = Outcome("a", 1, ONE, "capacity_built", None, "reported", date(2025, 1, 1),
    ...                   quantity=Decimal(90), unit="people", unit_value=Decimal(19), currency="EUR", factor=ONE)
    >>> own_value(trained, SHIPPED["sroi-guide@1"]), own_value(trained, SHIPPED["cash@1"])
    (Decimal('1710'), None)
    """
    if outcome.status not in COUNTED:
        return None
    value = outcome.amount
    if value is not None:
        is_money = has_moved(outcome)
        if not is_money and (outcome.kind == "funding" or not method.models):
            return None
    elif outcome.unit_value is None or not method.models:
        return None
    else:
        value = outcome.unit_value if outcome.quantity is None else outcome.quantity * outcome.unit_value
    return -value if outcome.kind == "negative_effect" else value


def own_additional(outcome: Outcome) -> Decimal | None:
    """Return what an outcome's scenarios add in its own currency, before attribution; None without scenarios.

    Formula: ``net_additional``, of money where the outcome has an amount, else times the unit value.
    Unit: money of the outcome; below nought for a harm.
    Source: English Partnerships, Additionality Guide, 3rd ed. (2008).
    """
    if outcome.counterfactual is None:
        return None
    added = outcome.counterfactual.net_additional()
    if outcome.amount is None and outcome.unit_value is not None:
        added *= outcome.unit_value
    return -added if outcome.kind == "negative_effect" else added


def settled(outcome: Outcome, method: Method) -> Settled:
    """Return the levers by which an outcome's value is lessened, none where the method models nothing.

    Scenarios stand in the place of deadweight and displacement, and of an attribution that nobody recorded.
    """
    if not method.models:
        return AS_MOVED
    levers = outcome.levers
    if outcome.counterfactual is None:
        return levers.settled(method.priors)
    others = levers.attribution_to_others or NOUGHT
    return Levers(NOUGHT, others, NOUGHT, levers.drop_off, levers.duration_years).settled(method.priors)


def valued(outcome: Outcome, frame: Frame) -> Valued | None:
    """Return what an outcome is worth to the subject; None when it is not counted or has no value or no rate.

    Formula: ``net = gross * (1 - d) * (1 - a) * (1 - x)``; in the year ``y = 1..D`` after the start it is
    ``net * (1 - drop_off)**(y - 1)``; ``present = sum over y`` of that times the discount factor of its year.
    Unit: money. Convention: that of the frame's method.
    Source: Nicholls et al., A Guide to Social Return on Investment (2012), stages 3 to 5; HM Treasury, The Green Book.

    >>> from proxeny.indicators.methods import SHIPPED
    >>> trained = Outcome("a", 1, ONE, "capacity_built", None, "reported", date(2025, 1, 1),
    ...     quantity=Decimal(90), unit="people", unit_value=Decimal(19), currency="EUR", factor=ONE,
    ...     levers=Levers(NOUGHT, Decimal("0.1"), NOUGHT, Decimal("0.1"), 5))
    >>> found = valued(trained, Frame(SHIPPED["sroi-guide@1"], 2025, date(2026, 1, 1)))
    >>> found.gross, found.net, round(found.present, 6)
    (Decimal('1710'), Decimal('1539.0'), Decimal('5732.185218'))
    """
    own = own_value(outcome, frame.method)
    if own is None or outcome.factor is None:
        return None
    method = frame.method
    with localcontext(EXACT):
        part = outcome.weight * outcome.factor
        levers = settled(outcome, method)
        added = own_additional(outcome) if method.models else None
        net = (own if added is None else added) * part * levers.kept()
        first, years, horizon = first_index(outcome, frame), levers.duration_years, method.horizon_years
        within = years if horizon is None else max(0, min(years, horizon - first + 1))
        stream = tuple(net * left for left in remainders(years, levers.drop_off)[:within])
        worth = lasting(method.schedule, horizon, first, years, levers.drop_off)
        return Valued(own * part, net, levers, added is not None, first, stream, net * worth)


def first_index(outcome: Outcome, frame: Frame) -> int:
    """Return the index of the first year of an outcome's value, as the method counts it."""
    begins = outcome.starts_on or outcome.occurred_on
    return begins.year - frame.base_year + frame.method.first_benefit_year
