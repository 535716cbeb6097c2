"""What is said of a city."""

from typing import Annotated, Any

from pydantic import ConfigDict, Field

from proxeny_api.fields import Country, Currency, Line, Shape, Slug
from proxeny_api.shapes import answer_of, patches

EXAMPLE: dict[str, Any] = {
    "code": "athens",
    "name": "Athens",
    "country": "GR",
    "currency": "EUR",
    "population": 664046,
    "latitude": 37.98376,
    "longitude": 23.72784,
    "geonames_id": 264371,
}
STAMPS: dict[str, Any] = {
    "version": 1,
    "created_at": "2026-11-23T10:00:00.000000Z",
    "updated_at": "2026-11-23T10:00:00.000000Z",
}
ID = "01939c1e-7f6a-7000-8000-3d1f5b8a2c4e"


class CityCreate(Shape):
    """A city to be created."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    code: Slug = Field(description="Its slug, unique and never changed.", examples=["athens"])
    name: Line = Field(description="Its name in its own spelling or in English.", examples=["Athens"])
    country: Country = Field(description="ISO 3166-1 alpha-2.", examples=["GR"])
    currency: Currency = Field(description="The currency it keeps its books in; never changed.", examples=["EUR"])
    population: Annotated[int, Field(ge=0, le=100_000_000)] | None = Field(
        default=None, description="People living in it.", examples=[664046]
    )
    latitude: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)] | None = Field(
        default=None, description="Degrees north.", examples=[37.98376]
    )
    longitude: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)] | None = Field(
        default=None, description="Degrees east.", examples=[23.72784]
    )
    geonames_id: Annotated[int, Field(ge=1, le=2**53)] | None = Field(
        default=None, description="Its id at GeoNames.", examples=[264371]
    )


CityRead = answer_of("City", CityCreate, "A city.", {"id": ID, **EXAMPLE, **STAMPS})


@patches(CityCreate, {"population": 664047}, without=("code", "country", "currency"))
class CityPatch(Shape):
    """Changes to a city."""
