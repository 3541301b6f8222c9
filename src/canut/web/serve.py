"""Start the server: one parent that watches, one spawned child that serves, and the jobs beside it.

The child ends when its parent is gone, however that happened; a child that dies is started again.
"""

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any


def serve(*, host: str, port: int, with_jobs: bool, data: Path) -> None:
    """Serve until SIGINT or SIGTERM; returns when everything has ended."""
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import MPServer

    multiprocessing.set_start_method("spawn", force=True)  # fork copies locks and connections
    jobs = _start_jobs(data) if with_jobs else None
    server = MPServer(
        "canut.web.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=8,
        backpressure=256,
        respawn_failed_workers=True,
        websockets=False,
        log_access=False,
        log_level=LogLevels.error,
        workers_kill_timeout=5,
    )
    try:
        server.serve(target_loader=load)
    finally:
        if jobs is not None:
            jobs.terminate()
            jobs.wait(timeout=5)


def load(_target: str) -> Callable[..., Any]:
    """Load the application in the child and make it end with its parent."""
    end_with_parent()
    from canut.web.wsgi import application

    return application


def end_with_parent() -> None:
    """Watch the parent from a thread; when it is gone, leave at once."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(1)

    threading.Thread(target=watch, name="end-with-parent", daemon=True).start()


def _start_jobs(data: Path) -> subprocess.Popen[bytes]:
    """Run ``canut work`` beside the server."""
    return subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-m", "canut", "work", "--data", str(data), "--with-parent"],
        start_new_session=False,
    )


def on_stop(handler: Any) -> None:  # noqa: ANN401 - signal's own type
    """Call ``handler`` once at SIGINT or SIGTERM."""

    def called(_number: int, _frame: FrameType | None) -> None:
        handler()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, called)
