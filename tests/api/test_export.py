"""A city takes all that it owns with it, and is the same city elsewhere: records, figures and history."""

import json
import tracemalloc
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest

from proxeny.checkpoints import entries_of, verify
from proxeny_api.changes.verify import verify_all
from proxeny_api.errors import Conflict
from proxeny_api.exports.content import EXPORTED, NOT_EXPORTED
from proxeny_api.exports.restoring import restore
from proxeny_api.settings import Settings
from proxeny_api.tables import metadata
from tests.api.elsewhere import Elsewhere, deployment
from tests.make import Holder, World, budget, cost, engagement, method, outcome, proxy

QUESTIONS: tuple[dict[str, str], ...] = (
    {"group_by": "network"},
    {"group_by": "theme", "currency": "USD"},
    {"group_by": "year"},
    {},
)


@pytest.fixture
async def elsewhere(server_url: str, settings: Settings) -> AsyncIterator[Elsewhere]:
    """An empty deployment."""
    async with deployment(server_url, settings, f"proxeny_elsewhere_{datetime.now(UTC):%H%M%S%f}") as lent:
        yield lent


async def post(city: Holder, path: str, body: dict[str, Any]) -> dict[str, Any]:
    made = await city.http.post(f"{city.path}/{path}", json=body)
    assert made.status_code == 201, made.text
    record: dict[str, Any] = made.json()
    return record


@pytest.fixture
async def city(world: World) -> Holder:
    """A city with records of every kind, changed, deleted, private, with odd texts and exact digits."""
    made, networks = (
        await world.city(population=5, latitude=37.9838, longitude=23.7275),
        [await world.network() for _ in "ab"],
    )
    membership = await world.joins(made, networks[0])
    shares = [{"network": networks[0].code, "share": "0.700001"}, {"network": networks[1].id, "share": "0.2"}]
    await post(made, "proxies", proxy("42.50", low="40.00", high="45.10"))
    await post(made, "budgets", budget("912400000.10"))
    await post(made, "methods", method())
    await post(made, "costs", cost("5.00", membership=membership["id"]))
    parts = {"costs": [cost("0.10"), cost("77.7", currency="USD")], "outcomes": [
        outcome(kind="funding", amount="1000.01", currency="EUR", external_id="o", credit="0.5"),
        outcome(quantity="3", unit="hours", proxy="officer-hour", deadweight="0.25", kind="capacity_built"),
    ]}  # fmt: skip
    odd = engagement(title='Ünïcode "quoted" \U0001f3db\u2028', description="two\nlines\t\\", networks=shares, **parts)
    await post(made, "engagements", {**odd, "themes": ["health"], "visibility": "network", "leader_hours": "1.50"})
    hidden = await post(made, "engagements", engagement(networks=shares, visibility="network"))
    changed = {"visibility": "private", "place": {"name": "Athens", "country": "GR"}}
    await made.http.patch(f"{made.path}/engagements/{hidden['id']}", json=changed, headers={"If-Match": "*"})
    gone = await post(made, "engagements", engagement(outcomes=[outcome(external_id="o", credit="0.5")]))
    await made.http.delete(f"{made.path}/engagements/{gone['id']}", headers={"If-Match": "*"})
    return made


async def exported(client: httpx.AsyncClient, city: Holder, folder: Path) -> Path:
    answer = await client.get(f"{city.path}/export")
    assert answer.status_code == 200, answer.text
    return put(folder, answer.content)


def put(folder: Path, content: bytes) -> Path:
    """Put a file into a folder, under a name of its own."""
    path = folder / f"{len(list(folder.iterdir()))}.ndjson"
    path.write_bytes(content)
    return path


def read(path: Path) -> str:
    """Return what a file says."""
    return path.read_text(encoding="utf-8")


def tables(path: Path, *without: str) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of an export by table."""
    found: dict[str, list[dict[str, Any]]] = {}
    for line in read(path).split("\n"):
        told = json.loads(line or "{}")
        if "table" in told and told["table"] not in without:
            found.setdefault(told["table"], []).append(told["row"])
    return found


async def figures(client: httpx.AsyncClient, city: Holder, **asked: str) -> list[Any]:
    """Return all figures of some questions, but for when they were asked for."""
    found = []
    for question in QUESTIONS:
        answer = await client.get(f"{city.path}/impact", params={**question, **asked})
        assert answer.status_code == 200, answer.text
        found += [answer.json()["total"], *answer.json()["groups"]]
    return [[one["key"], [{**f, "as_of": None, "lineage": None} for f in one["figures"]]] for one in found]


async def test_an_export_says_what_it_is_and_counts_what_it_holds(city: Holder, tmp_path: Path) -> None:
    answer = await city.http.get(f"{city.path}/export")
    first, *lines, last = answer.text.rstrip("\n").split("\n")

    assert answer.headers["content-type"] == "application/x-ndjson"
    assert answer.headers["content-disposition"].startswith(f'attachment; filename="proxeny-{city.code}-20')
    assert answer.headers["cache-control"] == "private, no-store"
    assert json.loads(first)["export"]["id"] == city.id
    assert sum(json.loads(last)["end"]["rows"].values()) == len(lines)


def test_every_table_that_a_city_owns_is_exported_or_made_again() -> None:
    owned = {table.name for table in metadata.tables.values() if "city_id" in table.columns}

    assert owned - {table.name for table in EXPORTED} == NOT_EXPORTED


async def test_no_secret_is_in_an_export_and_nobody_elses_row(city: Holder, neighbour: Holder, world: World) -> None:
    await post(neighbour, "engagements", engagement(title="SECRET"))
    answer = await city.http.get(f"{city.path}/export")

    assert '"table":"api_key"' in answer.text
    assert '"mac"' not in answer.text
    assert city.key not in answer.text
    assert "SECRET" not in answer.text
    assert neighbour.id not in answer.text
    for asker in (neighbour.http, world.operator, world.anonymous):
        assert (await asker.get(f"{city.path}/export")).status_code in {401, 403, 404}


async def test_a_city_is_the_same_elsewhere(city: Holder, elsewhere: Elsewhere, tmp_path: Path) -> None:
    before, then = await figures(city.http, city), datetime.now(UTC).isoformat().replace("+00:00", "Z")
    path = await exported(city.http, city, tmp_path)

    restored = await restore(elsewhere.url, path)

    client = await elsewhere.key_of(city.code)
    again = await exported(client, city, tmp_path)
    assert restored.networks == {}
    assert await figures(client, city) == before
    assert await figures(client, city, as_of=then) == await figures(city.http, city, as_of=then)
    kept = ("api_key", "ledger_head", "ledger_entry")
    assert tables(again, *kept) == tables(path, *kept)
    old, new = tables(path)["ledger_entry"], tables(again)["ledger_entry"]
    assert new[: len(old)] == old
    assert [(entry["action"], entry["resource"]) for entry in new[len(old) :]] == [
        ("created", "import"),
        ("created", "key"),
    ]
    assert (await verify_all(elsewhere.url)).sound


async def test_a_checkpoint_of_before_holds_elsewhere(city: Holder, elsewhere: Elsewhere, tmp_path: Path) -> None:
    checkpoint = (await city.http.get(f"{city.path}/ledger/checkpoint")).json()
    told = (await city.http.get("/v1/ledger/keys")).json()
    keys = {key["id"]: key["public_key"] for key in told["keys"]}
    await restore(elsewhere.url, await exported(city.http, city, tmp_path))
    again = await exported(await elsewhere.key_of(city.code), city, tmp_path)

    lines = read(again).split("\n")
    assert verify([checkpoint], keys, entries_of(lines)) == []
    altered = [line.replace("lines", "LINES") for line in lines]
    assert [found.what for found in verify([checkpoint], keys, entries_of(altered))] == ["altered body"]


async def test_networks_that_have_other_ids_there_are_found_by_their_codes(
    city: Holder, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    then = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    path = await exported(city.http, city, tmp_path)
    codes = [row["code"] for row in tables(path)["network"]]
    for code in codes:
        body = {"code": code, "name": code, "scope": "international", "kind": "city_network"}
        assert (await elsewhere.world.operator.post("/v1/networks", json=body)).status_code == 201

    restored = await restore(elsewhere.url, path)

    client = await elsewhere.key_of(city.code)
    assert len(restored.networks) == len(codes)
    assert await figures(client, city) == await figures(city.http, city)
    assert await figures(client, city, as_of=then) == await figures(city.http, city, as_of=then)
    assert (await verify_all(elsewhere.url)).sound
    one = (await client.get(f"{city.path}/engagements")).json()["items"][0]
    assert one["networks"][0]["network_id"] in restored.networks.values()


async def test_who_is_there_already_is_refused(city: Holder, elsewhere: Elsewhere, tmp_path: Path) -> None:
    path = await exported(city.http, city, tmp_path)
    await restore(elsewhere.url, path)

    with pytest.raises(Conflict, match="is there already"):
        await restore(elsewhere.url, path)


Lines = list[str]
CHANGES: dict[str, Callable[[Lines], Lines]] = {
    "without its end": lambda lines: lines[:-1],
    "some left out": lambda lines: lines[:-5] + lines[-1:],
    "a digit": lambda lines: [line.replace("77.7", "77.8") for line in lines],
    "a row twice": lambda lines: [*lines[:5], lines[5], *lines[5:]],
    "another table": lambda lines: [line.replace('"table":"cost"', '"table":"api_key; DROP"') for line in lines],
    "without its beginning": lambda lines: lines[1:],
    "nothing": lambda _: ["{}"],
    "no JSON": lambda _: ["nothing"],
}


@pytest.mark.parametrize("change", CHANGES)
async def test_what_is_not_whole_or_was_changed_is_refused_and_nothing_written(
    city: Holder, elsewhere: Elsewhere, tmp_path: Path, change: str
) -> None:
    path = await exported(city.http, city, tmp_path)
    lines = read(path).rstrip("\n").split("\n")
    path = put(tmp_path, ("\n".join(CHANGES[change](lines)) + "\n").encode())

    with pytest.raises(ValueError, match=r"not whole|no export|does not know"):
        await restore(elsewhere.url, path)
    assert (await elsewhere.world.operator.get("/v1/cities")).json()["items"] == []


async def test_a_forged_history_with_a_hash_that_fits_is_refused(
    city: Holder, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    path = await exported(city.http, city, tmp_path)
    *lines, last = read(path).rstrip("\n").split("\n")
    text = "\n".join(line.replace("1000.01", "9000.01") for line in lines) + "\n"
    end = json.loads(last)
    end["end"]["sha256"] = sha256(text.encode()).hexdigest()
    path = put(tmp_path, (text + json.dumps(end) + "\n").encode())

    with pytest.raises(ValueError, match="altered body"):
        await restore(elsewhere.url, path)
    assert (await elsewhere.world.operator.get("/v1/cities")).json()["items"] == []


async def test_what_was_erased_stays_erased(city: Holder, elsewhere: Elsewhere, tmp_path: Path) -> None:
    made = await post(city, "engagements", engagement(title="SECRET"))
    await city.http.delete(f"{city.path}/engagements/{made['id']}", headers={"If-Match": "*"})
    wanted = {"resource": "engagement", "id": made["id"]}
    assert (await city.http.post(f"{city.path}/erasures", json=wanted)).status_code == 200

    path = await exported(city.http, city, tmp_path)
    await restore(elsewhere.url, path)

    assert "SECRET" not in read(path)
    gone = [row for row in tables(path)["ledger_entry"] if row["erased_at"]]
    assert [(row["resource_id"], row["body"]) for row in gone] == [(made["id"], None)] * 2
    assert (await verify_all(elsewhere.url)).sound


async def test_an_export_of_many_records_takes_little_memory(world: World, admin: asyncpg.Connection) -> None:
    city = await world.city()
    rows = [engagement(external_id=str(number), description="x" * 2_000) for number in range(4_000)]
    sent = await city.http.post(f"{city.path}/engagements/batch", json=rows)
    assert sent.json()["created"] == len(rows)
    size = await admin.fetchval("SELECT sum(length(body)) FROM ledger_entry WHERE city_id = $1", UUID(city.id))

    unpacked = {"Accept-Encoding": "identity"}
    tracemalloc.start()
    async with city.http.stream("HEAD", f"{city.path}/export", headers=unpacked) as answer:
        await answer.aread()
        told = int(answer.headers["content-length"])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert told > 2 * size > 15_000_000
    assert peak < size / 2
