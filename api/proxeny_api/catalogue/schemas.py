"""What is answered of code lists and indicators."""

from typing import Any

from pydantic import Field

from proxeny.indicators import Unit, definition_of
from proxeny_api.shapes import Answer, page_of
from proxeny_api.vocabularies.codes import VERSION

CODE_EXAMPLE = {"code": "policy_change", "label": "Policy change"}
VOCABULARY_EXAMPLE = {"name": "outcome_kind", "version": VERSION, "codes": [CODE_EXAMPLE]}
INDICATOR_EXAMPLE = {
    **{name: said for name, said in definition_of("roi")._asdict().items() if name not in {"function", "assumed"}},
    "records": list(definition_of("roi").records),
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
    valued: bool = Field(
        description="Whether it rests on value by year, or on records one by one: by the method that is asked for.",
        examples=[False],
    )


VocabularyPage = page_of("VocabularyPage", Vocabulary)
IndicatorPage = page_of("IndicatorPage", Indicator)
