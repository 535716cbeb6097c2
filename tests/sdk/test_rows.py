"""Answers as rows: a few figures of each group for people, all of them as CSV."""

import csv
import io

import pytest

from tests.sdk.impacts import figure, group, impact, interval


def test_a_table_has_a_row_for_each_group_and_one_for_the_total() -> None:
    drawn = figure("sroi", "3.402211", interval=interval("1.9", "5.6031"))
    loss = figure("sroi", "-0.52", interval=interval("-1.24", "0.1"))
    open_end = figure("sroi", "0.0042", interval=interval("0.001", None))
    none = figure("sroi", reason="no_outcomes")
    bound = figure("cost.per_outcome", reason="no_outcomes", bound="2236.32")
    answer = impact(
        figure("cost.per_outcome", "6700.00"), drawn,
        groups=[
            group("=HYPERLINK(1)", bound, loss), group("C40", figure("cost.per_outcome", "1.5"), open_end),
            group("ICLEI", bound, none), group("Total", kind="total"),
        ],
    )  # fmt: skip

    assert answer.table("sroi", "cost.per_outcome") == [
        {
            "group": "'=HYPERLINK(1)",
            "sroi": "−0.52 (−1.2 to 0.10)",
            "cost.per_outcome": "– (no outcomes; at least 2,236 EUR)",
        },
        {"group": "C40", "sroi": "0.0042 (≥ 0.0010)", "cost.per_outcome": "1.5 EUR"},
        {"group": "ICLEI", "sroi": "– (no outcomes)", "cost.per_outcome": "– (no outcomes; at least 2,236 EUR)"},
        {"group": "Total", "sroi": "3.4 (1.9–5.6)", "cost.per_outcome": "6,700 EUR"},
    ]
    assert list(impact(drawn, figure("cost.total", "1.00")).table()[0]) == ["group", "cost.total", "sroi"]
    assert list(impact(figure("overlap", "0.5")).table()[0]) == ["group", "overlap"]
    with pytest.raises(KeyError, match="luck"):
        answer.table("luck")


def test_csv_has_every_digit_and_no_formula() -> None:
    loss = figure("npv", "-1234.56", interval=interval("-2000.00", None), assumed=["deadweight", "drop_off"])
    answer = impact(loss, groups=[group("@SUM(1)", figure("npv", reason="zero_cost"))])

    rows = list(csv.DictReader(io.StringIO(answer.to_csv())))

    assert [row["group"] for row in rows] == ["'@SUM(1)", "Total"]
    assert (rows[0]["value"], rows[0]["reason"]) == ("", "zero_cost")
    assert {name: rows[1][name] for name in ("value", "low", "high", "level", "currency", "assumed")} == {
        "value": "-1234.56",
        "low": "-2000.00",
        "high": "",
        "level": "0.90",
        "currency": "EUR",
        "assumed": "deadweight, drop_off",
    }
