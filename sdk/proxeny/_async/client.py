"""The asynchronous client."""

from __future__ import annotations

from copy import copy
from types import EllipsisType, TracebackType
from typing import Self

import httpx

from proxeny._answers import read_text
from proxeny._async.budgets import AsyncBudgets
from proxeny._async.catalogue import AsyncIndicators, AsyncVocabularies
from proxeny._async.cities import AsyncCities
from proxeny._async.costs import AsyncCosts
from proxeny._async.engagements import AsyncEngagements
from proxeny._async.group import AsyncGroup
from proxeny._async.impact import AsyncImpact
from proxeny._async.keys import AsyncKeys
from proxeny._async.memberships import AsyncMemberships
from proxeny._async.methods import AsyncMethods
from proxeny._async.networks import AsyncNetworks
from proxeny._async.outcomes import AsyncOutcomes
from proxeny._async.proxies import AsyncProxies
from proxeny._async.rates import AsyncPriceIndices, AsyncRates
from proxeny._async.sending import AsyncSender
from proxeny._requests import Request
from proxeny._settings import DEFAULT_MAX_RETRIES, DEFAULT_TIMEOUT, resolve
from proxeny._transport import AsyncHttpClient
from proxeny.models import Health, Me, SigningKeys


class AsyncProxeny(AsyncGroup):
    """Client of the Proxeny API.

    ``api_key`` and ``base_url`` are read from PROXENY_API_KEY and PROXENY_BASE_URL when not given. ``timeout`` is in
    seconds. What is safe to repeat is sent again up to ``max_retries`` times. ``http_client`` is any client with the
    signatures of httpx; one that you give is yours to close. What a client reads is never older than what it has
    written or read before, also where the server reads from replicas.
    """

    def __init__(
        self,
        api_key: str | None = None,
        base_url: str | None = None,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        max_retries: int = DEFAULT_MAX_RETRIES,
        http_client: AsyncHttpClient | None = None,
    ) -> None:
        settings = resolve(api_key, base_url, timeout, max_retries)
        self._closes = http_client is None
        self._take(AsyncSender(settings, http_client or httpx.AsyncClient()))

    def _take(self, sender: AsyncSender) -> None:
        super().__init__(sender)
        self.cities = AsyncCities(sender)
        self.networks = AsyncNetworks(sender)
        self.memberships = AsyncMemberships(sender)
        self.engagements = AsyncEngagements(sender)
        self.costs = AsyncCosts(sender)
        self.outcomes = AsyncOutcomes(sender)
        self.impact = AsyncImpact(sender)
        self.proxies = AsyncProxies(sender)
        self.budgets = AsyncBudgets(sender)
        self.methods = AsyncMethods(sender)
        self.keys = AsyncKeys(sender)
        self.vocabularies = AsyncVocabularies(sender)
        self.indicators = AsyncIndicators(sender)
        self.rates = AsyncRates(sender)
        self.price_indices = AsyncPriceIndices(sender)

    def with_options(
        self,
        *,
        api_key: str | EllipsisType = ...,
        timeout: float | EllipsisType | None = ...,
        max_retries: int | EllipsisType = ...,
    ) -> Self:
        """Return a client with another key or patience that shares this one's connections, for one call or for many."""
        other = copy(self)
        other._closes = False
        settings = self._sender.settings.changed(api_key, timeout, max_retries)
        other._take(AsyncSender(settings, self._sender.http, self._sender.positions))
        return other

    async def me(self) -> Me:
        """Say whose key this is, and what it may do."""
        return await self._get("/v1/me", Me)

    async def health(self) -> Health:
        """Say whether the server runs."""
        return await self._get("/healthz", Health)

    async def ready(self) -> Health:
        """Say whether the server can do its work; raises ``Unavailable`` when not."""
        return await self._get("/readyz", Health)

    async def signing_keys(self) -> SigningKeys:
        """List the public keys that sign checkpoints of ledgers, or did."""
        return await self._get("/v1/ledger/keys", SigningKeys)

    async def metrics(self) -> str:
        """Return what the server counts, in the text format of Prometheus."""
        return read_text(await self._sender.send(Request("GET", "/metrics")))

    async def aclose(self) -> None:
        """Close the connections, unless they are of a client that you gave."""
        if self._closes:
            await self._sender.http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    def __repr__(self) -> str:
        return f"{type(self).__name__}(base_url={self._sender.settings.base_url!r})"
