"""Every setting that the program reads is there, however an operator sets the others."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.tree import SOURCE

LOOK = (
    "import os, django; django.setup(); from django.conf import settings; "
    "print(*[name for name in os.environ['NAMES'].split() if not hasattr(settings, name)])"
)


def names_read() -> set[str]:
    """Return the settings that some module reads as ``settings.NAME``."""
    names: set[str] = set()
    for path in SOURCE.rglob("*.py"):
        text = path.read_text()
        if "from django.conf import settings" in text:
            names |= {
                node.attr
                for node in ast.walk(ast.parse(text))
                if isinstance(node, ast.Attribute)
                and isinstance(node.value, ast.Name)
                and node.value.id == "settings"
            }
    return names


@pytest.mark.parametrize(
    "environment",
    [{}, {"EMAIL_URL": "smtp://name:word@mail.example.org:587"}, {"EMAIL_URL": "console:"}],
    ids=["none", "a mail server", "the terminal"],
)
def test_every_setting_that_is_read_exists(environment: dict[str, str], tmp_path: Path) -> None:
    names = names_read()
    assert "MAILERS" in names

    ran = subprocess.run(
        [sys.executable, "-c", LOOK],
        env={key: value for key, value in os.environ.items() if key != "EMAIL_URL"}
        | {"DJANGO_SETTINGS_MODULE": "canut.settings", "CANUT_DATA": str(tmp_path)}
        | {"NAMES": " ".join(names)}
        | environment,
        capture_output=True,
        text=True,
        check=True,
    )

    assert ran.stdout.strip() == "", "Django knows no such setting here"
