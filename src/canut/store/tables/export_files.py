"""Exports asked for as jobs: what is wanted, how far it is, and the file that came of it."""

from django.db import models

from canut.store.tables.people import Person
from canut.store.tables.projects import Project


class ExportFile(models.Model):
    """One export of one project, written to a file under the data folder and kept a week."""

    class State(models.TextChoices):
        """Where the export is."""

        WAITING = "waiting"
        DONE = "done"
        FAILED = "failed"
        GONE = "gone"

    project = models.ForeignKey(Project, models.CASCADE)
    what = models.CharField(max_length=20)
    form = models.CharField(max_length=20)
    options = models.JSONField(default=dict)
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    token = models.CharField(max_length=32)
    size_bytes = models.BigIntegerField(null=True)
    failure = models.CharField(max_length=40, blank=True, default="")
    by = models.ForeignKey(Person, models.PROTECT)
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)


def export_numbered(project_id: int, number: int) -> ExportFile | None:
    """Return an export of a project; nothing where there is none."""
    return ExportFile.objects.filter(project_id=project_id, id=number).first()


def bundles_of(project_id: int, most: int) -> list[ExportFile]:
    """List the whole datasets of a project that were asked for, newest first."""
    found = ExportFile.objects.filter(project_id=project_id, what="bundle")
    return list(found.order_by("-id")[:most])


def exports_of(project_id: int, before: int | None, most: int) -> list[ExportFile]:
    """List the exports of a project, newest first, ``most`` of those older than one of them."""
    found = ExportFile.objects.filter(project_id=project_id)
    if before is not None:
        found = found.filter(id__lt=before)
    return list(found.order_by("-id")[:most])
