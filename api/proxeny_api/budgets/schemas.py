"""What is said of a city's budget of one year."""

from typing import Annotated, Any, Self

from pydantic import ConfigDict, Field, StrictStr, model_validator

from proxeny_api.cities.schemas import ID, STAMPS
from proxeny_api.fields import Currency, Line, Money, Shape, Year, check_amount
from proxeny_api.shapes import answer_of, patches

# The 29th of February begins no fiscal year: three years of four have none.
DAY_OF_YEAR = (
    "^((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))$"
)
EXAMPLE: dict[str, Any] = {
    "year": 2024,
    "amount": "912400000.00",
    "currency": "EUR",
    "source": "Budget as adopted by the council, 14 December 2023 (made up)",
    "fiscal_year_starts_on": "01-01",
}


class BudgetCreate(Shape):
    """A yearly budget to be recorded."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    year: Year = Field(
        description="The calendar year in which the fiscal year begins; unique in the city.", examples=[2024]
    )
    amount: Money = Field(description="All that the city is to spend in it.", examples=["912400000.00"])
    currency: Currency = Field(description="The amount's currency.", examples=["EUR"])
    source: Line = Field(description="Where the amount is from.", examples=["Budget as adopted by the council"])
    fiscal_year_starts_on: Annotated[StrictStr, Field(pattern=DAY_OF_YEAR)] = Field(
        default="01-01",
        description="The day on which the fiscal year begins, MM-DD; it is a year long and overlaps no other one.",
        examples=["01-01"],
    )

    @model_validator(mode="after")
    def _minor_digits(self) -> Self:
        check_amount(self.amount, self.currency)
        return self


BudgetRead = answer_of(
    "Budget",
    BudgetCreate,
    "A city's budget of one year.",
    {"id": ID, **EXAMPLE, "city": "athens", **STAMPS},
    city=(str, Field(description="The city's code.", examples=["athens"])),
)


@patches(BudgetCreate, {"amount": "915000000.00"})
class BudgetPatch(Shape):
    """Changes to a yearly budget."""
