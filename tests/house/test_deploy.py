"""The files one installs by fit the program, and ask for no right it can do without."""

import argparse
import configparser
import importlib
import re
import shlex

import pytest

from canut.commands import COMMANDS
from canut.options import SETTINGS
from canut.web.urls import PAGES
from tests.house.tree import ROOT

DEPLOY = ROOT / "deploy"
UNIT = (DEPLOY / "canut.service").read_text()
CONTAINER = (DEPLOY / "Containerfile").read_text()


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
