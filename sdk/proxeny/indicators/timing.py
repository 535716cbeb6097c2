"""How often, and how soon, something comes of what was done."""

from decimal import Decimal
from typing import NamedTuple

from proxeny.indicators.figure import Undefined
from proxeny.indicators.registry import indicator
from proxeny.indicators.rounding import quotient
from proxeny.indicators.sums import Sums
from proxeny.indicators.survival import median_time

# A share of one or two says nothing.
FEWEST = 3


class Trials(NamedTuple):
    """How often something could have come about, and how often it did: what an interval of the share rests on."""

    successes: int
    trials: int

    def share(self) -> Decimal | Undefined:
        """Return the share of successes; undefined (``too_few``) for fewer than three trials.

        >>> Trials(1, 4).share(), Trials(1, 2).share().reason
        (Decimal('0.25'), 'too_few')
        """
        return quotient(Decimal(self.successes), Decimal(self.trials)) if self.trials >= FEWEST else TOO_FEW


TOO_FEW = Undefined("too_few")


def conversions(sums: Sums) -> Trials:
    """Return how many engagements are old enough to be judged, and how many of them have an outcome."""
    mature = [wait for wait in sums.assessed.waits.values() if wait.is_mature]
    return Trials(sum(wait.has_come for wait in mature), len(mature))


def adoptions(sums: Sums) -> Trials:
    """Return how many pilots there were, and how many of them became policy."""
    pilots = sums.assessed.pilots
    return Trials(sum(pilots.values()), len(pilots))


def observed(sums: Sums) -> tuple[list[int], list[bool]]:
    """Return the days of each engagement's wait, and whether it ended with an outcome or is still open."""
    waits = sums.assessed.waits.values()
    return [wait.days for wait in waits], [wait.has_come for wait in waits]


@indicator(
    "conversion.rate",
    title="Share of engagements with an outcome",
    unit="share",
    formula="engagements with an outcome / engagements; those that took place and are at least as old as the method"
    " asks (365 days)",
    undefined="fewer than three old enough → `too_few`",
    source="Definition; intervals by Wilson (1927) and as a Beta posterior",
    records=["mature_n"],
    valued=True,
)
def conversion_rate(sums: Sums) -> Decimal | Undefined:
    """Return how many of the engagements that are old enough to be judged have brought an outcome.

    Formula: engagements ongoing or completed, begun at least ``mature_days`` before, with an outcome reported or
    verified, over all of them; each counted whole, whatever share of it is the subject's.
    Unit: share. Undefined (``too_few``, status ``insufficient_data``) when fewer than three are old enough.
    Source: definition; `conversions` has the counts that an interval rests on.

    >>> from proxeny.indicators.methods import SHIPPED
    >>> from proxeny.indicators.streams import Streams, Wait
    >>> waits = {"a": Wait(30, True, True), "b": Wait(400, False, True), "c": Wait(500, False, True)}
    >>> conversion_rate(Sums({}, streams=Streams(SHIPPED["cash@1"], 2025, waits=waits)))
    Decimal('0.3333333333333333333333333333')
    """
    return conversions(sums).share()


@indicator(
    "pilot.adoption_rate",
    title="Share of pilots that became policy",
    unit="share",
    formula="pilots with a policy change or joint policy, not earlier, credited to one of their engagements / pilots",
    undefined="fewer than three pilots → `too_few`",
    source="Definition; intervals by Wilson (1927) and as a Beta posterior",
    records=["pilot_n"],
    valued=True,
)
def pilot_adoption_rate(sums: Sums) -> Decimal | Undefined:
    """Return how many of the pilots became policy.

    Formula: pilots, reported or verified, one of whose engagements is also credited with a policy change or a joint
    policy of the same day or later, over all pilots; each counted whole.
    Unit: share. Undefined (``too_few``, status ``insufficient_data``) when there are fewer than three.
    Source: definition; `adoptions` has the counts that an interval rests on.

    >>> from proxeny.indicators.methods import SHIPPED
    >>> from proxeny.indicators.streams import Streams
    >>> pilots = {"a": True, "b": False, "c": True, "d": False}
    >>> pilot_adoption_rate(Sums({}, streams=Streams(SHIPPED["cash@1"], 2025, pilots=pilots)))
    Decimal('0.5')
    """
    return adoptions(sums).share()


@indicator(
    "time_to_outcome",
    title="Days until half have an outcome",
    unit="days",
    formula="the first t with S(t) ≤ ½, S by Kaplan and Meier over days from the start of an engagement to its first"
    " outcome; open ones are censored",
    undefined="no engagement took place → `no_engagements`; more than half are without → `not_reached`",
    source="Kaplan and Meier, Nonparametric Estimation from Incomplete Observations, JASA 53 (1958)",
    records=["wait_n"],
    valued=True,
)
def time_to_outcome(sums: Sums) -> Decimal | Undefined:
    """Return after how many days half of the engagements have an outcome, the open ones counted for as long as seen.

    Formula: the first ``t`` with ``S(t) <= 1/2``. An outcome before the start came on day 0.
    Unit: days. Undefined (``no_engagements``) when none took place, (``not_reached``) while more than half are without.
    Source: Kaplan and Meier (1958).

    >>> from proxeny.indicators.methods import SHIPPED
    >>> from proxeny.indicators.streams import Streams, Wait
    >>> waits = {"a": Wait(30, True, True), "b": Wait(60, True, True), "c": Wait(500, False, True)}
    >>> time_to_outcome(Sums({}, streams=Streams(SHIPPED["cash@1"], 2025, waits=waits)))
    Decimal('60')
    """
    days, has_come = observed(sums)
    if not days:
        return Undefined("no_engagements")
    median = median_time(days, has_come)
    return median if isinstance(median, Undefined) else Decimal(median)
