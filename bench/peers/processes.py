"""A server that is measured: a process, all that it started, and the CPU and memory of these."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

TICK = os.sysconf("SC_CLK_TCK")


class Spent(NamedTuple):
    """One process: its parent, and the CPU ticks of itself and of children that have ended."""

    parent: int
    ticks: int


def tree(pid: int) -> dict[int, Spent]:
    """Return a process and all that descend from it and live."""
    every = {
        int(folder.name): _spent(folder)
        for folder in Path("/proc").iterdir()
        if folder.name.isdigit()
    }
    alive = {number: spent for number, spent in every.items() if spent}
    members: dict[int, Spent] = {}
    fresh = {pid} & alive.keys()
    while fresh:
        members |= {number: alive[number] for number in fresh}
        fresh = {
            number for number, spent in alive.items() if spent.parent in fresh
        } - members.keys()
    return members


def cpu_seconds(*pids: int) -> float:
    """Return the user and system seconds of whole trees so far, children that ended included."""
    return sum(spent.ticks for pid in pids for spent in tree(pid).values()) / TICK


def memory_mib(*pids: int) -> int:
    """Return the memory of whole trees in MiB; a page that several share is counted once (PSS)."""
    total = 0
    for number in {number for pid in pids for number in tree(pid)}:
        try:
            rollup = Path(f"/proc/{number}/smaps_rollup").read_text()
        except OSError:
            continue
        total += next((int(line.split()[1]) for line in rollup.splitlines() if "Pss:" in line), 0)
    return total // 1024


def start(
    command: list[str],
    *,
    environment: dict[str, str],
    log: Path,
    address: str,
    folder: Path | None = None,
    seconds: float = 900,
) -> subprocess.Popen[bytes]:
    """Start a server and wait until an address answers.

    Raises:
        SystemExit: it ended, or said nothing in time; its log is named.
    """
    with log.open("ab") as out:
        process = subprocess.Popen(
            command, env=environment, stdout=out, stderr=out, cwd=folder, start_new_session=True
        )
    try:
        answers = until(lambda: process.poll() is not None or _answers(address), seconds)
    except BaseException:
        stop(process)
        raise
    if not answers:
        stop(process)
    if process.poll() is not None:
        raise SystemExit(f"{command[0]} did not start:\n{log.read_text()[-2000:]}")
    return process


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a server that we started, with all of the session it was given."""
    process.terminate()
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def end_tidily() -> None:
    """Let a process that is told to end stop what it started, as after Ctrl-C."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("told to end"))


def until(holds: Callable[[], bool], seconds: float) -> bool:
    """Wait until something holds; returns whether it does."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def _spent(folder: Path) -> Spent | None:
    try:
        fields = (folder / "stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return None
    return Spent(int(fields[1]), sum(map(int, fields[11:15])))


def _answers(address: str) -> bool:
    try:
        urllib.request.urlopen(address, timeout=2).close()
    except OSError:
        return False
    return True
