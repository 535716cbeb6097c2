"""Many engagements sent in batches, each row answered for."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence

from proxeny._answers import read
from proxeny._async.sending import AsyncSender
from proxeny._bodies import Fields
from proxeny._iterating import AsyncRows, async_each
from proxeny._upserts import Batch, Packer, UpsertSummary, tell, tell_end
from proxeny.errors import ApiError, ResponseUnreadable, TransportError, UpsertInterrupted
from proxeny.models import BatchAnswer, RowResult


class AsyncUpsert:
    """An upsert under way: iterate over it for each row's result as it comes, or ``finish()`` it for the summary.

    Nothing is sent before. A result's ``index`` is the row's place in the whole iterable, counted from nought. Leaving
    the loop and iterating again goes on where it was left.
    """

    def __init__(
        self,
        sender: AsyncSender,
        target: str,
        rows: AsyncRows[Fields],
        *,
        batch_size: int,
        on_result: Callable[[RowResult], object] | None,
        progress: bool,
    ) -> None:
        self.summary = UpsertSummary()
        """How the rows fared so far."""
        self._sender = sender
        self._target = target
        self._rows = rows
        self._packer = Packer(batch_size)
        self._on_result = on_result
        self._progress = progress
        self._results = self._run()

    def __aiter__(self) -> AsyncIterator[RowResult]:
        return self._results

    async def finish(self) -> UpsertSummary:
        """Send what is left and return how all rows fared."""
        async for _ in self._results:
            pass
        return self.summary

    async def _run(self) -> AsyncIterator[RowResult]:
        async for batch in self._batches():
            for result in await self._post(batch):
                self._note(result)
                yield result
            if self._progress:
                tell(self.summary)
        if self._progress:
            tell_end()

    async def _batches(self) -> AsyncIterator[Batch]:
        async for row in async_each(self._rows):
            full = self._packer.add(row)
            if full is not None:
                yield full
        rest = self._packer.rest()
        if rest is not None:
            yield rest

    async def _post(self, batch: Batch) -> Sequence[RowResult]:
        if not batch.lines:
            return batch.results(None)
        try:
            answer = await self._sender.send(batch.request(self._target))
            return batch.results(read(answer, BatchAnswer))
        except (ApiError, TransportError, ResponseUnreadable) as error:
            raise UpsertInterrupted(batch.span, batch.idempotency_key) from error

    def _note(self, result: RowResult) -> None:
        self.summary.count(result.status)
        if self._on_result is not None:
            self._on_result(result)
