"""What is said of a cost: inside an engagement, or on its own."""

from typing import Any, Self

from pydantic import ConfigDict, Field, model_validator

from proxeny_api.cities.schemas import ID, STAMPS
from proxeny_api.fields import Currency, Day, ExternalId, IdText, Money, Prose, Shape, broken, check_amount
from proxeny_api.shapes import answer_of, patches
from proxeny_api.vocabularies.codes import CostCategory, FundedBy, Visibility

NESTED_EXAMPLE: dict[str, Any] = {
    "external_id": "crm-2024-0117-1",
    "category": "travel",
    "amount": "4180.00",
    "currency": "EUR",
    "incurred_on": "2024-04-08",
    "funded_by": "city",
    "estimated": False,
    "description": "Trains and flights of three",
}
EXAMPLE: dict[str, Any] = {**NESTED_EXAMPLE, "engagement": ID, "membership": None}


class NestedCost(Shape):
    """A cost of the engagement that it stands in."""

    model_config = ConfigDict(json_schema_extra={"examples": [NESTED_EXAMPLE]})

    external_id: ExternalId | None = Field(
        default=None, description="Its id in the city's own system, unique in the city.", examples=["crm-2024-0117-1"]
    )
    category: CostCategory = Field(description="What was paid for.", examples=["travel"])
    amount: Money = Field(description="How much.")
    currency: Currency = Field(description="The amount's currency.", examples=["EUR"])
    incurred_on: Day = Field(description="The day whose exchange rate applies.")
    funded_by: FundedBy = Field(default="city", description="Who paid.", examples=["city"])
    estimated: bool = Field(default=False, description="Whether the amount is an estimate.", examples=[False])
    description: Prose | None = Field(default=None, description="In words.", examples=["Trains and flights of three"])

    @model_validator(mode="after")
    def _minor_digits(self) -> Self:
        check_amount(self.amount, self.currency)
        return self


class CostCreate(NestedCost):
    """A cost on its own: of an engagement, of a membership, or the city's overhead."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    engagement: IdText | None = Field(default=None, description="The engagement it belongs to.", examples=[ID])
    membership: IdText | None = Field(default=None, description="The membership it belongs to.", examples=[None])

    @model_validator(mode="after")
    def _one_parent(self) -> Self:
        if self.engagement is not None and self.membership is not None:
            raise broken("one_parent", "A cost belongs to an engagement or to a membership, not to both.", "membership")
        return self


CITY = (str, Field(description="The city's code.", examples=["athens"]))
VISIBILITY = (Visibility, Field(description="Who may see it: that of what it belongs to.", examples=["private"]))
READ_EXAMPLE = {"id": ID, **EXAMPLE, "city": "athens", "visibility": "private", **STAMPS}
CostRead = answer_of("Cost", CostCreate, "A cost.", READ_EXAMPLE, city=CITY, visibility=VISIBILITY)


@patches(CostCreate, {"amount": "4200.00"})
class CostPatch(Shape):
    """Changes to a cost."""
