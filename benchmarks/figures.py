"""What a run hands back: figures with their targets, how they were told, and the table of them all."""

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any, NamedTuple

COLUMNS = ("figure", "what", "value", "least and most", "target", "met", "times the best peer")


class Figure(NamedTuple):
    """One row of the table: a value, mostly a ratio to a limit of the same run, and what it ought to be."""

    what: str
    value: float
    target: str = ""
    """As in `≥ 0.45`; empty where the value is only told."""
    spread: tuple[float, float] | None = None
    """The least and the most of the repeats that the value is the median of."""

    def met(self) -> bool | None:
        """Tell whether the value is as it ought to be; None where nothing is asked."""
        if not self.target:
            return None
        sign, bound = self.target.split()
        return {"≥": self.value >= float(bound), "≤": self.value <= float(bound), "<": self.value < float(bound)}[sign]

    def as_data(self) -> dict[str, Any]:
        """Return the row as it stands in results.json."""
        return {**self._asdict(), "met": self.met()}


def middle(what: str, values: Sequence[float], target: str = "") -> Figure:
    """Return the median of repeats as a figure, with its spread."""
    return Figure(what, median(values), target, (min(values), max(values)))


def answer(main: str, figures: Mapping[str, Figure], **told: Any) -> dict[str, Any]:
    """Return what a run hands back: its figures, which of them is the main one, and whatever else it tells."""
    return {**told, "main": main, "figures": {name: figure.as_data() for name, figure in figures.items()}}


def lines(name: str, result: Mapping[str, Any]) -> list[str]:
    """Return a line for each figure, `name value target`, the main one last and under the run's own name."""
    figures = result["figures"]
    others = [label for label in figures if label != result["main"]]
    labels = {**{label: f"{name}.{label}" for label in others}, result["main"]: name}
    rows = [(told, figures[label]) for label, told in labels.items()]
    return [f"{told} {figure['value']:.3f} {figure['target']}".rstrip() for told, figure in rows]


def table(results: Mapping[str, Any]) -> str:
    """Return every figure as a Markdown table, with what it was measured on."""
    runs = {name: result for name, result in results.items() if isinstance(result, dict) and "figures" in result}
    peers = results.get("peers", {})
    wanted, times = peers.get("wanted", {}), peers.get("times", {})
    best = {row: f"{value:.2g} (≥ {wanted[row]})" for row, value in times.items()}
    rows = [
        _row(f"{name}.{label}", figure, best.get(f"{name}.{label}", ""))
        for name, result in runs.items()
        for label, figure in result["figures"].items()
    ]
    machine = results.get("machine", {})
    told = [f"- {name}: {_told(value)}" for name, value in machine.items()]
    whole = peers.get("times_of_one_with_ledger_and_sums", {})
    beside = ", ".join(f"{row} {value:.2g}" for row, value in whole.items())
    kept = ["", f"Times the best peer that keeps a ledger and sums too, as ours does: {beside}."] if whole else []
    head = [_line(COLUMNS), _line(["---"] * len(COLUMNS))]
    return "\n".join([*head, *rows, *kept, "", "Measured on:", "", *told, ""])


def _row(name: str, figure: Mapping[str, Any], best: str) -> str:
    spread = " to ".join(_number(each) for each in figure["spread"] or ())
    met = {True: "yes", False: "no", None: ""}[figure["met"]]
    return _line([name, figure["what"], _number(figure["value"]), spread, figure["target"], met, best])


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _told(value: object) -> str:
    return ", ".join(f"{name} {each}" for name, each in value.items()) if isinstance(value, dict) else str(value)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
