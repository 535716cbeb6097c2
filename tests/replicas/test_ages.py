"""How old what a replica shows is, by what a process knows of the primary's log."""

from datetime import UTC, datetime, timedelta

from proxeny_api.replicas import ages
from proxeny_api.replicas.ages import Ages, Moment
from proxeny_api.replicas.demands import chains_of

START = datetime(2026, 11, 24, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def known(*moments: tuple[int, float]) -> Ages:
    """Return what a process knows that was told these places of the log at these seconds."""
    made = Ages()
    for log, seconds in moments:
        made.add(Moment(log, at(seconds)))
    return made


def test_a_replica_is_as_old_as_the_last_moment_that_it_has_replayed() -> None:
    found = known((100, 0), (200, 1), (300, 2))

    assert [found.of(log) for log in (99, 100, 250, 300, 900)] == [None, at(0), at(1), at(2), at(2)]


def test_a_log_that_stands_still_makes_no_replica_old() -> None:
    assert known((100, 0), (100, 60), (100, 3600)).of(100) == at(3600)


def test_answers_that_overtook_each_other_change_nothing() -> None:
    assert known((100, 0), (300, 2), (200, 2.1)).of(200) == at(0)


def test_another_log_begins_anew() -> None:
    found = known((1000, 0), (2000, 1), (500, 60))

    assert (found.of(499), found.of(500)) == (None, at(60))


def test_no_more_is_remembered_than_is_needed() -> None:
    found = known(*((number, float(number)) for number in range(ages.MOST + 10)))

    assert found.of(9) is None
    assert found.of(10) == at(10)


def test_of_a_chain_that_is_named_twice_the_more_is_demanded() -> None:
    first, second = "01939c1e-7f6a-7000-8000-3d1f5b8a2c4e", "01939c1e-7f6a-7000-8000-3d1f5b8a2c4f"

    found = chains_of(f"{first}:7, {second}:1,{first}:3")

    assert {str(subject): number for subject, number in found.items()} == {first: 7, second: 1}
    assert chains_of(None) == {}
