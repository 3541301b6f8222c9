"""The two processes of ``canut work``: what they give way to, and that both end together."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from canut.commands.instance_options import BEHIND

pytestmark = pytest.mark.process


def until(is_so: Callable[[], bool]) -> None:
    give_up = time.monotonic() + 40
    while not is_so():
        assert time.monotonic() < give_up
        time.sleep(0.1)


def children_of(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in listed]


def niceness(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[16])


def is_gone(pid: int) -> bool:
    return not Path(f"/proc/{pid}").exists()


@pytest.mark.sqlite
@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="reads /proc")
def test_time_is_kept_in_a_second_process_that_ends_with_the_first(tmp_path: Path) -> None:
    canut = [sys.executable, "-m", "canut"]
    there = os.environ | {"CANUT_DATA": str(tmp_path)}
    there.pop("DATABASE_URL", None)
    subprocess.run([*canut, "migrate"], env=there, check=True, capture_output=True)
    work = subprocess.Popen([*canut, "work"], env=there)
    try:
        until(lambda: bool(children_of(work.pid)))
        (beside,) = children_of(work.pid)
        until(lambda: niceness(beside) == niceness(work.pid) == max(BEHIND, os.nice(0)))
        work.send_signal(signal.SIGKILL)
        work.wait()
        until(lambda: is_gone(beside))
    finally:
        work.kill()
        work.wait()
