"""The house rules that no linter knows: sizes, names that must not be committed, pins with hashes."""

import ast
import re
import statistics
import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
LONGEST_FILE = 300
LONGEST_FUNCTION = 40
MEDIAN_FUNCTION_BELOW = 12
LOCK_FILES = {"uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock", "package-lock.json", "yarn.lock", "pnpm-lock.yaml"}
HOSTS = r"(pypi\.org|pythonhosted\.org|npmjs\.(org|com)|yarnpkg\.com|proxy\.golang\.org|crates\.io|deb\.debian\.org)"
FOLDERS = r"(?<![\w.$}~-])/(work|root|home/\w+|Users/\w+)/"
NOT_TO_BE_NAMED = re.compile(f"{HOSTS}|{FOLDERS}")

Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def repository() -> list[Path]:
    """Return every file that is committed or about to be."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, check=True, text=True,
    )  # fmt: skip
    paths = sorted({ROOT / name for name in listing.stdout.split("\0") if name})
    return [path for path in paths if path.is_file()]


@cache
def written_by_hand() -> list[Path]:
    """Return the Python files that nobody generates; a generated one says so at its top."""
    return [path for path in repository() if path.suffix == ".py" and not is_generated(path)]


def is_generated(path: Path) -> bool:
    head = path.read_text(encoding="utf-8").splitlines()[:5]
    return path.parent == ROOT / "migrations/versions" or any("GENERATED" in line for line in head)


@cache
def functions() -> list[tuple[str, int]]:
    """Return where each function stands and how many lines it has, its docstring and decorators not counted."""
    return [
        (f"{path.relative_to(ROOT)}:{function.lineno} {function.name}", length(function))
        for path in written_by_hand()
        for function in functions_of(path)
    ]


def functions_of(path: Path) -> Iterator[Function]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def length(function: Function) -> int:
    whole = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function, clean=False) is None:
        return whole
    return whole - ((first.end_lineno or first.lineno) - first.lineno + 1)


def test_there_is_code_to_judge() -> None:
    assert len(written_by_hand()) > 10
    assert functions()


def test_no_file_is_longer_than_its_reader_holds_in_mind() -> None:
    lengths = {path.relative_to(ROOT): len(path.read_text().splitlines()) for path in written_by_hand()}

    assert {path: lines for path, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_no_function_is_long() -> None:
    assert [(place, lines) for place, lines in functions() if lines > LONGEST_FUNCTION] == []


def test_most_functions_are_short() -> None:
    lengths = [lines for place, lines in functions() if place.startswith(("api/", "sdk/"))]

    assert statistics.median(lengths) < MEDIAN_FUNCTION_BELOW


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        path.relative_to(ROOT)
        for path in written_by_hand()
        if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]

    assert silent == []


def test_no_lock_file_that_names_addresses_is_committed() -> None:
    assert [path for path in repository() if path.name in LOCK_FILES] == []


def test_nothing_names_a_registry_or_a_folder_of_one_machine() -> None:
    named = [
        f"{path.relative_to(ROOT)}:{number}"
        for path, text in texts()
        for number, line in enumerate(text.splitlines(), start=1)
        if NOT_TO_BE_NAMED.search(line)
    ]

    assert named == []


def texts() -> Iterator[tuple[Path, str]]:
    for path in repository():
        content = path.read_bytes()
        if b"\0" not in content:
            yield path, content.decode("utf-8")


@pytest.mark.parametrize(
    "line", ["see files.python" + "hosted.org", "in /wo" + "rk/main", "'/ro" + "ot/x'", "=/ho" + "me/someone/x"]
)
def test_such_names_would_be_found(line: str) -> None:
    assert NOT_TO_BE_NAMED.search(line)


@cache
def pins() -> dict[str, str]:
    """Return each pinned package with what stands under it in constraints.txt."""
    text = (ROOT / "constraints.txt").read_text(encoding="utf-8").replace("\\\n", " ")
    return {canonicalize_name(line.split("==")[0]): line for line in text.splitlines() if line}


def test_every_pin_is_exact_and_has_hashes() -> None:
    pin = re.compile(r"[\w.-]+==[\w.+!]+( ; [^#]+?)?( +--hash=sha256:[0-9a-f]{64})+ *")

    assert [line for line in pins().values() if not pin.fullmatch(line)] == []


@pytest.mark.parametrize("pyproject", ["pyproject.toml", "sdk/pyproject.toml"])
def test_every_dependency_is_pinned(pyproject: str) -> None:
    project = tomllib.loads((ROOT / pyproject).read_text(encoding="utf-8"))["project"]
    asked = [*project["dependencies"], *(line for extra in project["optional-dependencies"].values() for line in extra)]
    names = {canonicalize_name(Requirement(line).name) for line in asked}

    assert names - pins().keys() - {"proxeny", "proxeny-api"} == set()


def test_every_feature_has_its_place_in_the_order_of_imports() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    placed = set(re.findall(r"\w+", " ".join(contracts[0]["layers"])))
    features = {path.parent.name for path in written_by_hand() if path.parent.parent == ROOT / "api/proxeny_api"}

    assert features - placed == set()
