"""What answers say in sentences: readable numbers, intervals, and reasons in place of what is undefined."""

import re
from decimal import Decimal
from typing import Any, get_args

import pytest

from proxeny.indicators import catalogue
from proxeny.indicators.figure import Reason
from proxeny.models import Figure, MemberImpact
from tests.sdk.impacts import UNITS, Entry, figure, group, impact, interval

SROI = figure("sroi", "3.402211", status="assumption_based", interval=interval("1.9", "5.6031"), assumed=["deadweight"])
REASONS = [*get_args(Reason), "no_members_sharing", "suppressed", "too_few_members"]


def said(*figures: Entry, **more: Any) -> list[str]:
    """Return the lines of an answer's summary after its heading."""
    return impact(*figures, **more).summary().splitlines()[1:]


def test_the_heading_says_whose_figures_of_when_in_what_money() -> None:
    answer = impact(SROI, **{"from": "2022-01-01", "to": "2024-12-31", "price_year": 2024})

    assert answer.summary("Bilbao\n").splitlines()[0] == (
        "Bilbao: from 2022-01-01 to 2024-12-31, as it stood on 2026-11-23, in EUR at the prices of 2024."
    )
    assert impact().summary().splitlines() == [
        "City bilbao: all that is recorded, as it stood on 2026-11-23, in EUR.",
        "There are no figures.",
    ]


def test_the_return_is_told_with_its_interval_its_method_and_what_was_assumed() -> None:
    assert said(SROI) == [
        (
            "For each euro put in, about 3.40 came back, with 90 % probability between 1.90 and 5.60, by the method"
            " sroi-guide@1; deadweight was not recorded and taken from the method's prior."
        )
    ]


def test_a_return_that_rests_on_records_alone_is_told_plainly() -> None:
    recorded = figure("sroi", "0.500000", method="cash@1")

    assert said(recorded, currency="CHF") == ["For each CHF put in, 0.50 came back, by the method cash@1."]
    assert said({**recorded, "indicator": "bcr"}) == ["For each euro put in, 0.50 came back, by the method cash@1."]


def test_levers_that_no_return_names_are_told_on_their_own() -> None:
    net = figure(
        "npv", "-123456.78", status="assumption_based", assumed=["drop_off", "displacement"],
        interval=interval("-5432.1", "1234567"),
    )  # fmt: skip

    assert said(net) == [
        (
            "Benefits less costs come to about −123,000 EUR, with 90 % probability between −5,430 and 1,230,000 EUR,"
            " as worth in 2022."
        ),
        "Drop-off and displacement were not recorded and taken from the method's priors.",
    ]
    assert said(net, base_year=None)[0].endswith("1,230,000 EUR.")


def test_what_was_spent_is_told_by_whom_and_on_what() -> None:
    spent = [
        figure("cost.total", "123456.78"), figure("cost.own", "100000.00"), figure("cost.external", "23456.78"),
        figure("cost.category.staff_time", "30000.00"), figure("cost.category.travel", "45000.00"),
        figure("cost.category.event", "0.00"), figure("budget.share", "0.001234"),
    ]  # fmt: skip

    assert said(*spent) == [
        (
            "123,457 EUR was spent: 100,000 EUR of municipal money, and 23,457 EUR that others paid. It went on travel"
            " (45,000 EUR) and staff time (30,000 EUR). What the city spent is 0.12 % of its whole budget of the same"
            " fiscal years."
        )
    ]


@pytest.mark.parametrize(
    ("total", "own", "external", "sentence"),
    [
        ("12.50", "12.50", "0.00", "12.50 EUR was spent, all of it municipal money."),
        ("12.50", "0.00", "12.50", "12.50 EUR was spent, all of it by others."),
        ("0.00", "0.00", "0.00", "Nothing was spent."),
    ],
)
def test_money_of_one_side_is_told_so(total: str, own: str, external: str, sentence: str) -> None:
    assert said(figure("cost.total", total), figure("cost.own", own), figure("cost.external", external)) == [sentence]


def test_one_is_singular_and_none_is_no() -> None:
    lines = said(
        figure("engagements.count", "1"), figure("hours.leader", "0"), figure("hours.staff", "1200.5"),
        figure("outcomes.count", "1"), figure("outcomes.count.pilot", "1"), figure("outcomes.count.funding", "0"),
        figure("outcomes.expected", "2"), figure("outcomes.verified_share", "1.000000"),
        figure("capacity.people_trained", "1"), figure("capacity.hours", "0"),
    )  # fmt: skip

    assert lines == [
        "It took 1 engagement, no hours of leaders and 1,200.5 hours of staff.",
        "1 outcome came of it: 1 pilot. 100 % of this is verified. 2 more outcomes are expected. 1 person was trained.",
    ]


def test_outcomes_are_told_by_kind_the_most_first_and_kinds_to_come_by_their_codes() -> None:
    kinds = {"pilot": "1", "policy_change": "4.5", "negative_effect": "2", "town_twin": "3"}
    counts = [figure(f"outcomes.count.{kind}", count) for kind, count in kinds.items()]

    assert said(figure("outcomes.count", "10.5"), *counts) == [
        (
            "10.5 outcomes came of it: 4.5 policy changes, 3 of the kind town twin, 2 harmful effects and 1 pilot."
            " Outcomes that are shared count in part."
        )
    ]


def test_funding_is_told_with_its_leverage() -> None:
    lines = said(
        figure("funding.mobilised", "300000.00"), figure("funding.pledged", "50000.00"),
        figure("funding.leverage", "3.000000"), figure("roi", "-0.351000"),
    )  # fmt: skip

    assert lines == [
        (
            "300,000 EUR of external funding was mobilised. That is 3.00 for each euro of municipal money. 50,000 EUR"
            " more is pledged. Counting only money that moved, the return on municipal money is −35 %."
        )
    ]
    assert said(figure("funding.mobilised", "0.00"), figure("funding.leverage", "0.000000")) == [
        "No external funding was mobilised."
    ]


def test_what_it_would_take_to_break_even_is_told() -> None:
    lines = said(
        figure("break_even.deadweight", "0.714"), figure("break_even.drop_off", "0.300000"),
        figure("payback", "2.4"), figure("payback.discounted", "1"), figure("irr", "0.125000"),
    )  # fmt: skip

    assert lines == [
        (
            "Benefits would just cover costs if 71 % of them would have come anyway (deadweight) or if they fell off by"
            " 30 % a year (drop-off), all else as it is. What was put in is paid back after 2.4 years. As a"
            " rate of return that is 13 % a year."
        )
    ]


def test_waits_and_shares_are_told_with_their_confidence() -> None:
    lines = said(
        figure("time_to_outcome", "210", interval=interval("150", None, "kaplan_meier")),
        figure("conversion.rate", "0.580000", interval=interval("0.4", "0.7512", "wilson", "0.975")),
        figure("pilot.adoption_rate", "0.996000", interval=interval(None, "0.99", "of_tomorrow")),
        figure("double_count.factor", "1.300000"),
    )

    assert lines == [
        (
            "Half of the engagements have an outcome within 210 days, with 90 % confidence at least 150 days. Of the"
            " engagements old enough to be judged, 58 % have an outcome, with 97.5 % confidence between 40 and 75 %. Of"
            " the pilots, 99.6 % became policy, at 90 % at most 99 %. What was claimed is 1.30 times what came about."
        )
    ]


def test_an_interval_that_is_open_or_a_point_is_not_told() -> None:
    for ends in [(None, None), ("0.5", "0.5")]:
        line = said(figure("conversion.rate", "0.500000", interval=interval(*ends, kind="wilson")))

        assert line == ["Of the engagements old enough to be judged, 50 % have an outcome."]


def test_what_is_undefined_is_left_out_and_told_with_its_reason() -> None:
    lines = said(
        figure("cost.total", "1000.00"), figure("outcomes.count", "0"), figure("sroi", reason="no_outcomes"),
        figure("cost.per_outcome", reason="no_outcomes", bound="333.78"), figure("npv", reason="no_outcomes"),
        figure("roi", reason="zero_cost"), figure("irr", reason="multiple_roots"),
        figure("payback", reason="not_reached"), figure("time_to_outcome", reason="not_reached"),
        figure("pilot.adoption_rate", reason="too_few", status="insufficient_data"),
    )  # fmt: skip

    assert lines == [
        "1,000 EUR was spent.",
        "No outcome has been reported so far.",
        "The social return and benefits less costs cannot be told: no outcome with a value is recorded.",
        "What an outcome costs cannot be told: none has come about.",
        "The return in money that moved cannot be told: no municipal money was spent.",
        "The rate of return cannot be told: several rates fit, and none is the right one.",
        "When it is paid back cannot be told: what comes back never makes up for what was put in.",
        "How long it takes until an outcome cannot be told: more than half of the engagements are still without one.",
        "How many pilots become policy cannot be told: there are fewer than three pilots.",
        "With 95 % confidence, what an outcome costs is at least 334 EUR.",
    ]


def test_of_a_network_that_may_say_nothing_nothing_is_said() -> None:
    members = {"sharing": 0, "totals_only": 3, "totals_included": False}
    withheld = [figure(id, reason="too_few_members", status="suppressed") for id in UNITS]

    assert said(*withheld, members=members) == [
        "These are the figures of 0 members that share figures, without 3 that share totals only.",
        "Nothing can be told: too few members share their figures.",
    ]


def test_it_is_told_how_many_members_there_are_and_what_had_no_rate() -> None:
    lost = [{"records": "cost", "currency": "ARS", "amount": "120000.00"}]
    members = {"sharing": 1, "totals_only": 6, "totals_included": True}

    assert said(figure("cost.total", reason="no_rate"), members=members, unconverted=lost) == [
        "These are the figures of 1 member that shares figures, and 6 that share totals only.",
        "Nothing can be told: an amount is in a currency without a rate of exchange.",
        "No rate of exchange was found for 120,000 ARS of costs.",
    ]
    assert said(members={**members, "totals_only": 0})[0] == "These are the figures of 1 member that shares figures."


def test_figures_and_reasons_still_to_come_are_told_by_their_names() -> None:
    lines = said(SROI, figure("happiness", "2.5", unit="smiles"), figure("luck", reason="blind_chance"))

    assert lines[1:] == ["happiness: 2.5 smiles.", "The figure luck cannot be told: blind chance."]


def test_a_figure_that_no_sentence_holds_is_told_where_it_is_all_there_is() -> None:
    assert said(figure("concentration", "0.350000")) == ["concentration: 0.35."]
    assert said(figure("overlap", reason="too_few")) == ["Nothing can be told: there are too few records."]


def test_a_group_and_a_member_sum_up_too() -> None:
    answer = impact(groups=[group("C40 (made up)", figure("cost.total", "10.00"))])
    member = MemberImpact.model_validate(
        {"city": "bilbao", "name": "Bilbao", "currency": "USD", "figures": [figure("sroi", "2.000000")]}
    )

    assert answer.groups[0].summary() == "C40 (made up):\n10.00 EUR was spent."
    assert member.summary() == "Bilbao:\nFor each US dollar put in, 2.00 came back, by the method sroi-guide@1."


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_has_words_and_no_code(reason: str) -> None:
    for definition in catalogue():
        lines = said(figure(definition.id, reason=reason), figure("cost.own", "1.00"))

        assert not any(re.search(r"[a-z]_[a-z]", line) for line in lines), lines


def test_a_value_that_is_no_number_is_not_told() -> None:
    answer = impact(figure("cost.total", "1.00"), figure("sroi", "1.000000"))
    for one, value in zip(answer.total.figures, ("NaN", "Infinity"), strict=True):
        one.value = Decimal(value)

    assert answer.summary().splitlines()[1:] == ["Nothing can be told: not a number."]
    assert answer.table()[0]["sroi"] == "– (ok)"


def test_figures_of_an_answer_are_those_of_the_model() -> None:
    assert set(figure("sroi")) == set(Figure.model_fields)
