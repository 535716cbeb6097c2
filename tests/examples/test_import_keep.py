"""The keep.eu export as it is goes in and comes out to the cent; rows that cannot be taken are refused one by one."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from proxeny import Proxeny
from tests.examples.conftest import Run

HEADS = (
    "Programme", "Acronym", "Project Name", "Town", "Country", "Budget", "EU Funding", "Thematic1", "Project start",
    "Project end",
)  # fmt: skip
GOOD = (
    "Made-up programme {}", "SAMPLE", "A sample", "Zittau", "Germany", "1,000.10", "850.1", "Tourism", "2016/01/25",
    "2019/07/31",
)  # fmt: skip
BAD = [
    ({"Budget": ""}, "Budget is missing"),
    ({"Budget": "1.000,10"}, "Budget '1.000,10' is no amount"),
    ({"Budget": "1000.105"}, "more than two decimals"),
    ({"EU Funding": "1000.11"}, "above the budget"),
    ({"EU Funding": "-1"}, "EU Funding '-1' is no amount"),
    ({"Town": " "}, "Town is missing"),
    ({"Country": "Atlantis"}, "Country 'Atlantis' is not known"),
    ({"Project start": ""}, "Project start is missing"),
    ({"Project start": "25/01/2016"}, "Project start '25/01/2016' is no day"),
    ({"Project end": "2019/02/30"}, "Project end '2019/02/30' is no day"),
    ({}, "repeats row 2"),
]


def sheet(path: Path, rows: Sequence[Sequence[str]]) -> Path:
    """Write an export with these rows."""
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("Projects (lead partners)")
        for number, row in enumerate([HEADS, *rows]):
            page.write_row(number, 0, row)
    return path


def good(programme: str, **changes: str) -> list[str]:
    """Return a row that can be taken, but for what is changed."""
    row = dict(zip(HEADS, GOOD, strict=True)) | {"Programme": f"Made-up programme {programme}"}
    return list((row | {name.replace("_", " "): value for name, value in changes.items()}).values())


def summed(path: Path) -> dict[str, tuple[Decimal, Decimal]]:
    """Return budget and EU funding of each programme of an export, to the cent, read anew and not by the example."""
    heads, *rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    sums: dict[str, tuple[Decimal, Decimal]] = defaultdict(lambda: (Decimal(0), Decimal(0)))
    for row in rows:
        said = dict(zip(heads, map(str, row), strict=True))
        budget, funding = (Decimal(said[name].replace(",", "")) for name in ("Budget", "EU Funding"))
        sums[said["Programme"]] = (sums[said["Programme"]][0] + budget, sums[said["Programme"]][1] + funding)
    cent = Decimal("0.01")
    return {name: (budget.quantize(cent), funding.quantize(cent)) for name, (budget, funding) in sums.items()}


def test_every_programme_comes_out_as_it_went_in(real: Path, run: Run, live: str, operator_key: str) -> None:
    export = real / "keep_interreg_2014_2020.xlsx"

    first = run("import_keep.py", export)
    again = run("import_keep.py", export)

    assert first.returncode == 0, first.stdout + first.stderr
    assert first.stdout.startswith("909 projects of 490 cities: 909 created, 0 updated, 0 unchanged, 0 refused")
    assert "909 projects of 490 cities: 0 created, 0 updated, 909 unchanged, 0 refused" in again.stdout
    assert again.returncode == 0
    expected = summed(export)
    with Proxeny(operator_key, live) as operator:
        programmes = [one for one in operator.networks.list(kind="programme") if one.name in expected]
        assert len(programmes) == len(expected) == 32
        for programme in programmes:
            secret = operator.keys.create(network=programme.code, name="test").secret
            assert secret
            impact = operator.with_options(api_key=secret).networks.impact(programme.code, currency="EUR")
            budget, funding = expected[programme.name]
            assert impact.figure("cost.total").value == budget
            assert impact.figure("cost.own").value == budget - funding
            assert impact.figure("funding.mobilised").value == funding
            leverage = (funding / (budget - funding)).quantize(Decimal("0.000001"), ROUND_HALF_UP)
            assert impact.figure("funding.leverage").value == leverage


def test_bad_rows_are_refused_one_by_one_and_the_rest_is_stored(run: Run, tmp_path: Path) -> None:
    bad = [good("bad", **{name.replace(" ", "_"): value for name, value in changes.items()}) for changes, _ in BAD]
    export = sheet(tmp_path / "export.xlsx", [good("bad"), *bad, good("bad", Acronym="LAST")])

    done = run("import_keep.py", export)

    told = done.stderr.splitlines()
    for number, (_, reason) in enumerate(BAD, 3):
        assert [line for line in told if line.startswith(f"row {number}: refused: ") and reason in line]
    assert len(told) == len(BAD)
    assert done.stdout.startswith(
        f"2 projects of 1 cities: 2 created, 0 updated, 0 unchanged, 0 refused; {len(BAD)} rows"
    )
    assert "2,000.20" in done.stdout
    assert done.returncode == 0


def test_one_town_in_several_spellings_is_one_city_of_its_country(
    run: Run, tmp_path: Path, live: str, operator_key: str
) -> None:
    towns = ["LULEÅ", "Luleå,", "Lulea", "Luleå", "Luleå"]
    rows = [good("towns", Acronym=f"P{number}", Town=town, Country="Sweden") for number, town in enumerate(towns)]
    rows.append(good("towns", Acronym="P9", Town="Luleå", Country="Finland"))

    done = run("import_keep.py", sheet(tmp_path / "export.xlsx", rows))

    assert done.stdout.startswith("6 projects of 2 cities: 6 created")
    with Proxeny(operator_key, live) as operator:
        assert [operator.cities.get(code).name for code in ("lulea-se", "lulea-fi")] == ["Luleå", "Luleå"]


def test_a_trace_of_binary_arithmetic_is_cut_off_and_told(run: Run, tmp_path: Path) -> None:
    row = good("trace", Budget="19,782,920.37", EU_Funding="16815482.300000001", Project_end="2016/01/24")

    done = run("import_keep.py", sheet(tmp_path / "export.xlsx", [row]))

    assert "row 2: EU Funding 16815482.300000001 is taken as 16815482.30" in done.stderr
    assert "row 2: Project end 2016-01-24 is left out: it lies before the start" in done.stderr
    assert "16,815,482.30" in done.stdout
    assert done.returncode == 0


@pytest.mark.parametrize("content", [b"", b"no spreadsheet"])
def test_a_file_that_is_no_export_is_told_in_a_sentence(run: Run, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other.xlsx"
    path.write_bytes(content)

    done = run("import_keep.py", path)

    assert done.returncode == 1
    assert "cannot be read as a spreadsheet" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_wrong_key_is_told_in_a_sentence(run: Run, tmp_path: Path) -> None:
    done = run("import_keep.py", sheet(tmp_path / "export.xlsx", [good("key")]), key="pxk_operator_test_wrong")

    assert done.returncode == 1
    assert "401" in done.stderr
    assert "Traceback" not in done.stderr
