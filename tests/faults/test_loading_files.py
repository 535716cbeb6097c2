"""Files of rates and price indices are loaded by command: good rows kept, bad ones told, and again without harm."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from proxeny_api import cli
from tests.faults import running
from tests.faults.running import command, serve

pytestmark = pytest.mark.bundled("runs the command on the bundled PostgreSQL")

SOURCE = ("--source", "A national bank (made up)")
RATES = "currency,day,per_eur\nARS,2024-04-05,931.20\nCLP,2024-04-05,1021.5\n"
INDICES = "year,currency,value\r\n2023,ARS,1924.6\r\n\r\n2024, ARS ,6120.3\r\n"


@pytest.fixture(scope="module")
def data_dir() -> Iterator[Path]:
    """A folder that tests use one after another, since creating a database takes a second or two."""
    yield from running.folders()


def loaded(
    data_dir: Path, kind: str, content: str | bytes, *words: str, source: tuple[str, ...] = SOURCE
) -> subprocess.CompletedProcess[str]:
    """Return how loading a file with this content ended, and what it said."""
    file = data_dir / f"{kind}.csv"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return command(data_dir, kind, "load", str(file), *source, *words)


@pytest.mark.parametrize("name", ["rates", "rates load", "indices", "indices load"])
def test_every_command_has_help(name: str) -> None:
    helped = CliRunner().invoke(cli.app, [*name.split(), "--help"], prog_name="proxeny-api")

    assert helped.exit_code == 0
    assert f"Usage: proxeny-api {name}" in helped.stdout


def test_a_file_of_rates_is_loaded_once_however_often(data_dir: Path) -> None:
    first, again = loaded(data_dir, "rates", RATES), loaded(data_dir, "rates", RATES, "--json")
    elsewhere = loaded(data_dir, "rates", RATES, source=("--source", "Another"))
    corrected = loaded(data_dir, "rates", RATES.replace("931.20", "931.25"), source=("--source", "Another"))

    assert (first.returncode, first.stdout, first.stderr) == (0, "2 loaded, 0 unchanged, 0 refused.\n", "")
    assert (again.returncode, json.loads(again.stdout)) == (0, {"loaded": 0, "unchanged": 2, "refused": []})
    assert [elsewhere.stdout, corrected.stdout] == [
        "2 loaded, 0 unchanged, 0 refused.\n",
        "1 loaded, 1 unchanged, 0 refused.\n",
    ]


def test_a_file_of_price_indices_is_loaded_once_however_often(data_dir: Path) -> None:
    based = ("--base", "December 2016 = 100")
    first, again = (loaded(data_dir, "indices", "\ufeff" + INDICES, *based, "--json") for _ in range(2))

    mixed = loaded(data_dir, "indices", "currency,year,value\nARS,2025,140\n", "--base", "2024 = 100")

    assert (first.returncode, json.loads(first.stdout)) == (0, {"loaded": 2, "unchanged": 0, "refused": []})
    assert (again.returncode, json.loads(again.stdout)) == (0, {"loaded": 0, "unchanged": 2, "refused": []})
    assert (mixed.returncode, mixed.stdout) == (1, "0 loaded, 0 unchanged, 1 refused.\n")
    assert "line 2: value: Other years of this currency are on another base" in mixed.stderr


def test_a_bad_row_is_refused_with_its_line_and_reason_and_costs_no_good_one(data_dir: Path) -> None:
    rows = [
        "COP,2024-04-05,4100",  # line 2, good
        "COP,2024-04-06,0",
        "COP,06/04/2024,4100",
        "XQX,2024-04-05,x",
        "EUR,2024-04-05,1",
        "COP,2024-04-05,4101",
        "USD,2024-04-05,1.08",
        "COP,2024-04-09",
        'COP,2024-04-09,"4,100"',
        "COP,2024-04-10,4100,note",
        "USD,2024-04-06,1.08",  # line 12, good: a Saturday
    ]

    refused = loaded(data_dir, "rates", "\n".join(["currency,day,per_eur", *rows]), "--json")

    told = json.loads(refused.stdout)
    assert refused.returncode == 1
    assert (told["loaded"], told["unchanged"]) == (2, 0)
    assert [(row["row"], row["code"]) for row in told["refused"]] == [
        (3, "positive"),
        (4, "day"),
        (5, "currency"),
        (6, "euro"),
        (7, "repeated"),
        (8, "published"),
        (9, "missing"),
        (10, "positive"),
        (11, "extra_forbidden"),
    ]
    assert refused.stderr.count("proxeny-api: ") == 9
    assert f"{data_dir}/rates.csv, line 5: currency: This is no ISO 4217 currency. per_eur: " in refused.stderr


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "names the columns currency, day, per_eur, and no others."),
        ("currency,day\nARS,2024-04-05", "names the columns currency, day, per_eur, and no others."),
        ("currency,day,per_eur,source\n", "names the columns currency, day, per_eur, and no others."),
        ("currency;day;per_eur\n", "names the columns currency, day, per_eur, and no others."),
        ("currency,day,per_eur\n\n", "rates.csv has no rows."),
        ('currency,day,per_eur\nARS,"2024-04-05,1\n', "rates.csv is not CSV: "),
        (b"currency,day,per_eur\nARS,2024-04-05,\xff\n", "rates.csv is not UTF-8 text."),
    ],
)
def test_what_is_no_such_file_is_refused_in_a_sentence(data_dir: Path, content: str | bytes, sentence: str) -> None:
    refused = loaded(data_dir, "rates", content)

    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith("proxeny-api: ")
    assert sentence in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_missing_file_and_an_empty_source_are_refused_in_a_sentence(data_dir: Path) -> None:
    missing = command(data_dir, "rates", "load", str(data_dir / "none.csv"), *SOURCE)
    nobody = loaded(data_dir, "rates", RATES, source=("--source", ""))

    assert (missing.returncode, nobody.returncode) == (1, 1)
    assert "No such file or directory" in missing.stderr
    assert nobody.stderr == "proxeny-api: --source takes one line of 1 to 300 characters.\n"


def test_what_is_loaded_beside_a_server_is_read_there_and_the_chain_holds(data_dir: Path) -> None:
    started = serve(data_dir)
    try:
        done = loaded(data_dir, "rates", "currency,day,per_eur\nPEN,2024-04-05,4.01\n")
        answer = httpx.get(f"{started.url}/v1/rates/PEN/2024-04-07")
    finally:
        started.stop()

    assert done.returncode == 0, done.stderr
    assert (answer.json()["rate"], answer.json()["source"]) == ("4.01", SOURCE[1])
    assert command(data_dir, "verify").returncode == 0
