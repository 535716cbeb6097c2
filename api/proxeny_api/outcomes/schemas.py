"""What is said of an outcome: inside an engagement, or on its own with its credits."""

from typing import Annotated, Any, Self

from pydantic import ConfigDict, Field, model_validator

from proxeny_api.cities.schemas import ID, STAMPS
from proxeny_api.costs.schemas import CITY
from proxeny_api.fields import (
    Currency,
    Day,
    ExternalId,
    IdText,
    Line,
    Money,
    PositiveShare,
    Prose,
    Quantity,
    Shape,
    Share,
    Tag,
    broken,
    check_amount,
    check_total,
)
from proxeny_api.shapes import Answer, answer_of, patches
from proxeny_api.vocabularies.codes import (
    CapacityUnit,
    FundingStage,
    OutcomeKind,
    OutcomeStatus,
    PolicyLevel,
    Visibility,
)

BASE_EXAMPLE: dict[str, Any] = {
    "external_id": "crm-2025-0031",
    "kind": "policy_change",
    "level": "local",
    "title": "Heat plan adopted by council",
    "description": None,
    "occurred_on": "2025-02-11",
    "status": "verified",
    "amount": None,
    "currency": None,
    "funding_stage": None,
    "quantity": None,
    "unit": None,
    "source_city": None,
    "evidence_strength": 3,
    "visibility": "public",
    "tags": ["heat"],
}
NESTED_EXAMPLE = {**BASE_EXAMPLE, "credit": "0.4"}
EXAMPLE = {**BASE_EXAMPLE, "credits": [{"engagement": ID, "credit": "0.4"}]}


class OutcomeBase(Shape):
    """What every outcome has, wherever it is posted."""

    external_id: ExternalId | None = Field(
        default=None, description="Its id in the city's own system, unique in the city.", examples=["crm-2025-0031"]
    )
    kind: OutcomeKind = Field(description="What changed.", examples=["policy_change"])
    level: PolicyLevel | None = Field(default=None, description="Of a policy: whose.", examples=["local"])
    title: Line = Field(description="In one line.", examples=["Heat plan adopted by council"])
    description: Prose | None = Field(default=None, description="In more words.", examples=[None])
    occurred_on: Day = Field(description="The day it came about.")
    status: OutcomeStatus = Field(default="reported", description="How sure it is.", examples=["verified"])
    amount: Money | None = Field(default=None, description="Money that moved, or would.", examples=[None])
    currency: Currency | None = Field(default=None, description="The amount's currency.", examples=[None])
    funding_stage: FundingStage | None = Field(
        default=None, description="Of funding; `committed` where left out.", examples=[None]
    )
    quantity: Quantity | None = Field(default=None, description="Of capacity built: how many.", examples=[None])
    unit: CapacityUnit | None = Field(default=None, description="What the quantity counts.", examples=[None])
    source_city: Line | None = Field(default=None, description="Of a pilot: whose experience.", examples=[None])
    evidence_strength: Annotated[int, Field(ge=0, le=5)] | None = Field(
        default=None, description="Level of the Nesta Standards of Evidence.", examples=[3]
    )
    tags: list[Tag] = Field(default=[], max_length=50, description="Free words.", examples=[["heat"]])

    @model_validator(mode="after")
    def _rules(self) -> Self:
        check_amount(self.amount, self.currency)
        if (self.quantity is None) != (self.unit is None):
            raise broken(
                "quantity_unit",
                "quantity and unit come together or not at all.",
                "quantity" if self.quantity is None else "unit",
            )
        if self.funding_stage is not None and self.kind != "funding":
            raise broken("funding_stage", "Only funding has a funding_stage.", "funding_stage")
        return self


class NestedOutcome(OutcomeBase):
    """An outcome that the engagement it stands in may claim a part of."""

    model_config = ConfigDict(json_schema_extra={"examples": [NESTED_EXAMPLE]})

    visibility: Visibility | None = Field(
        default=None, description="Who may see it; the engagement's where left out.", examples=["public"]
    )
    credit: PositiveShare = Field(default="1", description="The part that this engagement may claim.", examples=["0.4"])


class Credit(Shape):
    """The part of an outcome that one engagement may claim."""

    engagement: IdText = Field(description="The engagement's id.", examples=[ID])
    credit: PositiveShare = Field(
        description="From above 0 to 1; the credits of one outcome sum to at most 1.", examples=["0.4"]
    )


class OutcomeCreate(OutcomeBase):
    """An outcome on its own, with the engagements that may claim a part of it."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    visibility: Visibility = Field(default="private", description="Who may see it.", examples=["public"])
    credits: list[Credit] = Field(
        default=[],
        max_length=1_000,
        description="Who may claim how much of it; what is left is nobody's.",
        examples=[[{"engagement": ID, "credit": "0.4"}]],
    )

    @model_validator(mode="after")
    def _credits(self) -> Self:
        check_total([credit.credit for credit in self.credits], "credits", "The credits of an outcome", "credits")
        if len({credit.engagement for credit in self.credits}) < len(self.credits):
            raise broken("credits_repeat", "Each engagement is credited once.", "credits")
        return self


class CreditRead(Answer):
    """The part of an outcome that one engagement may claim."""

    engagement: IdText = Field(description="The engagement's id.")
    credit: Share = Field(description="The part it may claim.", examples=["0.4"])


OutcomeRead = answer_of(
    "Outcome",
    OutcomeCreate,
    "An outcome.",
    {"id": ID, **EXAMPLE, "city": "athens", **STAMPS},
    city=CITY,
    credits=(list[CreditRead], Field(description="Who may claim how much of it.")),
)


@patches(OutcomeCreate, {"status": "verified"})
class OutcomePatch(Shape):
    """Changes to an outcome."""
