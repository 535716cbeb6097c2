"""Merge patches (RFC 7396): a stored record's content with some members changed, checked as if it were new."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from proxeny_api.http.shapes import invalid


def merged(shape: type[BaseModel], stored: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return a record's content after a merge patch; raises Invalid where it breaks a rule.

    A member set to null falls back to its default; objects are merged, lists replaced.
    """
    content = {name: stored[name] for name in shape.model_fields if name in stored}
    for name, value in changes.items():
        if value is None:
            content.pop(name, None)
        elif isinstance(value, dict) and isinstance(content.get(name), dict):
            content[name] = {**content[name], **value}
        else:
            content[name] = value
    try:
        return shape.model_validate(content).model_dump()
    except ValidationError as error:
        raise invalid(error.errors(include_url=False, include_input=False), content) from None
