"""Exports asked for as jobs: what is wanted, how far it is, and the file that came of it."""

from canut.store.tables.datasets import ExportFile


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
