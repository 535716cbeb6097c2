"""The files of deploy/ are valid by their own schemas and checkers, and name only what exists."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import typer
import yaml

from proxeny_api import __version__, cli
from proxeny_api.serving import DRAIN_SECONDS, LEAVE_SECONDS
from proxeny_api.settings import Settings
from proxeny_api.workers import PATIENCE
from tests.deploy.reading import DEPLOY, KUBERNETES, UNITS, Node, commands, compose, manifests, of_kind, pods, texts
from tests.programs import program

TOOLS = Path(sys.executable).parent
SETTINGS = {f"PROXENY_{field}".upper() for field in Settings.model_fields}
# The schemas of the newest Kubernetes, and of the oldest that knows how to sleep before it stops a pod.
KUBERNETES_VERSIONS = (kubernetes_validate.latest_version(), "1.30")


def checked(*command: str) -> str:
    """Run a checker, show what it says where it is not content, and return what it warned of."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=DEPLOY)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stderr


def test_compose_is_valid_by_the_specification() -> None:
    checked(str(TOOLS / "check-jsonschema"), "--builtin-schema", "vendor.compose-spec", "compose.yaml")


def test_hadolint_finds_nothing_in_the_dockerfile() -> None:
    checked(str(TOOLS / "hadolint"), "--failure-threshold", "style", "Dockerfile")


@pytest.mark.parametrize("version", KUBERNETES_VERSIONS)
def test_every_manifest_is_valid_by_the_schemas_of_kubernetes(version: str) -> None:
    for manifest in manifests():
        kubernetes_validate.validate(manifest, version, strict=True)

    assert len(manifests()) >= 10


@pytest.mark.parametrize("folder", ["base", "overlays/production"])
def test_every_manifest_is_listed_and_every_one_listed_is_there(folder: str) -> None:
    place = KUBERNETES / folder
    listed: Node = yaml.safe_load((place / "kustomization.yaml").read_text(encoding="utf-8"))
    named = {*listed["resources"], *(patch["path"] for patch in listed.get("patches", []))}

    assert {name for name in named if not (place / name).exists()} == set()
    assert {path.name for path in place.glob("*.yaml")} - named == {"kustomization.yaml"}


def test_systemd_finds_nothing_in_the_units(tmp_path: Path) -> None:
    for unit in UNITS:
        text = unit.read_text(encoding="utf-8").replace("/opt/proxeny/bin/proxeny-api", str(TOOLS / "proxeny-api"))
        (tmp_path / unit.name.replace("@", "@8001")).write_text(text)

    said = checked(program("systemd-analyze"), "verify", "--man=no", *map(str, sorted(tmp_path.iterdir())))
    # What it does not understand it only warns of, and it may warn of the machine's own units.
    assert [line for line in said.splitlines() if "proxeny" in line] == []


@pytest.mark.parametrize("unit", [unit for unit in UNITS if unit.suffix == ".service"], ids=lambda unit: unit.name)
def test_every_service_is_hardened(unit: Path) -> None:
    checked(program("systemd-analyze"), "security", "--offline=yes", "--threshold=15", str(unit))


def test_every_variable_is_a_setting() -> None:
    named = {(name, variable) for name, text in texts() for variable in re.findall(r"\bPROXENY_[A-Z_]+", text)}

    assert len(named) > 10
    assert {pair for pair in named if pair[1] not in SETTINGS} == set()


def test_every_setting_that_is_given_is_taken() -> None:
    given = compose()["services"]["api"]["environment"] | of_kind("ConfigMap")["data"]
    for line in (DEPLOY / "systemd/api.env").read_text(encoding="utf-8").splitlines():
        name, is_given, value = line.partition("=")
        given |= {name: value.strip("'")} if is_given and value and not line.startswith("#") else {}
    fields = {name.removeprefix("PROXENY_").lower(): value for name, value in given.items()}
    fields["allowed_hosts"] = json.loads(fields["allowed_hosts"])

    assert Settings.model_validate(fields).statement_cache == 0


def test_every_command_is_one_of_ours() -> None:
    ours = typer.main.get_command(cli.app)
    made = commands()

    assert isinstance(ours, typer.core.TyperGroup)
    assert {name for name, _ in made} >= {"Dockerfile", "compose.yaml", "Deployment", "Job", "proxeny@.service"}
    for name, words in made:
        filled = [word.replace("%i", "8001") for word in words]
        called = ours.make_context(name, filled)
        found = ours.resolve_command(called, filled)
        assert found[1] is not None
        assert found[1].make_context(name, found[2]).params


def test_secrets_are_named_and_never_said() -> None:
    said = [
        (name, line)
        for name, text in texts()
        for line in text.splitlines()
        if re.search(r"(PEPPER|PASSWORD|DATABASE_URL|SIGNING_KEYS)\"?\s*[:=]\s*\S", line) and "${" not in line
    ]

    assert said == []
    assert [name for name, text in texts() if re.search(r"pxk_|BEGIN [A-Z ]*PRIVATE KEY", text)] == []
    assert [each for each in manifests() if each["kind"] == "Secret"] == []


def test_images_are_pinned_by_version() -> None:
    dockerfile = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    images = [service["image"] for service in compose()["services"].values()]
    images += re.findall(r"^FROM (\S+)", dockerfile, re.MULTILINE)
    built = KUBERNETES.rglob("kustomization.yaml")
    tags = [image["newTag"] for path in built for image in yaml.safe_load(path.read_text()).get("images", [])]

    assert [image for image in images if not re.search(r":v?\d+\.\d+[\w.-]*$", image)] == []
    assert {image for image in images if image.startswith("proxeny-api")} == {f"proxeny-api:{__version__}"}
    assert set(tags) == {__version__}


def test_the_servers_that_are_meant_are_the_servers_that_listen() -> None:
    services = compose()["services"]
    ini = (DEPLOY / "pgbouncer/pgbouncer.ini").read_text(encoding="utf-8")
    front = services["nginx"]["environment"]
    served, container = services["api"]["command"], of_kind("Deployment")["spec"]["template"]["spec"]["containers"][0]

    assert front["API_SERVERS"] == f"server api:{port_of(served)} max_fails=0;"
    assert services["nginx"]["ports"] == [f"80:{front['HTTP_PORT']}", f"443:{front['HTTPS_PORT']}"]
    assert "@pgbouncer:6432/proxeny" in services["api"]["environment"]["PROXENY_LOGIN_URL"]
    assert "listen_port = 6432" in ini
    assert "proxeny = host=postgres port=5432 dbname=proxeny" in ini
    assert container["ports"] == [{"containerPort": port_of(container["args"]), "name": "http"}]
    assert (
        of_kind("Service")["spec"]["ports"][0]["port"]
        == of_kind("NetworkPolicy")["spec"]["ingress"][0]["ports"][0]["port"]
    )


def port_of(words: list[str]) -> int:
    """Return the port of a call of `serve`."""
    return int(words[words.index("--port") + 1])


def test_the_template_of_nginx_is_filled_in_with_what_compose_gives() -> None:
    template = (DEPLOY / "nginx/proxeny.conf.template").read_text(encoding="utf-8")
    front: dict[str, str] = compose()["services"]["nginx"]["environment"]
    wanted = set(re.findall(r"\$\{([A-Z_]+)\}", template))

    assert wanted == front.keys() - {"NGINX_ENVSUBST_FILTER"}
    assert set(re.findall(r"[A-Z_]+", front["NGINX_ENVSUBST_FILTER"])) == wanted


def test_what_the_api_asks_of_a_connection_is_what_pgbouncer_gives_it() -> None:
    ini = (DEPLOY / "pgbouncer/pgbouncer.ini").read_text(encoding="utf-8")
    default = Settings.model_fields["statement_timeout"].default

    assert f"SET statement_timeout = {default * 1000:.0f};" in ini
    assert "pool_mode = transaction" in ini


def test_stopping_leaves_time_to_finish() -> None:
    pod = pods()["Deployment"]
    sleeps = pod["containers"][0]["lifecycle"]["preStop"]["sleep"]["seconds"]
    unit = (DEPLOY / "systemd/proxeny@.service").read_text(encoding="utf-8")
    granted = [
        pod["terminationGracePeriodSeconds"] - sleeps,
        int(compose()["services"]["api"]["stop_grace_period"].removesuffix("s")),
        *(int(seconds) for seconds in re.findall(r"TimeoutStopSec=(\d+)", unit)),
    ]

    assert len(granted) == 3
    assert min(granted) > max(PATIENCE, DRAIN_SECONDS + LEAVE_SECONDS)


@pytest.mark.parametrize("kind", ["Deployment", "Job"])
def test_pods_may_do_nothing_but_serve(kind: str) -> None:
    pod = pods()[kind]
    container: dict[str, Any] = pod["containers"][0]

    assert pod["securityContext"]["runAsNonRoot"]
    assert pod["automountServiceAccountToken"] is False
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert {"cpu", "memory"} <= container["resources"]["requests"].keys()


def test_only_what_migrates_has_the_owners_url() -> None:
    services = compose()["services"]
    containers = {kind: {each["name"] for each in pod["containers"][0]["env"]} for kind, pod in pods().items()}

    assert [name for name, each in services.items() if "PROXENY_DATABASE_URL" in each.get("environment", {})] == [
        "migrate"
    ]
    assert containers["Deployment"] == {"PROXENY_LOGIN_URL", "PROXENY_PEPPER", "PROXENY_SIGNING_KEYS"}
    assert containers["Job"] == {"PROXENY_DATABASE_URL", "PROXENY_PEPPER"}
    assert "PROXENY_DATABASE_URL" not in (DEPLOY / "systemd/api.env").read_text(encoding="utf-8")


def test_all_the_pods_together_ask_for_no_more_connections_than_a_server_has() -> None:
    most = of_kind("HorizontalPodAutoscaler")["spec"]["maxReplicas"]
    surge = of_kind("Deployment")["spec"]["strategy"]["rollingUpdate"]["maxSurge"]
    each = int(of_kind("ConfigMap")["data"]["PROXENY_POOL_SIZE"])

    assert (most + surge) * each <= 100 - 3
