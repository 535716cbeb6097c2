"""Django Ninja with psycopg: validation by its schemas, SQL and bulk upserts by hand. Run under gunicorn.

Bulk upserts twice: by `executemany`, which is what psycopg's documents lead to, and by arrays and `unnest`, which is
what somebody writes who knows how fast PostgreSQL can be. And once more with a ledger and kept sums, for all of W1.
"""

import os
import re
from collections.abc import Iterable
from typing import Any

from django.conf import settings

settings.configure(
    SECRET_KEY="made up",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    MIDDLEWARE=["django.middleware.common.CommonMiddleware"],
)

from django.core.wsgi import get_wsgi_application  # noqa: E402 - Django wants its settings first
from django.http import Http404, HttpRequest  # noqa: E402
from django.urls import path  # noqa: E402
from ninja import NinjaAPI  # noqa: E402
from psycopg import Connection  # noqa: E402
from psycopg.rows import dict_row  # noqa: E402
from psycopg_pool import ConnectionPool  # noqa: E402

from benchmarks.peers.kept import keep  # noqa: E402
from benchmarks.peers.shapes import TOTALS, Engagement, EngagementRead, Totals  # noqa: E402

pool = ConnectionPool(os.environ["PEER_DATABASE"], min_size=4, max_size=16, kwargs={"row_factory": dict_row}, open=True)
api = NinjaAPI()
CITY = "city-0"
UPSERT = """
INSERT INTO engagement (city, external_id, kind, title, starts_on, ends_on, network_id, share, themes, sdgs,
                        leader_hours, staff_hours, visibility, tags)
SELECT %s, r.external_id, r.kind, r.title, r.starts_on, r.ends_on, n.id, r.share, r.themes::text[], r.sdgs::text[],
       r.leader_hours, r.staff_hours, r.visibility, r.tags::text[]
FROM unnest(%s::text[], %s::text[], %s::text[], %s::date[], %s::date[], %s::text[], %s::numeric[], %s::text[],
            %s::text[], %s::numeric[], %s::numeric[], %s::text[], %s::text[])
  AS r (external_id, kind, title, starts_on, ends_on, network, share, themes, sdgs, leader_hours, staff_hours,
        visibility, tags) JOIN network n ON n.code = r.network
ON CONFLICT (city, external_id) DO UPDATE SET kind = EXCLUDED.kind, title = EXCLUDED.title,
  starts_on = EXCLUDED.starts_on, ends_on = EXCLUDED.ends_on, network_id = EXCLUDED.network_id, share = EXCLUDED.share,
  themes = EXCLUDED.themes, sdgs = EXCLUDED.sdgs, leader_hours = EXCLUDED.leader_hours,
  staff_hours = EXCLUDED.staff_hours, visibility = EXCLUDED.visibility, tags = EXCLUDED.tags
RETURNING id, external_id
"""
COSTS = """
INSERT INTO cost (engagement_id, external_id, category, amount, currency, incurred_on)
SELECT * FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::numeric[], %s::text[], %s::date[]) AS r
ON CONFLICT (engagement_id, external_id) DO UPDATE SET category = EXCLUDED.category, amount = EXCLUDED.amount,
  currency = EXCLUDED.currency, incurred_on = EXCLUDED.incurred_on
"""
OUTCOMES = """
INSERT INTO outcome (engagement_id, external_id, kind, title, amount, currency, occurred_on, credit)
SELECT * FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::numeric[], %s::text[], %s::date[],
                     %s::numeric[]) AS r
ON CONFLICT (engagement_id, external_id) DO UPDATE SET kind = EXCLUDED.kind, title = EXCLUDED.title,
  amount = EXCLUDED.amount, currency = EXCLUDED.currency, occurred_on = EXCLUDED.occurred_on, credit = EXCLUDED.credit
"""
ARRAYS = re.compile(r"unnest\((.*?)\)(?=\s+(AS|ON))", re.DOTALL)
ROW = {
    query: ARRAYS.sub(lambda found: f"(VALUES ({found[1].replace('[]', '')}))", query).replace(
        "RETURNING id, external_id", ""
    )
    for query in (UPSERT, COSTS, OUTCOMES)
}
"""The same statements for one row."""
READ = """
SELECT e.id, e.external_id, e.kind, e.title, e.starts_on, e.ends_on, e.themes, e.sdgs, e.leader_hours, e.staff_hours,
       e.visibility, e.tags, n.code AS network, e.share FROM engagement e JOIN network n ON n.id = e.network_id
"""
CHILDREN = {
    "costs": "SELECT engagement_id, external_id, category, amount, currency, incurred_on FROM cost",
    "outcomes": "SELECT engagement_id, external_id, kind, title, amount, currency, occurred_on, credit FROM outcome",
}


def store(connection: Connection[dict[str, Any]], rows: list[Engagement]) -> list[int]:
    """Create or replace engagements with what belongs to them; return their ids in order."""
    found = connection.execute(UPSERT, [CITY, *columns(map(flat, rows))]).fetchall()
    ids = {row["external_id"]: row["id"] for row in found}
    costs = [(ids[row.external_id], *cost.model_dump().values()) for row in rows for cost in row.costs]
    outcomes = [(ids[row.external_id], *outcome.model_dump().values()) for row in rows for outcome in row.outcomes]
    if costs:
        connection.execute(COSTS, columns(costs))
    if outcomes:
        connection.execute(OUTCOMES, columns(outcomes))
    return [ids[row.external_id] for row in rows]


def store_by_row(connection: Connection[dict[str, Any]], rows: list[Engagement]) -> list[int]:
    """Do the same a row at a time, many in one call."""
    with connection.cursor() as cursor:
        cursor.executemany(ROW[UPSERT], [(CITY, *flat(row)) for row in rows])
        asked = [CITY, [row.external_id for row in rows]]
        found = cursor.execute(
            "SELECT id, external_id FROM engagement WHERE city = %s AND external_id = ANY(%s)", asked
        )
        ids = {row["external_id"]: row["id"] for row in found}
        for query, name in {COSTS: "costs", OUTCOMES: "outcomes"}.items():
            children = [
                (ids[row.external_id], *child.model_dump().values()) for row in rows for child in getattr(row, name)
            ]
            cursor.executemany(ROW[query], children)
    return [ids[row.external_id] for row in rows]


def flat(row: Engagement) -> tuple[object, ...]:
    """Return an engagement's own values; arrays as PostgreSQL writes them, for an array of arrays must be square."""
    dates = (row.starts_on, row.ends_on, row.networks[0].network, row.networks[0].share, array(row.themes))
    rest = (array(row.sdgs), row.leader_hours, row.staff_hours, row.visibility, array(row.tags))
    return row.external_id, row.kind, row.title, *dates, *rest


def array(words: list[str]) -> str:
    """Return a list of words as PostgreSQL writes it."""
    quoted = ('"' + word.replace("\\", r"\\").replace('"', r"\"") + '"' for word in words)
    return "{" + ",".join(quoted) + "}"


def columns(rows: Iterable[tuple[object, ...]]) -> list[list[object]]:
    """Return rows as one list a column."""
    return [list(column) for column in zip(*rows, strict=True)]


def read(connection: Connection[dict[str, Any]], which: str, *arguments: object) -> list[dict[str, Any]]:
    """Return engagements with their costs and outcomes, three statements however many there are."""
    rows = connection.execute(f"{READ} {which}", arguments).fetchall()
    by_id = {row["id"]: row for row in rows}
    for row in rows:
        row |= {"networks": [{"network": row.pop("network"), "share": row.pop("share")}], "costs": [], "outcomes": []}
    for name, query in CHILDREN.items():
        for child in connection.execute(f"{query} WHERE engagement_id = ANY(%s) ORDER BY id", [list(by_id)]):
            by_id[child.pop("engagement_id")][name].append(child)
    return rows


@api.post("/engagements/batch")
def upsert_batch(request: HttpRequest, rows: list[Engagement]) -> dict[str, int]:
    with pool.connection() as connection:
        return {"stored": len(store(connection, rows))}


@api.post("/engagements/batch-by-row")
def upsert_batch_by_row(request: HttpRequest, rows: list[Engagement]) -> dict[str, int]:
    with pool.connection() as connection:
        return {"stored": len(store_by_row(connection, rows))}


@api.post("/engagements/batch-kept")
def upsert_batch_kept(request: HttpRequest, rows: list[Engagement]) -> dict[str, int]:
    with pool.connection() as connection:
        ids = store(connection, rows)
        keep(connection, rows, ids)
    return {"stored": len(ids)}


@api.post("/engagements/kept", response={201: EngagementRead})
def create_kept(request: HttpRequest, row: Engagement) -> tuple[int, dict[str, Any]]:
    with pool.connection() as connection:
        [made] = store(connection, [row])
        keep(connection, [row], [made])
    return 201, {"id": made, **row.model_dump()}


@api.post("/engagements", response={201: EngagementRead})
def create(request: HttpRequest, row: Engagement) -> tuple[int, dict[str, Any]]:
    with pool.connection() as connection:
        [made] = store(connection, [row])
    return 201, {"id": made, **row.model_dump()}


@api.get("/engagements/{engagement_id}", response=EngagementRead)
def get(request: HttpRequest, engagement_id: int) -> dict[str, Any]:
    with pool.connection() as connection:
        found = read(connection, "WHERE e.id = %s", engagement_id)
    if not found:
        raise Http404
    return found[0]


@api.get("/engagements", response=list[EngagementRead])
def page(request: HttpRequest, limit: int = 100, after: int = 0) -> list[dict[str, Any]]:
    with pool.connection() as connection:
        return read(connection, "WHERE e.id > %s ORDER BY e.id LIMIT %s", after, limit)


@api.get("/networks/{code}/impact", response=Totals)
def impact(request: HttpRequest, code: str) -> dict[str, Any]:
    with pool.connection() as connection:
        network = connection.execute("SELECT id FROM network WHERE code = %s", [code]).fetchone()
        if network is None:
            raise Http404
        return connection.execute(TOTALS.format("%(id)s"), {"id": network["id"]}).fetchone() or {}


urlpatterns = [path("", api.urls)]
application = get_wsgi_application()
