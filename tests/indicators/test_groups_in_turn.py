"""Many groups are drawn some at a time: no digit hangs on how many, and memory does not grow with them."""

import tracemalloc

import pytest

from proxeny.indicators.items import Items
from proxeny.indicators.levers import Levers
from proxeny.indicators.uncertainty import Subject, sampling, simulate_groups, simulation
from proxeny.indicators.uncertainty.chance import Chance
from proxeny.indicators.valuation import assess
from tests.indicators.uncertain import FRAME, RECORDED, a_cost, an_outcome

DRAWS = 2_000


def members(count: int, each: int = 3) -> dict[str, Subject]:
    """Return groups with records of their own, and one of all their records."""
    groups = {}
    for nth in range(count):
        numbers = range(nth * each, (nth + 1) * each)
        outcomes = [an_outcome(one, levers=RECORDED if one % 2 else Levers(duration_years=one % 5)) for one in numbers]
        costs = [a_cost(one, estimated=one % 3 == 0) for one in numbers]
        groups[f"of {nth:03}"] = Items(costs=costs, outcomes=outcomes)
    whole = Items(
        costs=[one for group in groups.values() for one in group.costs],
        outcomes=[one for group in groups.values() for one in group.outcomes],
    )
    return {name: Subject(group, assess(group, FRAME)) for name, group in {**groups, "total": whole}.items()}


@pytest.mark.parametrize("most_records", [1_000, 20])
@pytest.mark.parametrize("held", [1, 12, 40])
def test_groups_drawn_some_at_a_time_have_the_digits_that_all_at_once_have(
    monkeypatch: pytest.MonkeyPatch, held: int, most_records: int
) -> None:
    """Held are five groups, ten and forty of twenty-four, with all records drawn one by one or few of them."""
    monkeypatch.setattr(sampling, "BUDGET", DRAWS * most_records)
    groups, all_of_them = members(23), ["value.gross", "value.present", "npv"]
    at_once = simulate_groups(groups, FRAME, draws=DRAWS, keep=all_of_them)

    monkeypatch.setattr(simulation, "HELD", DRAWS * held)
    in_turn = simulate_groups(groups, FRAME, draws=DRAWS, keep=all_of_them)

    for name, found in at_once.items():
        assert in_turn[name][:3] == found[:3]
        for indicator in all_of_them:
            assert in_turn[name].samples[indicator].tobytes() == found.samples[indicator].tobytes()


def test_what_is_held_does_not_grow_with_the_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simulation, "HELD", DRAWS * 20)

    peaks = []
    for count in (40, 40, 200):
        groups = members(count, each=1)
        tracemalloc.start()
        simulate_groups(groups, FRAME, draws=DRAWS)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()

    _, few, many = peaks
    of_a_group = 6 * 8 * DRAWS
    assert many - few < 40 * of_a_group, "a hundred and sixty groups more would take four times that, held at once"


@pytest.mark.parametrize("count", [0, 1, 5, 6, 13])
def test_skipped_chances_are_those_that_would_have_come(count: int) -> None:
    taken, skipped = Chance(7, 100), Chance(7, 100)
    for _ in taken.places(count):
        pass
    skipped.skip(count)
    again = skipped.again()

    [one], [other], [same] = ([*chance.places(1)] for chance in (taken, skipped, again))
    assert one.tolist() == other.tolist() == same.tolist()
