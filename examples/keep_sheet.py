"""The projects of a keep.eu export, read as keep.eu writes them; what cannot be read is refused with its reason."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path
from typing import NamedTuple

from python_calamine import CalamineError, CalamineWorkbook

from places import COUNTRIES, CURRENCIES, code, folded, line_of

COLUMNS = ("Programme", "Acronym", "Town", "Country", "Budget", "EU Funding", "Project start", "Project end")
CENT = Decimal("0.01")
FLOAT_TRACE = Decimal("0.0001")
"""A spreadsheet's binary fractions show in the last of 17 digits: `16815482.300000001` is 16815482.30."""

Row = Mapping[str, object]


class Bad(ValueError):
    """Why a row cannot be taken."""


class Said(NamedTuple):
    """What is to be said of a row of the sheet."""

    row: int
    text: str


class Project(NamedTuple):
    """One project; budget and EU funding in EUR."""

    row: int
    programme: str
    acronym: str
    title: str
    town: str
    country: str
    budget: Decimal
    eu_funding: Decimal
    starts_on: date
    ends_on: date | None
    subjects: tuple[str, ...]
    description: str | None

    @property
    def city(self) -> str:
        """The code of the lead partner's town."""
        return code(self.town, self.country)

    @property
    def external_id(self) -> str:
        """What the project is called by: its programme and its acronym."""
        name = self.acronym if len(self.acronym) <= 120 else code(self.acronym)
        return f"keep/{code(self.programme)}/{name}"


class Sheet(NamedTuple):
    """What a sheet holds: its projects, what was refused, and what was taken with a grain of salt."""

    projects: list[Project]
    refused: list[Said]
    noted: list[Said]


def read(path: Path) -> Sheet:
    """Read the first sheet of an export; raises Bad for a file that is none."""
    try:
        rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    except (CalamineError, OSError) as error:
        message = f"{path} cannot be read as a spreadsheet: {error}"
        raise Bad(message) from error
    heads = [str(head).strip() for head in rows[0]] if rows else []
    missing = [name for name in COLUMNS if name not in heads]
    if missing:
        message = f"{path} is no export of keep.eu: it has no column {missing[0]}."
        raise Bad(message)
    return _taken((number, dict(zip(heads, row, strict=False))) for number, row in enumerate(rows[1:], 2))


def _taken(rows: Iterable[tuple[int, Row]]) -> Sheet:
    sheet = Sheet([], [], [])
    first: dict[str, int] = {}
    for number, row in rows:
        notes: list[str] = []
        try:
            project = _project(number, row, notes)
            before = first.setdefault(project.external_id, number)
            if before != number:
                message = f"it repeats row {before}: {project.acronym}"
                raise Bad(message)
        except Bad as reason:
            sheet.refused.append(Said(number, str(reason)))
        else:
            sheet.projects.append(project)
            sheet.noted.extend(Said(number, note) for note in notes)
    return sheet


def _project(number: int, row: Row, notes: list[str]) -> Project:
    """Return one row as a project; raises Bad."""
    budget, funding = _amount(row, "Budget", notes), _amount(row, "EU Funding", notes)
    if funding > budget:
        message = f"EU Funding {funding} is above the budget {budget}"
        raise Bad(message)
    country = COUNTRIES.get(folded(_text(row, "Country")))
    if country is None:
        message = f"Country {_text(row, 'Country')!r} is not known"
        raise Bad(message)
    town = _needed(row, "Town")
    if not folded(town):
        message = f"Town {town!r} has no letters"
        raise Bad(message)
    acronym, names = _needed(row, "Acronym"), ("Project Name", "Project Name language 2", "Project Name language 3")
    title = next(filter(None, (_text(row, name) for name in names)), acronym)
    starts_on, ends_on = _days(row, notes)
    subjects = tuple(filter(None, (_text(row, name) for name in ("Thematic1", "Thematic2", "Thematic3"))))
    told = str(row.get("Description EN") or row.get("Description 1") or "").strip()
    return Project(
        number, _needed(row, "Programme"), line_of(acronym), line_of(title), town, country, budget, funding, starts_on,
        ends_on, subjects, told[:10_000] or None,
    )  # fmt: skip


def _text(row: Row, name: str) -> str:
    """Return a cell as text in one line."""
    return " ".join(str(row.get(name, "")).split())


def _needed(row: Row, name: str) -> str:
    text = _text(row, name)
    if not text:
        message = f"{name} is missing"
        raise Bad(message)
    return text


def _amount(row: Row, name: str, notes: list[str]) -> Decimal:
    """Return an amount in EUR, written `892,228.58` or `758394.29`."""
    text = _needed(row, name)
    if re.fullmatch(r"([0-9]{1,3}(,[0-9]{3})*|[0-9]+)(\.[0-9]+)?", text, re.ASCII) is None:
        message = f"{name} {text!r} is no amount"
        raise Bad(message)
    written = Decimal(text.replace(",", ""))
    amount = written.quantize(CENT, ROUND_HALF_EVEN)
    if abs(written - amount) > FLOAT_TRACE:
        message = f"{name} {text} has more than two decimals"
        raise Bad(message)
    if written != amount:
        notes.append(f"{name} {text} is taken as {amount}: the rest is a trace of the spreadsheet's arithmetic")
    return amount


def _days(row: Row, notes: list[str]) -> tuple[date, date | None]:
    """Return the first day and the last, which is left out where it lies before the first."""
    start, end = _day(row, "Project start"), _day(row, "Project end")
    if start is None:
        raise Bad("Project start is missing")
    if end is not None and end < start:
        notes.append(f"Project end {end} is left out: it lies before the start, {start}")
        return start, None
    return start, end


def _day(row: Row, name: str) -> date | None:
    """Return a day, written `2015/10/27`."""
    cell, text = row.get(name), _text(row, name)
    if isinstance(cell, date):
        return date(cell.year, cell.month, cell.day)
    if not text:
        return None
    message = f"{name} {text!r} is no day"
    if re.fullmatch(r"[0-9]{4}/[0-9]{2}/[0-9]{2}", text, re.ASCII) is None:
        raise Bad(message)
    try:
        return date.fromisoformat(text.replace("/", "-"))
    except ValueError as error:
        raise Bad(message) from error


def spellings(projects: Sequence[Project]) -> dict[str, str]:
    """Return one spelling for each city: the most frequent one that is not all in capitals, then the first."""
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    for project in projects:
        seen[project.city][line_of(project.town).rstrip(" ,;.")] += 1
    return {city: max(names, key=lambda name: (not name.isupper(), names[name])) for city, names in seen.items()}


def city_of(project: Project, names: Mapping[str, str]) -> dict[str, str]:
    """Return the lead partner's town as a city to be created."""
    currency = CURRENCIES[project.country]
    return {"code": project.city, "name": names[project.city], "country": project.country, "currency": currency}
