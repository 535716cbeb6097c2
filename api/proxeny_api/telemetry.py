"""What can be seen of a running server: one log line a request, and the numbers behind /metrics."""

import logging
import sys
from time import perf_counter
from typing import Final

import structlog
from fastapi import FastAPI
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from proxeny_api.http.request_id import add_request_id

logger = logging.getLogger("proxeny_api.request")

# Labels are of these few words and of our own routes: no request can make a new time series.
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
UNMATCHED: Final = "unmatched"
PROBES: Final = frozenset({"/healthz", "/readyz", "/metrics"})
SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """The numbers of one app, in a registry of its own; of one worker, where there are several."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "proxeny_requests",
            "Requests answered, by method, route and class of status.",
            ["method", "route", "status"],
            registry=self.registry,
        )
        self.seconds = Histogram(
            "proxeny_request_seconds",
            "Seconds until the last byte of an answer, by route.",
            ["route"],
            buckets=SECONDS,
            registry=self.registry,
        )
        self.in_flight = Gauge("proxeny_requests_in_flight", "Requests under way.", registry=self.registry)
        ProcessCollector(registry=self.registry)


class Observed:
    """One request as it looks from outside: what was sent, and how long it took."""

    __slots__ = ("_send", "sent", "started", "status")

    def __init__(self, send: Send) -> None:
        self._send = send
        self.started = perf_counter()
        self.status = 0
        self.sent = 0

    async def send(self, message: Message) -> None:
        """Pass a message on, noting its status or its size."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
        elif message["type"] == "http.response.body":
            self.sent += len(message.get("body", b""))
        await self._send(message)


class Observer:
    """Pure ASGI, outside of all else; what is no HTTP request passes through."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        # Both are made here, so that they are ours also where the scope is copied on its way in.
        scope.setdefault("state", {})
        scope.setdefault("fastapi", {})
        observed = Observed(send)
        self.metrics.in_flight.inc()
        try:
            await self.app(scope, receive, observed.send)
        finally:
            self.metrics.in_flight.dec()
            self._note(scope, observed)

    def _note(self, scope: Scope, observed: Observed) -> None:
        seconds = perf_counter() - observed.started
        route = template_of(scope)
        method = scope["method"] if scope["method"] in METHODS else "OTHER"
        # Without a status nobody was left to answer, or the answer broke off before its first byte.
        status = f"{observed.status // 100}xx" if observed.status else "none"
        self.metrics.requests.labels(method, route, status).inc()
        self.metrics.seconds.labels(route).observe(seconds)
        logger.log(
            logging.DEBUG if route in PROBES and observed.status < 500 else logging.INFO,
            "request",
            extra={
                "method": method,
                "route": route,
                "status": observed.status,
                "milliseconds": round(seconds * 1000, 2),
                "bytes": observed.sent,
                "request_id": scope["state"].get("request_id"),
            },
        )


def template_of(scope: Scope) -> str:
    """Return the path of the matched route, its parts unfilled; `unmatched` where there was none.

    All our routes are of included routers, which leave their reading of the route in the scope.
    """
    matched = scope["fastapi"].get("effective_route_context")
    return str(getattr(matched, "path_format", UNMATCHED))


def metrics_of(app: FastAPI) -> Metrics:
    """Return an app's numbers, made when first asked for."""
    if not hasattr(app.state, "metrics"):
        app.state.metrics = Metrics()
    metrics: Metrics = app.state.metrics
    return metrics


def observe(app: ASGIApp, fastapi_app: FastAPI) -> ASGIApp:
    """Return the app with each of its requests counted, timed and logged."""
    return Observer(app, metrics_of(fastapi_app))


def configure_logging(level: str) -> None:
    """Write every log line as JSON on standard error; uvicorn's own log of requests is off.

    Raises ValueError for a level that there is not.
    """
    before: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        add_request_id,
    ]
    after: list[structlog.typing.Processor] = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.format_exc_info,
        structlog.processors.JSONRenderer(),
    ]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=before, processors=after))
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        theirs = logging.getLogger(name)
        theirs.handlers.clear()
        theirs.propagate = True
    logging.getLogger("uvicorn.access").disabled = True
