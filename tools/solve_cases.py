"""Solve published worked examples, and say which of them come out: python tools/solve_cases.py FILE."""

import argparse
import json
import sys
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from proxeny.indicators import Undefined
from tools.cases.answers import Missing
from tools.cases.given import Json
from tools.cases.solving import Case, Outcome, tried

UNREADABLE = 2


def read(path: Path) -> list[Json]:
    """Return the cases of a file; numbers keep the digits they are written with."""
    written = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal, parse_constant=lambda _: None)
    cases = written.get("cases") if isinstance(written, dict) else written
    if not isinstance(cases, list):
        message = "it has no list of cases"
        raise ValueError(message)  # noqa: TRY004 - a file is unreadable in one way, whatever is wrong with it.
    return cases


def line(outcome: Outcome) -> str:
    """Return one case as a line."""
    case = outcome.case
    got = f"nothing ({outcome.reason})" if outcome.reason else told(outcome.found)
    told_ok = "ok  " if outcome.is_ok else "FAIL"
    return f"{told_ok} {case.id}: expected {told(case.expected)}, got {got}, tolerance {told(case.tolerance)}"


def told(value: object) -> str:
    """Return a value as JSON on one line, its numbers at 12 significant digits."""
    return json.dumps(plain(value), ensure_ascii=False)


def plain(value: object) -> object:
    """Return a value of what JSON knows: what is undefined as null with its reason, what is missing by name."""
    if isinstance(value, Undefined):
        return f"undefined ({value.reason})"
    if isinstance(value, Missing):
        return f"no answer called {value.name}"
    if isinstance(value, dict):
        return {str(name): plain(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    return float(f"{value:.12g}") if isinstance(value, (Decimal, float)) else value


def main() -> int:
    """Solve the cases of the file that is named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path, help="a file like cases.json: a list of cases, or one under `cases`")
    path = parser.parse_args().file
    try:
        cases = read(path)
    except (OSError, ValueError) as error:
        print(f"{path} cannot be read: {error}", file=sys.stderr)
        return UNREADABLE
    outcomes = []
    for place, written in enumerate(cases, start=1):
        outcomes.append(tried(Case.of(written, place)))
        print(line(outcomes[-1]))
    failed = sum(not outcome.is_ok for outcome in outcomes)
    print(f"{len(outcomes) - failed} ok, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
