"""Reading a file of rates or price indices: CSV with a line of names, each bad row refused with its reason."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar

from pydantic import ValidationError

from proxeny_api.fields import Shape

MOST_ROWS = 100_000
Row = TypeVar("Row", bound=Shape)


class Refused(NamedTuple):
    """A row that was not loaded: its line in the file, and the kind of its fault for programs and for people."""

    row: int
    code: str
    message: str


def read(path: Path, shape: type[Row]) -> tuple[dict[int, Row], list[Refused]]:
    """Return a file's rows of the right shape by their lines, and what is wrong with the others.

    Raises ValueError for what is no such file as a whole: not UTF-8, no CSV, other columns, no rows, or too many.
    """
    good: dict[int, Row] = {}
    refused: list[Refused] = []
    for line, cells in _lines(path, tuple(shape.model_fields)):
        try:
            good[line] = shape.model_validate_strings(cells)
        except ValidationError as error:
            refused.append(_refused(line, error))
    if not good and not refused:
        raise ValueError(f"{path} has no rows.")
    return good, refused


def _lines(path: Path, columns: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield each row's line and its cells by column; a cell too many has a name that no shape knows."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.reader(file, strict=True)
            names = [name.strip() for name in next(rows, [])]
            if sorted(names) != sorted(columns):
                raise ValueError(f"The first line of {path} names the columns {', '.join(columns)}, and no others.")
            for number, cells in enumerate(filter(None, rows), start=1):
                if number > MOST_ROWS:
                    raise ValueError(f"{path} has more than {MOST_ROWS:,} rows: load it in parts.")
                named = [*names, *(f"cell {place + 1}" for place in range(len(names), len(cells)))]
                yield rows.line_num, {name: cell.strip() for name, cell in zip(named, cells, strict=False)}
    except UnicodeDecodeError as error:
        raise ValueError(f"{path} is not UTF-8 text.") from error
    except csv.Error as error:
        raise ValueError(f"{path} is not CSV: {error}.") from error


def _refused(line: int, error: ValidationError) -> Refused:
    """Return why a row is refused: every member that is wrong, by the code of the first."""
    faults = error.errors(include_url=False, include_input=False)
    message = " ".join(f"{fault['loc'][0]}: {fault['msg'].removesuffix('.')}." for fault in faults)
    return Refused(line, faults[0]["type"], message)
