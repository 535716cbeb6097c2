"""Telling what is wrong with the shape of a request, without repeating what it held."""

from collections.abc import Sequence
from typing import Any, Final

from fastapi.exceptions import RequestValidationError

from proxeny_api.errors import ApiError, BadRequest, FieldError, Invalid, NotFound

MOST_ERRORS: Final = 1000
LONGEST_NAME: Final = 200


def refusal_of(error: Exception) -> ApiError:
    """Return 404 for a path that names nothing, 400 for query and headers, 422 for the body."""
    if not isinstance(error, RequestValidationError):
        raise TypeError("This tells of RequestValidationError only.")
    found = list(error.errors())
    if any(each["loc"][:1] == ("path",) for each in found):
        return NotFound()
    outside = [each for each in found if each["loc"][:1] != ("body",)]
    if outside:
        faults = [FieldError(pointer=pointer(each["loc"]), code=each["type"], message=told(each)) for each in outside]
        return BadRequest(
            " ".join(f"{fault.pointer[1:]}: {fault.message.removesuffix('.')}." for fault in faults[:3]), errors=faults
        )
    return invalid(found, error.body)


def invalid(found: Sequence[Any], body: object) -> Invalid:
    """Return the 422 that lists what pydantic found in `body`."""
    faults = [field_error(each, body) for each in found[:MOST_ERRORS]]
    if len(found) > MOST_ERRORS:
        return Invalid(f"{len(found):,} places are wrong; the first {MOST_ERRORS:,} are listed.", errors=faults)
    return Invalid("One place is wrong." if len(found) == 1 else f"{len(found)} places are wrong.", errors=faults)


def field_error(found: Any, body: object) -> FieldError:  # noqa: ANN401 - pydantic's own dictionary
    """Return one of pydantic's errors as a pointer into `body`, a code and a sentence.

    Of pydantic's place only what is in the body counts: it also names the branches of unions. A rule of ours about
    several members says itself at which of them the fault is.
    """
    place = found["loc"][1:] if found["loc"][:1] == ("body",) else found["loc"]
    steps: list[int | str] = []
    inside: Any = body
    for position, part in enumerate(place):
        if _holds(inside, part):
            inside = inside[part]
            steps.append(part)
        elif found["type"] == "missing" and position == len(place) - 1:
            steps.append(part)
    at = found.get("ctx", {}).get("at")
    if isinstance(at, str) and isinstance(inside, dict):
        steps.append(at)
    return FieldError(pointer=pointer(steps), code=found["type"], message=told(found))


def _holds(inside: object, part: int | str) -> bool:
    if isinstance(inside, list):
        return isinstance(part, int) and 0 <= part < len(inside)
    return isinstance(inside, dict) and part in inside


def pointer(steps: Sequence[int | str]) -> str:
    """Return the JSON pointer (RFC 6901), ending above a name that is too long to repeat.

    >>> pointer(["costs", 0, "a/b"])
    '/costs/0/a~1b'
    """
    written = []
    for step in steps:
        name = str(step)
        if len(name) > LONGEST_NAME:
            break
        written.append("/" + name.replace("~", "~0").replace("/", "~1"))
    return "".join(written)


def told(found: Any) -> str:  # noqa: ANN401 - pydantic's own dictionary
    """Return pydantic's sentence where it does not repeat the input."""
    if found["type"] == "union_tag_invalid":
        return f"Input should be one of {found.get('ctx', {}).get('expected_tags', 'the kinds that there are')}"
    message: str = found["msg"]
    return message.removeprefix("Value error, ").removeprefix("Assertion failed, ")
