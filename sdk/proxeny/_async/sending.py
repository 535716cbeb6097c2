"""Sends requests: the only I/O of the client."""

from __future__ import annotations

import asyncio
from typing import BinaryIO

from proxeny._answers import Answer, refusal
from proxeny._positions import Positions
from proxeny._requests import Request
from proxeny._settings import Settings
from proxeny._transport import AsyncHttpClient, Exchange, failure_of, good


class AsyncSender:
    """Sends requests as its settings say."""

    def __init__(self, settings: Settings, http: AsyncHttpClient, positions: Positions | None = None) -> None:
        self.settings = settings
        self.http = http
        self.positions = Positions() if positions is None else positions

    async def send(self, request: Request) -> Answer:
        """Send the request, again where that is safe and may help, and return the good answer."""
        exchange = Exchange(self.settings, request, self.positions)
        while True:
            try:
                answer = await self._send_once(exchange)
            except Exception as error:
                failure = failure_of(error, request)
                if failure is None:
                    raise
                pause = exchange.pause_after_failure(failure)
                if pause is None:
                    raise failure from error
            else:
                if good(answer):
                    self.positions.note(answer.headers)
                    return answer
                pause = exchange.pause_after_refusal(answer)
            await asyncio.sleep(pause)

    async def save(self, request: Request, file: BinaryIO) -> None:
        """Send the request once, and write the good answer into a file as it comes."""
        exchange = Exchange(self.settings, request, self.positions)
        asked = self.http.stream(request.method, exchange.url, headers=exchange.headers(), timeout=exchange.timeout)
        try:
            async with asked as answer:
                if not good(answer):
                    await answer.aread()
                    raise refusal(answer)
                async for chunk in answer.aiter_bytes():
                    file.write(chunk)
        except Exception as error:
            failure = None if isinstance(error, OSError) else failure_of(error, request)
            if failure is None:
                raise
            raise failure from error

    async def _send_once(self, exchange: Exchange) -> Answer:
        request = exchange.request
        return await self.http.request(
            request.method,
            exchange.url,
            content=request.content,
            headers=exchange.headers(),
            timeout=exchange.timeout,
        )
