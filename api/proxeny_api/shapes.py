"""Shapes derived from one another: what is asked, what is answered, and what a merge patch may hold."""

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, create_model, model_validator
from pydantic.config import JsonDict
from pydantic.fields import FieldInfo

from proxeny_api.fields import IdText, Instant, Shape, broken

Fields = dict[str, Any]
Patch = TypeVar("Patch", bound=Shape)


class Answer(BaseModel):
    """An answer's shape: every member is there."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Stamped(Answer):
    """What every record has beside its content."""

    version: int = Field(description="Counts the changes of this record; its ETag.", examples=[1])
    created_at: Instant = Field(description="When it was first stored.")
    updated_at: Instant = Field(description="When it was last changed.")


def answer_of(name: str, request: type[BaseModel], doc: str, example: JsonDict, **more: Any) -> type[Answer]:
    """Return the shape of the answer to a request's shape: its members without defaults, some more, and the stamps."""
    members: Fields = {"id": (IdText, Field(description="The record's id, a UUIDv7.")), **_required(request), **more}
    return _answer(create_model(name, __base__=Stamped, __doc__=doc, **members), example)


def part_of(name: str, request: type[BaseModel], **more: Any) -> type[Answer]:
    """Return the shape of the answer to a part of a request: its members without defaults, and its example."""
    members: Fields = {**_required(request), **more}
    said: Any = request.model_config["json_schema_extra"]
    return _answer(create_model(name, __base__=Answer, __doc__=request.__doc__, **members), said["examples"][0])


def _required(request: type[BaseModel]) -> Fields:
    return {field: (info.annotation, _without_default(info)) for field, info in request.model_fields.items()}


def _answer(shape: type[Answer], example: JsonDict) -> type[Answer]:
    shape.model_config = ConfigDict(**Answer.model_config, json_schema_extra={"examples": [example]})
    shape.model_rebuild(force=True)
    return shape


def patches(
    request: type[BaseModel], example: JsonDict, *, without: tuple[str, ...] = ()
) -> Callable[[type[Patch]], type[Patch]]:
    """Make a class the merge patch of a request's shape: at least one member, and null for what need not be there."""

    def patched(base: type[Patch]) -> type[Patch]:
        members: Fields = {}
        for field, info in request.model_fields.items():
            if field not in without:
                checked: Any = Annotated[info.annotation, *info.metadata] if info.metadata else info.annotation
                members[field] = (checked if info.is_required() else checked | None, _optional(info))
        validators: dict[str, Any] = {"says_something": model_validator(mode="after")(_said_something)}
        shape = create_model(base.__name__, __base__=base, __doc__=base.__doc__, __validators__=validators, **members)
        shape.model_config = ConfigDict(
            **Shape.model_config, json_schema_extra={"examples": [example], "minProperties": 1}
        )
        shape.model_rebuild(force=True)
        return shape

    return patched


def _said_something(patch: Patch) -> Patch:
    if not patch.model_fields_set:
        raise broken("empty", "A change names at least one member.")
    return patch


def _optional(info: FieldInfo) -> FieldInfo:
    """Return a field like another one that may be left out; the document tells of no default, for there is none."""
    optional: FieldInfo = Field(  # type: ignore[assignment]
        default=None,
        description=info.description,
        examples=info.examples,
        json_schema_extra=lambda schema: schema.pop("default", None),
    )
    return optional


def _without_default(info: FieldInfo) -> FieldInfo:
    """Return a field like another one, but required."""
    required: FieldInfo = Field(description=info.description, examples=info.examples)
    required.metadata = list(info.metadata)
    return required


def page_of(name: str, item: type[BaseModel]) -> type[Answer]:
    """Return the shape of a page of records."""
    members: Fields = {
        "items": (list[item], Field(description="The records of this page.")),  # type: ignore[valid-type]
        "next_cursor": (
            str | None,
            Field(description="Where the next page begins; null on the last one.", examples=[None]),
        ),
    }
    examples = item.model_config.get("json_schema_extra", {})
    found = examples.get("examples", [{}]) if isinstance(examples, dict) else [{}]
    shape = create_model(name, __base__=Answer, __doc__=f"A page of {item.__name__} records.", **members)
    shape.model_config = ConfigDict(
        **Answer.model_config, json_schema_extra={"examples": [{"items": found, "next_cursor": None}]}
    )
    shape.model_rebuild(force=True)
    return shape
