"""One run of Schemathesis over the whole document against a real server, as one sort of holder."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

REPOSITORY = Path(__file__).parents[2]
PHASES = ("examples", "coverage", "fuzzing", "stateful")
# 412 answers a good If-Match of another version, 413 a batch whose every row is at its longest.
WELL_SHAPED = ("2xx", "3xx", 401, 403, 404, 409, 412, 413, 429)
ILL_SHAPED = (400, 401, 403, 404, 405, 409, 412, 413, 414, 415, 422, 428, 429)
HEADER_MISSING = (400, 401, 403, 404, 428)
USUAL_EXAMPLES = 5
MOST_STEPS = 6
# Beside the document's own links; what names alone suggest, hundreds, would leave no time for those.
LINKS_FOLLOWED = ("location-headers",)
# Doors that are closed to an asker, where all the variations of the coverage phase would be refused alike: those of the
# largest shape, and without a key all that need one. The other phases try them too, and so does the long run.
LARGEST = ["batch_engagements", "create_engagement", "put_engagement_by_external_id", "update_engagement"]
CLOSED = {
    "network": {"include-operation-id": LARGEST},
    "operator": {"include-operation-id": LARGEST},
    "nobody": {"exclude-tag": ["catalogue", "health"]},
}


class Size(NamedTuple):
    """How much is tried, and from which seed."""

    examples: int
    seed: int

    @property
    def is_usual(self) -> bool:
        """Tell whether this is the size for every change."""
        return self.examples == USUAL_EXAMPLES

    @classmethod
    def chosen(cls) -> "Size":
        """Return what `make fuzz` chose, or what is enough for every change."""
        chosen = os.environ.get
        return cls(int(chosen("PROXENY_FUZZ_EXAMPLES", USUAL_EXAMPLES)), int(chosen("PROXENY_FUZZ_SEED", "20240408")))


class Asker(NamedTuple):
    """Who asks: its key, that of its like who may not see what it has, and real words for parameters."""

    name: str
    key: str | None
    other: str | None
    words: dict[str, list[str]]


class Told(NamedTuple):
    """What Schemathesis says at the end."""

    status: int
    text: str
    report: dict[str, Any]


def run(address: str, asker: Asker, size: Size, endless: list[str], folder: Path) -> Told:
    """Make every check in every phase of every operation; `endless` are ids of keys that must not be ended."""
    settings, report = folder / f"{asker.name}.toml", folder / f"{asker.name}.json"
    keys = folder / f"{asker.name}-keys.json"
    keys.write_text(json.dumps({"auth": [carried("me", asker.key), carried("other", asker.other)]}))
    settings.write_text(written(asker, size, report, keys))
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(settings), "run"]
    done = subprocess.run(
        [*command, f"{address}/openapi.json"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY), "PROXENY_FUZZ_KEY_IDS": ",".join(endless)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return Told(done.returncode, done.stdout, json.loads(report.read_text()) if report.exists() else {})


def carried(name: str, key: str | None) -> dict[str, object]:
    """Return a key as Web Fuzzing Commons, which Schemathesis reads, writes it."""
    return {"name": name, "fixedHeaders": [{"name": "Authorization", "value": f"Bearer {key}"}]}


def written(asker: Asker, size: Size, report: Path, keys: Path) -> str:
    """Return the settings of a run; JSON's texts, numbers and arrays are TOML's too."""
    settings: dict[str, object] = {
        "seed": size.seed,
        "hooks": "tests.contract.hooks",
        "continue-on-failure": True,
        "max-redirects": 0,
        "reports.json.path": str(report),
        "generation.mode": "all",
        "generation.max-examples": size.examples,
        "generation.database": "none",
        "generation.no-shrink": True,
        "phases.stateful.generation.max-examples": 12 * size.examples,
        "phases.stateful.max-steps": MOST_STEPS,
        "phases.stateful.inference.algorithms": LINKS_FOLLOWED,
        "checks.positive_data_acceptance.expected-statuses": WELL_SHAPED,
        "checks.negative_data_rejection.expected-statuses": ILL_SHAPED,
        "checks.missing_required_header.expected-statuses": HEADER_MISSING,
    }
    if asker.other is not None:
        settings |= {"auth.wfc.path": str(keys), "auth.wfc.user": "me", "auth.wfc.peers": ("me", "other")}
    elif asker.key is not None:
        settings["auth.openapi.key.bearer"] = asker.key
    for number, (parameter, words) in enumerate(asker.words.items()):
        settings[f"dictionaries.words{number}.values"] = words
        settings[f'parameters."{parameter}".dictionary'] = f"words{number}"
        settings[f'parameters."{parameter}".probability'] = 0.8
    lines = [f"{name} = {json.dumps(value)}" for name, value in settings.items()]
    for chosen, names in CLOSED.get(asker.name, {}).items() if size.is_usual else ():
        lines += ["[[operations]]", f"{chosen} = {json.dumps(names)}", "phases.coverage.enabled = false"]
    return "\n".join(lines)
