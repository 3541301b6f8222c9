"""Bulk edits of tasks, stored so that they can be undone."""

from canut.store.tables.quality import Bulk


def bulks_of(project_id: int, most: int = 10) -> list[Bulk]:
    """List the last bulk edits of a project, newest first."""
    edits = Bulk.objects.filter(project=project_id).select_related("made_by", "undone_by")
    return list(edits.order_by("-id")[:most])
