"""The way out: the headers that every answer has, HEAD, and gzip."""

import zlib
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import Message, Send

from proxeny_api.http.head import RequestHead
from proxeny_api.http.media import accepts_gzip

GZIP_ABOVE: Final = 1024
GZIP_LEVEL: Final = 1
_ALWAYS: Final = (("x-content-type-options", "nosniff"), ("referrer-policy", "no-referrer"))
_NOT_PACKED: Final = frozenset({204, 304})


class Answer:
    """One answer on its way to the client: `send` takes what the app says."""

    __slots__ = ("_head", "_packer", "_send", "_start", "ended", "is_head", "request_id", "said", "started")

    def __init__(self, send: Send, head: RequestHead, request_id: str, *, is_head: bool) -> None:
        self._send = send
        self._head = head
        self._start: Message | None = None
        self._packer: zlib._Compress | None = None
        self.request_id = request_id
        self.said: dict[str, str] = {}
        self.is_head = is_head
        self.started = False
        self.ended = False

    async def send(self, message: Message) -> None:
        """Pass a message on; the start waits for the first of the body, to know whether to pack it."""
        if message["type"] == "http.response.start":
            self._dress(message)
            self._start = message
        elif message["type"] == "http.response.body":
            await self._send_body(message)
        else:
            await self._send_start()
            await self._send(message)

    async def _send_body(self, message: Message) -> None:
        more = message.get("more_body", False)
        body = message.get("body", b"")
        if self._start is not None:
            body = self._pack_if_worth_it(self._start, body, more=more)
            await self._send_start()
        elif self._packer is not None:
            body = self._packed(body, more=more)
        self.ended = not more
        if self.is_head:
            body = b""
        await self._send({"type": "http.response.body", "body": body, "more_body": more})

    async def _send_start(self) -> None:
        if self._start is not None:
            start, self._start = self._start, None
            self.started = True
            await self._send(start)

    def _dress(self, start: Message) -> None:
        headers = MutableHeaders(raw=start["headers"] if isinstance(start["headers"], list) else [*start["headers"]])
        for name, value in _ALWAYS:
            headers.setdefault(name, value)
        headers["x-request-id"] = self.request_id
        headers.raw.extend((name.encode(), value.encode()) for name, value in self.said.items())
        if self._head.is_keyed:
            headers.add_vary_header("Authorization")
        if self._head.is_keyed or start["status"] >= 400:
            headers.setdefault("cache-control", "private, no-store")
        start["headers"] = headers.raw

    def _pack_if_worth_it(self, start: Message, body: bytes, *, more: bool) -> bytes:
        """Pack what is text and above 1 KB; what has a strong ETag must stay the bytes that it names."""
        if not more and len(body) <= GZIP_ABOVE:
            return body
        headers = MutableHeaders(raw=start["headers"])
        if start["status"] in _NOT_PACKED or not _may_be_packed(headers):
            return body
        headers.add_vary_header("Accept-Encoding")
        if not accepts_gzip(self._head.get(b"accept-encoding")):
            return body
        self._packer = zlib.compressobj(GZIP_LEVEL, wbits=31)
        body = self._packed(body, more=more)
        headers["content-encoding"] = "gzip"
        if more:
            del headers["content-length"]
        else:
            headers["content-length"] = str(len(body))
        return body

    def _packed(self, body: bytes, *, more: bool) -> bytes:
        assert self._packer is not None  # noqa: S101 - only called where there is one
        return self._packer.compress(body) + self._packer.flush(zlib.Z_SYNC_FLUSH if more else zlib.Z_FINISH)


def _may_be_packed(headers: MutableHeaders) -> bool:
    if "content-encoding" in headers or "content-range" in headers:
        return False
    etag = headers.get("etag")
    if etag is not None and not etag.startswith("W/"):
        return False
    kind = headers.get("content-type", "").partition(";")[0].rstrip().lower()
    return kind.startswith("text/") or kind.endswith(("json", "+xml", "/xml", "/javascript"))
