"""What no ASGI app can see: heads of requests that never end, or never come."""

import asyncio
from http import HTTPStatus
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from proxeny_api.errors import PROBLEM_MEDIA_TYPE, ApiError, BadRequest, HeadersTooLarge, problem_response
from proxeny_api.http.request_id import taken_or_made

HEAD_SECONDS: Final = 10.0
# Coarser than the skin's own limit, which answers what has arrived as a whole.
HEAD_BYTES: Final = 64 << 10


class BoundedProtocol(HttpToolsProtocol):
    """One connection: give it to uvicorn as ``http=``.

    A head must be there 10 s after its first byte, and the first of a connection 10 s after it opened;
    it is refused once it is over 64 KiB; what is not HTTP gets a problem, as all else does.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._head_timer: asyncio.TimerHandle | None = None
        self._head_bytes = 0
        self._in_body = False
        self._moved_on = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        super().connection_made(transport)
        self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._head_is_there()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._moved_on = False
        super().data_received(data)
        if self._in_body or self._moved_on or self.transport.is_closing():
            return
        self._head_bytes += len(data)
        self._expect_head()
        if self._head_bytes > HEAD_BYTES:
            self._refuse(HeadersTooLarge(f"The head of the request is over {HEAD_BYTES:,} bytes."))

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._expect_head()

    def on_headers_complete(self) -> None:
        self._in_body = self._moved_on = True
        self._head_is_there()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._in_body, self._moved_on, self._head_bytes = False, True, 0
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        self._refuse(BadRequest(msg))

    def _expect_head(self) -> None:
        if self._head_timer is None:
            self._head_timer = self.loop.call_later(HEAD_SECONDS, self._give_up)

    def _head_is_there(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _give_up(self) -> None:
        self._head_timer = None
        if self._is_under_way(self.cycle):
            self._expect_head()
        else:
            self.transport.close()

    @staticmethod
    def _is_under_way(cycle: RequestResponseCycle | None) -> bool:
        return cycle is not None and not cycle.response_complete

    def _may_write(self) -> bool:
        """Never into another answer, nor before it: only its own request, half read, may be answered here."""
        return not self._is_under_way(self.cycle) or (self._in_body and not self.cycle.response_started)

    def _refuse(self, error: ApiError) -> None:
        """Say why, where that cannot be mistaken for another request's answer, and hang up."""
        if self._may_write():
            request_id = taken_or_made(None)
            response = problem_response(error, request_id, "/")
            phrase = HTTPStatus(error.status).phrase
            head = (
                f"HTTP/1.1 {error.status} {phrase}\r\ncontent-type: {PROBLEM_MEDIA_TYPE}\r\n"
                f"content-length: {len(response.body)}\r\nx-request-id: {request_id}\r\n"
                "cache-control: private, no-store\r\nconnection: close\r\n\r\n"
            )
            self.transport.write(head.encode("ascii") + bytes(response.body))
        self.transport.close()
