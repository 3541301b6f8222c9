"""Jobs that somebody asked for: they stand in the database and are run one by one.

A job holds numbers only; what it works on is read when it runs, so that a job that waited does
what is true then.
"""

from django.tasks import task
from django.utils import timezone

from canut.actions.imports import publish_import, read_import
from canut.actions.projects import open_project
from canut.store.models import Import

SMALL_BYTES = 5 * 2**20


def is_small(source: Import) -> bool:
    """Say whether a file is read while its sender waits."""
    return source.bytes_total < SMALL_BYTES


def read_soon(source: Import) -> None:
    """Read a small file at once, a large one as a job."""
    if is_small(source):
        read_import(source.id, timezone.now(), pace=False)
    else:
        read_rows.enqueue(source.id)


def publish_soon(source: Import) -> None:
    """Publish the rows and open their project, at once when they are few, else as a job."""
    if is_small(source):
        publish_and_open.call(source.id)
    else:
        publish_and_open.enqueue(source.id)


@task
def read_rows(import_id: int) -> None:
    """Read a large file while others work."""
    read_import(import_id, timezone.now(), pace=True)


@task
def publish_and_open(import_id: int) -> None:
    """Make the rows tasks, then let people answer."""
    publish_import(import_id, timezone.now())
    open_project(Import.objects.select_related("project").get(id=import_id).project, timezone.now())
