"""The one layer around the app: it guards the way in, dresses the way out, and catches what falls."""

import logging

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Receive, Scope, Send

from proxeny_api.errors import ApiError, InternalError, UriTooLong, problem_response
from proxeny_api.http.answer import Answer
from proxeny_api.http.body import Gone
from proxeny_api.http.guard import admit
from proxeny_api.http.head import RequestHead
from proxeny_api.http.limits import Limits
from proxeny_api.http.request_id import current_request_id, taken_or_made

logger = logging.getLogger("proxeny_api.http")


class Skin:
    """Pure ASGI, outermost; websockets and the lifespan pass through."""

    def __init__(self, app: ASGIApp, limits: Limits) -> None:
        self.app = app
        self.limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        head = RequestHead(scope)
        request_id = taken_or_made(head.get(b"x-request-id"))
        current_request_id.set(request_id)
        is_head = scope["method"] == "HEAD"
        answer = Answer(send, head, request_id, is_head=is_head)
        if is_head:
            # A copy: the server looks at its own scope to know that a HEAD has no body.
            scope = {**scope, "method": "GET"}
        scope.setdefault("state", {}).update(request_id=request_id, said=answer.said)
        try:
            await self.app(scope, await admit(scope, receive, head, self.limits), answer.send)
        except (ClientDisconnect, Gone):
            logger.info("The client went away: %s", instance_of(scope))
        except ApiError as error:
            await refuse(scope, receive, answer, error)
        except Exception:
            logger.exception("Unforeseen: %s %s (%s)", scope["method"], instance_of(scope), request_id)
            if answer.started and not answer.ended:
                raise  # Half an answer must not look whole: the server cuts the connection.
            await refuse(scope, receive, answer, InternalError())


async def refuse(scope: Scope, receive: Receive, answer: Answer, error: ApiError) -> None:
    """Send the problem, unless the app has answered already."""
    if answer.started:
        return
    instance = "/" if isinstance(error, UriTooLong) else instance_of(scope)
    await problem_response(error, answer.request_id, instance)(scope, receive, answer.send)


def instance_of(scope: Scope) -> str:
    """Return the path as it was sent, still percent-encoded, without the query."""
    raw: bytes = scope.get("raw_path") or scope["path"].encode("ascii", "backslashreplace")
    return raw.decode("ascii", "backslashreplace")


def wrap(app: ASGIApp, *, limits: Limits) -> ASGIApp:
    """Return the app as it may meet the world."""
    return Skin(app, limits)
