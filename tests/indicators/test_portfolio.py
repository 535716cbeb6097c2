"""Portfolios: Petersen's knapsacks, choices counted out one by one, and requests that cannot be met."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proxeny.indicators.portfolio import Option, choose

# OR-Library mknap1, problems 1 to 3 (Petersen, Selection of R&D Projects, Management Science 13 (1967), pp. 736-750):
# profits, one row of uses for each limit, limits, and the most that can be had.
Knapsack = tuple[list[float], list[list[float]], list[float], float]
PETERSEN_1: Knapsack = (
    [100, 600, 1200, 2400, 500, 2000],
    [
        [8, 12, 13, 64, 22, 41], [8, 12, 13, 75, 22, 41], [3, 6, 4, 18, 6, 4], [5, 10, 8, 32, 6, 12],
        [5, 13, 8, 42, 6, 20], [5, 13, 8, 48, 6, 20], [0, 0, 0, 0, 8, 0], [3, 0, 4, 0, 8, 0], [3, 2, 4, 0, 8, 4],
        [3, 2, 4, 8, 8, 4],
    ],
    [80, 96, 20, 36, 44, 48, 10, 18, 22, 24],
    3800.0,
)  # fmt: skip
PETERSEN_2: Knapsack = (
    [600.1, 310.5, 1800, 3850, 18.6, 198.7, 882, 4200, 402.5, 327],
    [
        [20, 5, 100, 200, 2, 4, 60, 150, 80, 40], [20, 7, 130, 280, 2, 8, 110, 210, 100, 40],
        [60, 3, 50, 100, 4, 2, 20, 40, 6, 12], [60, 8, 70, 200, 4, 6, 40, 70, 16, 20],
        [60, 13, 70, 250, 4, 10, 60, 90, 20, 24], [60, 13, 70, 280, 4, 10, 70, 105, 22, 28],
        [5, 2, 20, 100, 2, 5, 10, 60, 0, 0], [45, 14, 80, 180, 6, 10, 40, 100, 20, 0],
        [55, 14, 80, 200, 6, 10, 50, 140, 30, 40], [65, 14, 80, 220, 6, 10, 50, 180, 30, 50],
    ],
    [450, 540, 200, 360, 440, 480, 200, 360, 440, 480],
    8706.1,
)  # fmt: skip
PETERSEN_3: Knapsack = (
    [100, 220, 90, 400, 300, 400, 205, 120, 160, 580, 400, 140, 100, 1300, 650],
    [
        [8, 24, 13, 80, 70, 80, 45, 15, 28, 90, 130, 32, 20, 120, 40],
        [8, 44, 13, 100, 100, 90, 75, 25, 28, 120, 130, 32, 40, 160, 40],
        [3, 6, 4, 20, 20, 30, 8, 3, 12, 14, 40, 6, 3, 20, 5],
        [5, 9, 6, 40, 30, 40, 16, 5, 18, 24, 60, 16, 11, 30, 25],
        [5, 11, 7, 50, 40, 40, 19, 7, 18, 29, 70, 21, 17, 30, 25],
        [5, 11, 7, 55, 40, 40, 21, 9, 18, 29, 70, 21, 17, 35, 25],
        [0, 0, 1, 10, 4, 10, 0, 6, 0, 6, 32, 3, 0, 70, 10],
        [3, 4, 5, 20, 14, 20, 6, 12, 10, 18, 42, 9, 12, 100, 20],
        [3, 6, 9, 30, 29, 20, 12, 12, 10, 30, 42, 18, 18, 110, 20],
        [3, 8, 9, 35, 29, 20, 16, 15, 10, 30, 42, 20, 18, 120, 20],
    ],
    [550, 700, 130, 240, 280, 310, 110, 205, 260, 275],
    4015.0,
)  # fmt: skip
OPTIONS = [
    Option("C40", "member", 9.0, {"hours": 60, "networks": 1, "climate": 1}),
    Option("ICLEI", "member", 6.0, {"hours": 40, "networks": 1, "climate": 1}),
    Option("ICLEI", "executive", 8.0, {"hours": 80, "networks": 1, "climate": 1}),
    Option("Eurocities", "observer", 2.0, {"hours": 10, "networks": 1}),
]
ROLES = ["observer", "member", "executive"]
SMALL = st.lists(
    st.tuples(st.sampled_from("abcd"), st.sampled_from(ROLES), st.integers(-5, 20), st.integers(0, 9)),
    max_size=8,
    unique_by=lambda option: option[:2],
)


def names(options: tuple[Option, ...]) -> list[str]:
    return [f"{option.network} {option.role}" for option in options]


@pytest.mark.parametrize("knapsack", [PETERSEN_1, PETERSEN_2, PETERSEN_3])
def test_the_best_of_petersens_projects_are_found(knapsack: Knapsack) -> None:
    profits, rows, capacities, most = knapsack
    limits = {f"year {row}": capacity for row, capacity in enumerate(capacities)}
    options = [
        Option(str(place), "funded", profit, dict(zip(limits, uses, strict=True)))
        for place, (profit, *uses) in enumerate(zip(profits, *rows, strict=True))
    ]

    best = choose(options, limits)

    assert best.status == "optimal"
    assert best.value == pytest.approx(most, abs=1e-6)
    assert best.gap == pytest.approx(0, abs=1e-9)
    assert all(best.used[name] <= limit for name, limit in limits.items())
    assert best.binding


def test_a_network_is_chosen_in_one_role_at_most() -> None:
    best = choose(OPTIONS, {"hours": 1000})

    assert names(best.chosen) == ["C40 member", "ICLEI executive", "Eurocities observer"]
    assert best.binding == ()


def test_the_limits_that_cost_value_are_named() -> None:
    best = choose(OPTIONS, {"hours": 100, "networks": 3})

    assert names(best.chosen) == ["C40 member", "ICLEI member"]
    assert best.used == {"hours": 100, "networks": 2, "climate": 2}
    assert best.binding == ("hours",)


def test_a_network_to_keep_is_kept_though_it_costs_value() -> None:
    best = choose(OPTIONS, {"hours": 60}, keep=["Eurocities"])

    assert names(best.chosen) == ["ICLEI member", "Eurocities observer"]
    assert best.binding == ("hours", "keep Eurocities")


def test_a_floor_is_kept() -> None:
    assert names(choose(OPTIONS, {"networks": 1}, floors={"hours": 70}).chosen) == ["ICLEI executive"]


def test_two_that_exclude_each_other_are_not_both_chosen() -> None:
    rivals = [Option("a", "member", 5.0, {"rivals": 1}), Option("b", "member", 4.0, {"rivals": 1})]

    assert names(choose(rivals, {"rivals": 1}).chosen) == ["a member"]


def test_an_impossible_request_names_what_contradicts_itself() -> None:
    best = choose(OPTIONS, {"networks": 3, "hours": 50}, floors={"climate": 1}, keep=["C40"])

    assert (best.status, best.chosen, best.value, best.gap) == ("infeasible", (), None, None)
    assert best.binding == ("hours", "keep C40")


def test_what_brings_nothing_is_left() -> None:
    best = choose([Option("a", "member", -3.0, {"hours": 1})], {"hours": 10})

    assert (best.status, best.chosen, best.value) == ("optimal", (), 0.0)


def test_nothing_can_be_chosen_from_nothing() -> None:
    assert choose([], {"hours": 10}).value == 0
    assert choose([], {}, floors={"climate": 1}).binding == ("at least climate",)


@settings(max_examples=60, deadline=None)
@given(SMALL, st.integers(0, 20), st.integers(0, 3))
def test_no_other_choice_brings_more(rows: list[tuple[str, str, int, int]], hours: int, networks: int) -> None:
    options = [Option(name, role, value, {"hours": use, "networks": 1}) for name, role, value, use in rows]

    best = choose(options, {"hours": hours, "networks": networks})

    assert best.value == max(
        sum(option.value for option in some)
        for some in subsets(options)
        if sum(option.uses["hours"] for option in some) <= hours
        and len(some) <= networks
        and len({option.network for option in some}) == len(some)
    )


def subsets(options: list[Option]) -> list[list[Option]]:
    return [
        [option for option, taken in zip(options, choice, strict=True) if taken]
        for choice in product([False, True], repeat=len(options))
    ]


@settings(max_examples=30, deadline=None)
@given(SMALL, st.integers(0, 20))
def test_more_to_spend_never_brings_less(rows: list[tuple[str, str, int, int]], hours: int) -> None:
    options = [Option(name, role, value, {"hours": use}) for name, role, value, use in rows]

    assert (choose(options, {"hours": hours + 1}).value or 0) >= (choose(options, {"hours": hours}).value or 0)


@pytest.mark.parametrize(
    ("options", "limits", "keep", "named"),
    [
        ([Option("a", "member", float("nan"), {})], {}, [], "finite"),
        ([Option("a", "member", 1.0, {"hours": float("inf")})], {}, [], "finite"),
        ([Option("a", "member", 1.0, {})], {"hours": float("inf")}, [], "finite"),
        ([Option("a", "member", 1.0, {}), Option("a", "member", 2.0, {})], {}, [], "once"),
        ([], {}, ["C40"], "C40 has no option"),
    ],
)
def test_what_cannot_be_chosen_from_is_refused(
    options: list[Option], limits: dict[str, float], keep: list[str], named: str
) -> None:
    with pytest.raises(ValueError, match=named):
        choose(options, limits, keep=keep)
