"""Start the server: a parent that watches, a spawned child that serves, and the jobs.

The child ends when its parent is gone, however that happened; a child that dies is started again,
and so are the jobs.
"""

import gc
import multiprocessing
import os
import queue
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from django.utils.module_loading import import_string

from canut.core.errors import NotReady
from canut.web.platform.parent_watch import end_with_parent

MINUTE, DEATHS = 60.0, 10
JOBS_SECONDS, JOBS_REST_SECONDS = 0.5, 30.0  # how soon jobs that ended by themselves begin again
STOP_SECONDS = 5  # what is being answered when the server is stopped may still end
HEADER_MS = 10_000  # how long the head of a request may take to come
WAITING_THREADS = 1536  # connections at once; each may keep a thread waiting for its body
STACK_BYTES = 4 * 2**20  # of each of those threads; what is not used costs nothing
FILES = 8192
PORT, PARENT = "CANUT_SERVED_PORT", "CANUT_SERVING_PARENT"
STOPS = {signal.SIGINT, signal.SIGTERM}


def serve(*, host: str, port: int, with_jobs: bool, data: Path) -> None:
    """Serve until SIGINT or SIGTERM; return when all processes have ended.

    Raises:
        NotReady: the serving process died so often that starting it again does not help.
    """
    multiprocessing.set_start_method("spawn", force=True)  # fork copies locks and connections
    os.environ.setdefault("RUST_MIN_STACK", str(STACK_BYTES))
    os.environ[PORT], os.environ[PARENT] = str(port), str(os.getpid())
    _allow_files()
    work = [sys.executable, "-m", "canut", "work", "--data", str(data)]
    work += ["--with-parent", str(os.getpid())]
    jobs = Jobs(work) if with_jobs else None
    deaths: list[float] = []
    stop = StopSignal()
    try:
        while not _serve_once(host, port, stop):
            now = time.monotonic()
            deaths = [*(death for death in deaths if now - death < MINUTE), now]
            if len(deaths) > DEATHS:
                raise NotReady(
                    f"the serving process died {len(deaths)} times within a minute; "
                    "what it said stands above",
                    code="keeps-dying",
                )
            time.sleep(0.2)
    finally:
        if jobs is not None:
            jobs.stop()


def _allow_files() -> None:
    """Raise the limit of open files as far as the system allows."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    limit = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < limit:
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))


class StopSignal:
    """A stop request, received from signals and passed to the current server.

    Granian's own handler takes a lock that is not reentrant: a signal run in the middle of another,
    or between two servers, would hang or be lost. This one notes it and a thread tells the server,
    again and again, as it may be clearing its ear just then.
    """

    def __init__(self) -> None:
        self.is_asked = False
        self._heard = queue.SimpleQueue[None]()  # its put may interrupt itself
        self._servers: list[Any] = []
        for stop_signal in STOPS:
            signal.signal(stop_signal, self.hear)
        threading.Thread(target=self._tell, name="tell-stop", daemon=True).start()

    def hear(self, *_args: object) -> None:
        """Record a stop request; safe in a signal handler."""
        self.is_asked = True
        self._heard.put(None)

    def reaches(self, server: object) -> None:
        """Pass stop requests to this server from now on, including earlier ones."""
        self._servers[:] = [server]

    def _tell(self) -> None:
        self._heard.get()
        while True:
            for server in self._servers:
                server.interrupt_signal = True
                server.main_loop_interrupt.set()
            time.sleep(0.05)


def _serve_once(host: str, port: int, stop: StopSignal) -> bool:
    """Serve until a stop request (True) or until the child keeps dying (False).

    It starts a child that died again by itself, but takes two deaths within seconds for a loop.
    """
    from granian.constants import HTTPModes, Interfaces
    from granian.http import HTTP1Settings
    from granian.log import LogLevels
    from granian.server import MPServer

    class Server(MPServer):
        def signal_handler_interrupt(self, *args: object, **kwargs: object) -> None:
            stop.hear()

    server = Server(
        "canut.web.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        http=HTTPModes.http1,  # of HTTP/2, one connection could ask hundreds of things at once
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_MS),
        blocking_threads=WAITING_THREADS,  # they wait for bodies; slots say how many work
        backpressure=WAITING_THREADS,
        respawn_failed_workers=True,
        websockets=False,
        log_access=False,
        log_level=LogLevels.critical,
        workers_kill_timeout=STOP_SECONDS,
    )
    stop.reaches(server)
    try:
        server.serve(target_loader=load)
    except SystemExit:
        return stop.is_asked
    return True


def load(_target: str) -> Callable[..., Any]:
    """Load the application in the child; end it with its parent or on a stop request."""
    # Before any thread begins: a thread inherits what is held back, and each must.
    signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
    threading.Thread(target=_hear_of_stop, name="hear-of-stop", daemon=True).start()
    end_with_parent(int(os.environ[PARENT]))  # which may be gone by now
    application: Callable[..., Any] = import_string("canut.web.wsgi.application")
    slots = import_string("canut.web.platform.request_slots.Slots")(application)
    slots.watch(int(os.environ[PORT]))
    import_string("canut.web.urls.urlpatterns")  # else the first request would load the pages
    import_string("canut.web.kit.request_gate.workbench_gate").share()
    import_string("canut.store.sqlite.checkpointer.keep_short")()
    os.environ["PGAPPNAME"] = import_string(
        "canut.store.operations.jobs.WEB"
    )  # bulk writers look for it
    gc.collect()
    gc.freeze()  # what is loaded stays: it need not be gone through again and again
    return cast("Callable[..., Any]", slots)


def _hear_of_stop() -> None:
    """Wait for the parent's stop request and stop granian once, from this thread.

    Ctrl-C and systemd reach the whole group and the parent passes its own on: two signals within a
    moment. Granian's handler takes a lock that is not reentrant, so the second, run in the middle
    of the first, would wait for it for ever.
    """
    signal.sigwait({signal.SIGTERM})
    while not callable(tell := signal.getsignal(signal.SIGTERM)):
        time.sleep(0.05)
    tell(signal.SIGTERM, None)


class Jobs:
    """``canut work`` as a subprocess, restarted whenever it ends.

    Args:
        command: what is run; one that never lives a minute is started ever more rarely.
    """

    def __init__(self, command: list[str]) -> None:
        self._command = command
        self._is_stopped = threading.Event()
        self.process = self._start()
        self._watch = threading.Thread(target=self._keep, name="keep-jobs", daemon=True)
        self._watch.start()

    def _start(self) -> subprocess.Popen[bytes]:
        self._begun = time.monotonic()
        return subprocess.Popen(self._command, start_new_session=False)  # noqa: S603 - our own command

    def _keep(self) -> None:
        delay = JOBS_SECONDS
        while not self._is_stopped.wait(JOBS_SECONDS):
            if self.process.poll() is None:
                continue
            lived = time.monotonic() - self._begun
            delay = JOBS_SECONDS if lived > MINUTE else min(2 * delay, JOBS_REST_SECONDS)
            if not self._is_stopped.wait(delay):
                self.process = self._start()

    def stop(self) -> None:
        """Ask the jobs to stop; an interrupted job runs again next time."""
        self._is_stopped.set()
        self._watch.join()
        for _ in range(2):
            self.process.terminate()
            try:
                self.process.wait(timeout=2)
            except subprocess.TimeoutExpired:
                continue
            return
        self.process.kill()
        self.process.wait()
