"""Exports as jobs: options, progress and the resulting file."""

from canut.store.tables.datasets import ExportFile


def export_numbered(project_id: int, number: int) -> ExportFile | None:
    """Return an export of a project; None if there is none."""
    return ExportFile.objects.filter(project_id=project_id, id=number).first()


def bundles_of(project_id: int, most: int) -> list[ExportFile]:
    """List the requested datasets of a project, newest first."""
    exports = ExportFile.objects.filter(project_id=project_id, what="bundle")
    return list(exports.order_by("-id")[:most])


def exports_of(project_id: int, before: int | None, most: int) -> list[ExportFile]:
    """List ``most`` exports of a project that are older than one of them, newest first."""
    exports = ExportFile.objects.filter(project_id=project_id)
    if before is not None:
        exports = exports.filter(id__lt=before)
    return list(exports.order_by("-id")[:most])
