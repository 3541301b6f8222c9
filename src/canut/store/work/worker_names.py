"""Names of the workers of a project, for whoever may read them: reads only."""

from canut.store.tables.work import Worker

MOST_NAMED = 5_000


def name_of(worker: Worker) -> str:
    """Return the name somebody gave, else their random id in the project."""
    return (worker.person.shown_name if worker.person else "") or worker.public_id


def names_in(project_id: int) -> dict[str, str]:
    """Return the name of each worker of a project by their random id."""
    workers = Worker.objects.filter(project_id=project_id).select_related("person").order_by("id")
    return {worker.public_id: name_of(worker) for worker in workers[:MOST_NAMED]}
