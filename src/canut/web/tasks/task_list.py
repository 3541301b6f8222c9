"""The task list of a project: filters, sorting, pages, bulk edits and undo."""

from typing import NamedTuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from canut.actions.datasets.coco_yolo_exports import training_of_project
from canut.actions.platform.system_clock import now_ms
from canut.actions.projects.cost_preview import More, cost_of_more
from canut.actions.quality.bulk_edit import BulkChange, change_many, count_chosen, undo_bulk
from canut.actions.tasks.search_index import is_search_ready
from canut.core.errors import BadInput
from canut.core.outside_text import read_whole
from canut.store.models import Project, Task
from canut.store.projects.versions import question_or_none
from canut.store.quality.bulk_edits import bulks_of
from canut.store.tables.quality import Bulk
from canut.store.tasks.task_list import MOST_COUNTED, PageCursor, labels_in, page_of, tasks_in
from canut.web.kit.access import get_person, roles_in
from canut.web.kit.audiences import DECIDERS, REQUESTERS
from canut.web.kit.formatting import format_count
from canut.web.kit.messages import message_now
from canut.web.tasks.filter import (
    BANDS,
    STATE_WORDS,
    TaskQuery,
    read_filter,
    written,
)
from canut.web.tasks.task_view import TaskContent, shown_task

MOST_MARKED = 100
MOST_BY = 1_000


class TaskRow(NamedTuple):
    """One task of the list, with what was shown of it."""

    task: Task
    shown: TaskContent


def tasks(request: HttpRequest, project: Project) -> HttpResponse:
    """List the tasks that match a filter, by page."""
    query = read_filter(request.GET)
    page = page_of(
        query.filter(project.id),
        query.order,
        is_down=query.is_down,
        position=query.place,
        is_before=query.is_before,
    )
    question = question_or_none(project.id)
    rows = [TaskRow(task, shown_task(project, task, question)) for task in tasks_in(page.places)]
    roles = roles_in(get_person(request), project)
    context = {
        "project": project,
        "asked": query,
        "rows": rows,
        "count": format_count(min(page.found, MOST_COUNTED)),
        "is_more": page.found > MOST_COUNTED,
        "before": "" if page.is_first or not page.places else _beside(query, before=page.places[0]),
        "after": "" if page.is_last or not page.places else _beside(query, after=page.places[-1]),
        "states": [(name, message_now(message_id)) for name, message_id in STATE_WORDS.items()],
        "bands": [(name, name.replace("-", "\u00a0–\u00a0")) for name in BANDS],
        "labels": labels_in(project.id),
        "is_searchable": is_search_ready(project.id),
        "manages": bool(roles & REQUESTERS.roles),
        "marks": bool(roles & REQUESTERS.roles and rows and training_of_project(project.id)),
        "decides": bool(roles & DECIDERS.roles),
        "bulks": bulks_of(project.id),
        "heads": [
            ("task", message_now("common.task_capital"), query.link_to("task")),
            ("sure", message_now("common.sure"), query.link_to("sure")),
            ("last", message_now("page.task_list.last_answered"), query.link_to("last")),
        ],
    }
    return render(request, "tasks/task_list.html", context)


def change(request: HttpRequest, project: Project) -> HttpResponse:
    """Show how many tasks a bulk edit changes; apply it once confirmed."""
    query = read_filter(request.POST)
    edit = _change(request.POST, query, project)
    said = read_whole(request.POST.get("said", ""))
    if said is None:
        count = count_chosen(edit)
        if not count:
            raise BadInput("no task is chosen", code="bulk-nothing")
        context = {
            "project": project,
            "asked": query,
            "wanted": edit,
            "count": count,
            "more": _cost(project, edit, count),
        }
        return render(request, "tasks/bulk_edit.html", context)
    bulk = change_many(project, edit, said, by=get_person(request), now_ms=now_ms())
    if bulk.state == Bulk.State.DONE:
        text = message_now(
            "page.task_list.tasks_changed", n=bulk.changed, count=format_count(bulk.changed)
        )
        messages.success(request, text)
    else:
        messages.success(request, message_now("page.task_list.under_way_tasks_change"))
    return _back(project, query)


def undo(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """Undo a bulk edit."""
    bulk = undo_bulk(project, number, by=get_person(request), now_ms=now_ms())
    if bulk.kept:
        text = message_now(
            "page.task_list.undone_tasks_had_changed", n=bulk.kept, count=format_count(bulk.kept)
        )
        messages.warning(request, text)
    elif bulk.state == Bulk.State.UNDONE:
        messages.success(request, message_now("page.task_list.undone"))
    else:
        messages.success(request, message_now("page.task_list.under_way_tasks_change_back"))
    return redirect("project_tasks", project.slug)


def _change(post: QueryDict, query: TaskQuery, project: Project) -> BulkChange:
    """Parse a bulk edit: ``kind`` or ``kind:amount``, of selected tasks or of all."""
    kind, _colon, amount = post.get("change", "").partition(":")
    if kind not in Bulk.Kind.values:
        raise BadInput(f"{kind!r} is not a change of many tasks", code="bulk-kind")
    marked = [number for text in post.getlist("task") if (number := read_whole(text)) is not None]
    numbers = tuple(sorted(marked[:MOST_MARKED]))
    if "marked" in post and not numbers:
        raise BadInput("no task is marked", code="bulk-nothing")
    by = read_whole(amount or "0", MOST_BY, least=-MOST_BY)
    if by is None:
        raise BadInput(f"{amount[:20]!r} is no number that a change can have", code="bulk-kind")
    tasks = numbers if "marked" in post else ()
    return BulkChange(kind, query.filter(project.id), by, tasks)


def _cost(project: Project, change: BulkChange, count: int) -> More | None:
    """Return what more answers cost, if money is locked."""
    if change.kind != Bulk.Kind.ANSWERS:
        return None
    return cost_of_more(project, change.amount * count, now_ms())


def _beside(query: TaskQuery, **places: PageCursor) -> str:
    return query.link(**{name: written(cursor) for name, cursor in places.items()})


def _back(project: Project, query: TaskQuery) -> HttpResponse:
    answered = redirect("project_tasks", project.slug)
    answered["Location"] = f"{reverse('project_tasks', args=[project.slug])}?{query.link()}"
    return answered
