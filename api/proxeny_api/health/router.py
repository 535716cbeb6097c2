"""The doors of those who run the server, and of those who read how it is used."""

from functools import lru_cache

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from proxeny_api import visits
from proxeny_api.doors import Responses
from proxeny_api.errors import BadRequest, Unavailable, documented
from proxeny_api.health import docs_page, service
from proxeny_api.health.schemas import OK, Health
from proxeny_api.http.query import check_query
from proxeny_api.openapi import rendered
from proxeny_api.telemetry import metrics_of
from proxeny_api.visits import JSON, IfNoneMatch

router = APIRouter(tags=["health"], dependencies=[Depends(check_query)])
FRESH = {"Cache-Control": "no-store"}
CACHED = {"Cache-Control": "public, max-age=300"}
METRICS: Responses = {
    200: {
        "description": "The numbers, in Prometheus' text format.",
        "content": {
            "text/plain": {"example": "# TYPE proxeny_requests_in_flight gauge\nproxeny_requests_in_flight 1.0\n"}
        },
    }
}


@router.get("/healthz", response_model=Health, responses=documented(BadRequest))
async def get_health() -> Response:
    """Tell that the process runs; it asks nothing of the database."""
    return Response(OK.model_dump_json(), media_type=JSON, headers=FRESH)


@router.get("/readyz", response_model=Health, responses=documented(BadRequest, Unavailable))
async def get_readiness(request: Request) -> Response:
    """Tell whether requests can be served: the database answers, and the server is not about to stop."""
    if request.app.state.stopping:
        raise Unavailable("The server is stopping.")
    await service.check_database(visits.database_of(request))
    return Response(OK.model_dump_json(), media_type=JSON, headers=FRESH)


@router.get("/metrics", response_class=PlainTextResponse, responses=METRICS | documented(BadRequest))
async def get_metrics(request: Request) -> Response:
    """Read the numbers of this worker: requests by method, route and status, their times, and those under way."""
    return Response(generate_latest(metrics_of(request.app).registry), media_type=CONTENT_TYPE_LATEST, headers=FRESH)


@router.get("/openapi.json", include_in_schema=False)
async def get_openapi_document(request: Request, if_none_match: IfNoneMatch = None) -> Response:
    """Read the OpenAPI document."""
    body = rendered(request.app).encode()
    answer = visits.figure(body, visits.weak(body), if_none_match)
    answer.headers.update(CACHED)
    return answer


@router.get("/docs", include_in_schema=False)
async def get_docs(request: Request) -> Response:
    """Read the OpenAPI document as a page, which loads nothing and runs nothing."""
    return HTMLResponse(_page(request.app), headers={**CACHED, "Content-Security-Policy": docs_page.POLICY})


@lru_cache(maxsize=2)
def _page(app: FastAPI) -> str:
    return docs_page.rendered(app.openapi())
