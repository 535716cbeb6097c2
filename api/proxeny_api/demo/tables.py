"""Tables of impact for people: what was spent, what came of it, and why a figure is missing where it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple, TypeAlias, get_args

from rich import box
from rich.console import Group
from rich.table import Table
from rich.text import Text

from proxeny_api.vocabularies.codes import OutcomeKind
from proxeny_api.vocabularies.labels import label

Answer: TypeAlias = Mapping[str, Any]
Figures: TypeAlias = Mapping[str, Mapping[str, Any]]

TITLE = "Made-up scenario"
UNDEFINED = "–"
SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")

REASONS = {
    "insufficient_data": "Too few records.",
    "no_outcomes": "No outcome to divide by.",
    "no_rate": "Some amounts are in a currency for which no rate is published.",
    "not_answered": "The answer does not hold this figure.",
    "rate_out_of_range": "Some days lie outside the published rates.",
    "suppressed": "Too few members share their figures.",
    "zero_cost": "No own cost to divide by.",
}


class Column(NamedTuple):
    """A column: its heading, the indicator that it shows, and how the number is written."""

    heading: str
    indicator: str
    form: str


class Row(NamedTuple):
    """A row: whose figures, and the figures by their indicator."""

    name: str
    figures: Figures
    is_total: bool = False


# A column in money names the currency in its heading, once that is known.
FIGURES = (
    Column("Cost\n({currency})", "cost.total", "whole"),
    Column("Leader\nhours", "hours.leader", "whole"),
    Column("Out-\ncomes", "outcomes.count", "tenth"),
    Column("Funding\n({currency})", "funding.mobilised", "whole"),
    Column("Lever-\nage", "funding.leverage", "hundredth"),
    Column("Cost per\noutcome\n({currency})", "cost.per_outcome", "whole"),
    Column("ROI", "roi", "percent"),
)
HEADINGS = {
    "policy_change": "Policy\nchange",
    "funding": "Fund-\ning",
    "capacity_built": "Capa-\ncity",
    "project_plan": "Proj.\nplan",
    "joint_policy": "Joint\npolicy",
    "investment_or_trade": "Invest.\ntrade",
    "negative_effect": "Nega-\ntive",
}
KINDS = tuple(
    Column(HEADINGS.get(kind, label(kind)), f"outcomes.count.{kind}", "tenth") for kind in get_args(OutcomeKind)
)
STEPS = {"whole": Decimal(1), "tenth": Decimal("0.1"), "hundredth": Decimal("0.01"), "percent": Decimal("0.01")}


class Footnotes:
    """The reasons met so far, each with its number."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def mark(self, reason: str) -> str:
        """Return the mark that stands beside an undefined figure."""
        number = self._numbers.setdefault(reason, len(self._numbers) + 1)
        return str(number).translate(SUPERSCRIPT)

    def texts(self) -> list[Text]:
        """Return a line for each reason, in the order of the numbers."""
        return [
            Text(f"{self.mark(reason)} {REASONS.get(reason, f'{label(reason)}.')}", style="dim")
            for reason in self._numbers
        ]


def network_impact(answers: Iterable[Answer], names: Mapping[str, str] | None = None) -> Group:
    """Return a row for each network, from what `/networks/{network}/impact` answered.

    `names` gives the names to show for the codes of the subjects.
    """
    return _subjects("Impact by network", "Network", list(answers), names or {})


def city_impact(answers: Iterable[Answer], names: Mapping[str, str] | None = None) -> Group:
    """Return a row for each city, from what `/cities/{city}/impact` answered."""
    return _subjects("Impact by city", "City", list(answers), names or {})


def grouped_impact(answer: Answer, name: str | None = None) -> Group:
    """Return a row for each group of one answer and its total; what belongs to no group is a row too."""
    subject = name or str(answer["subject"]["code"])
    rows = [Row(str(group["label"]), _by_indicator(group)) for group in answer["groups"]]
    rows.append(Row(str(answer["total"]["label"]), _by_indicator(answer["total"]), is_total=True))
    by = str(answer["group_by"])
    return _tables(f"Impact of {subject} by {label(by).lower()}", label(by), rows, str(answer["currency"]))


def _subjects(title: str, heading: str, answers: Sequence[Answer], names: Mapping[str, str]) -> Group:
    currencies = sorted({str(answer["currency"]) for answer in answers})
    if len(currencies) > 1:
        message = f"One table holds one currency, not {' and '.join(currencies)}."
        raise ValueError(message)
    rows = [Row(_name(answer, names), _by_indicator(answer["total"])) for answer in answers]
    return _tables(title, heading, rows, "".join(currencies))


def _name(answer: Answer, names: Mapping[str, str]) -> str:
    code = str(answer["subject"]["code"])
    return names.get(code, code)


def _by_indicator(totals: Mapping[str, Any]) -> Figures:
    return {str(figure["indicator"]): figure for figure in totals["figures"]}


def _tables(title: str, heading: str, rows: Sequence[Row], currency: str) -> Group:
    notes = Footnotes()
    figures = _table(f"{TITLE}: {title}", heading, FIGURES, rows, currency, notes)
    kinds = _table(f"{TITLE}: {title}, outcomes by kind", heading, KINDS, rows, currency, notes)
    return Group(figures, "", kinds, "", *notes.texts())


def _table(
    title: str, heading: str, columns: Sequence[Column], rows: Sequence[Row], currency: str, notes: Footnotes
) -> Table:
    # Edges and double padding would take the room that a terminal of 80 columns has for the names.
    table = Table(box=box.SIMPLE_HEAD, title=title, title_justify="left", title_style="bold")
    table.show_edge, table.pad_edge, table.collapse_padding = False, False, True
    table.add_column(heading, min_width=12, overflow="fold", vertical="bottom")
    for column in columns:
        table.add_column(column.heading.format(currency=currency), justify="right", no_wrap=True, vertical="bottom")
    for row in rows:
        if row.is_total:
            table.add_section()
        cells = [_cell(row.figures.get(column.indicator), column.form, notes) for column in columns]
        # A name is text, never markup: a bracket in it stays a bracket.
        table.add_row(Text(row.name), *cells, style="bold" if row.is_total else None)
    return table


def _cell(figure: Mapping[str, Any] | None, form: str, notes: Footnotes) -> str:
    """Return the number as it is shown, or a dash with the mark of its reason."""
    if figure is None:
        return UNDEFINED + notes.mark("not_answered")
    if figure["value"] is None:
        return UNDEFINED + notes.mark(str(figure["reason"] or figure["status"]))
    shown = Decimal(figure["value"]).quantize(STEPS[form], ROUND_HALF_UP)
    return f"{shown:,.0%}" if form == "percent" else f"{shown:,}"
