"""Many rows made into batches, and the results of batches into results of rows, without I/O to the API."""

from __future__ import annotations

import gzip
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import uuid4

from proxeny._bodies import encode
from proxeny._requests import Request
from proxeny.errors import InvalidArgument, ResponseUnreadable
from proxeny.models import BatchAnswer, RowResult

LARGEST_BODY = 8 * 1024 * 1024
"""Bytes of one batch before compression, half of what the API takes."""
LARGEST_BATCH = 10_000
"""Rows that the API takes in one batch."""
COMPRESSION = 1


@dataclass(slots=True)
class UpsertSummary:
    """How the rows fared so far."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    other: int = 0
    """Rows that fared in a way that this version of the client does not know."""

    @property
    def rows(self) -> int:
        """How many rows were answered."""
        return self.created + self.updated + self.unchanged + self.refused + self.other

    def count(self, status: str) -> None:
        """Count one more row."""
        name = status if status in {"created", "updated", "unchanged", "refused"} else "other"
        setattr(self, name, getattr(self, name) + 1)

    def __str__(self) -> str:
        told = f"{self.rows:,} rows: {self.created:,} created, {self.updated:,} updated, {self.unchanged:,} unchanged"
        return f"{told}, {self.refused:,} refused" + (f", {self.other:,} other" if self.other else "")


@dataclass(slots=True)
class Batch:
    """Rows that go together; those that cannot be sent keep their place."""

    first: int
    lines: list[bytes] = field(default_factory=list)
    refusals: dict[int, RowResult] = field(default_factory=dict)
    size: int = 0
    idempotency_key: str = field(default_factory=lambda: str(uuid4()))

    def __len__(self) -> int:
        return len(self.lines) + len(self.refusals)

    @property
    def span(self) -> range:
        """The places of its rows among all rows."""
        return range(self.first, self.first + len(self))

    def add(self, row: object, line: bytes | InvalidArgument) -> None:
        """Take in one row as it was encoded, or why it could not be."""
        if isinstance(line, InvalidArgument):
            self.refusals[self.first + len(self)] = _refused(self.first + len(self), row, str(line))
        else:
            self.lines.append(line)
            self.size += len(line)

    def request(self, target: str) -> Request:
        """Return the request that posts its rows."""
        headers = {
            "Content-Type": "application/x-ndjson",
            "Content-Encoding": "gzip",
            "Idempotency-Key": self.idempotency_key,
        }
        body = gzip.compress(b"".join(self.lines), COMPRESSION, mtime=0)
        return Request("POST", target, headers, body)

    def results(self, answer: BatchAnswer | None) -> list[RowResult]:
        """Return one result a row, in order, each with its place among all rows."""
        answered = list(answer.results) if answer else []
        if len(answered) != len(self.lines):
            reason = f"The API answered {len(answered)} of {len(self.lines)} rows"
            raise ResponseUnreadable(reason, 200)
        coming = iter(answered)
        return [self.refusals.get(index) or next(coming).model_copy(update={"index": index}) for index in self.span]


class Packer:
    """Puts rows into batches that are neither too long nor too large."""

    def __init__(self, batch_size: int) -> None:
        if not 1 <= batch_size <= LARGEST_BATCH:
            message = f"A batch holds 1 to {LARGEST_BATCH:,} rows."
            raise InvalidArgument(message)
        self._batch_size = batch_size
        self._open = Batch(first=0)

    def add(self, row: object) -> Batch | None:
        """Take in one row; return the batch before it when that is full."""
        line = _line(row)
        size = 0 if isinstance(line, InvalidArgument) else len(line)
        crowded = len(self._open) >= self._batch_size or self._open.size + size > LARGEST_BODY
        full = self.rest() if crowded else None
        self._open.add(row, line)
        return full

    def rest(self) -> Batch | None:
        """Return the batch that is open, if it has rows, and open the next."""
        batch = self._open
        self._open = Batch(first=batch.span.stop)
        return batch if len(batch) else None


def tell(summary: UpsertSummary) -> None:
    """Show on standard error how the rows fared so far: on a terminal in one line that changes, else a line a batch."""
    ending = "\r" if sys.stderr.isatty() else "\n"
    print(summary, end=ending, file=sys.stderr, flush=True)


def tell_end() -> None:
    """Leave the line that changes."""
    if sys.stderr.isatty():
        print(file=sys.stderr)


def _line(row: object) -> bytes | InvalidArgument:
    try:
        line = encode(row) + b"\n"
    except InvalidArgument as refusal:
        return refusal
    if not line.startswith(b"{"):
        return InvalidArgument(f"A row is a mapping or a model, not a {type(row).__name__}.")
    if len(line) > LARGEST_BODY:
        return InvalidArgument(f"The row is larger than {LARGEST_BODY:,} bytes.")
    return line


def _refused(index: int, row: object, message: str) -> RowResult:
    external_id = row.get("external_id") if isinstance(row, Mapping) else getattr(row, "external_id", None)
    error = {"pointer": "", "code": "unsendable", "message": message}
    return RowResult.model_validate(
        {
            "index": index,
            "status": "refused",
            "id": None,
            "external_id": external_id if isinstance(external_id, str) else None,
            "errors": [error],
        }
    )
