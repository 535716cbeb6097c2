"""What is said of a method: its name, its source, and all that it has chosen."""

from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, JsonValue, model_validator

from proxeny.indicators.courses import factor
from proxeny.indicators.levers import Lever
from proxeny.indicators.methods import DEFAULT, PRIORS, SHIPPED, SPREADS, Credits, Method, Overhead
from proxeny_api.fields import Instant, Line, Prose, Shape, Share, Slug, Written, broken, decimal_schema
from proxeny_api.shapes import Answer, page_of, part_of

# What of `Method.parameters()` says which method it is, rather than what the method has chosen.
NAMING = ("name", "version", "title", "note", "source")
Rate = Annotated[
    str,
    Written(
        r"-?(?:0|[1-9][0-9]{0,2})(?:\.[0-9]{1,10})?",
        "rate",
        "A rate is a decimal string of at most 3 digits before the point and 10 after it.",
        decimal_schema("0.035", "A rate a year, such as 0.035 for 3.5 %: not below -0.5, of at most 10 decimals."),
    ),
]
Spread = Annotated[
    str,
    Written(
        r"[0-9](?:\.[0-9]{1,6})?",
        "spread",
        "A spread is a decimal string from 0 to below 10, of at most 6 decimals.",
        decimal_schema("0.25", "A relative standard deviation from 0 to below 10, of at most 6 decimals."),
    ),
]
# At -0.5 a value doubles with each year that it lies ahead. Nearer to -1 values of a century ahead would have more
# digits than a figure is worked out with.
LEAST_RATE = Decimal("-0.5")
# How far ahead a value may lie: recorded from 1900 to 2100, lasting for 125 years. Of less than so small a part of it
# that were left, a return would have more digits than a figure is worked out with.
FARTHEST, LEAST_LEFT = 325, Decimal("1E-100")
Spreading = Literal["0", "1", "2", "3", "4", "5", "unknown", "levers", "estimated_cost"]


def chosen(method: Method) -> dict[str, JsonValue]:
    """Return all that a method has chosen as JSON values, without what it is called."""
    return {name: value for name, value in method.parameters().items() if name not in NAMING}


STEP: dict[str, Any] = {"through": 30, "rate": "0.035"}
PARAMETERS: dict[str, Any] = chosen(SHIPPED[DEFAULT])
EXAMPLE: dict[str, Any] = {
    "name": "finance-department",
    "title": "As the finance department counts (made up)",
    "note": "Discounted at the city's own borrowing rate.",
    "source": "Guideline 4 of the finance department, 2024 (made up)",
    "parameters": {"schedule": [{"through": None, "rate": "0.021"}], "horizon_years": 20, "priors": {}},
}


class DiscountStep(Shape):
    """A discount rate, and the last year in which it holds."""

    model_config = ConfigDict(json_schema_extra={"examples": [STEP]})

    through: Annotated[int, Field(ge=1, le=1_000)] | None = Field(
        description="The last year with this rate, counted from now; null for ever after.", examples=[30]
    )
    rate: Rate = Field(description="The rate a year, not below -0.5.", examples=["0.035"])


class MethodParameters(Shape):
    """All that a method has chosen: rates, horizon, priors, spreads."""

    model_config = ConfigDict(json_schema_extra={"examples": [PARAMETERS]})

    schedule: list[DiscountStep] = Field(
        min_length=1, max_length=100, description="The discount rates, year by year.", examples=[[STEP]]
    )
    first_benefit_year: Annotated[int, Field(ge=0, le=1)] = Field(
        default=0,
        description="How often the benefits of the year in which they come about are discounted.",
        examples=[0],
    )
    horizon_years: Annotated[int, Field(ge=0, le=1_000)] | None = Field(
        default=None,
        description="After how many years nothing counts any more; null where the schedule has no end.",
        examples=[60],
    )
    models: bool = Field(
        default=True,
        description="Whether levers are applied and prices put on what has none; false: only money that moved.",
        examples=[True],
    )
    priors: dict[Lever, Share] = Field(
        default={},
        description="What is taken for levers that nobody recorded; 0 for one that is not here.",
        examples=[{lever: str(prior) for lever, prior in PRIORS.items()}],
    )
    overhead: Overhead = Field(
        default="none",
        description="How costs of no engagement and no membership are spread over the groups.",
        examples=["none"],
    )
    credits: Credits = Field(
        default="declared",
        description="How an outcome's credit is parted between its engagements.",
        examples=["declared"],
    )
    spreads: dict[Spreading, Spread] = Field(
        default={},
        description="Relative standard deviations of what has no recorded range: of amounts by their level of"
        " evidence, of levers, of estimated costs; for one that is not here that of the shipped methods.",
        examples=[{name: str(spread) for name, spread in SPREADS.items()}],
    )
    mature_days: Annotated[int, Field(ge=0, le=36_500)] = Field(
        default=365,
        description="How many days old an engagement must be to count in `conversion.rate`.",
        examples=[365],
    )

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        try:
            method = Method.of({**self.model_dump(), "name": "new", "title": "New"})
        except ValueError as error:
            name, _, rule = str(error).partition(": ")
            # What stands after the semicolon repeats what was sent.
            raise broken("method", rule.partition("; ")[0].capitalize().removesuffix(".") + ".", name) from None
        if min(Decimal(step.rate) for step in self.schedule) < LEAST_RATE:
            raise broken("method", f"A rate must not be below {LEAST_RATE}.", "schedule")
        farthest = FARTHEST if self.horizon_years is None else min(FARTHEST, self.horizon_years)
        ends = {farthest, *(min(farthest, step.through or farthest) for step in self.schedule)}
        if min(factor(method.schedule, end) for end in ends) < LEAST_LEFT:
            raise broken("method", f"The rates must leave {LEAST_LEFT} of any value at least.", "schedule")
        return self


class MethodCreate(Shape):
    """A new version of a city's own method."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    name: Slug = Field(
        description="Its slug, none of a shipped method; a known one gets its next version.",
        examples=["finance-department"],
    )
    title: Line = Field(description="Its name for people.", examples=["As the finance department counts"])
    note: Prose = Field(
        default="", description="What to know before relying on it.", examples=["Discounted at the borrowing rate."]
    )
    source: Line = Field(description="Where it is laid down.", examples=["Guideline 4 of the finance department, 2024"])
    parameters: MethodParameters = Field(description="What it has chosen.")


DiscountStepRead = part_of("DiscountStepRead", DiscountStep)
MethodParametersRead = part_of(
    "MethodParametersRead",
    MethodParameters,
    schedule=(list[DiscountStepRead], Field(description="The discount rates, year by year.", examples=[[STEP]])),  # type: ignore[valid-type]
)
READ_EXAMPLE: dict[str, Any] = {
    "id": DEFAULT,
    **{name: value for name, value in SHIPPED[DEFAULT].parameters().items() if name in NAMING},
    "parameters": PARAMETERS,
    "city": None,
    "created_at": None,
}


class MethodRead(Answer):
    """One version of a method: how figures are made of records; it never changes."""

    model_config = ConfigDict(**Answer.model_config, json_schema_extra={"examples": [READ_EXAMPLE]})

    id: str = Field(description="Name and version, as figures carry them.", examples=[DEFAULT])
    name: str = Field(description="The method's name.", examples=["green-book"])
    version: int = Field(description="Its version.", examples=[1])
    title: str = Field(description="Its name for people.", examples=["Green Book"])
    note: str = Field(description="What to know before relying on it.", examples=[READ_EXAMPLE["note"]])
    source: str = Field(description="Where it is laid down.", examples=[READ_EXAMPLE["source"]])
    parameters: MethodParametersRead = Field(description="All that it has chosen.")  # type: ignore[valid-type]
    city: str | None = Field(description="The code of the city whose own it is; null where shipped.", examples=[None])
    created_at: Instant | None = Field(description="When the city recorded it; null where shipped.", examples=[None])


MethodPage = page_of("MethodPage", MethodRead)
