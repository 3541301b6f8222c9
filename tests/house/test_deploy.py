"""The files one installs by fit the program, and ask for no right it can do without."""

import argparse
import configparser
import importlib
import re
import shlex
from typing import Any

import pytest
import yaml

from canut.commands import COMMANDS
from canut.options import SETTINGS
from canut.web.urls import PAGES
from tests.house.tree import ROOT

DEPLOY = ROOT / "deploy"
UNIT = (DEPLOY / "canut.service").read_text()
CONTAINER = (DEPLOY / "Containerfile").read_text()
COMPOSE_TEXT = (DEPLOY / "compose.yaml").read_text()
COMPOSE = yaml.safe_load(COMPOSE_TEXT)
OBJECTS = list(yaml.safe_load_all((DEPLOY / "kubernetes.yaml").read_text()))
OF_CANUT = ("migrate", "web", "jobs")
PORT = 8000


def understood(words: list[str]) -> bool:
    """Say whether ``canut`` takes these words."""
    command = next(one for one in COMMANDS if one.name == words[1])
    parser = argparse.ArgumentParser(exit_on_error=False, allow_abbrev=False)
    importlib.import_module(f"canut.commands.{command.module}").add_arguments(parser)
    return bool(vars(parser.parse_args(words[2:])))


def test_service_and_container_start_commands_that_exist() -> None:
    unit = re.search(r"^ExecStart=(.+)$", UNIT, re.MULTILINE)
    last = re.findall(r"^CMD (\[.+\])$", CONTAINER, re.MULTILINE)[-1]
    assert unit is not None

    assert understood(shlex.split(unit[1]))
    assert understood(re.findall(r'"([^"]+)"', last))


@pytest.mark.parametrize("text", [UNIT, CONTAINER], ids=["service", "container"])
def test_every_setting_that_is_given_exists(text: str) -> None:
    given = set(re.findall(r"\b(CANUT_[A-Z_]+)=", text))
    assert given

    assert given <= {one.name for one in SETTINGS}


def test_container_runs_without_rights_and_asks_for_its_health() -> None:
    asked = re.search(r"127\.0\.0\.1:8000/(\w+)", CONTAINER)

    assert re.search(r"^USER 10001$", CONTAINER, re.MULTILINE)
    assert asked is not None
    assert asked[1] in {page.address for page in PAGES}


def test_service_has_no_rights_it_can_do_without() -> None:
    unit = configparser.RawConfigParser(strict=False)
    unit.read_string(UNIT)
    service = unit["Service"]

    assert service["user"] not in {"", "root"}
    assert service["capabilityboundingset"] == ""
    assert {service[one] for one in ("nonewprivileges", "privatetmp", "protecthome")} == {"yes"}
    assert service["protectsystem"] == "strict"


def kubernetes(kind: str, name: str) -> dict[str, Any]:
    """Return one object of the example for Kubernetes."""
    (found,) = [o for o in OBJECTS if o["kind"] == kind and o["metadata"]["name"] == name]
    assert isinstance(found, dict)
    return found


def pods() -> dict[str, dict[str, Any]]:
    """Return what runs there: the description of each pod, by name."""
    running = [o for o in OBJECTS if o["kind"] in {"Deployment", "Job"}]
    return {o["metadata"]["name"]: o["spec"]["template"]["spec"] for o in running}


def test_compose_and_kubernetes_start_commands_that_exist() -> None:
    for name in OF_CANUT:
        assert understood(COMPOSE["services"][name]["command"]), name
        (container,) = pods()[f"canut-{name}"]["containers"]
        assert understood(container["command"]), name


def test_settings_of_compose_and_kubernetes_exist() -> None:
    known = {one.name for one in SETTINGS}
    for name in OF_CANUT:
        assert set(COMPOSE["services"][name]["environment"]) <= known, name
    config = kubernetes("ConfigMap", "canut")["data"]
    assert set(config) <= known
    assert all(isinstance(value, str) for value in config.values())
    noted = (DEPLOY / "kubernetes.yaml").read_text().split("apiVersion", 1)[0]
    assert set(re.findall(r"literal=([A-Z_]+)=", noted)) <= known


def test_every_variable_that_compose_asks_for_is_in_its_example() -> None:
    asked = set(re.findall(r"\$\{([A-Z_]+)", COMPOSE_TEXT))
    example = (DEPLOY / "compose.env.example").read_text()

    assert asked == set(re.findall(r"^([A-Z_]+)=", example, re.MULTILINE))


def test_ports_agree_from_the_proxy_to_the_server() -> None:
    web = COMPOSE["services"]["web"]
    (container,) = pods()["canut-web"]["containers"]
    service = kubernetes("Service", "canut")["spec"]

    for command in (web["command"], container["command"]):
        assert command[command.index("--port") + 1] == str(PORT)
    assert f":{PORT}/readyz" in web["healthcheck"]["test"][-1]
    assert f"reverse_proxy web:{PORT} " in (DEPLOY / "Caddyfile").read_text()
    assert re.search(rf"^EXPOSE {PORT}$", CONTAINER, re.MULTILINE)
    assert container["ports"] == [{"name": "http", "containerPort": PORT}]
    assert service["ports"][0]["targetPort"] == "http"
    assert "ports" not in web  # nobody reaches it but through the proxy


def test_service_of_kubernetes_finds_its_pods_and_probes_ask_pages_that_exist() -> None:
    web = kubernetes("Deployment", "canut-web")["spec"]
    labels = web["template"]["metadata"]["labels"]
    (container,) = web["template"]["spec"]["containers"]

    assert kubernetes("Service", "canut")["spec"]["selector"].items() <= labels.items()
    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        asked = container[probe]["httpGet"]
        assert asked["path"].lstrip("/") in {page.address for page in PAGES}
        assert asked["port"] == "http"


def test_containers_have_no_rights_and_write_their_volumes_alone() -> None:
    volumes = set(re.findall(r'"(/var/[a-z/]+)"', CONTAINER.split("VOLUME", 1)[1].splitlines()[0]))
    for name in OF_CANUT:
        service = COMPOSE["services"][name]
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["user"] == "10001"
        assert volumes <= {mount.split(":")[1] for mount in service["volumes"]}
        pod = pods()[f"canut-{name}"]
        (container,) = pod["containers"]
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["runAsUser"] == 10001
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert volumes <= {mount["mountPath"] for mount in container["volumeMounts"]}
        named = {volume["name"] for volume in pod["volumes"]}
        assert {mount["name"] for mount in container["volumeMounts"]} == named


def test_volumes_that_are_claimed_are_there() -> None:
    claims = {o["metadata"]["name"] for o in OBJECTS if o["kind"] == "PersistentVolumeClaim"}
    used = {
        volume["persistentVolumeClaim"]["claimName"]
        for pod in pods().values()
        for volume in pod["volumes"]
        if "persistentVolumeClaim" in volume
    }
    mounts = [m for s in COMPOSE["services"].values() for m in s["volumes"]]

    assert used == claims
    assert {m.split(":")[0] for m in mounts if not m.startswith(".")} == set(COMPOSE["volumes"])
