"""What is answered of code lists, indicators, methods and exchange rates."""

from typing import Annotated, Any

from pydantic import Field, WithJsonSchema

from proxeny.indicators import Unit, definition_of
from proxeny_api.fields import Currency, Day
from proxeny_api.rates.book import SOURCE
from proxeny_api.shapes import Answer, page_of
from proxeny_api.vocabularies.codes import VERSION

CODE_EXAMPLE = {"code": "policy_change", "label": "Policy change"}
VOCABULARY_EXAMPLE = {"name": "outcome_kind", "version": VERSION, "codes": [CODE_EXAMPLE]}
INDICATOR_EXAMPLE = {
    **{name: said for name, said in definition_of("roi")._asdict().items() if name != "function"},
    "records": list(definition_of("roi").records),
}
PARAMETER_EXAMPLE = {
    "name": "discount_rate",
    "value": "0",
    "description": "What a year's delay takes off the worth of money.",
}
METHOD_EXAMPLE = {
    "id": "cash@1",
    "name": "cash",
    "version": 1,
    "title": "What moved",
    "parameters": [PARAMETER_EXAMPLE],
    "note": "What moved, nothing modelled.",
}
RATE_EXAMPLE = {
    "currency": "USD",
    "day": "2024-04-07",
    "rate": "1.0841",
    "published_on": "2024-04-05",
    "source": SOURCE,
}


def shown_as(example: dict[str, Any]) -> Any:  # noqa: ANN401 - pydantic's own settings
    """Return an answer's settings with its example."""
    return {**Answer.model_config, "json_schema_extra": {"examples": [example]}}


class Code(Answer):
    """One code of a list."""

    model_config = shown_as(CODE_EXAMPLE)

    code: str = Field(description="The code, as records carry it.", examples=["policy_change"])
    label: str = Field(description="The code in English words.", examples=["Policy change"])


class Vocabulary(Answer):
    """A list of codes that records are described with."""

    model_config = shown_as(VOCABULARY_EXAMPLE)

    name: str = Field(description="The list's name.", examples=["outcome_kind"])
    version: str = Field(description="The version of the list; a new one when a code is added.", examples=[VERSION])
    codes: list[Code] = Field(description="Its codes, in their order.", examples=[[CODE_EXAMPLE]])


class Indicator(Answer):
    """One indicator: what it means and how it comes about."""

    model_config = shown_as(INDICATOR_EXAMPLE)

    id: str = Field(description="Its name in figures.", examples=["roi"])
    title: str = Field(description="Its name for people.", examples=["Return on investment, as recorded"])
    unit: Unit = Field(description="The unit of its values; money is in the currency asked for.", examples=["share"])
    formula: str = Field(
        description="How it comes about: s is a share, w a credit times a share.", examples=["(B − C)/C"]
    )
    undefined: str | None = Field(
        description="When it has no value; null where it always has one.", examples=["own cost ≤ 0 → `zero_cost`"]
    )
    source: str = Field(description="Where the formula is from.", examples=["Definition; sums of the records"])
    records: list[str] = Field(
        description="The counts of records that a figure rests on: their sum is its n.", examples=[["cost_n"]]
    )
    additive: bool = Field(description="Whether the figures of groups without common records add up.", examples=[False])
    converted: bool = Field(
        description="Whether money goes in, so that an amount without a rate leaves it undefined.", examples=[True]
    )


class MethodParameter(Answer):
    """One choice that a method has made."""

    model_config = shown_as(PARAMETER_EXAMPLE)

    name: str = Field(description="What is chosen.", examples=["discount_rate"])
    value: str = Field(description="The choice.", examples=["0"])
    description: str = Field(
        description="What it does to figures.", examples=["What a year's delay takes off the worth of money."]
    )


class Method(Answer):
    """One version of a method: how figures are made of records; it never changes."""

    model_config = shown_as(METHOD_EXAMPLE)

    id: str = Field(description="Name and version, as figures carry them.", examples=["cash@1"])
    name: str = Field(description="The method's name.", examples=["cash"])
    version: int = Field(description="Its version.", examples=[1])
    title: str = Field(description="Its name for people.", examples=["What moved"])
    parameters: list[MethodParameter] = Field(description="What it has chosen.", examples=[[PARAMETER_EXAMPLE]])
    note: str = Field(description="What to know before relying on it.", examples=["What moved, nothing modelled."])


class Rate(Answer):
    """What one euro was worth on a day."""

    model_config = shown_as(RATE_EXAMPLE)

    currency: Currency = Field(description="The currency, ISO 4217.", examples=["USD"])
    day: Day = Field(description="The day that was asked about.", examples=["2024-04-07"])
    rate: Annotated[str, WithJsonSchema({"type": "string", "format": "decimal"})] = Field(
        description="How much of the currency one euro was worth, digit for digit as published.", examples=["1.0841"]
    )
    published_on: Day = Field(
        description="The day of the rate: with `last_known` up to seven days before.", examples=["2024-04-05"]
    )
    source: str = Field(description="Who published it.", examples=[SOURCE])


VocabularyPage = page_of("VocabularyPage", Vocabulary)
IndicatorPage = page_of("IndicatorPage", Indicator)
MethodPage = page_of("MethodPage", Method)
RatePage = page_of("RatePage", Rate)
