"""Where the ledger was in the answers so far, sent with what is read next, without I/O."""

from __future__ import annotations

import re
from collections.abc import Mapping

POSITION = re.compile(r"([0-9a-f-]{36}):([0-9]{1,18})")
MOST = 16
"""Positions that the API takes with one request; those that moved last are kept."""


class Positions:
    """What a client has written and seen: a server that reads from a replica shows it no less than that.

    >>> seen = Positions()
    >>> seen.note({"proxeny-position": "01939c1e-7f6a-7000-8000-3d1f5b8a2c4e:7"})
    >>> seen.note({"proxeny-position": "01939c1e-7f6a-7000-8000-3d1f5b8a2c4e:5"})
    >>> seen.demand()
    {'Proxeny-Min-Position': '01939c1e-7f6a-7000-8000-3d1f5b8a2c4e:7'}
    """

    def __init__(self) -> None:
        self._known: dict[str, int] = {}

    def note(self, headers: Mapping[str, str]) -> None:
        """Take in what an answer says; what it says in no way that is known is passed over."""
        told = headers.get("proxeny-position")
        if told is None:
            return
        known = dict(self._known)
        for each in told.split(","):
            found = POSITION.fullmatch(each.strip())
            if found and int(found[2]) > known.get(found[1], -1):
                known.pop(found[1], None)
                known[found[1]] = int(found[2])
        # Made anew and put in place at once, for threads may share a client.
        self._known = dict(list(known.items())[-MOST:])

    def demand(self) -> dict[str, str]:
        """Return the header that asks for nothing older."""
        known = self._known
        if not known:
            return {}
        return {"Proxeny-Min-Position": ", ".join(f"{subject}:{number}" for subject, number in known.items())}
