"""Read the public board: the projects on it, and the entry of one project."""

from canut.store.tables.recruiting.crowd import BoardEntry

MOST = 100


def entries() -> list[BoardEntry]:
    """List the entries of projects that lend tasks now, newest first, at most 100."""
    rows = BoardEntry.objects.filter(
        ended_ms=None,
        project__archived_ms=None,
        project__is_own_staff=False,
        project__is_simulated=False,
        invitation__revoked_at=None,
    ).select_related("project__organisation", "invitation")
    lending = [entry for entry in rows.order_by("-at_ms", "-id") if entry.project.is_lending]
    return lending[:MOST]


def entry_of(project_id: int) -> BoardEntry | None:
    """Return the entry of a project that is on the board; None if it is not."""
    rows = BoardEntry.objects.filter(project=project_id, ended_ms=None)
    return rows.select_related("invitation").first()
