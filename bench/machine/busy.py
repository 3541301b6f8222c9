"""A busy instance: rows come in, texts become searchable and answers leave while people work."""

import multiprocessing
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Self

from bench.machine.instance import set_up
from canut.actions.platform.system_clock import now_ms
from canut.core.clock import to_ms

START_SECONDS = 60


class Busy:
    """An import in a process of its own and a runner of jobs, from ``with`` to its end.

    Args:
        data: the data folder of the server that is measured.
        postgres: its database, where it is not SQLite.
        project: the jobs are about its texts and answers.
        file: comes in, in another project.
    """

    def __init__(self, data: Path, postgres: str | None, project: int, file: Path) -> None:
        self._file = file
        self._project = project
        context = multiprocessing.get_context("spawn")
        self._import = context.Process(target=_import, args=(data, postgres, self._file))
        self._jobs: subprocess.Popen[bytes] | None = None
        self._data = data

    def __enter__(self) -> Self:
        """Ask for the jobs, begin everything, and wait until rows come in."""
        _ask_for_jobs(self._project)
        self._jobs = subprocess.Popen(
            [sys.executable, "-m", "canut", "work", "--data", str(self._data)],
            stdout=subprocess.DEVNULL,
            env=dict(os.environ),
        )
        self._import.start()
        give_up = time.monotonic() + START_SECONDS
        while not self.rows_in():
            if time.monotonic() > give_up:
                raise SystemExit("the import beside the load did not begin; see above")
            time.sleep(0.1)
        return self

    def rows_in(self) -> int:
        """Return how many rows came in so far; an import that is over is refused."""
        from django.db import connection

        from canut.store.models import Import

        connection.close()
        if self._import.exitcode is not None:
            raise SystemExit("the import was over before the load; give it more rows")
        record = Import.objects.filter(path=str(self._file)).first()
        return record.rows_good if record else 0

    def __exit__(self, *_: object) -> None:
        """End what is still going on."""
        self._import.terminate()
        self._import.join()
        if self._jobs is not None:
            self._jobs.terminate()  # as soon as what it is at is done
            time.sleep(1)
            self._jobs.terminate()  # now
            self._jobs.wait(timeout=30)


def _ask_for_jobs(project: int) -> None:

    from canut.actions.datasets.export_jobs import ExportIn, ask_export
    from canut.actions.tasks.search_index import index_texts_soon
    from canut.store.models import Person, Project

    index_texts_soon()
    by, project_row = Person.objects.get(username="bench"), Project.objects.get(id=project)
    for form in ("csv", "parquet"):
        ask_export(project_row, ExportIn("answers", form), by=by, now_ms=now_ms())


def _import(data: Path, postgres: str | None, path: Path) -> None:
    from canut.commands.instance_options import stand_back

    stand_back()  # as ``canut import`` does
    set_up(data, postgres=postgres)
    from django.utils import timezone

    from canut.actions.imports import lifecycle
    from canut.actions.projects.setup import create_project
    from canut.core.formats import sniff
    from canut.store.models import Organisation, Person

    now, by = timezone.now(), Person.objects.get(username="bench")
    project = create_project(
        Organisation.objects.get(name="Bench"), "Incoming", by=by, now_ms=to_ms(now)
    )
    options: Any = lifecycle.ImportOptions()
    source = lifecycle.start_import(
        project.id, path, path.name, sniff(path), options, by=by, now_ms=to_ms(now)
    )
    lifecycle.read_import(source.id, to_ms(now))
    lifecycle.publish_import(source.id, to_ms(now))
