"""Shrinkage and ranks: the published meta-analyses, and what must hold for any estimates and draws."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from proxeny.indicators.ranking import Estimator, Floats, gamma_poisson_shrunk, pooled, ranked, shrunk

# Raudenbush and Bryk (1985): effects of teachers' expectations in 19 studies; metadat, dat.raudenbush1985.
EFFECTS = [
    0.03, 0.12, -0.14, 1.18, 0.26, -0.06, -0.02, -0.32, 0.27, 0.8,
    0.54, 0.18, -0.02, 0.23, -0.18, -0.06, 0.3, 0.07, -0.07,
]  # fmt: skip
VARIANCES = [
    0.0156, 0.0216, 0.0279, 0.1391, 0.1362, 0.0106, 0.0106, 0.0484, 0.0269, 0.063,
    0.0912, 0.0497, 0.0835, 0.0841, 0.0253, 0.0279, 0.0193, 0.0088, 0.0303,
]  # fmt: skip
# Their figure 2, as in wviechtb/metafor test_analysis_example_raudenbush1985.r: estimate and 95 % limits, REML.
FIGURE_2 = [
    0.0543, 0.1006, -0.0064, 0.2144, 0.1051, -0.0082, 0.0174, -0.0293, 0.1604, 0.2485,
    0.1618, 0.1102, 0.0646, 0.1105, -0.0288, 0.0258, 0.1905, 0.0744, 0.0248,
]  # fmt: skip
FIGURE_2_LOW = [
    -0.1324, -0.1033, -0.2228, -0.0533, -0.1622, -0.1737, -0.1481, -0.2689, -0.0543, 0,
    -0.097, -0.1303, -0.192, -0.1463, -0.2405, -0.1906, -0.0076, -0.0808, -0.1954,
]  # fmt: skip
FIGURE_2_HIGH = [
    0.2411, 0.3045, 0.21, 0.4821, 0.3724, 0.1572, 0.1828, 0.2102, 0.3751, 0.497,
    0.4206, 0.3507, 0.3212, 0.3672, 0.1829, 0.2422, 0.3886, 0.2295, 0.245,
]  # fmt: skip
# Normand (1999), table VII: lidocaine after a heart attack, six trials.
HINE = [2.802623732856291, 0.0, 1.9711129991503824, 1.7961165048543684, 3.53344768439108, 4.403131115459883]
HINE_VARIANCES = [
    17.757477454934037, 37.56574004507889, 8.132339889781253,
    10.899751950853233, 8.011403299070189, 6.132030613556078,
]  # fmt: skip
ESTIMATORS = st.sampled_from(["EE", "DL", "HE", "PM", "ML", "REML"])
ESTIMATES = st.lists(st.tuples(st.floats(-50, 50), st.floats(0.001, 100)), min_size=3, max_size=25)
DRAWS = st.tuples(st.integers(1, 40), st.integers(1, 8)).flatmap(
    lambda shape: arrays(np.float64, shape, elements=st.one_of(st.integers(0, 3), st.floats(-1e6, 1e6)))
)
COUNTED = st.lists(st.tuples(st.integers(0, 500), st.floats(0.1, 1000)), min_size=3, max_size=25)


@pytest.mark.parametrize(
    ("estimator", "tau2", "mu", "se"),
    [
        ("EE", 0, 0.0604, 0.0365),
        ("ML", 0.0126, 0.0777, 0.0475),
        ("REML", 0.0188, 0.0837, 0.0516),
        ("DL", 0.0259, 0.0893, 0.0558),
        ("HE", 0.0804, 0.1143, 0.0792),
    ],
)
def test_what_the_nineteen_studies_have_in_common_is_as_published(
    estimator: Estimator, tau2: float, mu: float, se: float
) -> None:
    # Raudenbush (2009), table 16.3, as in wviechtb/metafor test_analysis_example_raudenbush2009.r.
    common = pooled(EFFECTS, VARIANCES, estimator)

    assert (common.tau2, common.mu, common.se) == pytest.approx((tau2, mu, se), abs=1e-4)
    assert common.q == pytest.approx(35.8295, abs=1e-4)


def test_the_nineteen_studies_are_shrunk_as_published() -> None:
    estimates = shrunk(EFFECTS, VARIANCES, "REML").estimates

    assert [estimate.value for estimate in estimates] == pytest.approx(FIGURE_2, abs=1e-4)
    assert [estimate.low for estimate in estimates] == pytest.approx(FIGURE_2_LOW, abs=1e-4)
    assert [estimate.high for estimate in estimates] == pytest.approx(FIGURE_2_HIGH, abs=1.5e-4)


def test_the_estimator_of_paule_and_mandel_makes_q_what_chance_would() -> None:
    tau2 = pooled(EFFECTS, VARIANCES, "PM").tau2
    moved = pooled(EFFECTS, [variance + tau2 for variance in VARIANCES], "EE")

    assert tau2 > 0
    assert moved.q == pytest.approx(18, abs=1e-9)


def test_six_trials_that_differ_by_chance_alone_are_one() -> None:
    # Normand (1999), table VII, as in wviechtb/metafor test_analysis_example_normand1999.r.
    common = pooled(HINE, HINE_VARIANCES, "DL")
    all_of_them = shrunk(HINE, HINE_VARIANCES, "DL")

    assert common.tau2 == 0
    assert common.mu == pytest.approx(2.9444, abs=1e-4)
    assert common.ci == pytest.approx((0.3831, 5.5058), abs=1e-4)
    assert {estimate.value for estimate in all_of_them.estimates} == {common.mu}


@pytest.mark.parametrize(
    ("yi", "vi", "far"),
    [([10.0, 0.1, -0.4], [0.788, 1.845, 0.002], True), ([-0.8, 1.1, -7.5], [0.005, 1.593, 6.288], False)],
)
def test_of_two_maxima_of_the_likelihood_the_higher_is_taken(yi: list[float], vi: list[float], far: bool) -> None:
    # Both likelihoods fall at nought and rise again: the first to more than it was, the second to less.
    tau2 = pooled(yi, vi, "ML").tau2

    assert (tau2 > 0) == far
    assert likelihood(yi, vi, 1e-4) < likelihood(yi, vi, 0)
    assert likelihood(yi, vi, tau2) >= max(likelihood(yi, vi, other) for other in np.geomspace(1e-6, 1e3, 500))


def likelihood(yi: list[float], vi: list[float], tau2: float) -> float:
    y, w = np.array(yi), 1 / (np.array(vi) + tau2)
    return float((np.log(w).sum() - w @ (y - w @ y / w.sum()) ** 2) / 2)


@pytest.mark.parametrize(("yi", "vi"), [([0.1, 0.5], [0.01, 0.02]), ([0.1], [0.01])])
def test_fewer_than_three_are_not_shrunk_and_it_is_said(yi: list[float], vi: list[float]) -> None:
    left = shrunk(yi, vi)

    assert [estimate.value for estimate in left.estimates] == yi
    assert [estimate.own for estimate in left.estimates] == [1.0] * len(yi)
    assert left.towards is None
    assert left.note is not None
    assert "fewer than three" in left.note


@settings(max_examples=60)
@given(ESTIMATES, ESTIMATORS)
def test_each_is_drawn_towards_the_mean_and_never_past_it(
    estimates: list[tuple[float, float]], estimator: Estimator
) -> None:
    yi, vi = [y for y, _ in estimates], [v for _, v in estimates]

    drawn = shrunk(yi, vi, estimator)

    assert drawn.towards is not None
    for y, estimate in zip(yi, drawn.estimates, strict=True):
        ends = sorted([y, drawn.towards])
        assert ends[0] - 1e-9 <= estimate.value <= ends[1] + 1e-9
        assert estimate.low <= estimate.value <= estimate.high
        assert 0 <= estimate.own <= 1


@settings(max_examples=60)
@given(ESTIMATES, ESTIMATORS, st.sampled_from([0.001, 7.5, 1000.0]))
def test_the_scale_of_the_estimates_does_not_matter(
    estimates: list[tuple[float, float]], estimator: Estimator, factor: float
) -> None:
    yi, vi = [y for y, _ in estimates], [v for _, v in estimates]

    as_they_are = pooled(yi, vi, estimator)
    scaled = pooled([y * factor for y in yi], [v * factor**2 for v in vi], estimator)

    assert scaled.tau2 == pytest.approx(as_they_are.tau2 * factor**2, rel=1e-5, abs=1e-9 * factor**2)
    assert scaled.mu == pytest.approx(as_they_are.mu * factor, rel=1e-5, abs=1e-6 * factor)


@given(st.floats(-50, 50), st.floats(0.001, 100), st.integers(3, 12), ESTIMATORS)
def test_equal_estimates_do_not_differ(y: float, v: float, count: int, estimator: Estimator) -> None:
    common = pooled([y] * count, [v] * count, estimator)

    assert common.tau2 == 0
    assert common.mu == pytest.approx(y)
    assert common.se == pytest.approx((v / count) ** 0.5)


@given(COUNTED)
def test_each_rate_is_drawn_towards_the_common_one(counted: list[tuple[int, float]]) -> None:
    drawn = gamma_poisson_shrunk([x for x, _ in counted], [exposure for _, exposure in counted])

    assert drawn.towards is not None
    assert drawn.towards == pytest.approx(sum(x for x, _ in counted) / sum(exposure for _, exposure in counted))
    for (x, exposure), estimate in zip(counted, drawn.estimates, strict=True):
        ends = sorted([x / exposure, drawn.towards])
        assert ends[0] * (1 - 1e-9) <= estimate.value <= ends[1] * (1 + 1e-9)
        assert 0 <= estimate.low <= estimate.high
        assert 0 <= estimate.own < 1


def test_three_rates_are_shrunk_as_by_hand() -> None:
    # m = 50/70, A = 8.43571/70 - m/(70/3) = 0.089898, prior Gamma(5.6755, 7.9456).
    drawn = gamma_poisson_shrunk([1, 9, 40], [10.0, 20.0, 40.0])

    assert drawn.between == pytest.approx(0.089898, abs=1e-6)
    assert [estimate.value for estimate in drawn.estimates] == pytest.approx([0.37198, 0.52514, 0.95265], abs=1e-5)
    assert drawn.estimates[0].own == pytest.approx(10 / 17.9456, abs=1e-5)


def test_rates_that_differ_by_chance_alone_are_one() -> None:
    drawn = gamma_poisson_shrunk([10, 11, 9], [10.0, 10.0, 10.0])

    assert {estimate.value for estimate in drawn.estimates} == {1.0}
    assert drawn.between == 0


def test_two_rates_are_not_shrunk_and_it_is_said() -> None:
    left = gamma_poisson_shrunk([0, 10], [10.0, 10.0], Decimal("0.95"))

    assert [estimate.value for estimate in left.estimates] == [0.0, 1.0]
    assert left.estimates[0].high == pytest.approx(0.3689, abs=5e-5)
    assert left.note is not None


@given(DRAWS, st.integers(1, 8))
def test_the_chances_to_be_the_best_sum_to_1(draws: Floats, top: int) -> None:
    ranks = ranked(draws, top)
    count = draws.shape[1]

    assert sum(rank.p_best for rank in ranks) == pytest.approx(1)
    assert sum(rank.p_top for rank in ranks) == pytest.approx(min(top, count))
    assert sum(rank.expected_rank for rank in ranks) == pytest.approx(count * (count + 1) / 2)


@given(DRAWS)
def test_the_best_is_among_the_first_and_regrets_nothing(draws: Floats) -> None:
    for rank in ranked(draws, 2):
        assert rank.p_best <= rank.p_top + 1e-12
        assert 1 <= rank.expected_rank <= draws.shape[1]
        assert rank.expected_regret >= 0
        assert rank.p_best < 1 or rank.expected_regret == 0


@given(DRAWS, st.integers(0, 100))
def test_the_order_of_the_networks_does_not_matter(draws: Floats, seed: int) -> None:
    order = np.random.default_rng(seed).permutation(draws.shape[1])

    as_they_are, mixed = ranked(draws, 2), ranked(draws[:, order], 2)

    assert [tuple(rank) for rank in mixed] == [pytest.approx(tuple(as_they_are[place])) for place in order]


def test_ranks_are_as_counted_by_hand() -> None:
    first, second, third = ranked([[3.0, 2.0, 1.0], [1.0, 2.0, 3.0], [5.0, 5.0, 0.0], [4.0, 0.0, 0.0]], top=2)

    assert (first.p_best, second.p_best, third.p_best) == (0.625, 0.125, 0.25)
    assert (first.p_top, second.p_top, third.p_top) == (0.75, 0.875, 0.375)
    assert (first.expected_rank, second.expected_rank, third.expected_rank) == (1.625, 2.0, 2.375)
    assert (first.expected_regret, second.expected_regret, third.expected_regret) == (0.5, 1.5, 2.75)


@pytest.mark.parametrize(("yi", "vi"), [([], []), ([1.0], [0.0]), ([1.0, 2.0], [1.0]), ([float("nan")], [1.0])])
def test_estimates_without_a_variance_are_refused(yi: list[float], vi: list[float]) -> None:
    with pytest.raises(ValueError, match="above nought"):
        pooled(yi, vi)


@pytest.mark.parametrize("draws", [[], [[]], [1.0, 2.0], [[1.0, float("nan")]]])
def test_draws_that_are_no_table_are_refused(draws: list[object]) -> None:
    with pytest.raises(ValueError, match="draws"):
        ranked(draws)  # type: ignore[arg-type]


def test_negative_counts_are_refused() -> None:
    with pytest.raises(ValueError, match="counts"):
        gamma_poisson_shrunk([-1, 2, 3], [1.0, 1.0, 1.0])
