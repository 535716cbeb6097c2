"""The memberships of many networks load in one command; rows that cannot be taken are refused one by one."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from proxeny import Proxeny
from tests.examples.conftest import Run

NETWORKS = [
    {"network_code": "N1", "name": "Made-up alliance", "acronym": "MUA", "url": "www.example.org ; other"},
    {"network_code": "N2", "name": "Made-up union", "acronym": "MUU", "url": ""},
]
GOOD = {
    "network": "MUA", "network_code": "N1", "member": "Sampletown", "locality": "Sampletown", "country": "DE",
    "latitude": "50.9", "longitude": "14.8", "year_joined": "1999", "status": "Full Member",
}  # fmt: skip
BAD = [
    ({"country": ""}, "the country is missing"),
    ({"country": "ZZ"}, "country 'ZZ' is none of ISO 3166-1"),
    ({"network_code": "N9"}, "there is no network 'N9'"),
    ({"member": " "}, "the member has no name"),
    ({"status": "Former Member"}, "when it left is not told"),
    ({"latitude": "north"}, "latitude 'north' is none"),
    ({"member": "SAMPLETOWN,"}, "it repeats row 2"),
]
ALL_SMALL = 600
OF_THE_COVENANT = 400
"""Rows of the real file that a test loads: of its small networks, and of Covenant of Mayors."""


def table(path: Path, rows: Sequence[Mapping[str, str]]) -> Path:
    """Write rows to a file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def network_client(live: str, operator_key: str, code: str) -> Proxeny:
    """Return a client that asks as a network."""
    with Proxeny(operator_key, live) as operator:
        secret = operator.keys.create(network=code, name="test").secret
    assert secret
    return Proxeny(secret, live)


def test_bad_rows_are_refused_one_by_one_and_the_rest_is_stored(
    run: Run, tmp_path: Path, live: str, operator_key: str
) -> None:
    other = {**GOOD, "network_code": "N2", "year_joined": "2008-2012 - PLUS", "status": "Associated Member"}
    bad = [{**GOOD, **changes} for changes, _ in BAD]
    rows = table(tmp_path / "members.csv", [GOOD, *bad, {**other, "latitude": "", "longitude": ""}])

    done = run("import_memberships.py", table(tmp_path / "networks.csv", NETWORKS), rows)

    assert done.returncode == 0, done.stderr
    told = done.stderr.splitlines()
    for number, (_, reason) in enumerate(BAD, 3):
        assert [line for line in told if line.startswith(f"row {number}: refused: ") and reason in line]
    assert f"9 rows: 2 created, 0 unchanged, {len(BAD)} refused" in done.stdout
    with network_client(live, operator_key, "muu") as network:
        change = next(change for change in network.networks.follow("muu") if change.resource == "membership")
        assert change.body
        said = {name: change.body[name] for name in ("role", "joined_on", "function", "sharing")}
        assert said == {
            "role": "observer",
            "joined_on": None,
            "function": "Associated Member",
            "sharing": "indicators",
        }


def test_a_second_run_finds_everything_there(run: Run, tmp_path: Path) -> None:
    rows = [{**GOOD, "member": f"Twice {number}", "network_code": f"N{number % 2 + 1}"} for number in range(6)]
    files = table(tmp_path / "networks.csv", NETWORKS), table(tmp_path / "members.csv", rows)

    first = run("import_memberships.py", *files)
    again = run("import_memberships.py", *files)

    assert "6 rows: 6 created, 0 unchanged, 0 refused" in first.stdout
    assert "6 rows: 0 created, 6 unchanged, 0 refused" in again.stdout


def test_one_name_in_two_countries_is_two_cities(run: Run, tmp_path: Path) -> None:
    rows = [{**GOOD, "member": "Frontier", "locality": "", "country": country} for country in ("DE", "PL")]

    done = run(
        "import_memberships.py", table(tmp_path / "networks.csv", NETWORKS), table(tmp_path / "members.csv", rows)
    )

    assert "2 cities, 2 of them new" in done.stdout


def test_a_file_of_another_kind_is_told_in_a_sentence(run: Run, tmp_path: Path) -> None:
    other = table(tmp_path / "other.csv", [{"a": "b"}])

    done = run("import_memberships.py", other, other)

    assert done.returncode == 1
    assert "has no column network_code" in done.stderr
    assert "Traceback" not in done.stderr


def test_real_memberships_load_and_their_networks_see_them(
    real: Path, run: Run, tmp_path: Path, live: str, operator_key: str
) -> None:
    with (real / "memberships.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    covenant = [row for row in rows if row["network"] == "Covenant of Mayors"][:OF_THE_COVENANT]
    sample = [row for row in rows if row["network"] != "Covenant of Mayors"][:ALL_SMALL] + covenant

    done = run("import_memberships.py", real / "networks.csv", table(tmp_path / "members.csv", sample))

    assert done.returncode == 0, done.stderr
    refused = [int(line.split()[1].rstrip(":")) for line in done.stderr.splitlines() if "refused: " in line[:20]]
    assert done.stdout.startswith("58 networks")
    assert f"1,000 rows: {1000 - len(refused)} created, 0 unchanged, {len(refused)} refused" in done.stdout
    stored = [row for number, row in enumerate(sample, 2) if number not in refused]
    of_covenant = sum(row["network"] == "Covenant of Mayors" for row in stored)
    with network_client(live, operator_key, "covenant-of-mayors") as network:
        pages = [len(page.items) for page in network.networks.members_impact("covenant-of-mayors", limit=100).pages()]
        assert sum(pages) == of_covenant
        assert pages[:3] == [100, 100, 100]
        told = network.networks.impact("covenant-of-mayors").members
        assert told
        assert told.sharing == of_covenant
