"""Bodies of requests: from models, mappings and keywords to JSON, without I/O."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import TypeAlias
from uuid import UUID

from pydantic import BaseModel

from proxeny.errors import InvalidArgument

Fields: TypeAlias = BaseModel | Mapping[str, object]
"""What is to be written: a model of this package, or a mapping of the API's own names."""


def merged(given: Fields | None, keywords: Mapping[str, object]) -> dict[str, object]:
    """Return one mapping of what was given and of the keywords, which win; what a model leaves unset stays out."""
    return {**as_mapping({} if given is None else given), **keywords}


def as_mapping(given: object) -> dict[str, object]:
    """Return the fields by the API's names."""
    if isinstance(given, BaseModel):
        return given.model_dump(by_alias=True, exclude_unset=True)
    if isinstance(given, Mapping):
        return dict(given)
    message = f"A {type(given).__name__} has no fields: give a model, a mapping, or keywords."
    raise InvalidArgument(message)


def encode(body: object) -> bytes:
    """Return the body as JSON; money stays digit for digit, what JSON cannot hold is refused."""
    try:
        return json.dumps(body, default=_plain, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    except (TypeError, ValueError, RecursionError) as error:
        message = f"This cannot be written as JSON: {error}"
        raise InvalidArgument(message) from error


def _plain(value: object) -> object:
    """Return the JSON form of what ``json`` does not know."""
    match value:
        case BaseModel() | Mapping():
            return as_mapping(value)
        case Decimal() if value.is_finite():
            return format(value, "f")
        case datetime() if value.tzinfo is not None:
            return value.isoformat()
        case datetime():
            raise ValueError("an instant needs its offset from UTC")
        case date():
            return value.isoformat()
        case UUID():
            return str(value)
        case Enum():
            return value.value
        case _:
            message = f"there is no JSON form of {type(value).__name__} {value!r}"
            raise TypeError(message)
