"""The application: every router, the handlers of what goes wrong, and the database for as long as it runs."""

import asyncio
import ctypes
import gc
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import Response
from starlette.types import ASGIApp

from proxeny_api import __version__
from proxeny_api.budgets.router import router as budgets
from proxeny_api.catalogue.router import router as catalogue
from proxeny_api.changes.router import router as ledger
from proxeny_api.cities.router import router as cities
from proxeny_api.claims.router import router as claims
from proxeny_api.costs.router import router as costs
from proxeny_api.db import Database
from proxeny_api.engagements.batch_router import router as batch
from proxeny_api.engagements.router import router as engagements
from proxeny_api.erasures.router import router as erasures
from proxeny_api.exports.router import router as exports
from proxeny_api.health.router import router as health
from proxeny_api.http import Limits, install, wrap
from proxeny_api.idempotency import Replayed
from proxeny_api.impact.router import router as impact
from proxeny_api.impact.version import Answers
from proxeny_api.keys.ring import Keyring
from proxeny_api.keys.router import router as keys
from proxeny_api.memberships.router import router as memberships
from proxeny_api.methods.router import router as methods
from proxeny_api.networks.router import router as city_networks
from proxeny_api.openapi import DESCRIPTION, tidied
from proxeny_api.outcomes.router import router as outcomes
from proxeny_api.proxies.router import router as proxies
from proxeny_api.quotas.addresses import networks
from proxeny_api.quotas.limiter import Limiter, Quota
from proxeny_api.references.router import router as references
from proxeny_api.replicas.again import Again
from proxeny_api.replicas.reads import Replicas, url_of
from proxeny_api.settings import Settings
from proxeny_api.signing import signer
from proxeny_api.telemetry import observe

FLUSH_SECONDS = 60.0
# As malloc.h has it.
M_ARENA_MAX = -8
ROUTERS: tuple[APIRouter, ...] = (
    cities,
    city_networks,
    memberships,
    batch,
    engagements,
    costs,
    claims,
    outcomes,
    proxies,
    budgets,
    methods,
    impact,
    ledger,
    erasures,
    exports,
    keys,
    references,
    catalogue,
    health,
)


def create_app(settings: Settings, login_url: str, pepper: bytes) -> FastAPI:
    """Return the application on a migrated database, reached by the login that owns nothing."""
    app = FastAPI(
        title="Proxeny",
        version=__version__,
        description=DESCRIPTION,
        lifespan=_lifespan(settings, login_url, pepper),
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        generate_unique_id_function=lambda route: route.name,
    )
    app.state.settings = settings
    app.state.answers = Answers(settings.figure_cache)
    app.state.pepper = pepper
    app.state.trusted_proxies = networks(settings.trusted_proxies)
    app.state.stopping = False
    if settings.signing_keys is not None:
        # What cannot be read is told at the start, and not to the first who asks for a checkpoint.
        app.state.signer = signer(settings)
    install(app)
    if settings.replica_url:
        app.add_middleware(Again)
    app.add_exception_handler(Replayed, _replay)
    for router in ROUTERS:
        app.include_router(router)
    app.openapi = lambda: tidied(app)  # type: ignore[method-assign]
    return app


def _lifespan(
    settings: Settings, login_url: str, pepper: bytes
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """Return what opens the database before the first request, and closes it after the last."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        database = await _connected(settings, login_url)
        app.state.database = database
        app.state.replicas = await _replicas(settings, login_url, database)
        app.state.keyring = Keyring(database, pepper, settings.key_cache)
        app.state.limiter = _limiter(database, pepper, settings)
        flushing = asyncio.create_task(_flush(app.state.keyring, app.state.limiter))
        _settle_memory()
        try:
            yield
        finally:
            app.state.stopping = True
            flushing.cancel()
            with suppress(asyncio.CancelledError):
                await flushing
            await app.state.keyring.flush()
            if app.state.replicas is not None:
                await app.state.replicas.close()
            await database.close()

    return lifespan


async def _connected(settings: Settings, url: str, least: int = 2) -> Database:
    return await Database.connect(
        url,
        size=settings.pool_size,
        timeout=settings.pool_timeout,
        statement_timeout=settings.statement_timeout,
        cache=settings.statement_cache,
        least=least,
    )


async def _replicas(settings: Settings, login_url: str, primary: Database) -> Replicas | None:
    """Return the replicas of the settings, none of which need be there yet."""
    urls = [url_of(each, login_url) for each in (settings.replica_url or "").split()]
    if not urls:
        return None
    databases = [await _connected(settings, url, least=0) for url in urls]
    return Replicas(primary, databases, wait=settings.replica_wait, max_lag=settings.replica_max_lag)


def _settle_memory() -> None:
    """Have the collector leave alone what lives as long as the process, and look less often at what does not.

    With its usual thresholds it took as long over a batch's many small objects as their validation itself. glibc keeps
    a heap for each thread that once worked on a batch; with a single one a worker holds half as much.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)
    if hasattr(libc := ctypes.CDLL(None), "mallopt"):
        libc.mallopt(M_ARENA_MAX, 1)


def serving(app: FastAPI) -> ASGIApp:
    """Return the application inside the layers that guard, answer HEAD, and observe."""
    settings: Settings = app.state.settings
    limits = Limits(
        max_body=settings.max_body,
        max_batch_body=settings.max_batch_body,
        body_stall_seconds=settings.body_stall,
        allowed_hosts=tuple(settings.allowed_hosts),
    )
    return observe(wrap(app, limits=limits), app)


def _limiter(database: Database, pepper: bytes, settings: Settings) -> Limiter:
    key = Quota("key", settings.key_rate, settings.rate_window)
    return Limiter(database, pepper, key, Quota("address", settings.address_rate, settings.rate_window))


async def _flush(keyring: Keyring, limiter: Limiter) -> None:
    """Write down each minute when keys were last used, and drop what is over of quotas."""
    while True:
        await asyncio.sleep(FLUSH_SECONDS)
        await keyring.flush()
        await limiter.forget()


async def _replay(_request: Request, answer: Exception) -> Response:
    """Answer a repeated request as it was answered first."""
    if not isinstance(answer, Replayed):
        raise TypeError("This answers Replayed only.") from answer
    return Response(answer.body, status_code=answer.status, headers=answer.headers, media_type="application/json")
