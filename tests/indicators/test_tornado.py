"""What matters most: the swings of the return, each thing taken by itself."""

from dataclasses import replace
from decimal import Decimal

import pytest

from proxeny.indicators.levers import Levers
from proxeny.indicators.uncertainty import (
    sampling,
    tornado,
)
from tests.indicators.uncertain import (
    DRAWS,
    FRAME,
    GREEN_BOOK,
    NO_LEVERS,
    RECORDED,
    an_outcome,
    items,
    value_of,
)


def test_the_tornado_has_the_widest_swing_first_and_leaves_out_what_is_certain() -> None:
    levers = RECORDED._replace(deadweight=Decimal("0.6"), displacement=Decimal(0))
    swings = tornado(items(an_outcome(levers=levers, evidence_level=5), estimated=True), FRAME)

    assert [swing.family for swing in swings][:2] == ["deadweight", "costs"]
    assert {"displacement", "quantities"}.isdisjoint(swing.family for swing in swings)
    assert [swing.high - swing.low for swing in swings] == sorted((s.high - s.low for s in swings), reverse=True)
    assert all(swing.rank_correlation is None or 0 < swing.rank_correlation <= 1 for swing in swings)


def test_what_alone_is_uncertain_ranks_as_the_whole_does() -> None:
    only_the_amount = an_outcome(levers=NO_LEVERS)

    swings = {swing.family: swing for swing in tornado(items(only_the_amount), FRAME, draws=DRAWS)}

    assert swings["values"].rank_correlation == 1


def test_the_swing_of_the_rate_is_the_return_a_point_up_and_down() -> None:
    subject = items(an_outcome())
    [rate] = [swing for swing in tornado(subject, FRAME, draws=DRAWS) if swing.family == "discount_rate"]

    up = replace(
        GREEN_BOOK, schedule=tuple(step._replace(rate=step.rate + Decimal("0.01")) for step in GREEN_BOOK.schedule)
    )

    assert float(rate.low) == pytest.approx(float(value_of(subject, "sroi", up)), rel=1e-11)
    assert rate.low < value_of(subject, "sroi") < rate.high


def test_the_tornado_of_the_many_agrees_with_drawing_them_all(monkeypatch: pytest.MonkeyPatch) -> None:
    subject = items(*(an_outcome(n, levers=RECORDED if n % 2 else Levers(duration_years=3)) for n in range(600)))

    in_full = {swing.family: swing for swing in tornado(subject, FRAME)}
    monkeypatch.setattr(sampling, "BUDGET", 20_000 * 80)
    summed = {swing.family: swing for swing in tornado(subject, FRAME)}

    assert in_full.keys() == summed.keys()
    for family, swing in in_full.items():
        other = summed[family]
        assert abs(swing.high - other.high) < Decimal("0.04") * (swing.high - swing.low), family
        if swing.rank_correlation is not None and other.rank_correlation is not None:
            assert abs(swing.rank_correlation - other.rank_correlation) < Decimal("0.04"), family
