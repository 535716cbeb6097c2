"""What answers about impact can be asked: one figure by its indicator."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from proxeny._model import Model

if TYPE_CHECKING:
    from proxeny.models import Figure


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


class Totalled(Model):
    """An impact with its total."""

    def figure(self: HasTotal, indicator: str) -> Figure:
        """Return the total's figure of an indicator, such as ``cost.total``; raises KeyError where there is none."""
        return _found(self.total.figures, indicator)


def _found(figures: Sequence[Figure], indicator: str) -> Figure:
    for figure in figures:
        if figure.indicator == indicator:
            return figure
    raise KeyError(indicator)
