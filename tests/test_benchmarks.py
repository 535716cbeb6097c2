"""What was measured is what is told: the table, the README's figures, and what a figure says of its target."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from benchmarks.figures import Figure, answer, lines, middle, table
from benchmarks.telling import TOLD, retold, told

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PIN = re.compile(r"[\w.-]+==[\w.+!]+( ; [^#]+?)?( +--hash=sha256:[0-9a-f]{64})+ *")


@pytest.fixture(scope="module")
def results() -> dict[str, Any]:
    measured: dict[str, Any] = json.loads((ROOT / "benchmarks/results.json").read_text(encoding="utf-8"))
    return measured


def test_the_table_is_made_of_the_results(results: dict[str, Any]) -> None:
    assert (ROOT / "benchmarks/results.md").read_text(encoding="utf-8") == table(results)


@pytest.mark.parametrize("pattern", TOLD)
def test_a_figure_of_the_readme_is_the_one_that_was_measured(pattern: str, results: dict[str, Any]) -> None:
    assert re.findall(pattern, README) == [told(results)[pattern]]


def test_a_run_has_the_readme_tell_what_it_measured(results: dict[str, Any]) -> None:
    slower = {**results, "w1": {**results["w1"], "posted_per_second": 1_234.5}}

    assert "(1,234 a second" in retold(README, slower)
    assert retold(README, results) == README


def test_the_results_name_what_they_were_measured_on(results: dict[str, Any]) -> None:
    machine = results["machine"]

    assert {"cores", "memory", "Python", "packages", "PostgreSQL"} <= machine.keys()
    assert machine["PostgreSQL"]["fsync"] == "on"


@pytest.mark.parametrize(
    ("value", "target", "met"),
    [(0.45, "≥ 0.45", True), (0.449, "≥ 0.45", False), (3, "≤ 3", True), (8, "< 8", False), (7, "", None)],
)
def test_a_figure_tells_whether_it_is_as_it_ought_to_be(value: float, target: str, met: bool | None) -> None:
    assert Figure("made up", value, target).met() is met


def test_the_last_line_of_a_run_is_its_main_figure() -> None:
    figures = {"one": middle("made up", [0.4, 0.5, 0.3], "≥ 0.45"), "two": Figure("made up", 2)}

    assert lines("w1", answer("one", figures)) == ["w1.two 2.000", "w1 0.400 ≥ 0.45"]


def test_the_table_says_how_many_times_the_best_peer_a_figure_is() -> None:
    run = answer("one", {"one": middle("made up", [0.5, 0.25, 0.75], "≥ 0.45")})

    assert "| w1.one | made up | 0.5 | 0.25 to 0.75 | ≥ 0.45 | yes | 3.1 (≥ 3) |" in table(
        {"w1": run, "peers": {"times": {"w1.one": 3.14}, "wanted": {"w1.one": 3}}}
    )


def test_the_peers_are_pinned_with_hashes_and_never_installed_with_the_product() -> None:
    text = (ROOT / "benchmarks/peers/requirements.txt").read_text(encoding="utf-8").replace("\\\n", " ")
    ours = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    asked = (ROOT / "benchmarks/peers/requirements.in").read_text(encoding="utf-8")

    assert [line for line in text.splitlines() if not PIN.fullmatch(line)] == []
    for package in ("django", "django-ninja", "fastcrud", "gunicorn", "sqlmodel"):
        assert re.search(rf"^{package}$", asked, re.MULTILINE)
        assert f"\n{package}==" not in ours
