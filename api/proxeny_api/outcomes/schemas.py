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
    Slug,
    Tag,
    broken,
    check_amount,
    check_total,
)
from proxeny_api.outcomes.levers import (
    ClaimKey,
    Counterfactual,
    CounterfactualRead,
    Range,
    RangeRead,
    Unit,
    Years,
    check_quantity,
    check_range,
    check_value,
)
from proxeny_api.shapes import Answer, answer_of, patches
from proxeny_api.vocabularies.codes import (
    ContributionStrength,
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
    "unit_value": None,
    "proxy": None,
    "deadweight": "0.2",
    "attribution_to_others": "0.25",
    "displacement": None,
    "drop_off": "0.1",
    "duration_years": 3,
    "starts_on": None,
    "range": None,
    "contribution_strength": "major",
    "claim_key": None,
    "counterfactual": None,
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
    quantity: Quantity | None = Field(default=None, description="How many came about.", examples=[None])
    unit: Unit | None = Field(
        default=None, description="What the quantity counts; of capacity built `people` or `hours`.", examples=[None]
    )
    source_city: Line | None = Field(default=None, description="Of a pilot: whose experience.", examples=[None])
    evidence_strength: Annotated[int, Field(ge=0, le=5)] | None = Field(
        default=None, description="Level of the Nesta Standards of Evidence.", examples=[3]
    )
    unit_value: Money | None = Field(
        default=None,
        description="What one of the quantity is worth, in the currency; of the whole outcome without a quantity.",
        examples=[None],
    )
    proxy: Slug | None = Field(
        default=None, description="The code of the valuation proxy that says what one is worth.", examples=[None]
    )
    deadweight: Share | None = Field(
        default=None, description="What would have come anyway; left out: the method's prior.", examples=["0.2"]
    )
    attribution_to_others: Share | None = Field(
        default=None,
        description="What is due to others, not the city's own share; left out: the method's prior.",
        examples=["0.25"],
    )
    displacement: Share | None = Field(
        default=None, description="What others lost by it; left out: the method's prior.", examples=[None]
    )
    drop_off: Share | None = Field(
        default=None,
        description="What each year after the first loses of the one before; left out: the method's prior.",
        examples=["0.1"],
    )
    duration_years: Years | None = Field(
        default=None, description="How many years it lasts; one where left out.", examples=[3]
    )
    starts_on: Day | None = Field(
        default=None, description="The first day of its value; the day it came about where left out.", examples=[None]
    )
    range: Range | None = Field(default=None, description="Between which values its amount or quantity lies.")
    contribution_strength: ContributionStrength | None = Field(
        default=None, description="How much the city contributed, in a word.", examples=["major"]
    )
    claim_key: ClaimKey | None = Field(
        default=None,
        description="The same for an outcome that several cities report, so that a network counts it once.",
        examples=[None],
    )
    counterfactual: Counterfactual | None = Field(
        default=None, description="What would have come without the city, in place of deadweight and displacement."
    )
    tags: list[Tag] = Field(default=[], max_length=50, description="Free words.", examples=[["heat"]])

    @model_validator(mode="after")
    def _rules(self) -> Self:
        check_value(self.amount, self.unit_value, self.proxy)
        if self.unit_value is None:
            check_amount(self.amount, self.currency)
        else:
            check_amount(self.unit_value, self.currency, ("unit_value", "currency"))
        check_quantity(self.kind, self.quantity, self.unit, is_valued=bool(self.unit_value or self.proxy))
        check_range(self.range, self.amount, self.quantity)
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


LEVERS_READ: dict[str, Any] = {
    "range": (RangeRead | None, Field(description="Between which values its amount or quantity lies.")),
    "counterfactual": (CounterfactualRead | None, Field(description="What would have come without the city.")),
}
OutcomeRead = answer_of(
    "Outcome",
    OutcomeCreate,
    "An outcome.",
    {"id": ID, **EXAMPLE, "city": "athens", **STAMPS},
    city=CITY,
    credits=(list[CreditRead], Field(description="Who may claim how much of it.")),
    **LEVERS_READ,
)


@patches(OutcomeCreate, {"status": "verified"})
class OutcomePatch(Shape):
    """Changes to an outcome."""
