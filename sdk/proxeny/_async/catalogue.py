"""The catalogue: code lists and indicators."""

from __future__ import annotations

from proxeny._async.group import AsyncGroup
from proxeny._async.pages import AsyncPages
from proxeny._requests import Ref
from proxeny.models import Indicator, Vocabulary


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
