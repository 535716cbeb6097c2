"""What a reader demands of a replica: that it has come so far in some chains, or in the log as a whole."""

from collections.abc import Mapping
from typing import NamedTuple
from uuid import UUID

MOST = 16
POSITION = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}:[0-9]{1,18}"
PATTERN = rf"^{POSITION}(, ?{POSITION}){{0,{MOST - 1}}}$"


class Demand(NamedTuple):
    """Numbers of entries that chains must have reached, by subject, and a place in the log to have been replayed."""

    chains: Mapping[UUID, int]
    log: int = 0


def chains_of(positions: str | None) -> dict[UUID, int]:
    """Return what positions, written by the pattern, demand of chains; of one named twice, the more."""
    found: dict[UUID, int] = {}
    for each in positions.split(",") if positions else ():
        subject, _, number = each.strip().partition(":")
        found[UUID(subject)] = max(int(number), found.get(UUID(subject), 0))
    return found
