"""The figures that the README tells, and where they stand in the results: each run writes them anew."""

import re
from collections.abc import Mapping
from functools import reduce
from pathlib import Path
from typing import Any

README = Path(__file__).parent.parent / "README.md"
TOLD = {
    r"(?<=\*\*)[\d.]+(?=\*\* of bare COPY)": ("w1", "figures", "one", "value"),
    r"(?<=\()[\d,]+(?= a second, each with two costs)": ("w1", "posted_per_second"),
    r"(?<=\*\*)[\d.]+(?=\*\* for a batch that repeats)": ("w1", "figures", "replay", "value"),
    r"(?<=\*\*)[\d.]+(?=\*\* times as long)": ("w2", "figures", "growth, network by none", "value"),
}


def told(results: Mapping[str, Any]) -> dict[str, str]:
    """Return what the README is to say at each place whose figure was measured."""
    found = {pattern: _at(results, place) for pattern, place in TOLD.items() if place[0] in results}
    return {pattern: f"{value:,.0f}" if value >= 100 else f"{value:.2g}" for pattern, value in found.items()}


def retold(text: str, results: Mapping[str, Any]) -> str:
    """Return a text with its figures as they were measured; raises ValueError where one has no place in it."""
    for pattern, figure in told(results).items():
        text, places = re.subn(pattern, figure, text)
        if places != 1:
            raise ValueError(f"The README has {places} places for {pattern}.")
    return text


def _at(results: Mapping[str, Any], place: tuple[str, ...]) -> float:
    value: Any = reduce(lambda found, member: found[member], place, results)
    return float(value)
