"""What is said of a network."""

from typing import Annotated, Any, Self

from pydantic import ConfigDict, Field, model_validator

from proxeny_api.cities.schemas import ID, STAMPS
from proxeny_api.fields import Distinct, Line, Shape, Slug, Url, broken
from proxeny_api.shapes import answer_of, patches
from proxeny_api.vocabularies.codes import NetworkKind, Scope, Theme

EXAMPLE: dict[str, Any] = {
    "code": "c40",
    "name": "C40 Cities Climate Leadership Group",
    "scope": "international",
    "kind": "city_network",
    "themes": ["climate_change"],
    "website": "https://www.c40.org",
}


class NetworkCreate(Shape):
    """A network to be created."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    code: Slug = Field(description="Its slug, unique and never changed.", examples=["c40"])
    name: Line = Field(description="Its name.", examples=["C40 Cities Climate Leadership Group"])
    scope: Scope = Field(description="How far it reaches.", examples=["international"])
    kind: NetworkKind = Field(description="What sort of network it is.", examples=["city_network"])
    themes: Annotated[list[Theme], Distinct()] = Field(
        default=[], max_length=22, description="What it works on.", examples=[["climate_change"]]
    )
    website: Url | None = Field(default=None, description="Its public address.", examples=["https://www.c40.org"])

    @model_validator(mode="after")
    def _rules(self) -> Self:
        if len(set(self.themes)) < len(self.themes):
            raise broken("repeated", "Each of themes is named once.", "themes")
        return self


NetworkRead = answer_of("Network", NetworkCreate, "A network.", {"id": ID, **EXAMPLE, **STAMPS})


@patches(NetworkCreate, {"themes": ["climate_change", "energy"]}, without=("code",))
class NetworkPatch(Shape):
    """Changes to a network."""
