"""What is asked of an erasure, and what is answered."""

from typing import Any, Literal

from pydantic import ConfigDict, Field

from proxeny_api.fields import IdText, Instant, Shape
from proxeny_api.shapes import Answer

EXAMPLE: dict[str, Any] = {"resource": "engagement", "id": "01939c1e-7f6a-7000-8000-3d1f5b8a2c4e"}
ANSWER: dict[str, Any] = {**EXAMPLE, "entries": 3, "seq": 58, "erased_at": "2026-11-23T10:00:00.000000Z"}
Erasable = Literal["engagement", "cost", "outcome", "membership", "proxy", "budget"]
KIND: Any = {"description": "What kind of record it is, or was.", "examples": ["engagement"]}
ID: Any = {"description": "The record's id.", "examples": [EXAMPLE["id"]]}


class ErasureCreate(Shape):
    """Whose past content is to be erased."""

    model_config = ConfigDict(**Shape.model_config, json_schema_extra={"examples": [EXAMPLE]})

    resource: Erasable = Field(**KIND)
    id: IdText = Field(**ID)


class Erasure(Answer):
    """What was erased."""

    model_config = ConfigDict(**Answer.model_config, json_schema_extra={"examples": [ANSWER]})

    resource: Erasable = Field(**KIND)
    id: IdText = Field(**ID)
    entries: int = Field(ge=1, description="How many entries lost their content.", examples=[3])
    seq: int = Field(ge=1, description="The number of the entry that says so.", examples=[58])
    erased_at: Instant = Field(description="When.")
