"""The documents name what there is: settings, commands, tests, files, and code that compiles."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from proxeny_api.settings import Settings

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
DECISIONS = sorted((ROOT / "docs" / "adr").glob("*.md"))
PARTS = ("## Context", "## Decision", "## Consequences", "## Alternatives")
NOT_OF_THE_SERVER = {"PROXENY_BASE_URL", "PROXENY_API_KEY", "PROXENY_TEST_DATABASE_URL"}


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def blocks(language: str) -> Iterator[str]:
    for page in PAGES:
        yield from re.findall(rf"^```{language}\n(.*?)^```", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def written_tests() -> set[str]:
    sources = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    return set(re.findall(r"^(?:async )?def (test_\w+)", sources, re.MULTILINE))


def test_every_setting_has_its_row_and_every_row_its_setting() -> None:
    text = (ROOT / "docs" / "running.md").read_text(encoding="utf-8")
    settings = {f"PROXENY_{field}".upper() for field in Settings.model_fields}

    assert set(re.findall(r"^\| `(PROXENY_\w+)`", text, re.MULTILINE)) == settings
    assert set(re.findall(r"PROXENY_\w+", text)) - NOT_OF_THE_SERVER == settings


@pytest.mark.parametrize("field", sorted(Settings.model_fields))
def test_a_setting_has_the_default_that_is_told(field: str) -> None:
    text = (ROOT / "docs" / "running.md").read_text(encoding="utf-8")
    row = re.search(rf"^\| `PROXENY_{field.upper()}` \| (.*?) \|", text, re.MULTILINE)
    default = Settings.model_fields[field].default

    assert row is not None
    assert default is None or told(default) == row[1].strip("`")


def told(default: object) -> str:
    """Return a default as the environment would say it."""
    return f"{default:g}" if isinstance(default, float) else str(default).replace("'", '"')


@pytest.mark.parametrize("code", list(blocks("python")))
def test_code_in_the_documents_compiles(code: str) -> None:
    tree = ast.parse(code)

    assert tree.body


def test_every_make_command_that_is_named_exists() -> None:
    shown = {target for block in blocks("sh") for target in re.findall(r"^make ([a-z-]+)", block, re.MULTILINE)}
    texts = [page.read_text(encoding="utf-8") for page in PAGES]
    mentioned = {target for text in texts for target in re.findall(r"`make ([a-z-]+)", text)}

    assert {"demo", "test"} <= shown
    assert (shown | mentioned) - make_targets() == set()


def test_every_test_that_is_named_exists() -> None:
    named = set(re.findall(r"`(test_\w+)`", (ROOT / "docs" / "security.md").read_text(encoding="utf-8")))

    assert len(named) > 30
    assert named - written_tests() == set()


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_to_a_file_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8"))

    assert [link for link in links if not (page.parent / link).exists()] == []


def test_decisions_are_numbered_without_a_gap() -> None:
    assert [path.name[:4] for path in DECISIONS] == [f"{number:04}" for number in range(1, len(DECISIONS) + 1)]


@pytest.mark.parametrize("decision", DECISIONS, ids=name)
def test_a_decision_is_a_page_with_all_its_parts(decision: Path) -> None:
    lines = decision.read_text(encoding="utf-8").splitlines()

    assert lines[0].startswith(f"# {int(decision.name[:4])}. ")
    assert [line for line in lines if line.startswith("## ") and line in PARTS] == list(PARTS)
    assert len(lines) <= 60


def test_the_readme_fits_two_screens() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 100
