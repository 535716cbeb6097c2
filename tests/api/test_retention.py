"""What is kept for a while is gone afterwards, and nothing else."""

from uuid import UUID

import asyncpg
import pytest

from proxeny_api import idempotency, retention
from tests.make import Holder, engagement

AGED = "UPDATE idempotent_answer SET created_at = now() - make_interval(days => $2) WHERE city_id = $1"


@pytest.mark.parametrize(("age", "left"), [(6, 1), (8, 0)])
async def test_old_answers_are_swept_and_newer_ones_stay(
    city: Holder, admin: asyncpg.Connection, admin_url: str, age: int, left: int
) -> None:
    posted = await city.http.post(f"{city.path}/engagements", json=engagement(), headers={"Idempotency-Key": "k"})
    assert posted.status_code == 201
    await admin.execute(AGED, UUID(city.id), age)

    swept = await retention.sweep(admin_url, 7, 366)

    kept = await admin.fetchval("SELECT count(*) FROM idempotent_answer WHERE city_id = $1", UUID(city.id))
    assert kept == left
    assert (swept.answers > 0) is not bool(left)
    assert len((await city.http.get(f"{city.path}/engagements")).json()["items"]) == 1


async def test_answers_are_repeated_for_as_long_as_is_set(city: Holder, admin: asyncpg.Connection) -> None:
    await city.http.post(f"{city.path}/engagements", json=engagement(), headers={"Idempotency-Key": "k"})
    await admin.execute(AGED, UUID(city.id), 3)
    mark: bytes = await admin.fetchval("SELECT fingerprint FROM idempotent_answer WHERE city_id = $1", UUID(city.id))

    async with admin.transaction():
        assert (await idempotency.claim(admin, UUID(city.id), "k", mark, 2)).days == 2
        with pytest.raises(idempotency.Replayed):
            await idempotency.claim(admin, UUID(city.id), "k", mark, 4)


async def test_when_a_key_was_last_used_is_forgotten_in_time(
    city: Holder, admin: asyncpg.Connection, admin_url: str
) -> None:
    key = UUID((await city.http.get("/v1/me")).json()["key_id"])
    other = UUID((await city.http.post("/v1/keys", json={"name": "other"})).json()["id"])
    used = "UPDATE api_key SET last_used_at = now() - make_interval(days => $2) WHERE id = $1"
    await admin.execute(used, key, 400)
    await admin.execute(used, other, 300)

    await retention.sweep(admin_url, 7, 366)

    last = "SELECT last_used_at IS NULL FROM api_key WHERE id = $1"
    assert [await admin.fetchval(last, one) for one in (key, other)] == [True, False]
