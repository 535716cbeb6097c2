"""How old what a replica shows is: by where the primary's log was when this process asked it."""

from bisect import bisect_right
from datetime import datetime, timedelta
from typing import NamedTuple

MOST = 4_000
# Moments closer together than this tell no more than one of them.
APART = timedelta(milliseconds=20)
OTHER_LOG = timedelta(seconds=5)


class Moment(NamedTuple):
    """All that was committed at an instant of the primary's clock stands before this place of its log."""

    log: int
    at: datetime


class Ages:
    """The moments that this process knows of, the oldest first."""

    def __init__(self) -> None:
        self._moments: list[Moment] = []

    def add(self, moment: Moment) -> None:
        """Take in what the primary said just now."""
        known = self._moments
        if known and moment.log < known[-1].log:
            # Answers to questions asked at once may come in another order; a log that goes back is another log.
            if moment.at - known[-1].at > OTHER_LOG:
                self._moments = [moment]
        elif known and moment.log == known[-1].log:
            known[-1] = max(moment, known[-1])
        elif not known or moment.at - known[-1].at >= APART:
            known.append(moment)
            del known[: max(0, len(known) - MOST)]

    def of(self, replayed: int) -> datetime | None:
        """Return the newest instant of which a replica that has replayed so far shows everything; None if unknown."""
        place = bisect_right(self._moments, replayed, key=lambda moment: moment.log)
        return self._moments[place - 1].at if place else None
