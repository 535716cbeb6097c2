"""What an outcome's value is made of and lessened by: its range, and the course of events without the city."""

from decimal import Decimal
from typing import Annotated, Any, get_args

from pydantic import ConfigDict, Field, StrictStr

from proxeny_api.fields import PRINTABLE, Positive, Shape, Share, Written, broken, decimal_schema
from proxeny_api.shapes import part_of
from proxeny_api.vocabularies.codes import CapacityUnit

Years = Annotated[int, Field(ge=1, le=125)]
Unit = Annotated[StrictStr, Field(min_length=1, max_length=64, pattern=PRINTABLE)]
ClaimKey = Annotated[StrictStr, Field(min_length=1, max_length=200, pattern=PRINTABLE)]
Measure = Annotated[
    str,
    Written(
        r"(?:0|[1-9][0-9]{0,13})(?:\.[0-9]{1,6})?",
        "measure",
        "This is a decimal string of at most 14 digits before the point and 6 after it.",
        decimal_schema("120", "An amount or a quantity."),
    ),
]
RANGE: dict[str, Any] = {"low": "90", "central": "120", "high": "180"}
COURSE: dict[str, Any] = {
    "gross": "1000",
    "leakage": "0.1",
    "displacement": "0.25",
    "substitution": "0.05",
    "multiplier": "1.3",
}
COURSES: dict[str, Any] = {"intervention": COURSE, "reference": {**COURSE, "gross": "300"}}


class Range(Shape):
    """Between which values an outcome's amount lies or, where it has none, its quantity."""

    model_config = ConfigDict(json_schema_extra={"examples": [RANGE]})

    low: Measure = Field(description="The least.", examples=["90"])
    central: Measure | None = Field(
        default=None, description="The likeliest: the amount or quantity itself, or left out.", examples=["120"]
    )
    high: Measure = Field(description="The most.", examples=["180"])


class Course(Shape):
    """One course of events: what comes about, and what of it is lost or follows."""

    model_config = ConfigDict(json_schema_extra={"examples": [COURSE]})

    gross: Measure = Field(description="What comes about, as the amount or the quantity is counted.", examples=["1000"])
    leakage: Share = Field(default="0", description="What goes to those it was not meant for.", examples=["0.1"])
    displacement: Share = Field(default="0", description="What others lose by it.", examples=["0.25"])
    substitution: Share = Field(default="0", description="What takes the place of another of its kind.", examples=["0"])
    multiplier: Positive = Field(default="1", description="What follows of it in the economy.", examples=["1.3"])


class Counterfactual(Shape):
    """What came about, and what would have without the city's engagement."""

    model_config = ConfigDict(json_schema_extra={"examples": [COURSES]})

    intervention: Course = Field(description="What came about.")
    reference: Course = Field(description="What would have come about anyway.")


RangeRead = part_of("RangeRead", Range)
CourseRead = part_of("CourseRead", Course)
CounterfactualRead = part_of(
    "CounterfactualRead",
    Counterfactual,
    intervention=(CourseRead, Field(description="What came about.")),
    reference=(CourseRead, Field(description="What would have come about anyway.")),
)


def check_value(amount: str | None, unit_value: str | None, proxy: str | None) -> None:
    """Check that an outcome is valued in one way; raises PydanticCustomError `mixed_price_bases`."""
    ways = [name for name, value in (("amount", amount), ("unit_value", unit_value), ("proxy", proxy)) if value]
    if len(ways) > 1:
        raise broken("mixed_price_bases", f"An outcome has {ways[0]} or {ways[1]}, not both.", ways[1])


def check_quantity(kind: str, quantity: str | None, unit: str | None, *, is_valued: bool) -> None:
    """Check that a quantity says what it counts; raises PydanticCustomError `quantity_unit` or `capacity_unit`.

    What has a value of one may leave the unit out: it is then one of what the value is of.
    """
    if unit is not None and quantity is None:
        raise broken("quantity_unit", "A unit is that of a quantity.", "quantity")
    if quantity is not None and unit is None and not is_valued:
        raise broken("quantity_unit", "A quantity has a unit beside it.", "unit")
    if kind == "capacity_built" and unit not in (None, *get_args(CapacityUnit)):
        raise broken("capacity_unit", "Capacity is counted in people or hours.", "unit")


def check_range(span: Range | None, amount: str | None, quantity: str | None) -> None:
    """Check that a range is in order and around what was recorded; raises PydanticCustomError `range`."""
    if span is None:
        return
    recorded = amount if amount is not None else quantity
    if recorded is None:
        raise broken("range", "A range is that of an amount or of a quantity; there is neither.", "range")
    if not Decimal(span.low) <= Decimal(recorded) <= Decimal(span.high):
        raise broken("range", "What was recorded lies between low and high.", "range")
    if span.central is not None and Decimal(span.central) != Decimal(recorded):
        raise broken("range", "central is the amount or the quantity itself, or left out.", "range")
