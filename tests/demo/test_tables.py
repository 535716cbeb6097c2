"""The tables of the demonstration: what a reader sees of an answer."""

from __future__ import annotations

from io import StringIO
from typing import Any, get_args

import pytest
from rich.console import Console, RenderableType

from proxeny_api.demo.tables import city_impact, grouped_impact, network_impact
from proxeny_api.vocabularies.codes import OutcomeKind

SPENT = {
    "cost.total": "1234567.50",
    "hours.leader": "1042.5",
    "outcomes.count": "12.25",
    "funding.mobilised": "98765432.10",
    "funding.leverage": "80.004",
    "cost.per_outcome": "100781.02",
    "roi": "79.004",
    **{f"outcomes.count.{kind}": "1.25" for kind in get_args(OutcomeKind)},
}
UNDEFINED = {"cost.per_outcome": "no_outcomes", "roi": "zero_cost", "funding.leverage": "zero_cost"}


def totals(key: str | None, label: str, undefined: dict[str, str]) -> dict[str, Any]:
    figures = [
        {
            "indicator": indicator,
            "value": None if indicator in undefined else value,
            "unit": "count",
            "status": "undefined" if indicator in undefined else "ok",
            "reason": undefined.get(indicator),
            "bound": None,
            "n": 3,
        }
        for indicator, value in SPENT.items()
    ]
    return {"key": key, "label": label, "figures": figures}


def answer(
    kind: str, code: str, undefined: dict[str, str] | None = None, currency: str = "EUR", group_by: str = "network"
) -> dict[str, Any]:
    return {
        "subject": {"kind": kind, "code": code},
        "method": "cash@1",
        "currency": currency,
        "group_by": group_by,
        "total": totals(None, "Total", undefined or {}),
        "groups": [totals("c40", "C40 Cities", {}), totals(None, "Unallocated", UNDEFINED)],
    }


def rendered(table: RenderableType, width: int) -> str:
    out = StringIO()
    Console(file=out, width=width, no_color=True, color_system=None, legacy_windows=False).print(table)
    return out.getvalue()


def test_a_network_has_its_figures_in_one_row() -> None:
    text = rendered(network_impact([answer("network", "c40")], {"c40": "C40 Cities"}), 120)

    assert "Made-up scenario: Impact by network" in text
    row = next(line for line in text.splitlines() if line.lstrip().startswith("C40 Cities"))
    assert row.split() == ["C40", "Cities", "1,234,568", "1,043", "12.3", "98,765,432", "80.00", "100,781", "7,900%"]
    assert text.count("(EUR)") == 3


def test_the_outcomes_are_counted_by_kind_in_a_table_of_their_own() -> None:
    text = rendered(city_impact([answer("city", "bilbao")]), 120)

    assert "Made-up scenario: Impact by city, outcomes by kind" in text
    row = [line for line in text.splitlines() if line.lstrip().startswith("bilbao")][1]
    assert row.split() == ["bilbao", *["1.3"] * len(get_args(OutcomeKind))]


def test_an_undefined_figure_is_a_dash_with_its_reason_below() -> None:
    text = rendered(city_impact([answer("city", "bilbao", UNDEFINED)]), 120)

    row = next(line for line in text.splitlines() if line.lstrip().startswith("bilbao"))
    assert row.split()[-3:] == ["–¹", "–²", "–¹"]
    assert "¹ No own cost to divide by." in text
    assert "² No outcome to divide by." in text


def test_a_reason_or_status_that_is_not_known_is_told_as_it_is() -> None:
    odd = answer("city", "bilbao", {"roi": "comet_struck"})
    silent = answer("city", "milan", {"roi": "suppressed"})
    for figure in silent["total"]["figures"]:
        figure["status"], figure["reason"] = "suppressed" if figure["reason"] else "ok", None

    text = rendered(city_impact([odd, silent]), 120)

    assert "¹ Comet struck." in text
    assert "² Too few members share their figures." in text


def test_a_figure_that_the_answer_lacks_is_never_nought() -> None:
    bare = answer("network", "iclei")
    bare["total"]["figures"] = []

    text = rendered(network_impact([bare]), 120)

    assert "0" not in text
    assert "¹ The answer does not hold this figure." in text


def test_one_citys_groups_end_in_its_total() -> None:
    lines = rendered(grouped_impact(answer("city", "bilbao"), "Bilbao"), 120).splitlines()

    assert any("Made-up scenario: Impact of Bilbao by network" in line for line in lines)
    first = [line.split()[0] for line in lines if line.strip()]
    assert first.index("C40") < first.index("Unallocated") < first.index("Total")


def test_no_number_is_cut_in_a_narrow_terminal() -> None:
    codes = {"us-conference-of-mayors": "United States Conference of Mayors"}

    text = rendered(network_impact([answer("network", "us-conference-of-mayors")], codes), 80)

    assert max(len(line) for line in text.splitlines()) <= 80
    assert "…" not in text
    for number in ("1,234,568", "98,765,432", "100,781", "7,900%"):
        assert number in text
    assert text.count("Conference") == 2


def test_amounts_of_two_currencies_do_not_share_a_table() -> None:
    with pytest.raises(ValueError, match="EUR and USD"):
        network_impact([answer("network", "c40"), answer("network", "iclei", currency="USD")])
