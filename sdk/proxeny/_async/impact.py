"""What is behind a figure: every record that it is made of, and what it hangs on most."""

from __future__ import annotations

from typing import Any, Unpack

from proxeny._answers import read, read_text
from proxeny._asked import ImpactAsked, LineageAsked, question
from proxeny._async.group import AsyncGroup
from proxeny._requests import Ref, Request, path, query
from proxeny.errors import InvalidArgument
from proxeny.models import Figure, Tornado

LINEAGE = "/v1/cities/{}/impact/{}/lineage"


class AsyncImpact(AsyncGroup):
    """The ways from a figure down to its records."""

    async def lineage(self, city: Ref, indicator: str, **asked: Unpack[LineageAsked]) -> dict[str, Any]:
        """Return all that one figure of a city is made of, as ``proxeny.indicators.lineage.recompute`` takes it.

        ``asked`` is any of what ``LineageAsked`` names: all that ``cities.impact`` takes, and ``group``, the key of one
        of the groups that ``group_by`` makes.
        """
        found: dict[str, Any] = await self._get(LINEAGE, dict, city, indicator, **question(asked, LineageAsked))
        return found

    async def lineage_of(self, figure: Figure) -> dict[str, Any]:
        """Return all that a figure of an answer is made of; raises InvalidArgument where that may not be seen."""
        if figure.lineage is None:
            raise InvalidArgument("What this figure is made of may not be seen with this key.")
        if not figure.lineage.startswith("/"):
            # Put behind the address, anything else could lead the key to another host.
            raise InvalidArgument("A lineage is a path of this API.")
        found: dict[str, Any] = read(await self._sender.send(Request("GET", figure.lineage)), dict)
        return found

    async def lineage_csv(self, city: Ref, indicator: str, **asked: Unpack[LineageAsked]) -> str:
        """Return the same as ``lineage`` as CSV: a row a record, with what it adds to each sum."""
        wanted = query({**question(asked, LineageAsked), "format": "csv"})
        return read_text(await self._sender.send(Request("GET", path(LINEAGE, city, indicator) + wanted)))

    async def tornado(self, city: Ref, **asked: Unpack[ImpactAsked]) -> Tornado:
        """Return what a city's social return hangs on: how far it swings with each thing that is not known for sure."""
        return await self._get("/v1/cities/{}/impact/tornado", Tornado, city, **question(asked, ImpactAsked))
