"""Published worked examples come out, and the tool that solves them neither peeks at the answers nor forgives."""

import doctest
import importlib
import json
import os
import pkgutil
import subprocess
import sys
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools import cases as package
from tools.cases.answers import Missing
from tools.cases.comparing import agrees
from tools.cases.expressions import parsed, worked_out
from tools.cases.given import Json
from tools.cases.solving import Case, Outcome, tried
from tools.solve_cases import line, read

ROOT = Path(__file__).parents[2]
NPV = {"rate": Decimal("0.1"), "flows": [-10000, 3000, 4200, 6800]}
GLOVE = "1 if |S|>1 and 3 in S else 0"


def published() -> list[Json]:
    """Return the published cases; the test is skipped where there are none."""
    path = Path(os.environ.get("PROXENY_CASES") or ROOT.parent / "shared" / "cases" / "cases.json")
    if not path.is_file():
        pytest.skip(f"There are no published cases in {path}; PROXENY_CASES names another file.")
    return list(read(path))


def tried_on(
    indicator: str, inputs: object, expected: object, convention: str = "", tolerance: object = Decimal("1e-4")
) -> Outcome:
    """Try a made-up case, with numbers as they are read from a file."""
    written = {
        "indicator": indicator,
        "inputs": inputs,
        "expected": expected,
        "convention": convention,
        "tolerance": tolerance,
    }
    return tried(Case.of(json.loads(json.dumps(written, default=float), parse_float=Decimal), 1))


def run(tmp_path: Path, cases: object) -> subprocess.CompletedProcess[str]:
    """Run the tool on a file of these cases, as people do."""
    file = tmp_path / "cases.json"
    file.write_text(cases if isinstance(cases, str) else json.dumps(cases, default=float))
    return subprocess.run(
        [sys.executable, str(ROOT / "tools" / "solve_cases.py"), str(file)], capture_output=True, text=True, check=False
    )


def moved(expected: Json) -> Json:
    """Return an expected answer with every number changed."""
    if isinstance(expected, dict):
        return {name: moved(value) for name, value in expected.items()}
    if isinstance(expected, list):
        return [moved(value) for value in expected]
    return expected + 17 if isinstance(expected, (int, Decimal)) else expected


def test_all_published_cases_come_out() -> None:
    outcomes = [tried(Case.of(written, 0)) for written in published()]

    assert [line(outcome) for outcome in outcomes if not outcome.is_ok] == []
    assert len(outcomes) >= 27


def test_what_is_found_does_not_depend_on_the_numbers_expected() -> None:
    for written in published():
        case = Case.of(written, 0)
        other = tried(case._replace(expected=moved(case.expected)))

        assert other.found == tried(case).found, case.id
        assert other.is_ok is (moved(case.expected) == case.expected), case.id


def test_a_file_of_cases_that_come_out_ends_well(tmp_path: Path) -> None:
    case = {"id": "mine", "indicator": "payback", "inputs": [-1000, 400, 400, 400], "expected": 2.5, "tolerance": {}}

    done = run(tmp_path, {"cases": [case]})

    assert done.stdout.splitlines() == ["ok   mine: expected 2.5, got 2.5, tolerance {}", "1 ok, 0 failed"]
    assert done.returncode == 0


def test_a_wrong_expectation_fails_and_the_rest_is_still_tried(tmp_path: Path) -> None:
    wrong = {"id": "wrong", "indicator": "npv", "inputs": NPV, "expected": 1188.45, "tolerance": {"abs": 0.001}}
    strange = {"id": "strange", "indicator": "astrology", "inputs": {}, "expected": 1}
    broken = {"id": "broken", "indicator": "npv", "inputs": {"rate": -1, "flows": [1]}, "expected": 1}
    right = {"id": "right", "indicator": "hhi", "inputs": [50, 30, 20], "expected": 0.38}

    done = run(tmp_path, [wrong, strange, broken, "no case", right])

    lines = done.stdout.splitlines()
    assert [told.split(":")[0] for told in lines[:-1]] == [
        "FAIL wrong", "FAIL strange", "FAIL broken", "FAIL case 4", "ok   right",
    ]  # fmt: skip
    assert lines[1].endswith("got nothing (no such kind: astrology), tolerance null")
    assert "A rate must be above -1; -1 is not." in lines[2]
    assert (lines[-1], done.returncode) == ("1 ok, 4 failed", 1)


@pytest.mark.parametrize("content", ["{", '{"title": "no cases"}', "3"])
def test_a_file_that_holds_no_cases_is_refused(tmp_path: Path, content: str) -> None:
    done = run(tmp_path, content)

    assert (done.returncode, done.stdout) == (2, "")
    assert "cannot be read" in done.stderr


GREEN_BOOK = {"0-30": 0.035, "31-75": 0.03, "76-125": 0.025}
STEPS = [{"through": 30, "rate": 0.035}, {"through": 75, "rate": 0.03}, {"through": 125, "rate": 0.025}]


@pytest.mark.parametrize(
    ("indicator", "inputs", "expected", "convention"),
    [
        # HM Treasury, Discounting: Green Book supplementary guidance, table A.1.
        ("discount_factor", {"schedule": "green-book", "years": [31, 75, 125]}, [0.3459, 0.0942, 0.0274], ""),
        ("discount_factor", {"rates": GREEN_BOOK, "year": 31}, 0.3459, ""),
        ("discount_factor", {"schedule": STEPS}, {"DF(31)": 0.3459, "75": 0.0942}, ""),
        ("discount_factor", {"years": "31..32"}, [0.3459, 0.3358], "declining Green Book rates"),
        # Microsoft, NPV; numpy-financial, npv and mirr; Microsoft, MIRR.
        ("npv", NPV, {"spreadsheet": 1188.4434, "year-0": 1307.2878}, ""),
        ("npv", {"rate": 0.05, "flows": [-15000, 1500, 2500, 3500, 4500, 6000]}, 122.89485, "numpy"),
        ("npv", {"rate": 0.08, "initial": -40000, "flows": [8000, 9200, 10000, 12000, 14500]}, 1922.0616, "Excel"),
        ("mirr", {"values": [-120000, 39000, 30000, 21000, 37000, 46000], "finance_rate": 0.1, "reinvest_rate": 0.12},
         0.1261, ""),
        ("present_value", {"rate": 0.1, "payment": 100, "n": 3}, 248.6852, "ordinary annuity"),
        ("present_value", {"rate": 0.1, "flows": [0, 110]}, 110, "undiscounted"),
        ("irr", [-1000, 6000, -11000, 6000], [0, 1, 2], ""),
        ("irr", [-1000, 6000, -11000, 6000], {"value": None, "reason": "multiple_roots"}, ""),
        ("payback", [{"flows": [-1000, 400, 400]}, {"investment": 1000, "annual": 250}], [None, 4], ""),
        ("xirr", {"flows": [-100, -50], "dates": ["2020-01-01", "2021-01-01"]}, None, ""),
        ("sroi_ratio", {"investment": 1000, "rate": 0.035, "outcomes": [{"q": 1, "p": 1035}]},
         {"sroi-guide@1": 1, "green-book@1": 1.035, "undiscounted": 1.035}, ""),
        ("sroi_ratio", {"investment": 100, "outcomes": [{"q": 1, "p": 200, "deadweight_pct": 25}]}, 1.5, ""),
        ("sroi_ratio", {"investment": 0, "outcomes": [{"q": 1, "p": 200}]}, None, ""),
        ("bcr", {"benefits": [0, 110], "costs": [50], "rate": 0.1}, {"bcr": 2, "npv": 50, "pvb": 100, "pvc": 50}, ""),
        ("bcr", {"pv_benefits": 300, "pv_costs": 100}, 3, ""),
        # Phillips and Phillips, Return on Investment (ROI) Basics (2005): 750,000 for 425,000 is 76 %.
        ("roi", {"benefits": 750000, "costs": 425000}, 76.4706, "percent"),
        ("leverage", {"committed": 3000, "disbursed": 1250, "pledged": 9999, "own_cost": 1000}, 4.25, ""),
        ("leverage", {"committed": 3000, "own_cost": 0}, None, ""),
        ("break_even_deadweight", {"investment": 100, "outcomes": [{"q": 1, "p": 200}]}, 0.5, ""),
        ("evidence_floor", {"investment": 100, "outcomes": [{"p": 100, "evidence": 2}]}, [1] * 3 + [None] * 3, ""),
        ("budget_share", {"cost": 50, "budget": 1000}, 0.05, ""),
        ("cost_per_outcome", {"cost": 374.5, "outcomes": 0},
         {"value": None, "reason": "no_outcomes", "bound": 125}, ""),
        ("net_additional_impact", [{"intervention": {"gross": 100, "leakage": 0.1}, "reference": {"gross": 30}},
                                   {"intervention": {"gross": 100}}], [60, 100], ""),
    ],
)  # fmt: skip
def test_money_is_solved_by_its_kind(indicator: str, inputs: object, expected: object, convention: str) -> None:
    outcome = tried_on(indicator, inputs, expected, convention)

    assert outcome.is_ok, line(outcome)


@pytest.mark.parametrize(
    ("indicator", "inputs", "expected", "convention"),
    [
        # Fagerland, Lydersen and Laake, Statistical Analysis of Contingency Tables: 13 of 16.
        ("proportion_interval", {"x": 13, "n": 16}, {"wilson": [0.5699, 0.9341], "exact": [0.5435, 0.9595]}, ""),
        ("proportion_interval", {"x": [13, 0], "n": [16, 10]}, [[0.5699, 0.9341], [0, 0.2775]], ""),
        ("conversion_rate", {"x": 4, "n": 10}, 0.4, ""),
        # epitools::pois.exact: nothing seen has the upper limits 3.689, and 2.996 on one side.
        ("rate_interval", {"x": 0}, {"lower": 0, "upper": 3.68888, "one_sided": 2.99573}, ""),
        ("rate_interval", {"x": 0}, 2.99573, "one-sided"),
        ("rate_interval", {"x": 10, "exposure": 2}, [2.3977, 9.1952], ""),
        ("adoption_rate_posterior", {"x": 3, "n": 8, "prior": [1, 1]}, {"mean": 0.4, "ci80": [0.2104, 0.5994]}, ""),
        ("probability_better", {"a": [10, 50], "b": [60, 250]}, 0.291108, "P[A>B]"),
        ("time_to_outcome", {"times": [5, 8, 12], "event": [1, 0, 0]}, {"S": [[5, 0.66667]], "median": None}, ""),
        ("time_to_outcome", {"times": [5, 8], "censored": [False, True]}, {"S": {"4": 1, "6": 0.5}, "median": 5}, ""),
        ("time_to_outcome", [{"time": 1.5, "event": 1}, {"time": 2.5, "event": 0}], {"S": [[1.5, 0.5]]}, ""),
        ("uncertainty", {"dist": "pert", "low": 0, "mode": 2, "high": 10}, {"mean": 3, "var": 3}, ""),
        ("shrinkage", {"yi": [0.1, 0.5], "vi": [0.01, 0.01]}, {"DL": {"tau2": 0.07}, "EE": {"tau2": 0}}, ""),
        ("shrinkage", {"yi": [0.1, 0.5], "vi": [0.01, 0.01]}, {"shrunk": [0.1, 0.5], "is_shrunk": False}, ""),
        # Rubin (1981), eight schools: tau² is nought by DerSimonian and Laird, all are drawn to 7.686.
        ("shrinkage", {"yi": [28, 8, -3, 7, -1, 1, 18, 12], "sei": [15, 10, 16, 11, 9, 11, 10, 18], "method": "DL"},
         {"tau2": 0, "mu": 7.6856, "shrunk": [7.6856] * 8}, ""),
        ("ranking", {"draws": [[3, 1], [2, 4], [5, 5], [6, 0]], "top": 1}, {"p_best": [0.625, 0.375]}, ""),
        ("concentration", [50, 30, 20], 3800, "points of 10,000"),
        ("jaccard", {"a": ["x", "y", "z"], "b": ["x", "z", "w"]}, 0.5, ""),
        ("double_count_factor", {"claims": [{"key": "g", "amount": 10}, {"key": "g", "amount": 10}]}, 2, ""),
        ("survey_share", [[18, 5], [1, 2]], [[78, 22], [33, 67]], ""),
        ("fx_rate", {"date": "2016-10-17", "from": "USD", "to": "EUR"}, 0.90959, ""),
        ("fx_rate", {"dates": ["2016-10-17", "2015-12-12"], "currency": "USD"}, [1.0994, None], ""),
        ("fx_missing", {"dates": ["2016-10-17"]}, {"has_2016_10_17": 1, "has_ARS": 0}, ""),
    ],
)  # fmt: skip
def test_chances_and_counts_are_solved_by_their_kind(
    indicator: str, inputs: object, expected: object, convention: str
) -> None:
    outcome = tried_on(indicator, inputs, expected, convention)

    assert outcome.is_ok, line(outcome)


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        ({"players": [1, 2, 3], "v": GLOVE}, [1 / 6, 1 / 6, 2 / 3]),
        ({"players": 3, "v": "v(S) = 1 if |S| ≥ 2 && 3 ∈ S; 0 otherwise"}, [1 / 6, 1 / 6, 2 / 3]),
        ({"players": 3, "v": "min(len(S & {1, 2}), len(S & {3}))"}, [1 / 6, 1 / 6, 2 / 3]),
        # Littlechild and Owen (1973), the airport game; a weighted majority of 51.
        ({"players": list("abcd"), "costs": [8, 11, 13, 18], "v": "max(costs[i] for i in S)"}, [2, 3, 4, 9]),
        ({"quota": 51, "weights": [45, 25, 15, 15]}, [1 / 2, 1 / 6, 1 / 6, 1 / 6]),
        ({"players": list("AB"), "v": {"A": 1, "B": 3, "AB": 10}}, {"A": 4, "B": 6}),
        ({"players": list("AB"), "v": [{"coalition": ["A", "B"], "worth": 10}]}, [5, 5]),
        ({"hours": {"x": 6, "y": 2}, "rule": "by_hours"}, {"x": 0.75, "y": 0.25}),
    ],
)
def test_shares_are_given_by_a_table_an_expression_or_a_rule(inputs: object, expected: object) -> None:
    outcome = tried_on("shared_attribution", inputs, expected)

    assert outcome.is_ok, line(outcome)


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        ({"values": [60, 100, 120], "weights": [10, 20, 30], "capacity": 50}, {"optimum": 220, "x": [0, 1, 1]}),
        ({"items": [{"name": "a", "value": 60, "cost": 10, "hours": 3}, {"name": "b", "value": 100, "cost": 20,
          "hours": 9}], "limits": {"cost": 50, "hours": 9}}, {"value": 100, "chosen": ["b"], "binding": ["hours"]}),
        ({"profits": [5, 4], "weights": [[1, 2]], "capacities": [0], "keep": [1]}, {"value": None,
          "status": "infeasible"}),
        ({"items": [{"name": "a", "value": 6, "weight": 1}, {"name": "b", "value": 9, "weight": 2}], "capacity": 5,
          "exclusions": [["a", "b"]]}, 9),
    ],
)  # fmt: skip
def test_a_portfolio_is_chosen_from_columns_or_from_rows(inputs: object, expected: object) -> None:
    outcome = tried_on("portfolio_milp", inputs, expected)

    assert outcome.is_ok, line(outcome)


@pytest.mark.parametrize(
    "text",
    ["__import__('os').getcwd()", "S.__class__", "(lambda: 1)()", "9**9**9", "open('x')", "[1 for a in S for b in S]",
     "f'{S}'", "1 if", "x"],
)  # fmt: skip
def test_an_expression_runs_no_code(text: str) -> None:
    with pytest.raises((ValueError, LookupError)):
        worked_out(parsed(text), {"S": frozenset()})


@pytest.mark.parametrize(
    ("indicator", "inputs", "expected", "convention"),
    [
        ("proportion_interval", {"x": 13, "n": 16}, [0.6212, 1], "Wald"),
        ("discount_factor", {"schedule": "green-book", "year": 126}, None, ""),
        ("npv", {"flows": [1, 2]}, 3, ""),
        ("npv", NPV, {"npv": 1307.2878, "moral": 1}, ""),
        ("uncertainty", {"dist": "cauchy", "low": 0, "mode": 1, "high": 2}, {"mean": 1}, ""),
        ("irr", [-100, 110], None, ""),
        ("irr", [100, 110], 0, ""),
        ("survey_share", {"counts": [1, 2]}, [33], ""),
    ],
)
def test_what_the_library_cannot_say_is_no_success(
    indicator: str, inputs: object, expected: object, convention: str
) -> None:
    assert not tried_on(indicator, inputs, expected, convention).is_ok


@given(st.lists(st.decimals(-1000, 1000, places=2), min_size=1), st.decimals("0.01", 1, places=2))
def test_a_list_agrees_as_long_as_each_of_it_lies_within_the_tolerance(
    numbers: Sequence[Decimal], width: Decimal
) -> None:
    within = [number + width for number in numbers]
    beyond = [*within[:-1], numbers[-1] + 2 * width]

    assert agrees(list(numbers), within, {"abs": width})
    assert not agrees(list(numbers), beyond, {"abs": width})
    assert not agrees({"a": list(numbers)}, {"a": within[:-1]}, {"abs": width})


def test_nothing_agrees_with_what_is_missing() -> None:
    assert not agrees(None, Missing("moral"), {})
    assert not agrees({"moral": None}, {}, {})


def test_the_modules_are_as_their_examples_say() -> None:
    modules = [
        importlib.import_module(f"{package.__name__}.{found.name}") for found in pkgutil.iter_modules(package.__path__)
    ]

    assert [module.__name__ for module in modules if doctest.testmod(module).failed] == []
