"""The batch: many engagements in one transaction, a result for each, and no good row lost to a bad one."""

import asyncio
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Annotated, Any, NamedTuple

from pydantic import FailFast, TypeAdapter, ValidationError

from proxeny_api import contacts
from proxeny_api.engagements.schemas import EngagementCreate
from proxeny_api.errors import FieldError
from proxeny_api.http.shapes import field_error
from proxeny_api.http.strict_json import NotStrict, parse
from proxeny_api.ledger.service import Chain
from proxeny_api.records import content, write
from proxeny_api.records.execute import Laid, execute
from proxeny_api.records.plan import Plan, Result, Row
from proxeny_api.records.state import CityKnown
from proxeny_api.rollups.service import Due

CHUNK_ROWS = 500
# Rows that are validated or parsed at a stretch: meanwhile nothing else of the process runs.
SLICE_ROWS = 100
ROWS_SHAPE, ROW_SHAPE = TypeAdapter(Annotated[list[EngagementCreate], FailFast()]), TypeAdapter(EngagementCreate)
# So many faults of one row are told, of all rows together, and of each row after these: a batch can hold millions.
MOST_OF_ROW, MOST_OF_BATCH, FEW_OF_ROW = 1_000, 20_000, 5
BETWEEN = f'"{secrets.token_hex(16)}"'.encode()
UNREADABLE = object()


@dataclass
class Tally:
    """What became of a batch, counted and row by row; and what the rows are warned of, by their places."""

    results: list[Result] = field(default_factory=list)
    warned: dict[int, list[FieldError]] = field(default_factory=dict)

    def count(self, status: str) -> int:
        """Return how many rows ended so."""
        return sum(result.status == status for result in self.results)

    @property
    def refused(self) -> list[Result]:
        """The rows that were not stored."""
        return [result for result in self.results if result.status == "refused"]


@dataclass
class Course:
    """How far the checking of a batch has come: the rows and their external ids, and the faults that were found."""

    rows: int = 0
    seen: set[str] = field(default_factory=set)
    faults: int = 0

    @property
    def most_of_row(self) -> int:
        """How many faults of the next row may be told."""
        return max(FEW_OF_ROW, min(MOST_OF_ROW, MOST_OF_BATCH - self.faults))


def lines_of(body: bytes) -> Iterator[bytes]:
    """Yield the lines of an NDJSON body that hold anything, one at a time: the body is large enough as it is."""
    start = 0
    while start < len(body):
        end = body.find(b"\n", start)
        end = len(body) if end < 0 else end
        line = body[start:end]
        if line and not line.isspace():
            yield line
        start = end + 1


def _is_longer(body: bytes, most: int) -> bool:
    """Tell whether an NDJSON body has more lines than that, which few have that could."""
    return body.count(b"\n") >= most and sum(1 for _ in lines_of(body)) > most


def array_of(body: bytes) -> list[Any]:
    """Return the rows of a JSON array; raises NotStrict for a body that is none."""
    rows = parse(body)
    if not isinstance(rows, list):
        raise NotStrict("The body is not a JSON array of engagements.")
    return rows


def _sliced(lines: Sequence[bytes]) -> list[Any]:
    """Return the value of each line, read a slice at a time."""
    slices = (lines[start : start + SLICE_ROWS] for start in range(0, len(lines), SLICE_ROWS))
    return [value for some in slices for value in read_lines(some)]


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


def check(rows: Sequence[Any], course: Course) -> tuple[list[Row], list[Result]]:
    """Validate the next rows: return those that are well-shaped, and a refusal for each of the others."""
    first, errors = course.rows, dict[int, list[FieldError]]()
    course.rows += len(rows)
    for start in range(0, len(rows), SLICE_ROWS):
        for place, fault in _faults(rows[start : start + SLICE_ROWS], course):
            errors.setdefault(start + place, []).append(fault)
    good: list[Row] = []
    bad: list[Result] = []
    for place, said in enumerate(rows):
        faults = _line_fault(said) or errors.get(place) or _repeated(said, course.seen)
        if faults:
            external_id = said.get("external_id") if isinstance(said, dict) else None
            shown = external_id if isinstance(external_id, str) and len(external_id) <= 200 else None
            bad.append(Result(first + place, "refused", None, shown, tuple(faults)))
        else:
            good.append(Row(first + place, content.engagement(said)))
    return good, bad


def _faults(rows: Sequence[Any], course: Course) -> Iterator[tuple[int, FieldError]]:
    """Yield what is wrong with the shapes of rows, and in which of them; the rows one by one only where any is."""
    if _are_well_shaped(rows):
        return
    for place, row in enumerate(rows):
        for fault in _faults_of(row, course.most_of_row):
            course.faults += 1
            yield place, fault


def _are_well_shaped(rows: Sequence[Any]) -> bool:
    try:
        ROWS_SHAPE.validate_python(rows)
    except ValidationError:
        return False
    return True


def _faults_of(row: object, most: int) -> list[FieldError]:
    """Return what is wrong with a row's shape; of more than may be told, how many they are."""
    try:
        ROW_SHAPE.validate_python(row)
    except ValidationError as error:
        if error.error_count() > most:
            message = f"{error.error_count():,} places of this row are wrong, more than are listed here."
            return [FieldError(pointer="", code="many", message=message)]
        return [field_error(found, row) for found in error.errors(include_url=False, include_input=False)]
    return []


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
    if is_ndjson:
        if _is_longer(body, most):
            raise OverflowError
        lines = lines_of(body)
        while chunk := list(islice(lines, CHUNK_ROWS)):
            yield _sliced(chunk)
        return
    rows = array_of(body)
    if len(rows) > most:
        raise OverflowError
    for start in range(0, len(rows), CHUNK_ROWS):
        yield rows[start : start + CHUNK_ROWS]


class Checked(NamedTuple):
    """A chunk that has been validated: the rows that may be stored, and those that may not."""

    size: int
    good: list[Row]
    bad: list[Result]
    warned: dict[int, list[FieldError]]


class Placed(NamedTuple):
    """A chunk that is ready to be written."""

    plan: Plan
    results: list[Result]
    laid: Laid


async def store(chain: Chain, city: CityKnown, rows: Iterator[list[Any]]) -> Tally:
    """Store the rows chunk by chunk, and count them all at the end.

    While the database writes a chunk, the next one is laid out and the one after it is validated; a chunk that needs
    to know what the one before it did waits for that.
    """
    tally, due = Tally(), Due()
    checking = _checker(rows)
    here, there = await asyncio.to_thread(checking), None
    placed = await _placed(chain, city, here.good) if here else None
    if here:
        there = await asyncio.to_thread(checking)
    while here and placed:
        ahead = await _ahead(chain, city, there.good, here.good) if there else None
        later = asyncio.create_task(asyncio.to_thread(checking)) if there else None
        if placed.plan.engagements:
            await execute(chain, placed.plan, due, placed.laid)
        tally.warned |= here.warned
        tally.results += sorted([*placed.results, *here.bad], key=lambda result: result.index)
        if there:
            placed = await ahead if ahead else await _placed(chain, city, there.good)
        here, there = there, await later if later else None
    await due.settle(chain.connection, city.id)
    return tally


def _checker(rows: Iterator[list[Any]]) -> Callable[[], Checked | None]:
    """Return what validates the next chunk each time it is called, and None after the last."""
    course = Course()

    def checked() -> Checked | None:
        chunk = next(rows, None)
        if chunk is None:
            return None
        first = course.rows
        good, bad = check(chunk, course)
        warned = {row.number: told for row in good if (told := contacts.warnings(chunk[row.number - first]))}
        return Checked(len(chunk), good, bad, warned)

    return checked


async def _placed(chain: Chain, city: CityKnown, rows: Sequence[Row]) -> Placed:
    """Lay a chunk out by what is stored now."""
    plan = await write.prepare(chain, city, rows)
    return Placed(plan, *write.lay_out(plan, rows))


async def _ahead(
    chain: Chain, city: CityKnown, rows: Sequence[Row], before: Sequence[Row]
) -> asyncio.Task[Placed] | None:
    """Begin to lay a chunk out beside the writing of the one before, where the two do not touch each other."""
    plan = await write.prepare(chain, city, rows)
    if not write.is_apart(plan, rows, before):
        return None
    return asyncio.create_task(asyncio.to_thread(lambda: Placed(plan, *write.lay_out(plan, rows))))
