"""An instance to measure: a data folder, a project of so many tasks, workers with open sessions."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from bench.machine.http import Seat
from canut.core.clock import to_ms

if TYPE_CHECKING:
    from canut.store.models import Person

CHOICES = ["positive", "negative", "neutral"]
SLUG = "bench"
CSRF = "b" * 32


def sizes(*, quick: bool) -> tuple[int, ...]:
    """Return how many tasks the projects of a row hold."""
    return (1_000,) if quick else (1_000, 100_000, 1_000_000)


def set_up(data: Path, *, postgres: str | None = None) -> None:
    """Point this process at a data folder, start Django, make the tables."""
    os.environ["CANUT_DATA"] = str(data)
    if postgres:
        os.environ["DATABASE_URL"] = postgres
    os.environ["DJANGO_SETTINGS_MODULE"] = "canut.settings"
    import django

    django.setup()
    from django.core.management import call_command

    from canut.store.platform.instance import make_data_folder

    make_data_folder()
    call_command("migrate", verbosity=0, interactive=False)


def make_project(tasks: int, *, overlap: int = 3) -> int:
    """Make an open project with so many text tasks, written as an import writes them."""
    from django.db import connection, transaction
    from django.utils import timezone

    from canut.actions.people.accounts import add_operator
    from canut.actions.projects.setup import create_project, set_rate, write_aims, write_question
    from canut.actions.protection.risk_preferences import set_risk
    from canut.store.imports import bulk_rows
    from canut.store.imports.bulk_rows import NewTask
    from canut.store.models import Import, Organisation, Person, Project

    now = timezone.now()
    by = Person.objects.filter(username="bench").first()
    by = by or add_operator("bench", None, "Bench", to_ms(now))
    Project.objects.filter(slug=SLUG).update(slug=f"old-{time.time_ns()}")
    project = create_project(
        Organisation.objects.get(name="Bench"), "Bench", by=by, now_ms=to_ms(now), slug=SLUG
    )
    Project.objects.filter(id=project.id).update(overlap=overlap)
    question = {
        "id": "q",
        "kind": "choice",
        "ask": "?",
        "multiple": False,
        "choices": [{"value": c} for c in CHOICES],
    }
    schema = {"questions": [question], "show": [{"column": "text", "as": "text"}]}
    write_question(project, schema, "", by=by, now_ms=to_ms(now))
    set_rate(project, 40_000, "CAD", by=by, now_ms=to_ms(now))
    why = dict.fromkeys(("business", "social", "ethical", "whose", "consent", "paid"), "bench")
    write_aims(project, **why)
    source = Import.objects.create(
        project=project,
        name="bench.csv",
        path="",
        format="csv",
        state="published",
        created_by=by,
        created_at=now,
    )
    text = "A text of some hundred and fifty characters, as reviews are, neither long nor short. "
    with transaction.atomic(), connection.cursor() as cursor:
        for start in range(0, tasks, 10_000):
            some = range(start, min(start + 10_000, tasks))
            bulk_rows.insert_tasks(
                [
                    NewTask(
                        project.id, source.id, n, str(n), f'{{"text":"{n} {text}{text}"}}', None
                    )
                    for n in some
                ]
            )
        cursor.execute(
            "INSERT INTO store_taskstate"
            " (task_id, project_id, state, priority, overlap, counted, live)"
            " SELECT id, project_id, 'open', 0, %s, 0, 0 FROM store_task WHERE project_id = %s",
            (overlap, project.id),
        )
    bulk_rows.count_anew()
    _settle()
    set_risk(project, 0, [], "text")
    # a pilot of ten people with its chain and funds is what opens a paid project; no row reads it
    Project.objects.filter(id=project.id).update(state=Project.State.OPEN, opened_at=now)
    return project.id


def _settle() -> None:
    """Let PostgreSQL and the disk do now what comes by itself within minutes of so many rows."""
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE) store_task, store_taskstate")
            cursor.execute("CHECKPOINT")
    os.sync()


def make_seats(project_id: int, number: int, port: int, *, slug: str = SLUG) -> list[Seat]:
    """Make so many workers of the project of that slug, each with an open session."""
    from django.utils import timezone

    from canut.actions.decisions.system_notices import note_shown
    from canut.actions.people.accounts import accept_invitation, create_invitation, invitation_token
    from canut.store.models import Project, Role

    now = timezone.now()
    project = Project.objects.get(id=project_id)
    invitation = create_invitation(
        project,
        Role.WORKER,
        by=project.created_by,
        expires_at=now + timedelta(days=1),
        max_uses=number,
        note="",
        now_ms=to_ms(now),
    )
    token = invitation_token(invitation)
    people = [accept_invitation(token, None, "en", to_ms(now)) for _ in range(number)]
    for person in people:
        note_shown(person, to_ms(now))
    return [Seat(port, slug, open_session(person), CSRF) for person in people]


def open_session(person: "Person") -> str:
    """Sign somebody in; returns what the session's cookie holds."""
    from importlib import import_module

    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    return str(session.session_key)


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """``canut serve`` as a child, with the CPU seconds it has used.

    Args:
        data: its data folder.
        port: where it listens.
        postgres: its database, where that is another one than ours.
        with_jobs: whether it runs the jobs as well.
        is_limited: whether each person has the usual limit of requests; a closed loop goes over it.
    """

    def __init__(
        self,
        data: Path,
        port: int,
        *,
        postgres: str | None = None,
        with_jobs: bool = False,
        is_limited: bool = False,
    ) -> None:
        self.port = port
        command = [sys.executable, "-m", "canut", "serve"]
        command += ["--data", str(data), "--port", str(port)]
        self.process = subprocess.Popen(
            [*command, *(["--with-jobs"] if with_jobs else [])],
            stdout=subprocess.DEVNULL,
            env=os.environ
            | {"CANUT_URL": f"http://127.0.0.1:{port}"}
            | ({} if is_limited else {"CANUT_WORK_RATE": "0"})
            | ({"DATABASE_URL": postgres} if postgres else {}),
        )
        for _ in range(1_000):
            if self.process.poll() is not None:
                raise SystemExit("the server to be measured did not start; see above")
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1).close()
                break
            except OSError:
                time.sleep(0.05)

    def cpu_seconds(self) -> float:
        """Return user and system seconds of the server and its children so far."""
        ticks = 0
        for pid in [self.process.pid, *_children(self.process.pid)]:
            fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait(timeout=20)


def _children(pid: int) -> list[int]:
    children = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                fields = (folder / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            if int(fields[1]) == pid:
                children.append(int(folder.name))
    return children


class Folder:
    """A scratch data folder, removed at the end."""

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(prefix="canut-bench-"))

    def remove(self) -> None:
        """Delete it with all it holds."""
        shutil.rmtree(self.path, ignore_errors=True)
