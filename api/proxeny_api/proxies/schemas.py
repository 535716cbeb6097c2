"""What is said of a valuation proxy."""

from decimal import Decimal
from typing import Any, Self

from pydantic import ConfigDict, Field, model_validator

from proxeny_api.cities.schemas import ID, STAMPS
from proxeny_api.fields import Currency, Line, Money, Shape, Slug, Url, Year, broken, check_amount
from proxeny_api.shapes import answer_of, patches
from proxeny_api.vocabularies.codes import Visibility

EXAMPLE: dict[str, Any] = {
    "code": "officer-hour",
    "title": "An hour of a trained climate officer (made up)",
    "value": "42.50",
    "currency": "EUR",
    "unit": "hour of training",
    "year": 2024,
    "source": "Pay scale of the city, grade 9, with social security (made up)",
    "source_url": "https://example.org/pay-scale-2024",
    "low": "38.00",
    "high": "47.00",
    "licence": "CC BY 4.0",
    "visibility": "network",
}


class ProxyCreate(Shape):
    """A valuation proxy to be recorded."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    code: Slug = Field(description="Its slug, unique in the city and never changed.", examples=["officer-hour"])
    title: Line = Field(description="What it stands for.", examples=["An hour of a trained climate officer"])
    value: Money = Field(description="What one of it is worth.", examples=["42.50"])
    currency: Currency = Field(description="The currency of value, low and high.", examples=["EUR"])
    unit: Line = Field(description="What one of is valued.", examples=["hour of training"])
    year: Year = Field(description="The year of whose prices the value is.", examples=[2024])
    source: Line = Field(description="Where the value is from.", examples=["Pay scale of the city, grade 9"])
    source_url: Url | None = Field(
        default=None, description="Where the source can be read.", examples=["https://example.org/pay-scale-2024"]
    )
    low: Money | None = Field(
        default=None, description="The least that it may be worth; with high or not at all.", examples=["38.00"]
    )
    high: Money | None = Field(
        default=None, description="The most that it may be worth; with low or not at all.", examples=["47.00"]
    )
    licence: Line | None = Field(
        default=None, description="Under which terms the source may be used.", examples=["CC BY 4.0"]
    )
    visibility: Visibility = Field(
        default="private",
        description="Who may see it: the city; the networks with which it shares its records; or everybody, once"
        " released.",
        examples=["network"],
    )

    @model_validator(mode="after")
    def _rules(self) -> Self:
        for name, amount in (("value", self.value), ("low", self.low), ("high", self.high)):
            check_amount(amount, self.currency if amount else None, (name, "currency"))
        _check_range(self.value, self.low, self.high)
        return self


def _check_range(value: str, low: str | None, high: str | None) -> None:
    """Check that a range has both its ends, and the value in it; raises PydanticCustomError `range`."""
    if low is None and high is None:
        return
    if low is None or high is None:
        raise broken("range", "low and high come together or not at all.", "low" if low is None else "high")
    if Decimal(low) > Decimal(value):
        raise broken("range", "low may not lie above value.", "low")
    if Decimal(high) < Decimal(value):
        raise broken("range", "high may not lie below value.", "high")


ProxyRead = answer_of(
    "Proxy",
    ProxyCreate,
    "A valuation proxy.",
    {"id": ID, **EXAMPLE, "city": "athens", **STAMPS},
    city=(str, Field(description="The city's code.", examples=["athens"])),
)


@patches(ProxyCreate, {"value": "43.00"}, without=("code",))
class ProxyPatch(Shape):
    """Changes to a valuation proxy."""
