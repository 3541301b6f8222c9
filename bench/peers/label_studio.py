"""Label Studio, the community edition, as it is measured: installed apart, run as it says itself.

Its version and those of all it needs stand with their hashes in ``label-studio.lock``; ``make
bench-peers`` installs them into ``.peers/label-studio``, and nothing of Canut ever imports them. On
SQLite it is run by its own command, ``label-studio start``; on PostgreSQL by uwsgi with the
settings of its own image. What it would send home is switched off.
"""

import json
import os
import re
import secrets
import subprocess
import urllib.parse
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from bench.machine.instance import CHOICES, free_port
from bench.peers import processes
from bench.peers.counted import Kept
from bench.peers.wire import RefusedError, Wire

HOME = Path(__file__).resolve().parents[2] / ".peers/label-studio"
LOCK = Path(__file__).with_name("label-studio.lock")
START, UWSGI = "label-studio start", "uwsgi"
CONFIG = (
    '<View><Text name="text" value="$text"/><Choices name="q" toName="text" choice="single">'
    + "".join(f'<Choice value="{choice}"/>' for choice in CHOICES)
    + "</Choices></View>"
)
# its deploy/uwsgi.ini, without what only names, logs and files concern; no front server before it
UWSGI_OPTIONS = {
    "master": "",
    "single-interpreter": "",
    "processes": "4",
    "threads": "1",
    "enable-threads": "",
    "lazy-apps": "",
    "thunder-lock": "",
    "need-app": "",
    "die-on-term": "",
    "buffer-size": "65535",
    "post-buffering": "4096",
    "harakiri": "120",
    "max-requests": "5000",
    "disable-logging": "",
}


def version() -> str:
    """Return the version that is pinned."""
    match = re.search(r"^label-studio==(\S+)", LOCK.read_text(), re.MULTILINE)
    assert match
    return match.group(1)


class Handed(NamedTuple):
    """A task as it was handed out."""

    number: str


@dataclass
class Annotator:
    """One signed-in person at the stream of tasks to label."""

    wire: Wire
    project: int
    turn: int = 0

    def take(self) -> Handed | None:
        """Ask for the next task; None when it says that there is none."""
        try:
            return Handed(str(self.wire.get(f"/api/projects/{self.project}/next/")["id"]))
        except RefusedError as refused:
            if refused.status == 404:
                return None
            raise

    def answer(self, task: Handed) -> str:
        """Send one choice, as its page does."""
        self.turn += 1
        result = chosen(CHOICES[self.turn % len(CHOICES)])
        sent = {"result": result, "lead_time": 1.0}
        return str(self.wire.post(f"/api/tasks/{task.number}/annotations/", sent)["id"])


def chosen(choice: str) -> list[dict[str, Any]]:
    """Write one choice as Label Studio keeps it."""
    value = {"choices": [choice]}
    return [{"from_name": "q", "to_name": "text", "type": "choices", "value": value}]


class LabelStudio:
    """One instance, on SQLite or PostgreSQL, served in one of two ways."""

    name = "Label Studio"
    lead_seconds = 12.0  # a pair takes up to ten with 32 annotators

    def __init__(self, folder: Path, *, postgres: tuple[str, str] | None, server: str) -> None:
        self.folder, self.postgres, self.server = folder, postgres, server
        self.port = free_port()
        self.people: list[Wire] = []
        packages = sorted((HOME / "lib").glob("python3*/site-packages/label_studio"))
        if not packages:
            raise SystemExit("Label Studio is not installed; run make bench-peers")
        self.package = packages[0]
        if server == UWSGI:
            self._manage("migrate", "--no-color", "--verbosity", "0")
        self.process = self._start()

    def stop(self) -> None:
        """End the server."""
        processes.stop(self.process)

    def pids(self) -> list[int]:
        """Return the roots of its processes, the database server's apart."""
        return [self.process.pid]

    @cached_property
    def boss(self) -> Wire:
        """The first to sign up, who owns the projects."""
        return self._sign_up()

    def know(self, other: "LabelStudio") -> None:
        """Know the people of another server on the same data: their sessions hold here too."""
        self.boss = self._wire(other.boss.cookies)
        self.people = other.people

    def seats(self, project: int, number: int) -> list[Annotator]:
        """Return so many people of a project; they sign up when first needed, and stay."""
        missing = number - len(self.people)
        with ThreadPoolExecutor(2) as pool:
            self.people += pool.map(lambda _: self._sign_up(), range(missing))
        return [Annotator(self._wire(person.cookies), project) for person in self.people[:number]]

    def make_project(self, texts: list[str]) -> int:
        """Make a project of so many texts, one answer asked for each."""
        project = self.empty_project()
        self.bring(project, texts)
        return project

    def empty_project(self) -> int:
        """Make a project without tasks."""
        project = self.boss.post("/api/projects/", {"title": "Bench", "label_config": CONFIG})
        return int(project["id"])

    def bring(self, project: int, texts: list[str], *, answered: bool = False) -> None:
        """Import texts through its API, as a JSON file; ``answered``: each with one answer."""
        annotations = {"annotations": [{"result": chosen(CHOICES[0])}]} if answered else {}
        rows = json.dumps([{"data": {"text": text}} | annotations for text in texts])
        counts = self.send(project, rows.encode())
        if counts["task_count"] != len(texts):
            raise SystemExit(f"Label Studio kept {counts['task_count']} of {len(texts)} tasks")

    def send(self, project: int, rows: bytes) -> dict[str, Any]:
        """Import tasks as a JSON file; return how many tasks, annotations, predictions it took."""
        edge = secrets.token_hex(16)
        head = f'Content-Disposition: form-data; name="file"; filename="{edge}.json"'
        before = f"--{edge}\r\n{head}\r\nContent-Type: application/json\r\n\r\n".encode()
        body = before + rows + f"\r\n--{edge}--".encode()
        kind = f"multipart/form-data; boundary={edge}"
        reply = self.boss.ask("POST", f"/api/projects/{project}/import", body, kind)
        counts: dict[str, Any] = json.loads(reply)
        return counts

    def export(self, project: int) -> bytes:
        """Export a project as JSON through its API: the tasks that have an answer."""
        return self.boss.ask("GET", f"/api/projects/{project}/export?exportType=JSON")

    def kept(self, project: int) -> list[Kept]:
        """Return the answers that the export of a project holds."""
        return [
            Kept(str(annotation["id"]), str(task["id"]), str(annotation["completed_by"]))
            for task in json.loads(self.export(project))
            for annotation in task["annotations"]
        ]

    def list_page(self, project: int) -> None:
        """Read the first page of its list of tasks, as its data manager asks for it."""
        view = self._view(project)
        self.boss.get(f"/api/tasks?page=1&page_size=30&view={view}&project={project}")

    def work_page(self, project: int) -> str:
        """Return the address of the stream of tasks to label."""
        return f"http://127.0.0.1:{self.port}/projects/{project}/data?labeling=1"

    def _view(self, project: int) -> int:
        views = self.boss.get(f"/api/dm/views/?project={project}")
        if not views:
            views = [self.boss.post("/api/dm/views/", {"project": project, "data": {}})]
        return int(views[0]["id"])

    def _start(self) -> Any:
        address = f"http://127.0.0.1:{self.port}/health"
        log = self.folder / "label-studio.log"
        environment = self._environment()
        if self.server == START:
            command = [str(HOME / "bin/label-studio"), "start", "--no-browser"]
            command += ["--internal-host", "127.0.0.1", "--port", str(self.port)]
            return processes.start(command, environment=environment, log=log, address=address)
        command = [str(HOME / "bin/uwsgi"), "--http-socket", f"127.0.0.1:{self.port}"]
        command += ["--module", "core.wsgi:application", "--virtualenv", str(HOME)]
        for name, value in UWSGI_OPTIONS.items():
            command += [f"--{name}", *([value] if value else [])]
        return processes.start(
            command, environment=environment, log=log, address=address, folder=self.package
        )

    def _environment(self) -> dict[str, str]:
        environment = {
            name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ
        }
        environment |= {
            "LABEL_STUDIO_BASE_DATA_DIR": str(self.folder),
            "DJANGO_SETTINGS_MODULE": "core.settings.label_studio",
            "COLLECT_ANALYTICS": "false",
            "SENTRY_DSN": "",
            "FRONTEND_SENTRY_DSN": "",
            "LATEST_VERSION_CHECK": "false",
            "SECRET_KEY": "of-a-benchmark-alone",
        }
        if self.server == START:
            del environment["DJANGO_SETTINGS_MODULE"]  # its command names it by another path
        else:
            environment |= {"APP_WEBSERVER": "uwsgi"}
        if self.postgres:
            host, database = self.postgres
            environment |= {
                "DJANGO_DB": "default",
                "POSTGRE_HOST": host,
                "POSTGRE_NAME": database,
                "POSTGRE_USER": "canut",
                "POSTGRE_PASSWORD": "",
            }
        return environment

    def _manage(self, *arguments: str) -> None:
        command = [str(HOME / "bin/python"), "manage.py", *arguments]
        with (self.folder / "label-studio.log").open("ab") as out:
            subprocess.run(
                command,
                cwd=self.package,
                env=self._environment(),
                stdout=out,
                stderr=out,
                check=True,
            )

    def _wire(self, cookies: dict[str, str] | None = None) -> Wire:
        return Wire(self.port, dict(cookies or {}), stays=self.server == START)

    def _sign_up(self) -> Wire:
        wire = self._wire()
        wire.ask("GET", "/user/signup/")
        form = {
            "csrfmiddlewaretoken": wire.cookies["csrftoken"],
            "email": f"{secrets.token_hex(8)}@bench.example",
            "password": secrets.token_hex(8),
        }
        body = urllib.parse.urlencode(form).encode()
        wire.ask("POST", "/user/signup/", body, "application/x-www-form-urlencoded")
        if "sessionid" not in wire.cookies:
            raise SystemExit("Label Studio did not let a person sign up")
        return wire
