"""Whether to send a request again, and how long to wait before, without I/O."""

from __future__ import annotations

import math
import random
import re
import time
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

PASSING = frozenset({408, 429, 502, 503, 504})
"""Statuses that may be gone at the next try."""
UNDER_WAY = 409
"""With ``Retry-After``, what a repeated request gets while the first with the same key is still under way."""
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 8.0
LONGEST_RETRY_AFTER = 60.0
"""Seconds; a server that asks for more gets its error raised rather than a client that seems to hang."""


def passing(status: int, retry_after: float | None) -> bool:
    """Whether a refusal of this status may be gone at the next try."""
    if retry_after is not None and retry_after > LONGEST_RETRY_AFTER:
        return False
    return status in PASSING or (status == UNDER_WAY and retry_after is not None)


def pause(tries: int, retry_after: float | None = None) -> float:
    """Return the seconds to wait after so many tries, at random so that clients do not come back all at once.

    The jitter is full: evenly between nought and a bound that doubles with each try. What the server asks for comes
    first, and the jitter of one first pause on top of it.
    """
    if retry_after is not None:
        return retry_after + random.uniform(0, FIRST_PAUSE)
    return random.uniform(0, min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (tries - 1)))


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that ``Retry-After`` asks for, as seconds or as an HTTP date; None if it tells nothing."""
    told = headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d{1,9}(\.\d{1,9})?", told):
        return float(told)
    try:
        until = parsedate_to_datetime(told).timestamp()
    except (ValueError, TypeError, OverflowError):
        return None
    return max(0.0, math.ceil(until - time.time()))
