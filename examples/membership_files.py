"""Networks and their members as two CSV files tell them; what cannot be taken is refused with its reason."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from places import CURRENCIES, code, folded, line_of

MEMBER_COLUMNS = ("network_code", "member", "locality", "country", "latitude", "longitude", "year_joined", "status")
NETWORK_COLUMNS = ("network_code", "name", "acronym", "url")
ROLES = {"associated member": "observer", "associated partner": "observer", "indirect member": "observer"}
"""By status, folded; whoever is not named here is a member."""

Row = Mapping[str, str]


class Bad(ValueError):
    """Why a row, or a file, cannot be taken."""


class Member(NamedTuple):
    """One membership: in which network, of which city, and what is said of it."""

    row: int
    network: str
    city: str
    name: str
    country: str
    latitude: float | None
    longitude: float | None
    role: str
    joined_on: str | None
    status: str | None

    def as_city(self) -> dict[str, object]:
        """Return the member as a city to be created."""
        place = {"latitude": self.latitude, "longitude": self.longitude}
        return {
            "code": self.city,
            "name": self.name,
            "country": self.country,
            **place,
            "currency": CURRENCIES[self.country],
        }

    def as_membership(self) -> dict[str, object]:
        """Return the membership to be created."""
        said = {"role": self.role, "joined_on": self.joined_on, "function": self.status}
        return {"network": self.network, **said, "sharing": "indicators"}


def rows_of(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, Row]]:
    """Yield the rows of a file with their numbers, the heading being row 1; raises Bad for another file."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, restval="")
        missing = [name for name in columns if name not in (reader.fieldnames or ())]
        if missing:
            message = f"{path} has no column {missing[0]}."
            raise Bad(message)
        for number, row in enumerate(reader, 2):
            yield number, {name: (row[name] or "").strip() for name in columns}


def networks(path: Path) -> Iterator[tuple[str, dict[str, object]]]:
    """Yield each network of the file by its number there, as one to be created; its code is made of its acronym."""
    for _, row in rows_of(path, NETWORK_COLUMNS):
        address = re.split(r"[\s;]", row["url"])[0]
        website = address if not address or address.startswith(("http://", "https://")) else f"http://{address}"
        named = {"code": code(row["acronym"] or row["name"]), "name": line_of(row["name"]), "website": website or None}
        yield row["network_code"], {**named, "scope": "international", "kind": "city_network"}


def member(number: int, row: Row, codes: Mapping[str, str]) -> Member:
    """Return one row as a membership; raises Bad."""
    network, country, status = codes.get(row["network_code"]), row["country"], row["status"]
    if network is None:
        message = f"there is no network {row['network_code']!r}"
        raise Bad(message)
    if country not in CURRENCIES:
        message = f"country {country!r} is none of ISO 3166-1 with a currency" if country else "the country is missing"
        raise Bad(message)
    if not folded(row["member"]):
        raise Bad("the member has no name")
    if folded(status) == "former member":
        raise Bad("a former member, and when it left is not told")
    name = line_of(row["member"])
    apart = "" if folded(row["locality"]) in ("", folded(name)) else f" {row['locality']}"
    latitude, longitude = _degrees(row, "latitude", 90), _degrees(row, "longitude", 180)
    role = ROLES.get(folded(status), "member")
    city = code(name + apart, country)
    return Member(number, network, city, name, country, latitude, longitude, role, _joined(row), status or None)


def _degrees(row: Row, name: str, most: int) -> float | None:
    """Return a latitude or longitude; places are no money, so a float will do."""
    if not row[name]:
        return None
    try:
        degrees = float(row[name])
    except ValueError:
        degrees = float("nan")
    if not -most <= degrees <= most:
        message = f"{name} {row[name]!r} is none"
        raise Bad(message)
    return degrees


def _joined(row: Row) -> str | None:
    """Return the first day of the year that a city joined in, where one year is told."""
    year = row["year_joined"]
    return f"{year}-01-01" if re.fullmatch(r"(19|20)[0-9]{2}", year, re.ASCII) else None
