"""Template tags that name people for whoever may see their names."""

from django import template
from django.http import HttpRequest

from canut.store.models import Person, Worker
from canut.store.people.names import name_of_worker, numbers_of, sees_names
from canut.web.kit.messages import message_now

register = template.Library()


@register.simple_tag(takes_context=True)
def worker_name(context: template.Context, worker: Worker | None) -> str:
    """Return the name of who works in a project, or their number for who sees no names."""
    if worker is None:
        return ""
    request: HttpRequest = context["request"]
    return name_for(request, worker)


def name_for(request: HttpRequest, worker: Worker) -> str:
    """Return what the reader of a page may call this worker."""
    name = name_of_worker(worker) if _sees_names(request, worker) else ""
    return name or message_now("common.person_number", number=_number(request, worker))


def _sees_names(request: HttpRequest, worker: Worker) -> bool:
    reader = request.user
    if not isinstance(reader, Person):
        return False
    rights: dict[int, bool] = _notes(request, "_sees_names")
    if worker.project_id not in rights:
        rights[worker.project_id] = sees_names(reader, worker.project)
    return rights[worker.project_id]


def _number(request: HttpRequest, worker: Worker) -> int:
    numbers: dict[int, dict[int, int]] = _notes(request, "_numbers_of_workers")
    if worker.project_id not in numbers:
        numbers[worker.project_id] = numbers_of(worker.project_id)
    return numbers[worker.project_id].get(worker.pk, 0)


def _notes[Value](request: HttpRequest, name: str) -> dict[int, Value]:
    """Return what was read for this request, by project."""
    notes: dict[int, Value] = request.__dict__.setdefault(name, {})
    return notes
