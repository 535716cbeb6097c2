"""Bad input as data: the cases of `cases/*.toml`, spread over the doors that they name, and made into bytes.

A text may hold marks: `<<a * 9>>` is repeated, `<<"#":0, # 9>>` too, counting; `<<hex c3 28>>` is bytes; and other
words, such as `<<cost>>`, stand for what the stage knows by that name.
"""

import gzip
import json
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from tests.api.doors import METHODS

FOLDER = Path(__file__).with_name("cases")
DOCUMENT = Path(__file__).parents[2] / "openapi" / "openapi.json"
BATCH = "batch_engagements"
NESTING = "create_engagement"
# An id is what it takes, and what it takes is gone afterwards.
ERASING = "erase_record"
MARK = re.compile(r"<<(.*?)>>", re.DOTALL)
REPEATED = re.compile(r"(.*) \* (\d+)", re.DOTALL)
COUNTED = re.compile(r"(.*) # (\d+)", re.DOTALL)
HOLE = "\ufffdhole\ufffd"


@dataclass(frozen=True)
class Case:
    """One request, and how it is to be answered.

    Of the body: `say` is merged into one that is good, `value` is put into it at the pointer `at`, and `body` is all of
    it; each is JSON text, good or not. A case `within` a list of an engagement is tried there too. `raw` is a whole
    request. `kept`: it is taken, and comes back equal; `count`: so many items are listed.
    """

    what: str
    status: int
    door: str = ""
    at: str = ""
    code: str | None = None
    kept: bool = False
    count: int | None = None
    within: str | None = None
    asker: str | None = None
    method: str | None = None
    path: str | None = None
    query: str = ""
    headers: Mapping[str, Any] = field(default_factory=dict)
    say: str | None = None
    value: str | None = None
    body: str | None = None
    steps: Sequence[str] = ()
    raw: str | None = None
    named: bool = False

    @property
    def is_row(self) -> bool:
        """Tell whether it is a row of a batch that is refused, and not the batch."""
        return self.door == BATCH and self.status == 422 and "atomic" not in self.query


@cache
def document() -> dict[str, Any]:
    """Return the committed document of the API."""
    read: dict[str, Any] = json.loads(DOCUMENT.read_text(encoding="utf-8"))
    return read


@cache
def operations() -> dict[str, dict[str, Any]]:
    """Return each operation of the document by its id, with its method and its path."""
    return {
        operation["operationId"]: {**operation, "method": method.upper(), "path": path}
        for path, methods in document()["paths"].items()
        for method, operation in methods.items()
        if method in METHODS
    }


@cache
def cases() -> dict[str, tuple[Case, ...]]:
    """Return what is written down, each case under a name of its own, spread over its doors."""
    found: dict[str, tuple[Case, ...]] = {}
    for path in sorted(FOLDER.glob("*.toml")):
        for said in _rows(path):
            doors = said.pop("door", "")
            label = doors[0] if isinstance(doors, list) else doors
            name = f"{path.stem}: {label and f'{label}: '}{said['what']}"
            if name in found:
                raise ValueError(f"There are two cases {name!r}.")
            case = Case(**{**said, "at": bytes_of(said.get("at", ""), {}).decode()})
            found[name] = tuple(_spread(case, doors))
    return found


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the cases of a file, each with what its group says of all of them."""
    for group in tomllib.loads(path.read_text(encoding="utf-8"))["group"]:
        shared = {name: said for name, said in group.items() if name != "cases"}
        for row in group["cases"]:
            yield {**shared, **row, "headers": {**shared.get("headers", {}), **row.get("headers", {})}}


def _spread(case: Case, doors: str | list[str]) -> Iterator[Case]:
    """Yield a case for each door that it names, or that has what its words ask for."""
    if isinstance(doors, list):
        yield from (replace(case, door=door, named=True, within=None) for door in doors)
        if case.within:
            yield replace(case, door=NESTING, at=f"/{case.within}/0{case.at}")
    elif doors in ("", *operations()):
        yield replace(case, door=doors, named=True)
    else:
        able = DOORS_WITH[doors.removeprefix("with ")]
        yield from (replace(case, door=name) for name, operation in operations().items() if able(operation))


def _declares(name: str) -> Callable[[dict[str, Any]], bool]:
    return lambda operation: any(each["name"] == name for each in operation.get("parameters", []))


DOORS_WITH: dict[str, Callable[[dict[str, Any]], bool]] = {
    "any": lambda _: True,
    "a key": lambda operation: "security" not in operation or operation["security"] != [],
    "a body": lambda operation: "requestBody" in operation and operation["operationId"] not in {BATCH, ERASING},
    **{name: _declares(name) for name in ("limit", "cursor", "after", "Idempotency-Key", "If-Match", "If-None-Match")},
}


def bytes_of(text: str, known: Mapping[str, str]) -> bytes:
    """Return a text in UTF-8 with its marks made what they stand for."""
    parts = MARK.split(text)
    return b"".join(
        _marked(part, known) if place % 2 else part.encode("utf-8", "surrogatepass") for place, part in enumerate(parts)
    )


def _marked(mark: str, known: Mapping[str, str]) -> bytes:
    if repeated := REPEATED.fullmatch(mark):
        return repeated[1].encode() * int(repeated[2])
    if counted := COUNTED.fullmatch(mark):
        return "".join(counted[1].replace("#", str(number)) for number in range(int(counted[2]))).encode()
    if mark.startswith("hex "):
        return bytes.fromhex(mark.removeprefix("hex "))
    return known[mark].encode()


def body_of(case: Case, good: Any, known: Mapping[str, str]) -> bytes | None:  # noqa: ANN401 - any JSON
    """Return the body of a request, none where neither the case nor its door has any."""
    if case.body is not None:
        return stepped(bytes_of(case.body, known), case.steps)
    if good is None:
        return None
    said = json.loads(json.dumps(good))
    row = said[0] if case.door == BATCH else said[case.within][0] if case.within else said
    if case.say is not None:
        row.update(json.loads(bytes_of(case.say, known)))
    if case.value is not None:
        put(said if case.within else row, case.at, HOLE)
    text = json.dumps(said, ensure_ascii=False)
    before, hole, after = text.partition(f'"{HOLE}"')
    value = bytes_of(case.value or "", known) if hole else b""
    return stepped(before.encode() + value + after.encode(), case.steps)


def put(row: dict[str, Any], pointer: str, value: object) -> None:
    """Put a value into a body at a JSON pointer, making what leads there."""
    inside: Any = row
    *way, last = pointer.removeprefix("/").split("/")
    for step, following in zip(way, [*way, last][1:], strict=True):
        known = inside.get(step) if isinstance(inside, dict) else (inside[0] if inside else None)
        if known is None:
            known = [] if following.isdigit() else {}
            inside.__setitem__(step, known) if isinstance(inside, dict) else inside.append(known)
        inside = known
    if isinstance(inside, dict):
        inside[last] = value
    else:
        inside[:] = [value]


def stepped(body: bytes, steps: Sequence[str]) -> bytes:
    """Return a body after what is done to it on the way: packed, cut, spoilt, doubled, written in another charset."""
    for step in steps:
        word, _, number = step.partition(" ")
        match word:
            case "gzip":
                body = gzip.compress(body, 9, mtime=0)
            case "cut":
                body = body[: -int(number)]
            case "spoil":
                body = body[: -int(number)] + b"x" * int(number)
            case "double":
                body *= 2
            case _:
                body = body.decode().encode(step)
    return body
