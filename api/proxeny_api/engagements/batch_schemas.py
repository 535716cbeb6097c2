"""What the batch answers."""

from typing import Any, Literal

from pydantic import ConfigDict, Field

from proxeny_api.cities.schemas import ID
from proxeny_api.errors import FieldError
from proxeny_api.fields import IdText
from proxeny_api.shapes import Answer

RESULT: dict[str, Any] = {
    "index": 0,
    "status": "created",
    "id": ID,
    "external_id": "crm-2024-0117",
    "errors": [],
    "warnings": [],
}


class RowResult(Answer):
    """What became of one row."""

    model_config = ConfigDict(json_schema_extra={"examples": [RESULT]})

    index: int = Field(description="The row's place in the batch, from 0.", examples=[0])
    status: Literal["created", "updated", "unchanged", "refused"] = Field(
        description="What became of it.", examples=["created"]
    )
    id: IdText | None = Field(description="The engagement's id; null where refused.")
    external_id: str | None = Field(description="Its id in the city's own system.", examples=["crm-2024-0117"])
    errors: list[FieldError] = Field(description="Why it was refused; empty otherwise.", examples=[[]])
    # Answers that were kept before there were warnings are repeated without them.
    warnings: list[FieldError] = Field(
        default=[],
        description="Where its free text seems to hold an e-mail address or a telephone number; it is stored all the"
        " same. Absent where there is nothing to warn of.",
        examples=[[]],
    )


class BatchAnswer(Answer):
    """What became of a batch: one result a row, in order, and how many of each."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"results": [RESULT], "created": 1, "updated": 0, "unchanged": 0, "refused": 0}]
        }
    )

    results: list[RowResult] = Field(description="One result a row, in order.")
    created: int = Field(description="How many were new.", examples=[1])
    updated: int = Field(description="How many replaced one that was there.", examples=[0])
    unchanged: int = Field(description="How many said nothing new.", examples=[0])
    refused: int = Field(description="How many were not stored.", examples=[0])
