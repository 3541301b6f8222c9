"""What the reader of a page calls the workers of a project, and who is meant by such a name."""

from django.http import HttpRequest

from canut.store.models import Project
from canut.store.work.worker_names import workers_to_name
from canut.web.people.tags import name_for


def names_in(request: HttpRequest, project: Project) -> dict[str, str]:
    """Return what the reader calls each worker of a project, by their random id."""
    return {worker.public_id: name_for(request, worker) for worker in workers_to_name(project.pk)}


def id_of(request: HttpRequest, project: Project, text: str) -> str:
    """Return the random id of the worker a reader means by a name or an id; the text if none."""
    names = names_in(request, project)
    if text in names:
        return text
    typed = text.casefold()
    return next((public_id for public_id, name in names.items() if name.casefold() == typed), text)
