"""What is said of a city's membership of a network."""

from typing import Any, Self

from pydantic import ConfigDict, Field, model_validator

from proxeny_api.cities.schemas import ID, STAMPS
from proxeny_api.fields import Currency, Day, IdText, Line, Money, Ref, Shape, check_amount, check_period
from proxeny_api.shapes import answer_of, patches
from proxeny_api.vocabularies.codes import ContactFrequency, MeetingRegularity, MembershipRole, Sharing

EXAMPLE: dict[str, Any] = {
    "network": "c40",
    "role": "member",
    "function": "Vice-chair of the adaptation group",
    "joined_on": "2010-05-01",
    "left_on": None,
    "annual_fee": "12000.00",
    "currency": "EUR",
    "contact_frequency": "monthly",
    "meeting_regularity": "at_least_yearly",
    "sharing": "indicators",
}


class MembershipCreate(Shape):
    """A membership to be recorded."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    network: Ref = Field(description="The network's id or code.", examples=["c40"])
    role: MembershipRole = Field(default="member", description="What the city is in it.", examples=["member"])
    function: Line | None = Field(default=None, description="The function in words.", examples=["Vice-chair"])
    joined_on: Day | None = Field(default=None, description="First day, where known.", examples=["2010-05-01"])
    left_on: Day | None = Field(default=None, description="Last day; null while it lasts.", examples=[None])
    annual_fee: Money | None = Field(default=None, description="The fee of a year.", examples=["12000.00"])
    currency: Currency | None = Field(default=None, description="The fee's currency.", examples=["EUR"])
    contact_frequency: ContactFrequency | None = Field(
        default=None, description="How often there is contact.", examples=["monthly"]
    )
    meeting_regularity: MeetingRegularity | None = Field(
        default=None, description="How regularly it meets.", examples=["at_least_yearly"]
    )
    sharing: Sharing = Field(
        default="none",
        description="What the network may see: nothing, totals of at least five members, the city's indicators,"
        " or its records that are not private.",
        examples=["indicators"],
    )

    @model_validator(mode="after")
    def _rules(self) -> Self:
        check_amount(self.annual_fee, self.currency, ("annual_fee", "currency"))
        check_period(self.joined_on, self.left_on, ("joined_on", "left_on"))
        return self


MembershipRead = answer_of(
    "Membership",
    MembershipCreate,
    "A city's membership of a network.",
    {"id": ID, **EXAMPLE, "city": "athens", "network_id": ID, **STAMPS},
    city=(str, Field(description="The city's code.", examples=["athens"])),
    network_id=(IdText, Field(description="The network's id.")),
)


@patches(MembershipCreate, {"sharing": "records"}, without=("network",))
class MembershipPatch(Shape):
    """Changes to a membership."""
