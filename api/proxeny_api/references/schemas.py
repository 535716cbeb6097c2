"""What is said and answered of rates of exchange and price indices."""

from typing import Annotated, Any

from pydantic import ConfigDict, Field, WithJsonSchema

from proxeny_api.fields import Currency, Day, Instant, Line, Positive, Shape, Year
from proxeny_api.rates.book import SOURCE
from proxeny_api.shapes import Answer, page_of

MOST_ROWS = 10_000
OWN_SOURCE = "Banco Central de la República Argentina, reference rate A 3500 (made up)"
OWN_INDEX = "INDEC, consumer prices, mean of the year (made up)"
BASE = "December 2016 = 100"
LOADED_AT = "2026-11-23T10:00:00.000000Z"
RATE_ROW: dict[str, Any] = {"currency": "ARS", "day": "2024-04-05", "per_eur": "931.2345"}
RATES_LOAD: dict[str, Any] = {"source": OWN_SOURCE, "rates": [RATE_ROW]}
INDEX_ROW: dict[str, Any] = {"currency": "ARS", "year": 2023, "value": "1924.6"}
INDICES_LOAD: dict[str, Any] = {"source": OWN_INDEX, "base": BASE, "indices": [INDEX_ROW]}
LOADED: dict[str, Any] = {"loaded": 1, "unchanged": 0, "loaded_at": LOADED_AT}
RATE_EXAMPLE: dict[str, Any] = {
    "currency": "USD",
    "day": "2024-04-07",
    "rate": "1.0841",
    "published_on": "2024-04-05",
    "source": SOURCE,
    "loaded_at": None,
}
INDEX_EXAMPLE: dict[str, Any] = {**INDEX_ROW, "base": BASE, "source": OWN_INDEX, "loaded_at": LOADED_AT}
Digits = Annotated[str, WithJsonSchema({"type": "string", "format": "decimal"})]


class RateRow(Shape):
    """What one euro was worth in a currency on a day, to be loaded."""

    model_config = ConfigDict(json_schema_extra={"examples": [RATE_ROW]})

    currency: Currency = Field(description="The currency, ISO 4217; not the euro.", examples=["ARS"])
    day: Day = Field(
        description="The day; none on which the European Central Bank has a rate of this currency.",
        examples=["2024-04-05"],
    )
    per_eur: Positive = Field(description="How much of the currency one euro was worth.", examples=["931.2345"])


class RatesLoad(Shape):
    """Rates of exchange to be loaded: all of them or none."""

    model_config = ConfigDict(json_schema_extra={"examples": [RATES_LOAD]})

    source: Line = Field(description="Who published them, and where they are to be found.", examples=[OWN_SOURCE])
    rates: list[RateRow] = Field(
        min_length=1, max_length=MOST_ROWS, description="The rates; each currency and day once.", examples=[[RATE_ROW]]
    )


class PriceIndexRow(Shape):
    """The level of prices in one year, to be loaded."""

    model_config = ConfigDict(json_schema_extra={"examples": [INDEX_ROW]})

    currency: Currency = Field(description="The currency whose prices these are, ISO 4217.", examples=["ARS"])
    year: Year = Field(description="The year.", examples=[2023])
    value: Positive = Field(description="The mean level of prices in the year, on the base.", examples=["1924.6"])


class PriceIndicesLoad(Shape):
    """Price indices to be loaded: all of them or none."""

    model_config = ConfigDict(json_schema_extra={"examples": [INDICES_LOAD]})

    source: Line = Field(description="Who published them, and where they are to be found.", examples=[OWN_INDEX])
    base: Line | None = Field(
        default=None,
        description="What is 100 or 1. Only years on one base are compared, and without a base only those of one"
        " source; so a load on another one must hold every year of its currency that there is.",
        examples=[BASE],
    )
    indices: list[PriceIndexRow] = Field(
        min_length=1,
        max_length=MOST_ROWS,
        description="The indices; each currency and year once.",
        examples=[[INDEX_ROW]],
    )


class Loaded(Answer):
    """What became of a load."""

    model_config = ConfigDict(json_schema_extra={"examples": [LOADED]})

    loaded: int = Field(description="How many rows were new, or replace what was said before.", examples=[1])
    unchanged: int = Field(description="How many said what counted already, from the same source.", examples=[0])
    loaded_at: Instant | None = Field(
        description="From when on they count; null where nothing was new.", examples=[LOADED_AT]
    )


class Rate(Answer):
    """What one euro was worth on a day."""

    model_config = ConfigDict(json_schema_extra={"examples": [RATE_EXAMPLE]})

    currency: Currency = Field(description="The currency, ISO 4217.", examples=["USD"])
    day: Day = Field(description="The day that was asked about.", examples=["2024-04-07"])
    rate: Digits = Field(
        description="How much of the currency one euro was worth, digit for digit as published.", examples=["1.0841"]
    )
    published_on: Day = Field(
        description="The day of the rate: with `last_known` up to seven days before.", examples=["2024-04-05"]
    )
    source: str = Field(description="Who published it.", examples=[SOURCE])
    loaded_at: Instant | None = Field(
        description="When the operator loaded it; null for the European Central Bank's own.", examples=[None]
    )


class PriceIndex(Answer):
    """The level of prices in one year."""

    model_config = ConfigDict(json_schema_extra={"examples": [INDEX_EXAMPLE]})

    currency: Currency = Field(description="The currency whose prices these are, ISO 4217.", examples=["ARS"])
    year: int = Field(description="The year.", examples=[2023])
    value: Digits = Field(
        description="The mean level of prices in the year, digit for digit as loaded.", examples=["1924.6"]
    )
    base: str | None = Field(description="What is 100 or 1; null where the source did not say.", examples=[BASE])
    source: str = Field(description="Who published it.", examples=[OWN_INDEX])
    loaded_at: Instant = Field(description="When the operator loaded it.", examples=[LOADED_AT])


RatePage = page_of("RatePage", Rate)
PriceIndexPage = page_of("PriceIndexPage", PriceIndex)
