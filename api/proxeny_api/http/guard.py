"""What a request must be before the app sees it: of bounded size, of a known type, strict JSON."""

from typing import Final
from urllib.parse import unquote_to_bytes

from starlette.types import Receive, Scope

from proxeny_api.errors import BadRequest, HeadersTooLarge, NotFound, UriTooLong
from proxeny_api.http import strict_json
from proxeny_api.http.body import refusal, replayed, streamed, too_large, whole
from proxeny_api.http.head import RequestHead
from proxeny_api.http.limits import BATCH_PATH_END, NAMES_WITH_SLASHES, Limits
from proxeny_api.http.media import NDJSON, check_media_type, is_gzipped

_WITH_BODY: Final = frozenset({"POST", "PUT", "PATCH"})


def check_head(scope: Scope, head: RequestHead, limits: Limits) -> None:
    """Raise for an address or headers that are too long, doubled, or meant for another server."""
    if len(scope.get("raw_path") or scope["path"]) + len(scope["query_string"]) >= limits.max_uri:
        raise UriTooLong(f"The address is longer than {limits.max_uri:,} bytes.")
    if head.size > limits.max_header_bytes or head.count > limits.max_header_fields:
        raise HeadersTooLarge(
            f"More than {limits.max_header_fields} headers, or more than {limits.max_header_bytes:,} bytes of them."
        )
    if head.repeated:
        raise BadRequest(f"The header {head.repeated} is there twice.")
    if limits.allowed_hosts != ("*",) and not limits.allows_host((head.get(b"host") or b"").decode("latin-1")):
        raise BadRequest("The Host header names a server that this is not.")
    _check_path(scope["path"], scope.get("raw_path") or b"")


def _check_path(path: str, raw: bytes) -> None:
    """Raise NotFound for a path that no record has, and for one whose parts are held together by encoded slashes."""
    # PostgreSQL could not be asked for such a name.
    if "\x00" in path or ("\ufffd" in path and not _is_utf8(raw)):
        raise NotFound
    before, slash, _ = raw.lower().partition(b"%2f")
    if slash and NAMES_WITH_SLASHES not in before:
        raise NotFound


def _is_utf8(raw: bytes) -> bool:
    try:
        unquote_to_bytes(raw).decode()
    except UnicodeDecodeError:
        return False
    return True


async def admit(scope: Scope, receive: Receive, head: RequestHead, limits: Limits) -> Receive:
    """Return the `receive` through which the app gets its body, or raise why it gets none.

    The batch is handed on as it comes, unpacked and bounded but unread: its door checks it row by row.
    """
    check_head(scope, head, limits)
    method: str = scope["method"]
    if method not in _WITH_BODY:
        return await _without_body(receive, head, limits)
    is_batch = method == "POST" and scope["path"].endswith(BATCH_PATH_END)
    if head.announces_body:
        check_media_type(head.get(b"content-type"), method, is_batch=is_batch)
    gzipped = is_gzipped(head.get(b"content-encoding"), is_batch=is_batch)
    if is_batch:
        await _check_length(receive, head, limits.max_batch_body)
        return streamed(receive, limits, gzipped=gzipped)
    await _check_length(receive, head, limits.max_body)
    body = await whole(receive, limits)
    if body:
        check_media_type(head.get(b"content-type"), method, is_batch=False)
        check_json(body)
    return replayed(body, receive)


async def _without_body(receive: Receive, head: RequestHead, limits: Limits) -> Receive:
    """Let a GET or DELETE bring a body of bounded size, which then means nothing."""
    if not head.announces_body:
        return receive
    await _check_length(receive, head, limits.max_body)
    await whole(receive, limits)
    return replayed(b"", receive)


async def _check_length(receive: Receive, head: RequestHead, limit: int) -> None:
    if head.announced_length <= limit:
        return
    if head.get(b"expect") is not None:
        # Who asked first ("Expect: 100-continue") has sent nothing yet, and need not: there is nothing to wait for.
        raise refusal(limit, ended=False)
    raise await too_large(receive, limit)


def check_json(body: bytes) -> None:
    """Raise 400 unless the body is strict JSON."""
    try:
        strict_json.parse(body)
    except strict_json.NotStrict as error:
        raise BadRequest(str(error)) from None


def is_ndjson(content_type: str | None) -> bool:
    """Tell whether a batch comes as one JSON text a line."""
    return (content_type or "").partition(";")[0].strip().lower() == NDJSON
