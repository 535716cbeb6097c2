"""Reading a body no further than its limit, and no slower than it may come."""

import asyncio
import time
import zlib
from collections.abc import AsyncIterator

from starlette.types import Message, Receive

from proxeny_api.errors import BadRequest, RequestTimeout, TooLarge
from proxeny_api.http.limits import Limits

# After a refusal a little more is read and thrown away: a client that is still sending would
# otherwise find its connection reset before it has seen why.
LINGER_BYTES = 1 << 20
LINGER_SECONDS = 1.0
# A body may take this many times the stall time as a whole.
PATIENCE = 10
UNPACKED_PIECE = 256 << 10


class Gone(Exception):
    """The client went away before its body was there: nobody is left to answer."""


async def chunks(receive: Receive, limit: int, stall_seconds: float) -> AsyncIterator[bytes]:
    """Yield the body as it comes; raise 413 over `limit` bytes, 408 when it stalls."""
    total = 0
    deadline = time.monotonic() + PATIENCE * stall_seconds
    while True:
        message = await _next(receive, min(stall_seconds, deadline - time.monotonic()))
        chunk = message.get("body", b"")
        total += len(chunk)
        if total > limit:
            raise await too_large(receive, limit, ended=not message.get("more_body", False))
        if chunk:
            yield chunk
        if not message.get("more_body", False):
            return


async def _next(receive: Receive, seconds: float) -> Message:
    try:
        async with asyncio.timeout(seconds):
            message = await receive()
    except TimeoutError:
        raise RequestTimeout from None
    if message["type"] == "http.disconnect":
        raise Gone
    return message


async def too_large(receive: Receive, limit: int, *, ended: bool = False) -> TooLarge:
    """Return the refusal, after discarding what is still small enough to discard."""
    discarded = 0
    try:
        async with asyncio.timeout(LINGER_SECONDS):
            while not ended and discarded <= LINGER_BYTES:
                message = await receive()
                discarded += len(message.get("body", b""))
                ended = not message.get("more_body", False)
    except TimeoutError:
        ended = False
    return refusal(limit, ended=ended)


def refusal(limit: int, *, ended: bool) -> TooLarge:
    """Return what is told of a body over its limit; where it has not ended, what follows it could not be read."""
    detail = f"The body is larger than the {limit:,} bytes that this address takes."
    return TooLarge(detail, headers=None if ended else {"Connection": "close"})


async def whole(receive: Receive, limits: Limits) -> bytes:
    """Return a body of at most `max_body` bytes."""
    return b"".join([chunk async for chunk in chunks(receive, limits.max_body, limits.body_stall_seconds)])


def replayed(body: bytes, receive: Receive) -> Receive:
    """Return a `receive` that hands the app a body already read, then what else comes."""
    pending: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return pending.pop() if pending else await receive()

    return replay


def streamed(receive: Receive, limits: Limits, *, gzipped: bool) -> Receive:
    """Return a `receive` that hands the app the batch as it comes, unpacked and bounded."""
    packed = chunks(receive, limits.max_batch_body, limits.body_stall_seconds)
    pieces = unpacked(packed, receive, limits.max_batch_body) if gzipped else packed
    ended = False

    async def stream() -> Message:
        nonlocal ended
        if ended:
            return await receive()
        try:
            piece = await anext(pieces, None)
        except Gone:
            ended = True
            return {"type": "http.disconnect"}
        ended = piece is None
        return {"type": "http.request", "body": piece or b"", "more_body": not ended}

    return stream


async def unpacked(packed: AsyncIterator[bytes], receive: Receive, limit: int) -> AsyncIterator[bytes]:
    """Unpack one gzip member piece by piece; raise 413 over `limit` bytes, 400 for what is not gzip."""
    inflater = zlib.decompressobj(wbits=31)
    total = 0
    async for chunk in packed:
        rest = chunk
        while rest:
            if inflater.eof:
                raise BadRequest("The body goes on after the end of its gzip member.")
            piece = _inflated(inflater, rest)
            rest = inflater.unconsumed_tail or inflater.unused_data
            total += len(piece)
            if total > limit:
                raise await too_large(receive, limit)
            if piece:
                yield piece
    if not inflater.eof:
        raise BadRequest("The body is not whole gzip.")


def _inflated(inflater: "zlib._Decompress", chunk: bytes) -> bytes:
    try:
        return inflater.decompress(chunk, UNPACKED_PIECE)
    except zlib.error:
        raise BadRequest("The body is not gzip, although Content-Encoding says so.") from None
