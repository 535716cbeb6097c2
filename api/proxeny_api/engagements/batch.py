"""The batch: many engagements in one transaction, a result for each, and no good row lost to a bad one."""

import asyncio
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import TypeAdapter, ValidationError

from proxeny_api.engagements.schemas import EngagementCreate
from proxeny_api.errors import FieldError
from proxeny_api.http.shapes import field_error
from proxeny_api.http.strict_json import NotStrict, parse
from proxeny_api.ledger.service import Chain
from proxeny_api.records import content, write
from proxeny_api.records.plan import Result, Row
from proxeny_api.records.state import CityKnown
from proxeny_api.rollups.service import Due

CHUNK_ROWS = 1_000
SHAPE = TypeAdapter(list[EngagementCreate])
BETWEEN = f'"{secrets.token_hex(16)}"'.encode()
UNREADABLE = object()


@dataclass
class Outcome:
    """What became of a batch, counted and row by row."""

    results: list[Result] = field(default_factory=list)

    def count(self, status: str) -> int:
        """Return how many rows ended so."""
        return sum(result.status == status for result in self.results)

    @property
    def refused(self) -> list[Result]:
        """The rows that were not stored."""
        return [result for result in self.results if result.status == "refused"]


def lines_of(body: bytes) -> list[bytes]:
    """Return the lines of an NDJSON body that hold anything."""
    return [line for line in body.split(b"\n") if line and not line.isspace()]


def array_of(body: bytes) -> list[Any]:
    """Return the rows of a JSON array; raises NotStrict for a body that is none."""
    rows = parse(body)
    if not isinstance(rows, list):
        raise NotStrict("The body is not a JSON array of engagements.")
    return rows


def read_lines(lines: Sequence[bytes]) -> list[Any]:
    """Return the value of each line, UNREADABLE where a line is not strict JSON.

    All lines are parsed at once, with a random word between them that no line can have in it; only where that fails
    are they parsed one by one.
    """
    try:
        together = parse(b"[" + (b"," + BETWEEN + b",").join(lines) + b"]")
    except NotStrict:
        return [_read_line(line) for line in lines]
    word = BETWEEN.decode().strip('"')
    apart = together[1::2]
    if len(together) != 2 * len(lines) - 1 or any(between != word for between in apart):
        return [_read_line(line) for line in lines]
    return list(together[::2])


def _read_line(line: bytes) -> Any:  # noqa: ANN401 - JSON is any of six types
    try:
        return parse(line)
    except NotStrict:
        return UNREADABLE


def check(rows: Sequence[Any], first: int, seen: set[str]) -> tuple[list[Row], list[Result]]:
    """Validate rows: return those that are well-shaped, and a refusal for each of the others.

    `first` is the index of the first row in the batch, `seen` the external ids that came before.
    """
    errors: dict[int, list[FieldError]] = {}
    try:
        SHAPE.validate_python(rows)
    except ValidationError as error:
        for found in error.errors(include_url=False, include_input=False):
            place, *inside = found["loc"]
            fault = field_error({**found, "loc": tuple(inside)}, rows[int(place)])
            errors.setdefault(int(place), []).append(fault)
    good: list[Row] = []
    bad: list[Result] = []
    for place, said in enumerate(rows):
        faults = _line_fault(said) or errors.get(place) or _repeated(said, seen)
        if faults:
            external_id = said.get("external_id") if isinstance(said, dict) else None
            shown = external_id if isinstance(external_id, str) and len(external_id) <= 200 else None
            bad.append(Result(first + place, "refused", None, shown, tuple(faults)))
        else:
            good.append(Row(first + place, content.engagement(said)))
    return good, bad


def _line_fault(said: object) -> list[FieldError]:
    if said is not UNREADABLE:
        return []
    return [FieldError(pointer="", code="json", message="The line is not strict JSON.")]


def _repeated(said: Any, seen: set[str]) -> list[FieldError]:  # noqa: ANN401
    external_id = said.get("external_id")
    if external_id is None:
        return []
    if external_id in seen:
        return [
            FieldError(pointer="/external_id", code="repeated", message="This external_id came earlier in the batch.")
        ]
    seen.add(external_id)
    return []


def chunks(body: bytes, *, is_ndjson: bool, most: int) -> Iterator[list[Any]]:
    """Yield a body's rows in chunks; raises NotStrict for an array that is none, OverflowError for too many rows."""
    rows: Sequence[Any] = lines_of(body) if is_ndjson else array_of(body)
    if len(rows) > most:
        raise OverflowError
    for start in range(0, len(rows), CHUNK_ROWS):
        chunk = rows[start : start + CHUNK_ROWS]
        yield read_lines(chunk) if is_ndjson else list(chunk)


async def store(chain: Chain, city: CityKnown, rows: Iterator[list[Any]]) -> Outcome:
    """Store the rows chunk by chunk, count them all at the end; while the database has one, the next is validated."""
    outcome, seen, due = Outcome(), set[str](), Due()
    first = 0

    def next_checked() -> tuple[int, list[Row], list[Result]] | None:
        chunk = next(rows, None)
        return None if chunk is None else (len(chunk), *check(chunk, first, seen))

    checked = await asyncio.to_thread(next_checked)
    while checked is not None:
        size, good, bad = checked
        first += size
        following = asyncio.create_task(asyncio.to_thread(next_checked))
        try:
            _, results = await write.store_engagements(chain, city, good, due=due)
        finally:
            checked = await following
        outcome.results += sorted([*results, *bad], key=lambda result: result.index)
    await due.settle(chain.connection, city.id)
    return outcome
