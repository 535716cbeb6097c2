"""The limit of W4: pgbench, as it comes with the bundled PostgreSQL, storing the same rows in durable transactions."""

import asyncio
import re
import subprocess
from pathlib import Path

import asyncpg

from benchmarks.stage import KINDS, NETWORKS, THEMES
from proxeny_api.embedded.binaries import wheel_programs

CLIENTS = 16
# What the door for one engagement stores, less ledger and rollup: five statements in one transaction.
SCRIPT = f"""
\\set number random(1, 2000000000)
\\set kind :number % {len(KINDS)} + 1
\\set theme :number % {len(THEMES)} + 1
\\set of :number % {NETWORKS}
\\set day :number % 1826
\\set which :client_id % :cities
BEGIN;
INSERT INTO engagement (city_id, id, external_id, kind, title, starts_on, ends_on, status, counterparts, themes, sdgs,
  leader_hours, staff_hours, leaders, staff, partners, visibility, tags, network_ids, unallocated, content_hash,
  version, created_at, updated_at)
  SELECT c.id, gen_random_uuid(), 'p-' || :number::text || '-' || :client_id::text, (ARRAY{list(KINDS)})[:kind::int],
    'Engagement ' || :number::text || ' (made up)', date '2019-01-01' + :day::int,
    date '2019-01-03' + :day::int, 'completed', '[]', ARRAY[(ARRAY{list(THEMES)})[:theme::int]], '{{11.5}}',
    4, 16.5, 0, 0, 0, 'network', '{{made-up}}', ARRAY[n.id], 0, sha256(:number::text::bytea), 1, now(), now()
  FROM city c, network n WHERE c.code = 'city-' || :which::text AND n.code = 'net-' || :of::text
  RETURNING city_id, id, network_ids[1] AS network \\gset
INSERT INTO engagement_network (city_id, engagement_id, network_id, position, share, visibility)
  VALUES (:city_id::uuid, :id::uuid, :network::uuid, 0, 1, 'network');
INSERT INTO cost (city_id, id, external_id, engagement_id, category, amount, currency, incurred_on, funded_by,
  estimated, visibility, network_ids, to_eur, to_local, version, created_at, updated_at)
  SELECT :city_id::uuid, gen_random_uuid(), 'c-' || :number::text || '-' || :client_id::text || '-' || nth, :id::uuid,
    (ARRAY['travel', 'staff_time'])[nth], 800.50, 'EUR', date '2019-01-01' + :day::int, 'city', false,
    'network', ARRAY[:network::uuid], 1, 1, 1, now(), now() FROM generate_series(1, 2) nth;
INSERT INTO outcome (city_id, id, external_id, kind, title, occurred_on, status, visibility, network_ids, uncredited,
  version, created_at, updated_at)
  VALUES (:city_id::uuid, gen_random_uuid(), 'o-' || :number::text || '-' || :client_id::text, 'policy_change',
    'Outcome ' || :number::text, date '2019-07-20' + :day::int, 'reported', 'network', ARRAY[:network::uuid],
    0.4, 1, now(), now())
  RETURNING id AS outcome \\gset
INSERT INTO credit (city_id, outcome_id, engagement_id, credit, visibility, network_ids)
  VALUES (:city_id::uuid, :outcome::uuid, :id::uuid, 0.6, 'network', ARRAY[:network::uuid]);
COMMIT;
"""


def rate(admin_url: str, folder: Path, seconds: int, cities: int, clients: int = CLIENTS) -> float:
    """Return the transactions a second of so many clients; raises RuntimeError where the rows are not all there."""
    script = folder / "w4.sql"
    script.write_text(SCRIPT, encoding="utf-8")
    before = asyncio.run(stored(admin_url))
    options = [
        "--no-vacuum",
        "--protocol",
        "prepared",
        "--file",
        str(script),
        "--define",
        f"cities={cities}",
        "--client",
        str(clients),
    ]
    command = [str(wheel_programs() / "pgbench"), *options, "--time", str(seconds), admin_url]
    ran = subprocess.run(command, capture_output=True, check=False, text=True)
    told = ran.stdout
    if ran.returncode:
        raise RuntimeError(f"pgbench failed: {ran.stderr}")
    done, found = (
        re.search(rf"^{words}", told, re.MULTILINE) for words in (r".*actually processed: (\d+)", r"tps = ([\d.]+)")
    )
    if done is None or found is None or int(done[1]) != asyncio.run(stored(admin_url)) - before:
        raise RuntimeError(f"pgbench did not store what it says: {told}")
    return float(found[1])


async def stored(admin_url: str) -> int:
    """Return how many engagements are stored with all that belongs to them."""
    connection = await asyncpg.connect(admin_url)
    try:
        counts = {
            table: await connection.fetchval(f"SELECT count(*) FROM {table}")
            for table in ("engagement", "engagement_network", "outcome", "credit", "cost")
        }
    finally:
        await connection.close()
    if len({*list(counts.values())[:4], counts["cost"] // 2}) != 1:
        raise RuntimeError(f"Rows are missing: {counts}.")
    return int(counts["engagement"])
