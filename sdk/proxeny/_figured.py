"""What answers about impact can be asked: one figure, all of it in sentences, or as rows for people and files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol, cast

from proxeny import _rows, _summary
from proxeny._model import Model

if TYPE_CHECKING:
    from proxeny.models import Figure, Impact


class HasFigures(Protocol):
    """Something with figures."""

    @property
    def figures(self) -> Sequence[Figure]:
        """Return the figures, in the catalogue's order."""


class HasTotal(Protocol):
    """Something whose total has figures."""

    @property
    def total(self) -> HasFigures:
        """Return all groups together."""


class Figured(Model):
    """A group or a member with its figures."""

    def figure(self: HasFigures, indicator: str) -> Figure:
        """Return the figure of an indicator, such as ``cost.total``; raises KeyError where there is none."""
        return _found(self.figures, indicator)

    def summary(self: HasFigures, currency: str | None = None) -> str:
        """Return what the figures say, in English sentences, a paragraph a line; what cannot be told, with why.

        ``currency`` is that of the answer; where left out, that of the first figure in money.
        """
        called = getattr(self, "label", None) or getattr(self, "name", None) or "Figures"
        return _summary.summary(self.figures, f"{called}:", currency=currency or getattr(self, "currency", None))


class Totalled(Model):
    """An impact with its total."""

    def figure(self: HasTotal, indicator: str) -> Figure:
        """Return the total's figure of an indicator, such as ``cost.total``; raises KeyError where there is none."""
        return _found(self.total.figures, indicator)

    def summary(self, name: str | None = None) -> str:
        """Return what the total says, in English sentences, a paragraph a line; what cannot be told, with why.

        ``name`` is what to call the city or network in the heading; its code, where left out.
        """
        return _summary.of_impact(cast("Impact", self), name)

    def table(self, *indicators: str) -> list[dict[str, str]]:
        """Return a row for each group and one for the total, as people read them: ``3.4 (1.9–5.6)``, ``6,700 EUR``.

        Without ``indicators``, those that matter most. Each row has ``group`` and then the indicators; no cell is
        taken for a formula by a spreadsheet. Raises KeyError for an indicator that the answer does not have.
        """
        return _rows.table(cast("Impact", self), indicators)

    def to_csv(self) -> str:
        """Return every figure of every group as CSV (RFC 4180), a row each, with all its digits and its interval."""
        return _rows.to_csv(cast("Impact", self))


def _found(figures: Sequence[Figure], indicator: str) -> Figure:
    for figure in figures:
        if figure.indicator == indicator:
            return figure
    raise KeyError(indicator)
