"""How the app turns what is raised inside it into problems."""

import logging
from collections.abc import Awaitable, Callable
from typing import Final

import asyncpg
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match

from proxeny_api.errors import (
    KINDS,
    ApiError,
    BadRequest,
    Conflict,
    InternalError,
    Invalid,
    Unauthorized,
    Unavailable,
    problem_response,
)
from proxeny_api.http.shapes import refusal_of
from proxeny_api.http.skin import instance_of

logger = logging.getLogger("proxeny_api.http")

_METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")
# SQLSTATEs, longest match first; what is not here is our own mistake and a 500.
_OF_DATABASE: Final[dict[str, tuple[type[ApiError], str]]] = {
    "22": (Invalid, "A value is outside what can be stored."),
    "23502": (Invalid, "Something that is required is missing."),
    "23503": (Invalid, "Something that this refers to is not there."),
    "23505": (Conflict, "Something with this name or id is there already."),
    "23514": (Invalid, "A rule between the values is broken."),
    "23P01": (Conflict, "This overlaps with something that is there already."),
    "40": (Unavailable, "Somebody else was writing the same; nothing was changed. Try again."),
    "53": (Unavailable, Unavailable.default_detail),
    "55P03": (Unavailable, "Somebody else was writing the same; nothing was changed. Try again."),
    "57014": (Unavailable, "This took too long and was given up; nothing was changed."),
    "57P": (Unavailable, Unavailable.default_detail),
    "58": (Unavailable, Unavailable.default_detail),
    "08": (Unavailable, Unavailable.default_detail),
    "25P0": (Unavailable, "This took too long and was given up; nothing was changed."),
}


def install(app: FastAPI) -> None:
    """Register all handlers; without redirects from one spelling of an address to another."""
    app.router.redirect_slashes = False
    app.add_exception_handler(ApiError, _answered(_as_it_is))
    app.add_exception_handler(RequestValidationError, _answered(refusal_of))
    app.add_exception_handler(asyncpg.PostgresError, _answered(from_database))
    for kind in (asyncpg.InterfaceError, asyncpg.InternalClientError, OSError):
        app.add_exception_handler(kind, _answered(from_database))
    app.add_exception_handler(HTTPException, _from_starlette)
    app.add_exception_handler(Exception, _answered(lambda _: InternalError()))


def from_database(error: Exception) -> ApiError:
    """Return the refusal for an error of the database, of its driver, or of the network between.

    >>> from_database(asyncpg.UniqueViolationError("x")).status
    409
    """
    if isinstance(error, asyncpg.InvalidCachedStatementError):
        return _noted(error, Unavailable("The database was being brought to a new version; nothing was changed."))
    if isinstance(error, asyncpg.PostgresError):
        state = error.sqlstate or ""
        for length in (5, 4, 3, 2):
            if state[:length] in _OF_DATABASE:
                kind, detail = _OF_DATABASE[state[:length]]
                return _noted(error, kind(detail))
        logger.error("The database refused with %s", state, exc_info=error)
        return InternalError()
    if isinstance(error, ValueError):  # the driver could not encode a value
        return _noted(error, Invalid("A value is outside what can be stored."))
    return _noted(error, Unavailable())


def _noted(error: Exception, refusal: ApiError) -> ApiError:
    """Log the cause: of what we could not do in full, of what they should not have asked in a line."""
    if refusal.status >= 500:
        logger.warning("Unavailable: %s", type(error).__name__, exc_info=error)
    else:
        logger.info("The database refused: %s", type(error).__name__)
    return refusal


def _as_it_is(error: Exception) -> ApiError:
    return error if isinstance(error, ApiError) else InternalError()


def _answered(refusal: Callable[[Exception], ApiError]) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def answer(request: Request, error: Exception) -> Response:
        return _response(request, refusal(error))

    return answer


def _response(request: Request, error: ApiError) -> Response:
    request_id = getattr(request.state, "request_id", "")
    return problem_response(error, request_id, instance_of(request.scope))


async def _from_starlette(request: Request, error: Exception) -> Response:
    """Answer what the framework refuses: no route, no such method, and what it finds unreadable."""
    if not isinstance(error, HTTPException):
        return _response(request, InternalError())
    headers = dict(error.headers or {})
    if error.status_code == 405:
        headers["Allow"] = ", ".join(allowed_methods(request))
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=headers)
    if error.status_code == 401:
        return _response(request, Unauthorized())
    kind = KINDS.get(error.status_code, BadRequest if error.status_code < 500 else InternalError)
    return _response(request, kind(headers=headers))


def allowed_methods(request: Request) -> list[str]:
    """Return all methods that the routes of this path take together; HEAD wherever GET is."""
    routes = request.scope["router"].routes
    clean = {key: request.scope[key] for key in ("type", "path", "root_path", "headers") if key in request.scope}
    allowed = [
        method
        for method in _METHODS
        if any(route.matches({**clean, "method": method})[0] is Match.FULL for route in routes)
    ]
    if "GET" in allowed:
        allowed.insert(1, "HEAD")
    return allowed
