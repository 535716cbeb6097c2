"""The command `proxeny`: what can be done with an answer of the API without a server."""

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from proxeny import checkpoints
from proxeny.indicators.lineage import Difference, recompute

EQUAL, DIFFERENT, MALFORMED = 0, 1, 2
STANDARD_INPUT = "-"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return 0 when all is equal or sound, 1 when it is not, 2 when there is nothing to judge."""
    given = _parser().parse_args(arguments)
    judge: Callable[[argparse.Namespace], int] = given.judge
    return judge(given)


def _recompute(given: argparse.Namespace) -> int:
    try:
        document = _document(given.lineage)
        differences = recompute(document)
    except (OSError, ValueError, RecursionError) as error:
        sys.stderr.write(f"proxeny: {given.lineage} is no lineage that can be read. {_plain(_reason(error))}\n")
        return MALFORMED
    told = _as_json(document, differences) if given.json else _as_text(document, differences)
    sys.stdout.write(f"{told}\n")
    return DIFFERENT if differences else EQUAL


def _verify_checkpoint(given: argparse.Namespace) -> int:
    try:
        kept = [_document(name) for name in given.checkpoints]
        keys = {key["id"]: key["public_key"] for key in _document(given.keys)["keys"]}
        with sys.stdin if given.changes == STANDARD_INPUT else Path(given.changes).open(encoding="utf-8") as lines:
            found = checkpoints.verify(kept, keys, checkpoints.entries_of(lines))
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        sys.stderr.write(f"proxeny: this cannot be judged. {_plain(_reason(error))}\n")
        return MALFORMED
    wrong = [f"{one.what} at entry {one.seq}" for one in found]
    told = "\n".join(wrong) or f"sound up to entry {max(one['seq'] for one in kept)} and on"
    sys.stdout.write(
        json.dumps({"sound": not found, "found": [one._asdict() for one in found]}) if given.json else told
    )
    sys.stdout.write("\n")
    return DIFFERENT if found else EQUAL


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="proxeny", description=__doc__, allow_abbrev=False)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    command = commands.add_parser(
        "recompute",
        help="compute a figure again from its lineage alone, offline",
        description="Compute a figure again from its lineage alone, offline, and say whether it is equal or where not."
        " The exit status is 0 when it is equal, 1 when it is not, 2 when the file is malformed.",
    )
    command.add_argument("lineage", help="a lineage as JSON, as the API answers it; - reads standard input")
    command.set_defaults(judge=_recompute)
    ledger = commands.add_parser(
        "verify-checkpoint",
        help="hold a ledger against checkpoints that were kept, offline",
        description="Say whether a city's ledger was altered, cut off or made anew since checkpoints were signed,"
        " offline. The exit status is 0 when it was not, 1 when it was, 2 when that cannot be judged.",
    )
    ledger.add_argument("checkpoints", nargs="+", help="checkpoints of one city as JSON, as the API answers them")
    ledger.add_argument("--keys", required=True, help="the public keys as JSON, as they were kept with the checkpoints")
    ledger.add_argument(
        "--changes", required=True, help="all changes as lines of JSON, or the city's export; - reads standard input"
    )
    ledger.set_defaults(judge=_verify_checkpoint)
    for each in (command, ledger):
        each.add_argument("--json", action="store_true", help="answer in JSON")
    return parser


def _document(name: str) -> dict[str, Any]:
    content = sys.stdin.buffer.read() if name == STANDARD_INPUT else Path(name).read_bytes()
    found = json.loads(content)
    if not isinstance(found, dict):
        message = "There is no object of JSON in it."
        raise ValueError(message)  # noqa: TRY004 - what is malformed is a ValueError
    return found


def _reason(error: Exception) -> str:
    if isinstance(error, OSError):
        return f"{error.strerror}."
    if isinstance(error, json.JSONDecodeError | UnicodeDecodeError):
        return f"It is not JSON: {error}."
    if isinstance(error, RecursionError):
        return "It is nested too deeply."
    return f"There is no {error} in it." if isinstance(error, KeyError) else str(error)


def _as_text(document: Mapping[str, Any], differences: Sequence[Difference]) -> str:
    if not differences:
        return f"equal: {_figure(document)}"
    lines = [f"{_plain(one.pointer)}: told {_plain(one.told)}, found {_plain(one.found)}" for one in differences]
    count = "1 difference" if len(lines) == 1 else f"{len(lines)} differences"
    return "\n".join([f"not equal: {_figure(document)}; {count}", *lines])


def _figure(document: Mapping[str, Any]) -> str:
    """Return the figure that a lineage tells of in words."""
    definition, figure = document["definition"], document["figure"]
    unit = document["context"].get("currency") if definition.get("unit") == "money" else definition.get("unit")
    if figure.get("value") is None:
        value = f"is {_plain(figure.get('status'))} ({_plain(figure.get('reason'))})"
    else:
        value = f"= {_plain(figure.get('displayed'))} {_plain(unit)}"
    return f"{definition['id']} {value}, by {_plain(document['method'].get('id'))}, n = {_plain(figure.get('n'))}"


def _plain(value: object) -> str:
    """Return a value on one line, with nothing in it that a terminal would act upon or could not show."""
    return value if isinstance(value, str) and value.isascii() and value.isprintable() else json.dumps(value)


def _as_json(document: Mapping[str, Any], differences: Sequence[Difference]) -> str:
    answer = {
        "equal": not differences,
        "indicator": document["definition"]["id"],
        "figure": document["figure"],
        "differences": [one._asdict() for one in differences],
    }
    return json.dumps(answer, indent=2)
