"""The catalogue: code lists, indicators, methods and rates of exchange."""

from __future__ import annotations

from datetime import date

from proxeny._async.group import AsyncGroup
from proxeny._async.pages import AsyncPages
from proxeny._requests import Ref
from proxeny.models import Indicator, Method, Rate, Vocabulary


class AsyncVocabularies(AsyncGroup):
    """The code lists that fields are filled from."""

    def list(self) -> AsyncPages[Vocabulary]:
        """List the code lists."""
        return self._list("/v1/vocabularies", Vocabulary)

    async def get(self, vocabulary: Ref) -> Vocabulary:
        """Return one code list."""
        return await self._get("/v1/vocabularies/{}", Vocabulary, vocabulary)


class AsyncIndicators(AsyncGroup):
    """The figures there are: formula, unit, source, and when each is undefined."""

    def list(self) -> AsyncPages[Indicator]:
        """List the indicators."""
        return self._list("/v1/indicators", Indicator)

    async def get(self, indicator: Ref) -> Indicator:
        """Return one indicator."""
        return await self._get("/v1/indicators/{}", Indicator, indicator)


class AsyncMethods(AsyncGroup):
    """The methods by which figures are made, by version."""

    def list(self) -> AsyncPages[Method]:
        """List the methods."""
        return self._list("/v1/methods", Method)

    async def get(self, method: Ref) -> Method:
        """Return one method, such as ``cash@1``."""
        return await self._get("/v1/methods/{}", Method, method)


class AsyncRates(AsyncGroup):
    """The reference rates of the European Central Bank that money is converted with."""

    def list(
        self, currency: str, *, from_: date | None = None, to: date | None = None, limit: int | None = None
    ) -> AsyncPages[Rate]:
        """List what one euro was worth in the currency, the newest day first."""
        return self._list("/v1/rates", Rate, currency=currency, from_=from_, to=to, limit=limit)

    async def get(self, currency: str, day: date, *, policy: str | None = None) -> Rate:
        """Return what one euro was worth in the currency on a day; ``NotFound`` where that is not known."""
        return await self._get("/v1/rates/{}/{}", Rate, currency, day.isoformat(), policy=policy)
