"""The external ids of one city's made-up records."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count


def numbering(city: str) -> Callable[[], str]:
    """Return what gives the next id: `demo-bilbao-0001`, `demo-bilbao-0002` and so on."""
    numbers = count(1)
    return lambda: f"demo-{city}-{next(numbers):04d}"
