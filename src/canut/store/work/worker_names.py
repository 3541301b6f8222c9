"""The workers of a project, to be named on pages: reads only."""

from canut.store.tables.work import Worker

MOST_NAMED = 5_000


def workers_to_name(project_id: int) -> list[Worker]:
    """List the workers of a project with their person, in the order they came."""
    workers = Worker.objects.filter(project_id=project_id).select_related("person", "project")
    return list(workers.order_by("id")[:MOST_NAMED])
