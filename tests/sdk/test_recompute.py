"""`proxeny recompute`: anybody can compute a figure again, offline, and is told where it is not what it says."""

import io
import json
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from proxeny import cli
from tests.indicators.lineages import Document, changed, lineage
from tests.sdk.test_package import imported


@pytest.fixture
def document() -> Document:
    return lineage("sroi")


def saved(folder: Path, document: object) -> str:
    path = folder / "lineage.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return str(path)


def test_an_untouched_lineage_is_equal(document: Document, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["recompute", saved(tmp_path, document)]) == 0

    told = document["figure"]["displayed"]
    assert capsys.readouterr().out == f"equal: sroi = {told} ratio, by green-book@1, n = 9\n"


def test_money_is_told_in_its_currency(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["recompute", saved(tmp_path, lineage("cost.total"))]) == 0

    assert capsys.readouterr().out.startswith("equal: cost.total = 466.73 EUR, ")


def test_a_figure_without_a_value_tells_why(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["recompute", saved(tmp_path, lineage("break_even.drop_off"))]) == 0

    assert capsys.readouterr().out.startswith("equal: break_even.drop_off is undefined (not_reached), by green-book@1")


def test_a_changed_digit_is_told_with_its_place(
    document: Document, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = saved(tmp_path, changed(document, ("sums", "cost_n"), "5"))

    assert cli.main(["recompute", file]) == 1
    first, *places = capsys.readouterr().out.splitlines()
    assert first.startswith("not equal: sroi = ")
    assert first.endswith("; 1 difference")
    assert places == ["/sums/cost_n: told 5, found 4"]


def test_the_answer_can_be_had_as_json(document: Document, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["recompute", saved(tmp_path, document), "--json"]) == 0
    equal = json.loads(capsys.readouterr().out)
    assert cli.main(["recompute", "--json", saved(tmp_path, changed(document, ("figure", "n"), 8))]) == 1
    different = json.loads(capsys.readouterr().out)

    assert equal == {"equal": True, "indicator": "sroi", "figure": document["figure"], "differences": []}
    assert not different["equal"]
    assert different["differences"] == [{"pointer": "/figure/n", "told": 8, "found": 9}]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"{", "It is not JSON: "),
        (b"\xff\xfe\x00", "It is not JSON: "),
        (b"[]", "There is no object of JSON in it."),
        (b"{}", "At /format: "),
        (b'{"a":' * 100_000, "nested too deeply"),
        (b"9" * 5000, "Exceeds the limit"),
    ],
)
def test_a_malformed_file_is_refused_in_plain_words(
    content: bytes, reason: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(content)))

    assert cli.main(["recompute", "-"]) == 2
    answer = capsys.readouterr()
    assert answer.out == ""
    assert answer.err.startswith("proxeny: - is no lineage that can be read. ")
    assert reason in answer.err


def test_a_file_that_is_not_there_is_said_to_be_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["recompute", str(tmp_path / "none.json")]) == 2

    assert "No such file or directory." in capsys.readouterr().err


def test_what_a_terminal_would_act_upon_is_shown_and_not_sent(
    document: Document, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = saved(tmp_path, changed(document, ("figure", "status"), "\x1b[2J\ud800"))

    assert cli.main(["recompute", file]) == 1
    assert '/figure/status: told "\\u001b[2J\\ud800", found assumption_based' in capsys.readouterr().out


def test_a_figure_of_which_little_is_told_is_still_judged(
    document: Document, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = saved(tmp_path, changed(changed(document, ("figure",), {}), ("method", "id"), None))

    assert cli.main(["recompute", file]) == 1
    assert "/figure/n: told null, found 9" in capsys.readouterr().out


def test_the_module_reads_from_a_pipe_without_a_server(document: Document) -> None:
    command = [sys.executable, "-m", "proxeny", "recompute", "-"]

    answer: Any = subprocess.run(command, input=json.dumps(document).encode(), capture_output=True, check=False)

    assert (answer.returncode, answer.stderr) == (0, b"")
    assert answer.stdout.startswith(b"equal: sroi = ")


def test_no_command_is_misuse(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as refusal:
        cli.main([])

    assert refusal.value.code == 2
    assert "usage: proxeny" in capsys.readouterr().err


def test_computing_again_needs_neither_client_nor_arrays() -> None:
    assert not imported("import proxeny.cli") & {"httpx", "pydantic", "numpy", "scipy"}


def test_the_package_brings_the_command() -> None:
    [script] = entry_points(group="console_scripts", name="proxeny")

    assert script.load() is cli.main
