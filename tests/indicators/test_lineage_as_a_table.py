"""A lineage as CSV: numbers stay numbers, texts stay texts, and the columns add up."""

import csv
import io
from decimal import Decimal, localcontext

import pytest

from proxeny.indicators.lineage import to_csv
from proxeny.indicators.rounding import EXACT
from tests.indicators.lineages import Document, changed, lineage


def rows_of(document: Document) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(to_csv(document))))


def test_a_row_stands_for_each_record_each_sum_and_the_figure() -> None:
    rows = rows_of(lineage("sroi"))

    assert [row["record"] for row in rows] == [
        "c1", "c2", "c3", "c4", "o1", "o2", "o3", "o4", "o7",
        "cost_n", "cost_present", "missing", "unvalued", "value_present", "valued_n", "sroi",
    ]  # fmt: skip
    assert [row["kind"] for row in rows[-2:]] == ["sum", "figure"]
    assert (rows[-1]["unit"], rows[-1]["status"]) == ("ratio", "assumption_based")
    assert rows[-1]["value"] == lineage("sroi")["figure"]["value"]


@pytest.mark.parametrize("indicator", ["sroi", "roi", "payback", "budget.share", "conversion.rate", "overlap"])
def test_each_column_adds_up_to_the_row_of_its_sum(indicator: str) -> None:
    rows = rows_of(lineage(indicator))

    with localcontext(EXACT):
        for row in rows:
            if row["kind"] == "sum":
                parts = [Decimal(other.get(row["record"]) or 0) for other in rows]
                assert sum(parts) == Decimal(row["value"]), row["record"]


def test_a_record_tells_its_weight_its_rate_and_its_levers() -> None:
    row = next(row for row in rows_of(lineage("sroi")) if row["record"] == "o2")

    assert (row["external_id"], row["title"], row["day"], row["what"]) == (
        "2025-017", "Trams", "2025-07-01", "capacity_built",
    )  # fmt: skip
    assert (row["weight"], row["parts"]) == ("0.300", "credit 0.75 × share of c40 0.4")
    assert (row["rate"], row["rate_on"], row["deflator"], row["factor"]) == (
        "1.0837", "2025-03-01", "1.025", "1.1107925",
    )  # fmt: skip
    assert (row["deadweight"], row["duration_years"]) == ("0.20", "2")
    assert row["assumed"] == "deadweight, attribution_to_others, displacement, drop_off"
    assert Decimal(row["gross"]) > Decimal(row["net"]) > 0


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_text_that_looks_like_a_formula_is_kept_from_being_one(start: str) -> None:
    document = changed(lineage("sroi"), ("records", "costs", 0, "provenance", "title"), f"{start}2+5")

    assert rows_of(document)[0]["title"] == f"'{start}2+5"


def test_a_number_below_nought_stays_a_number_and_a_text_of_digits_a_text() -> None:
    document = changed(lineage("sroi"), ("records", "outcomes", 2, "provenance", "external_id"), "-5")
    row = next(row for row in rows_of(document) if row["record"] == "o3")

    assert row["gross"].startswith("-13.3")
    assert row["external_id"] == "'-5"


def test_what_stands_in_place_of_a_number_is_no_formula_either() -> None:
    document = changed(lineage("sroi"), ("records", "costs", 0, "amount"), "=HYPERLINK(1)")

    assert rows_of(document)[0]["amount"] == "'=HYPERLINK(1)"
