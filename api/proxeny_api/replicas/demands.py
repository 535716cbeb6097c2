"""What a reader demands of a replica: that it has come so far in some chains, or in the log as a whole."""

import re
from collections.abc import Mapping
from typing import NamedTuple
from uuid import UUID

from proxeny_api.errors import BadRequest, FieldError

HEADER = "Proxeny-Min-Position"
MOST = 16
POSITION = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}:[0-9]{1,18}"
POSITIONS = re.compile(rf"{POSITION}(, ?{POSITION}){{0,{MOST - 1}}}", re.ASCII)


class Demand(NamedTuple):
    """Numbers of entries that chains must have reached, by subject, and a place in the log to have been replayed."""

    chains: Mapping[UUID, int]
    log: int = 0


def chains_of(positions: str | None) -> dict[UUID, int]:
    """Return what a header demands of chains, of one named twice the more; raises BadRequest where it is malformed."""
    if positions is None:
        return {}
    if POSITIONS.fullmatch(positions) is None:
        message = f"{HEADER} holds up to {MOST} positions, subject:number, with commas between them."
        raise BadRequest(message, errors=[FieldError(pointer=f"/header/{HEADER}", code="position", message=message)])
    found: dict[UUID, int] = {}
    for each in positions.split(","):
        subject, _, number = each.strip().partition(":")
        found[UUID(subject)] = max(int(number), found.get(UUID(subject), 0))
    return found
