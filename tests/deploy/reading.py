"""The files of deploy/ as data: manifests, services, units, and what they name."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

Node = dict[str, Any]

DEPLOY = Path(__file__).parents[2] / "deploy"
KUBERNETES = DEPLOY / "kubernetes"
UNITS = sorted(path for path in (DEPLOY / "systemd").iterdir() if path.suffix in {".service", ".timer"})


def files() -> list[Path]:
    """Return every file of deploy/."""
    return sorted(path for path in DEPLOY.rglob("*") if path.is_file() and path.name != ".env")


def texts() -> Iterator[tuple[str, str]]:
    """Yield each file's name and text."""
    for path in files():
        yield str(path.relative_to(DEPLOY)), path.read_text(encoding="utf-8")


def compose() -> Node:
    """Return compose.yaml."""
    read: Node = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    return read


@cache
def kubectl() -> str | None:
    """Return where kubectl is, which builds overlays, if it is here."""
    return shutil.which("kubectl")


@cache
def manifests() -> list[Node]:
    """Return what the overlay comes to; where no kubectl is here to build it, what it is built of."""
    overlay, base = KUBERNETES / "overlays/production", KUBERNETES / "base"
    if kubectl():
        built = subprocess.run(["kubectl", "kustomize", overlay], capture_output=True, text=True, check=True).stdout
        return list(yaml.safe_load_all(built))
    found = [path for folder in (base, overlay) for path in sorted(folder.glob("*.yaml"))]
    read = [each for path in found for each in yaml.safe_load_all(path.read_text(encoding="utf-8"))]
    return [each for each in read if isinstance(each, dict) and each["kind"] != "Kustomization"]


def of_kind(kind: str) -> Node:
    """Return the first manifest of a kind."""
    return next(each for each in manifests() if each["kind"] == kind)


def pods() -> dict[str, Node]:
    """Return the pod templates by the kind of what makes them."""
    return {kind: of_kind(kind)["spec"]["template"]["spec"] for kind in ("Deployment", "Job")}


def commands() -> list[tuple[str, list[str]]]:
    """Return every call of proxeny-api that a file of deploy/ makes, with the file's name."""
    found = [
        (path.name, words.split())
        for path in UNITS
        for words in re.findall(r"ExecStart=\S+/proxeny-api (.+)", path.read_text())
    ]
    found += [(kind, pod["containers"][0]["args"]) for kind, pod in pods().items()]
    services = compose()["services"]
    found.append(("compose.yaml", services["api"]["command"]))
    said = services["migrate"]["command"][0]
    found += [("compose.yaml", words.split()) for words in re.findall(r"proxeny-api ([^>\n]+)", said)]
    dockerfile = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    last = re.findall(r"^CMD (\[.+)", dockerfile, re.MULTILINE)
    found += [("Dockerfile", re.findall(r'"([^"]+)"', line)) for line in last]
    return found
