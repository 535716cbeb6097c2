"""What is said of an engagement, with its costs and outcomes."""

from typing import Annotated, Any, Self

from pydantic import ConfigDict, Field, model_validator

from proxeny_api.cities.schemas import ID, STAMPS
from proxeny_api.costs import schemas as costs
from proxeny_api.costs.schemas import CostRead, NestedCost
from proxeny_api.fields import (
    Country,
    Day,
    Distinct,
    ExternalId,
    Hours,
    IdText,
    Line,
    OneOf,
    PositiveShare,
    Prose,
    Ref,
    Shape,
    Share,
    Slug,
    Tag,
    broken,
    check_period,
    check_total,
)
from proxeny_api.outcomes import schemas as outcomes
from proxeny_api.outcomes.schemas import NestedOutcome, OutcomeRead
from proxeny_api.shapes import Answer, answer_of, patches
from proxeny_api.vocabularies.codes import (
    ActorType,
    DiplomacyType,
    DiplomaticFunction,
    EngagementKind,
    EngagementStatus,
    Mode,
    Theme,
    Visibility,
    sdg_codes,
)

Sdg = Annotated[str, OneOf(sdg_codes())]
Heads = Annotated[int, Field(ge=0, le=1_000_000)]

EXAMPLE: dict[str, Any] = {
    "external_id": "crm-2024-0117",
    "kind": "mission",
    "diplomacy_type": "city_networks",
    "title": "Heat-resilience study visit to Athens",
    "description": None,
    "starts_on": "2024-04-08",
    "ends_on": "2024-04-10",
    "status": "completed",
    "networks": [{"network": "c40", "share": "0.7"}, {"network": "100-resilient-cities", "share": "0.3"}],
    "counterparts": [{"name": "Athens", "country": "GR", "city": "athens", "actor_type": "city"}],
    "themes": ["climate_change", "health"],
    "sdgs": ["11.5", "13.1"],
    "diplomatic_functions": ["gather_information"],
    "mode": "in_person",
    "place": {"name": "Athens", "country": "GR"},
    "leader_hours": "16",
    "staff_hours": "72",
    "participants": {"leaders": 1, "staff": 3, "partners": 5},
    "visibility": "public",
    "tags": ["heat"],
}
NESTED: dict[str, Any] = {"costs": [costs.NESTED_EXAMPLE], "outcomes": [outcomes.NESTED_EXAMPLE]}


class Allocation(Shape):
    """The share of an engagement that belongs to a network."""

    network: Ref = Field(description="The network's id or code.", examples=["c40"])
    share: PositiveShare = Field(
        default="1", description="Above 0; those of one engagement sum to at most 1.", examples=["0.7"]
    )


class Counterpart(Shape):
    """Somebody that the city met."""

    name: Line = Field(description="Its name, of an institution and not of a person.", examples=["Athens"])
    country: Country | None = Field(default=None, description="ISO 3166-1 alpha-2.", examples=["GR"])
    city: Slug | None = Field(default=None, description="A city's code; kept as written.", examples=["athens"])
    actor_type: ActorType | None = Field(default=None, description="What it is.", examples=["city"])


class Place(Shape):
    """Where it was."""

    name: Line = Field(description="The place's name.", examples=["Athens"])
    country: Country | None = Field(default=None, description="ISO 3166-1 alpha-2.", examples=["GR"])


class Participants(Shape):
    """How many took part for the city."""

    leaders: Heads = Field(default=0, description="Elected leaders.", examples=[1])
    staff: Heads = Field(default=0, description="Staff.", examples=[3])
    partners: Heads = Field(default=0, description="Partners from outside the city's government.", examples=[5])


class EngagementCreate(Shape):
    """An engagement to be recorded."""

    model_config = ConfigDict(json_schema_extra={"examples": [{**EXAMPLE, **NESTED}]})

    external_id: ExternalId | None = Field(
        default=None, description="Its id in the city's own system, unique in the city.", examples=["crm-2024-0117"]
    )
    kind: EngagementKind = Field(description="What it was.", examples=["mission"])
    diplomacy_type: DiplomacyType | None = Field(
        default=None, description="One of the study's five.", examples=["city_networks"]
    )
    title: Line = Field(description="In one line.", examples=["Heat-resilience study visit to Athens"])
    description: Prose | None = Field(default=None, description="In more words.", examples=[None])
    starts_on: Day = Field(description="First day.")
    ends_on: Day | None = Field(default=None, description="Last day.", examples=["2024-04-10"])
    status: EngagementStatus = Field(default="completed", description="How far it is.", examples=["completed"])
    networks: list[Allocation] = Field(
        default=[], max_length=100, description="Whose it is; what is left belongs to no network."
    )
    counterparts: list[Counterpart] = Field(default=[], max_length=1_000, description="Whom the city met.")
    themes: Annotated[list[Theme], Distinct()] = Field(
        default=[], max_length=22, description="What it was about.", examples=[["health"]]
    )
    sdgs: Annotated[list[Sdg], Distinct()] = Field(
        default=[], max_length=186, description="Goals and targets.", examples=[["11.5"]]
    )
    diplomatic_functions: Annotated[list[DiplomaticFunction], Distinct()] = Field(
        default=[], max_length=5, description="What it did as diplomacy.", examples=[["gather_information"]]
    )
    mode: Mode | None = Field(default=None, description="In person or not.", examples=["in_person"])
    place: Place | None = Field(default=None, description="Where it was.")
    leader_hours: Hours = Field(default="0", description="Hours of elected leaders.", examples=["16"])
    staff_hours: Hours = Field(default="0", description="Hours of staff.", examples=["72"])
    participants: Participants = Field(default=Participants(), description="How many took part.")
    visibility: Visibility = Field(default="private", description="Who may see it.", examples=["public"])
    tags: list[Tag] = Field(default=[], max_length=50, description="Free words.", examples=[["heat"]])
    costs: list[NestedCost] | None = Field(
        default=None, max_length=1_000, description="These costs and no others; left out or null: as they are."
    )
    outcomes: list[NestedOutcome] | None = Field(
        default=None, max_length=1_000, description="These outcomes and no others; left out or null: as they are."
    )

    @model_validator(mode="after")
    def _rules(self) -> Self:
        check_period(self.starts_on, self.ends_on, ("starts_on", "ends_on"))
        check_total([share.share for share in self.networks], "shares", "The shares of an engagement", "networks")
        for name in ("themes", "sdgs", "diplomatic_functions"):
            codes = getattr(self, name)
            if len(set(codes)) < len(codes):
                raise broken("repeated", f"Each of {name} is named once.", name)
        return self


class CounterpartRead(Answer):
    """Somebody that the city met."""

    name: str = Field(description="Its name.", examples=["Athens"])
    country: Country | None = Field(description="ISO 3166-1 alpha-2.", examples=["GR"])
    city: str | None = Field(description="A city's code, as it was written.", examples=["athens"])
    actor_type: ActorType | None = Field(description="What it is.", examples=["city"])


class PlaceRead(Answer):
    """Where it was."""

    name: str = Field(description="The place's name.", examples=["Athens"])
    country: Country | None = Field(description="ISO 3166-1 alpha-2.", examples=["GR"])


class ParticipantsRead(Answer):
    """How many took part for the city."""

    leaders: int = Field(description="Elected leaders.", examples=[1])
    staff: int = Field(description="Staff.", examples=[3])
    partners: int = Field(description="Partners from outside the city's government.", examples=[5])


class AllocationRead(Answer):
    """The share of an engagement that belongs to a network."""

    network: str = Field(description="The network's code.", examples=["c40"])
    network_id: IdText = Field(description="The network's id.")
    share: Share = Field(description="From above 0 to 1.", examples=["0.7"])


CREDITED = (Share, Field(description="The part of this outcome that this engagement may claim.", examples=["0.4"]))
CreditedOutcome = answer_of(
    "CreditedOutcome",
    outcomes.OutcomeCreate,
    "An outcome, with the part of it that the engagement it is shown under may claim.",
    {"id": ID, **outcomes.EXAMPLE, "city": "athens", "credit": "0.4", **STAMPS},
    city=costs.CITY,
    credits=(list[outcomes.CreditRead], Field(description="Who may claim how much of it.")),
    credit=CREDITED,
    **outcomes.LEVERS_READ,
)
READ_EXAMPLE = {
    "id": ID,
    **EXAMPLE,
    "networks": [
        {"network": "c40", "network_id": ID, "share": "0.7"},
        {"network": "100-resilient-cities", "network_id": ID, "share": "0.3"},
    ],
    "city": "bilbao",
    "costs": [costs.READ_EXAMPLE],
    "outcomes": [{"id": ID, **outcomes.EXAMPLE, "city": "athens", "credit": "0.4", **STAMPS}],
    **STAMPS,
}
EngagementRead = answer_of(
    "Engagement",
    EngagementCreate,
    "An engagement with its costs and outcomes.",
    READ_EXAMPLE,
    city=costs.CITY,
    networks=(list[AllocationRead], Field(description="Whose it is.")),
    counterparts=(list[CounterpartRead], Field(description="Whom the city met.")),
    place=(PlaceRead | None, Field(description="Where it was.")),
    participants=(ParticipantsRead, Field(description="How many took part.")),
    costs=(list[CostRead], Field(description="What it cost.")),  # type: ignore[valid-type]
    outcomes=(list[CreditedOutcome], Field(description="What came of it.")),  # type: ignore[valid-type]
)


@patches(EngagementCreate, {"leader_hours": "18"})
class EngagementPatch(Shape):
    """Changes to an engagement."""


__all__ = ["EngagementCreate", "EngagementPatch", "EngagementRead", "OutcomeRead"]
