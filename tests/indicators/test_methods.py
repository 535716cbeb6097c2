"""Methods: those that are shipped, their way to JSON and back, and what they refuse."""

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from proxeny.indicators import DEFAULT, SHIPPED, Method
from proxeny.indicators.discounting import GREEN_BOOK, Step, flat
from proxeny.indicators.methods import SPREADS


def test_the_shipped_methods_are_those_of_the_design() -> None:
    assert list(SHIPPED) == ["sroi-guide@1", "green-book@1", "omb-a94@2023", "cash@1"]
    assert DEFAULT in SHIPPED


@pytest.mark.parametrize(
    ("id", "schedule", "first", "horizon"),
    [
        ("sroi-guide@1", flat(Decimal("0.035")), 1, None),
        ("green-book@1", GREEN_BOOK, 0, 60),
        ("omb-a94@2023", flat(Decimal("0.02")), 1, None),
        ("cash@1", flat(Decimal(0)), 0, None),
    ],
)
def test_a_shipped_method_discounts_as_its_source_says(
    id: str, schedule: tuple[Step, ...], first: int, horizon: int | None
) -> None:
    method = SHIPPED[id]

    assert (method.id, method.schedule, method.first_benefit_year, method.horizon_years) == (
        id, schedule, first, horizon,
    )  # fmt: skip
    assert method.title
    assert method.note
    assert method.source


def test_the_priors_are_the_medians_of_383_reports_but_cash_has_none() -> None:
    medians = {"deadweight": "0.20", "attribution_to_others": "0.255", "displacement": "0.175", "drop_off": "0.215"}

    for id, method in SHIPPED.items():
        assert method.priors == ({} if id == "cash@1" else {name: Decimal(share) for name, share in medians.items()})
    assert not SHIPPED["cash@1"].models
    assert set(SHIPPED["cash@1"].spreads.values()) == {Decimal(0)}


@pytest.mark.parametrize("method", SHIPPED.values(), ids=SHIPPED.keys())
def test_a_method_goes_to_json_and_comes_back_the_same(method: Method) -> None:
    assert Method.of(json.loads(json.dumps(method.parameters()))) == method
    assert hash(Method.of(method.parameters())) == hash(method)


def test_what_is_left_out_is_as_by_default_and_spreads_are_given_one_by_one() -> None:
    method = Method.of(
        {"name": "ours", "title": "Ours", "schedule": [{"through": None, "rate": "0.03"}], "spreads": {"0": "0.9"}}
    )

    assert (method.id, method.first_benefit_year, method.horizon_years, method.models) == ("ours@1", 0, None, True)
    assert (method.priors, method.overhead, method.credits, method.mature_days) == ({}, "none", "declared", 365)
    assert method.spreads == SPREADS | {"0": Decimal("0.9")}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("schedule", [{"through": None, "rate": "-1"}]),
        ("schedule", [{"through": None, "rate": 0.035}]),
        ("schedule", [{"through": None, "rate": "Infinity"}]),
        ("schedule", [{"through": None, "rate": "a tenth"}]),
        ("schedule", [{"through": 30, "rate": "0.035"}, {"through": 30, "rate": "0.03"}]),
        ("schedule", [{"through": None, "rate": "0.035"}, {"through": 30, "rate": "0.03"}]),
        ("schedule", [{"through": 0, "rate": "0.035"}]),
        ("schedule", [{"through": "30", "rate": "0.035"}]),
        ("schedule", [{"rate": "0.035"}]),
        ("schedule", []),
        ("schedule", "0.035"),
        ("horizon_years", -1),
        ("horizon_years", 126),
        ("horizon_years", None),
        ("horizon_years", True),
        ("first_benefit_year", 2),
        ("models", "yes"),
        ("priors", {"deadweight": "1.01"}),
        ("priors", {"deadweight": "-0.01"}),
        ("priors", {"luck": "0.5"}),
        ("priors", ["0.5"]),
        ("overhead", "by_luck"),
        ("credits", "by_luck"),
        ("spreads", {"6": "0.1"}),
        ("spreads", {"5": "-0.1"}),
        ("mature_days", -1),
        ("version", 0),
        ("name", "our@method"),
        ("name", 7),
        ("title", ""),
        ("colour", "green"),
    ],
)
def test_what_makes_no_sense_is_refused_and_the_parameter_named_first(name: str, value: Any) -> None:  # noqa: ANN401
    parameters = SHIPPED["green-book@1"].parameters()

    with pytest.raises(ValueError, match=f"^{name}: "):
        Method.of({**parameters, name: value})


def test_a_method_that_models_nothing_has_no_priors() -> None:
    with pytest.raises(ValueError, match=r"^priors: a method that models nothing has none\.$"):
        replace(SHIPPED["green-book@1"], models=False)


@pytest.mark.parametrize("name", ["name", "title", "schedule"])
def test_a_method_needs_a_name_a_title_and_a_schedule(name: str) -> None:
    parameters = SHIPPED["cash@1"].parameters()
    del parameters[name]

    with pytest.raises(ValueError, match=f"^{name}: a method needs it"):
        Method.of(parameters)
