"""What is changed on many tasks at once, kept so that it can be undone, and the index of texts."""

from canut.store.tables.quality import Bulk


def bulks_of(project_id: int, most: int = 10) -> list[Bulk]:
    """List the last changes of many tasks in a project, newest first."""
    found = Bulk.objects.filter(project=project_id).select_related("made_by", "undone_by")
    return list(found.order_by("-id")[:most])
