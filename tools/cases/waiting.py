"""Cases of waiting: the curve of those still without an outcome, its median, and how sure they are."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from math import lcm

from proxeny.indicators import Undefined
from proxeny.indicators.survival import Point, greenwood, kaplan_meier, median_interval, median_time
from tools.cases.answers import Answer, Found
from tools.cases.chances import level_of
from tools.cases.given import Given, Shape, number_of
from tools.cases.kinds import kind

TIMES = ("times", "time", "t", "days", "durations")
EVENTS = ("event", "events", "observed", "status", "d", "delta")
CENSORED = ("censored", "is_censored", "open")
TOLD = {"event", "yes", "true", "1", "dead", "observed", "outcome"}


@kind("time_to_outcome", "kaplan_meier", "survival", bare="observations", conventions=r"$^")
def waited(given: Given) -> Answer:
    """Solve for the curve of Kaplan and Meier."""
    written, events = observed(given)
    scale = lcm(*(Fraction(time).denominator for time in written))
    times = [int(time * scale) for time in written]
    points = kaplan_meier(times, events)
    median = median_time(times, events)

    def in_time(time: int | None) -> Found:
        return None if time is None else Decimal(time) / scale

    def left_at(time: Decimal) -> Decimal:
        place = bisect_right([point.time for point in points], int(time * scale))
        return points[place - 1].survival if place else Decimal(1)

    def other(name: str) -> Found:
        place = re.fullmatch(r"(?:s|survival|at|t)?[_(]?(\d+(?:\.\d+)?)\)?", name.lower())
        if place is None:
            raise LookupError(name)
        return left_at(Decimal(place[1]))

    variances = greenwood(points)
    return Answer(
        {
            "median": lambda: median if isinstance(median, Undefined) else in_time(median),
            "s survival curve": lambda: curve(given.wanted, points, scale),
            "var variance greenwood": lambda: variances,
            "se standard_error std_err": lambda: [None if each is None else each.sqrt() for each in variances],
            "ci median_ci interval": lambda: list(map(in_time, median_interval(times, events, level_of(given)))),
            "n_risk at_risk": lambda: [point.at_risk for point in points],
            "n_events events": lambda: [point.events for point in points],
            "times time": lambda: [in_time(point.time) for point in points],
            "n": lambda: len(times),
            "survival_at s_at at": lambda: [left_at(time) for time in given.numbers("at", "at_times")],
        },
        other,
    )


def observed(given: Given) -> tuple[list[Decimal], list[bool]]:
    """Return the times, and whether each ended with the event; all did where nothing is said."""
    if given.has("observations", "subjects", "engagements"):
        rows = given.rows("observations", "subjects", "engagements")
        return [row.number(*TIMES) for row in rows], [happened(row, 0) for row in rows]
    times = given.numbers(*TIMES)
    return times, [happened(given, place) for place in range(len(times))]


def happened(given: Given, place: int) -> bool:
    """Say whether the observation at a place ended with the event."""
    for names, meaning in ((EVENTS, True), (CENSORED, False)):
        if given.has(*names):
            written = given.find(*names)
            value = written[place] if isinstance(written, list) else written
            is_so = value.lower() in TOLD if isinstance(value, str) else number_of(value) > 0
            return is_so is meaning
    return True


def curve(wanted: Shape, points: Sequence[Point], scale: int) -> Found:
    """Return the curve as it is asked for: by time, as pairs of time and share, or as shares alone."""
    asked = next((wanted[name] for name in ("S", "s", "survival", "curve") if name in wanted), None) if isinstance(
        wanted, dict
    ) else wanted  # fmt: skip
    if isinstance(asked, dict):
        by_time = {f"{Decimal(point.time) / scale:f}": point.survival for point in points}
        return {name: at(by_time, name) for name in asked}
    if isinstance(asked, list) and asked and not isinstance(asked[0], list):
        return [point.survival for point in points]
    return [[Decimal(point.time) / scale, point.survival] for point in points]


def at(by_time: dict[str, Decimal], name: str) -> Decimal:
    """Return the share that is left at a time, which need not be one of an event."""
    reached = [share for time, share in by_time.items() if Decimal(time) <= Decimal(name)]
    return reached[-1] if reached else Decimal(1)
