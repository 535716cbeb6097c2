"""A server of a few answers in a row, for tests of the client alone."""

from collections.abc import Callable
from typing import Any

import httpx

from proxeny import AsyncProxeny, Proxeny

KEY = "pxk_city_live_secretsecretsecret"

Answering = httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]


class Server:
    """Gives the answers in a row, the last one for ever, and keeps the requests."""

    def __init__(self, *answers: Answering) -> None:
        self.answers = list(answers)
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, httpx.Response) else answer(request)

    def client(self, **options: Any) -> Proxeny:
        """Return a client that asks this server."""
        return Proxeny(KEY, "http://api.test", http_client=httpx.Client(transport=httpx.MockTransport(self)), **options)

    def async_client(self, **options: Any) -> AsyncProxeny:
        """Return an asynchronous client that asks this server."""
        http = httpx.AsyncClient(transport=httpx.MockTransport(self))
        return AsyncProxeny(KEY, "http://api.test", http_client=http, **options)


def answer(status: int = 200, body: object = None, **headers: str) -> httpx.Response:
    """Return an answer with a body of JSON; headers are written with underscores."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, json={} if body is None else body, headers=named)


def health() -> httpx.Response:
    """Return the smallest good answer."""
    return answer(200, {"status": "ok", "version": "0.1.0"})


def problem(
    status: int, detail: str = "No.", *, errors: list[dict[str, str]] | None = None, **headers: str
) -> httpx.Response:
    """Return a refusal as the API words it."""
    body = {"type": "about:blank", "title": "Refused", "status": status, "detail": detail, "request_id": "r-1"}
    return answer(status, body | ({"errors": errors} if errors else {}), **headers)
