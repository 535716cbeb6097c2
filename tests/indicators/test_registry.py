"""The register: complete, in one order, consistent with the sums that the server keeps."""

import subprocess
import sys
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxeny.indicators import Figure, Sums, Unit, catalogue, definition_of, figures, indicator, registry
from proxeny.indicators.sums import COUNTS, MONEY, NAMES
from proxeny_api.rollups import measures

ROOT = Path(__file__).parents[2]
# What the rollup alone can answer.
OF_SUMS = [definition for definition in catalogue() if not definition.valued]
ADDITIVE = [definition.id for definition in OF_SUMS if definition.additive]
AMOUNTS = st.decimals(0, Decimal("1e14"), places=20)
VALUES = st.dictionaries(
    st.sampled_from(sorted(NAMES)), AMOUNTS | st.integers(0, 10**6), max_size=len(NAMES)
)  # fmt: skip


def test_the_sums_are_those_of_the_rollup() -> None:
    assert set(measures.MONEY) == MONEY
    assert set(measures.COUNTS) == COUNTS


@pytest.mark.parametrize(
    "id",
    [
        *(f"cost.{part}" for part in ("total", "cash", "fees", "travel", "staff_time", "leader_time", "in_kind")),
        *(f"cost.{part}" for part in ("external", "own", "per_engagement", "per_outcome")),
        *(f"cost.category.{category}" for category in measures.COST_CATEGORIES),
        *(f"outcomes.count.{kind}" for kind in measures.OUTCOME_KINDS),
        *(f"cost.per_{kind}" for kind in measures.OUTCOME_KINDS if kind not in {"negative_effect", "other"}),
        *(f"outcomes.level.{level}" for level in measures.POLICY_LEVELS),
        *(f"funding.{stage}" for stage in measures.FUNDING_STAGES if stage != "cancelled"),
    ],
)
def test_every_code_has_its_indicator(id: str) -> None:
    assert definition_of(id).id == id


@pytest.mark.parametrize("id", ["cost.per_negative_effect", "cost.per_other", "funding.cancelled"])
def test_what_would_mislead_is_no_indicator(id: str) -> None:
    with pytest.raises(LookupError, match="No indicator is called"):
        definition_of(id)


def test_every_definition_is_complete() -> None:
    for definition in catalogue():
        assert definition.title
        assert definition.formula
        assert definition.source
        assert definition.records
        assert definition.unit in get_args(Unit)
        assert definition.converted or definition.unit != "money"
        assert "{" not in definition.id + definition.title + definition.formula


def test_figures_come_in_the_order_of_the_catalogue_or_in_the_order_asked_for() -> None:
    everything = [figure.indicator for figure in figures(Sums({}))]
    some = [figure.indicator for figure in figures(Sums({}), ["roi", "cost.total"])]

    assert everything == [definition.id for definition in OF_SUMS]
    assert some == ["roi", "cost.total"]


def test_a_figure_that_needs_streams_is_left_out_of_sums_alone_and_undefined_where_asked_for() -> None:
    sums = Sums({"cost_travel": 5, "cost_n": 1})

    assert "sroi" not in {figure.indicator for figure in figures(sums)}
    assert figures(sums, ["sroi"]) == [Figure("sroi", None, "ratio", "undefined", "not_assessed", None, 0)]


def test_an_indicator_is_one_function(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_DEFINITIONS", dict(registry._DEFINITIONS))

    @indicator("hours.all", title="Hours", unit="h", formula="H", source="none", records=["engagement_n"])
    def hours_all(sums: Sums) -> Decimal:
        """Return all hours."""
        return sums["leader_hours"] + sums["staff_hours"]

    assert hours_all(Sums({"leader_hours": 1})) == 1
    assert catalogue()[-1].id == "hours.all"
    assert figures(Sums({"staff_hours": 2}))[-1].value == 2


def test_an_id_is_given_once() -> None:
    with pytest.raises(ValueError, match="The indicator roi is there already"):
        registry.register_definition(definition_of("roi"))


def test_a_subject_without_records_has_noughts_and_no_ratios() -> None:
    for definition, figure in zip(OF_SUMS, figures(Sums({})), strict=True):
        assert figure.n == 0
        assert (figure.value == 0 and figure.status == "ok") if definition.additive else figure.value is None


@given(VALUES)
def test_a_missing_rate_leaves_every_figure_with_money_undefined_and_the_rest_alone(
    values: dict[str, Decimal | int],
) -> None:
    known = figures(Sums(values))

    for definition, before, after in zip(OF_SUMS, known, figures(Sums(values, missing=1)), strict=True):
        if definition.converted:
            assert (after.value, after.status, after.reason, after.bound) == (None, "undefined", "no_rate", None)
        else:
            assert after == before


@given(VALUES)
def test_a_figure_has_a_value_or_a_reason(values: dict[str, Decimal | int]) -> None:
    for figure in figures(Sums(values)):
        assert (figure.value is None) == (figure.reason is not None) == (figure.status == "undefined")
        assert figure.value is None or figure.value.is_finite()
        assert figure.bound is None or (figure.value is None and figure.bound > 0)


@given(st.lists(VALUES, min_size=1, max_size=4))
def test_additive_figures_of_groups_add_up_to_the_figure_of_all(groups: list[dict[str, Decimal | int]]) -> None:
    together = {
        name: of_20_digits(sum((exactly(group.get(name, 0)) for group in groups), Fraction(0))) for name in NAMES
    }

    of_all = figures(Sums(together), ADDITIVE)
    of_groups = [figures(Sums(group), ADDITIVE) for group in groups]

    for total, *parts in zip(of_all, *of_groups, strict=True):
        assert exactly(total.value) == sum(exactly(part.value) for part in parts)


@given(VALUES)
def test_the_categories_add_up_to_the_whole_cost(values: dict[str, Decimal | int]) -> None:
    by_id = {figure.indicator: exactly(figure.value) for figure in figures(Sums(values), ADDITIVE)}

    assert sum(value for id, value in by_id.items() if id.startswith("cost.category.")) == by_id["cost.total"]
    assert by_id["cost.own"] + by_id["cost.external"] == by_id["cost.total"]
    assert by_id["funding.mobilised"] == by_id["funding.committed"] + by_id["funding.disbursed"]


def test_a_float_is_no_sum() -> None:
    with pytest.raises(TypeError, match="A sum is a Decimal or an int, not a float"):
        Sums({"cost_travel": 0.1})  # type: ignore[dict-item]


def test_a_misspelt_sum_is_not_taken_for_nought() -> None:
    with pytest.raises(LookupError, match="No sum is named cost_trvel"):
        Sums({})["cost_trvel"]


def test_the_formulae_load_neither_the_client_nor_pydantic_nor_numpy() -> None:
    heavy = "sorted({'httpx', 'pydantic', 'numpy', 'scipy', 'proxeny.models', 'proxeny_api'} & set(sys.modules))"

    answer = subprocess.run(
        [sys.executable, "-c", f"import sys, proxeny.indicators; print({heavy})"],
        capture_output=True, check=True, text=True,
    )  # fmt: skip

    assert answer.stdout == "[]\n"


def test_the_page_of_indicators_is_up_to_date() -> None:
    checked = subprocess.run(
        [sys.executable, ROOT / "tools" / "make_indicator_docs.py", "--check"],
        capture_output=True,
        check=False,
        text=True,
    )

    assert (checked.returncode, checked.stderr) == (0, "")


def exactly(value: Decimal | int | None) -> Fraction:
    """Return a value as a fraction, which no context rounds."""
    assert value is not None
    return Fraction(value)


def of_20_digits(value: Fraction) -> Decimal:
    return Decimal(f"{int(value * 10**20)}E-20")
