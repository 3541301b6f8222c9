"""The calls of the guide work as they are written, on an instance that is served."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.browser.instance import Instance, free_port
from tests.house.tree import ROOT

BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)


def calls(language: str) -> list[str]:
    """List the calls of the page, the commands that make the keys left out."""
    page = (ROOT / f"docs/{language}/api.md").read_text()
    return [one for one in BLOCK.findall(page) if "curl" in one]


@pytest.mark.slow
def test_calls_of_the_guide_run_a_whole_project(tmp_path: Path) -> None:
    bash = shutil.which("bash")
    if bash is None or shutil.which("curl") is None:
        pytest.skip("no curl on this machine")
    served = Instance(tmp_path / "data", free_port(), ["serve"])
    keys = {
        role.upper(): served.canut("key", "create", "--role", role, "--name", role).splitlines()[-1]
        for role in ("requester", "worker")
    }
    served.start()

    said = [
        subprocess.run(
            [bash, "-c", call],
            env=os.environ | keys | {"URL": served.url},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for call in calls("en")
    ]

    served.stop()
    assert len(said) >= 10
    assert not [one for one in said if '"code"' in one]
    assert said[-1].splitlines()[1].startswith("1,1,good,")


def test_guide_shows_the_same_calls_in_both_languages() -> None:
    assert calls("fr") == calls("en")
