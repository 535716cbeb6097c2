"""Rates of exchange and price indices: what there is, and what the operator loads."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from proxeny._async.group import AsyncGroup
from proxeny._async.pages import AsyncPages
from proxeny._bodies import merged
from proxeny.models import Loaded, PriceIndex, PriceIndicesLoad, Rate, RatesLoad


class AsyncRates(AsyncGroup):
    """The rates that money is converted with: those of the European Central Bank, and what was loaded beside them."""

    def list(
        self, currency: str, *, from_: date | None = None, to: date | None = None, limit: int | None = None
    ) -> AsyncPages[Rate]:
        """List what one euro was worth in the currency, the newest day first."""
        return self._list("/v1/rates", Rate, currency=currency, from_=from_, to=to, limit=limit)

    async def get(self, currency: str, day: date, *, policy: str | None = None) -> Rate:
        """Return what one euro was worth in the currency on a day; ``NotFound`` where that is not known."""
        return await self._get("/v1/rates/{}/{}", Rate, currency, day.isoformat(), policy=policy)

    async def load(
        self,
        load: RatesLoad | Mapping[str, object] | None = None,
        /,
        *,
        idempotency_key: str | None = None,
        **fields: object,
    ) -> Loaded:
        """Load rates with their source, all or none; only the operator may."""
        return await self._post("/v1/rates", Loaded, body=merged(load, fields), key=idempotency_key)


class AsyncPriceIndices(AsyncGroup):
    """The levels of prices that the operator has loaded, by currency and year."""

    def list(self, currency: str, *, limit: int | None = None) -> AsyncPages[PriceIndex]:
        """List the currency's levels of prices, the newest year first."""
        return self._list("/v1/price-indices", PriceIndex, currency=currency, limit=limit)

    async def load(
        self,
        load: PriceIndicesLoad | Mapping[str, object] | None = None,
        /,
        *,
        idempotency_key: str | None = None,
        **fields: object,
    ) -> Loaded:
        """Load levels of prices with their source and base, all or none; only the operator may."""
        return await self._post("/v1/price-indices", Loaded, body=merged(load, fields), key=idempotency_key)
