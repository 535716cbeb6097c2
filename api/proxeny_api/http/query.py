"""Refusing query parameters that an address does not know, has twice, or gets without a value."""

from collections.abc import Mapping
from difflib import get_close_matches
from functools import lru_cache
from typing import Any
from urllib.parse import unquote_to_bytes

from fastapi import Request
from fastapi.dependencies.models import Dependant
from pydantic import BaseModel

from proxeny_api.errors import BadRequest, FieldError

_LONGEST_NAME_SHOWN = 64


async def check_query(request: Request) -> None:
    """Raise 400 with every query parameter that is unknown, repeated, empty or not text.

    A dependency of the app or of a router: it reads what the matched route declares.
    """
    if not request.scope["query_string"]:
        return
    known = declared(_dependant(request.scope))
    text_is_whole = _is_utf8(request.scope["query_string"])
    faults: list[FieldError] = []
    seen: set[str] = set()
    for name, value in request.query_params.multi_items():
        if name not in known:
            faults.append(_unknown(name, known))
        elif name in seen:
            faults.append(_fault(name, "repeated", f"{name} is there more than once."))
        elif not value:
            faults.append(_fault(name, "empty", f"{name} has no value; leave it out instead."))
        elif "\x00" in value or not text_is_whole:
            faults.append(_fault(name, "not_text", f"{name} is not UTF-8 text, or holds U+0000."))
        seen.add(name)
    if faults:
        raise BadRequest(" ".join(fault.message for fault in faults[:3]), errors=faults)


def _dependant(scope: Mapping[str, Any]) -> Dependant:
    """Return what the matched route depends on; an included router keeps its own reading of the route."""
    included = scope.get("fastapi", {}).get("effective_route_context")
    dependant = getattr(included or scope["route"], "dependant", None)
    if not isinstance(dependant, Dependant):
        raise TypeError("check_query guards routes of FastAPI only.")
    return dependant


class _Identity:
    """A dependant for the cache: it has no hash of its own, and lives as long as the app."""

    __slots__ = ("dependant",)

    def __init__(self, dependant: Dependant) -> None:
        self.dependant = dependant

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Identity) and other.dependant is self.dependant

    def __hash__(self) -> int:
        return id(self.dependant)


@lru_cache(maxsize=1024)
def _declared_by(identity: _Identity) -> frozenset[str]:
    names: set[str] = set()
    for field in identity.dependant.query_params:
        model = field.field_info.annotation
        if isinstance(model, type) and issubclass(model, BaseModel):
            names.update(str(each.validation_alias or name) for name, each in model.model_fields.items())
        else:
            names.add(field.alias)
    return frozenset(names).union(*(_declared_by(_Identity(inner)) for inner in identity.dependant.dependencies))


def declared(dependant: Dependant) -> frozenset[str]:
    """Return the names of the query parameters of a route and of all that it depends on."""
    return _declared_by(_Identity(dependant))


def _unknown(name: str, known: frozenset[str]) -> FieldError:
    if len(name) > _LONGEST_NAME_SHOWN:
        return FieldError(
            pointer="/query", code="unknown", message="A query parameter with a very long name is unknown."
        )
    near = get_close_matches(name, sorted(known), n=1)
    if near:
        hint = f"did you mean {near[0]}?"
    elif known:
        hint = f"there are {', '.join(sorted(known))}."
    else:
        hint = "there is none here."
    return _fault(name, "unknown", f"{name} is no query parameter of this address: {hint}")


def _fault(name: str, code: str, message: str) -> FieldError:
    escaped = name.replace("~", "~0").replace("/", "~1")
    return FieldError(pointer=f"/query/{escaped}", code=code, message=message)


def _is_utf8(query_string: bytes) -> bool:
    try:
        unquote_to_bytes(query_string).decode()
    except UnicodeDecodeError:
        return False
    return True
