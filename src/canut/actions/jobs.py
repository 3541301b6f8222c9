"""Jobs that somebody asked for: they stand in the database and are run one by one.

A job holds numbers only; what it works on is read when it runs, so that a job that waited does
what is true then.
"""

from django.db import transaction
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
        _say_starting(source.id, is_starting=True)
        publish_and_open.enqueue(source.id)


@task
def read_rows(import_id: int) -> None:
    """Read a large file while others work."""
    read_import(import_id, timezone.now(), pace=True)


@task
def publish_and_open(import_id: int) -> None:
    """Make the rows tasks, then let people answer."""
    try:
        publish_import(import_id, timezone.now())
        source = Import.objects.select_related("project").get(id=import_id)
        open_project(source.project, timezone.now())
    finally:
        _say_starting(import_id, is_starting=False)


@transaction.atomic
def _say_starting(import_id: int, *, is_starting: bool) -> None:
    """Note on the import that its job waits, so that nobody asks for it again."""
    source = Import.objects.select_for_update().get(id=import_id)
    kept = {name: value for name, value in source.reading.items() if name != "starting"}
    source.reading = kept | {"starting": True} if is_starting else kept
    source.save(update_fields=["reading"])
