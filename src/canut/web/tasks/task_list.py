"""The task list of a project: filters, sorting, pages, bulk edits and undo."""

import json
from typing import NamedTuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

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
from canut.store.tasks.saved_views import views_of
from canut.store.tasks.task_list import (
    MOST_COUNTED,
    ORDERS,
    PageCursor,
    count_some,
    labels_in,
    last_answers,
    page_of,
    tasks_in,
)
from canut.web.kit.access import get_person, roles_in
from canut.web.kit.audiences import REQUESTERS
from canut.web.kit.formatting import alphabetical, format_count
from canut.web.kit.messages import message_now
from canut.web.tasks.filter import VIEWS, TaskQuery, read_filter, term_words, written
from canut.web.tasks.passages import Run, snippet
from canut.web.tasks.region_overlay import Thumbnail, thumbnails
from canut.web.tasks.task_view import TaskContent, name_of_task, shown_task
from canut.web.tasks.worker_names import names_in

MOST_MARKED = 100
MOST_IN_VIEW = 1_000
SNIPPET = 110
AT_ONCE = frozenset({Bulk.Kind.PRIORITY, Bulk.Kind.REVIEW})
"""The changes of picked tasks that cost nothing and are undone in one press: made at once."""
MOST_BY = 1_000


VIEW_WORDS = {
    "all": "page.task_list.view_all",
    "unsure": "page.task_list.view_unsure",
    "done": "page.task_list.view_done",
    "busy": "page.task_list.view_busy",
    "unanswered": "page.task_list.view_unanswered",
    "flagged": "page.task_list.view_flagged",
    "known": "page.task_list.view_known",
}


class TaskRow(NamedTuple):
    """One task of the list, with what was shown of it and when it was answered last."""

    task: Task
    name: str
    shown: TaskContent
    thumbnail: Thumbnail | None
    passages: list[Run]
    answered_ms: int | None


class Term(NamedTuple):
    """One term of the filter: in words, and the list without it."""

    words: str
    without: str
    total: str


class View(NamedTuple):
    """A filter with a name and the number of tasks it finds, capped; ``number`` of a kept one."""

    words: str
    link: str
    total: str
    is_current: bool
    number: int | None = None


def tasks(request: HttpRequest, project: Project) -> HttpResponse:
    """List the tasks that match a filter, by page."""
    query = read_filter(request.GET)
    if "f" in request.GET:
        return _back(project, query)
    roles = roles_in(get_person(request), project)
    page = page_of(
        query.filter(request, project),
        query.order,
        is_down=query.is_down,
        position=query.place,
        is_before=query.is_before,
    )
    rows = _rows(project, tasks_in(page.places))
    manages = bool(roles & REQUESTERS.roles)
    views = _views(request, project, query)
    context = {
        "project": project,
        "asked": query,
        "rows": rows,
        "count": format_count(min(page.found, MOST_COUNTED)),
        "is_more": page.found > MOST_COUNTED,
        "before": "" if page.is_first or not page.places else _beside(query, before=page.places[0]),
        "after": "" if page.is_last or not page.places else _beside(query, after=page.places[-1]),
        "terms": _terms(request, project, query, is_counted=not rows),
        "views": views,
        "may_keep_view": query.is_any and not any(view.is_current for view in views),
        "labels": labels_in(project.id) if manages else [],
        "names": sorted(set(names_in(request, project).values()), key=alphabetical)
        if manages
        else [],
        "is_searchable": is_search_ready(project.id),
        "manages": manages,
        "has_pictures": any(row.thumbnail or row.shown.image for row in rows),
        "marks": manages and bool(rows) and bool(training_of_project(project.id)),
        "bulks": bulks_of(project.id),
        "changed": read_whole(request.GET.get("changed", "")),
        "heads": {order: query.link_to(order) for order in ("task", "sure", "last")},
    }
    return render(request, "tasks/task_list.html", context)


def _rows(project: Project, tasks: list[Task]) -> list[TaskRow]:
    """Add to each task what was shown of it, with the regions or passages of its label."""
    question = question_or_none(project.id)
    schema = question.schema if question else None
    data = {task.pk: (json.loads(task.data), task.now.label or "") for task in tasks}
    pictures = thumbnails(project, schema, data) if schema else {}
    last = last_answers([task.pk for task in tasks])
    return [
        TaskRow(
            task,
            name_of_task(task, question),
            shown_task(project, task, question),
            pictures.get(task.pk),
            snippet(schema, *data[task.pk], SNIPPET) if schema else [],
            last.get(task.pk),
        )
        for task in tasks
    ]


def _terms(
    request: HttpRequest, project: Project, query: TaskQuery, *, is_counted: bool
) -> list[Term]:
    """Describe each term, and how many tasks there are without it where there are none with it."""
    terms = []
    for name, value in query.given.items():
        wider = query.without(name)
        count = count_some(wider.filter(request, project), MOST_IN_VIEW) if is_counted else 0
        terms.append(Term(term_words(name, value), wider.link(), _capped(count)))
    return terms


def _views(request: HttpRequest, project: Project, query: TaskQuery) -> list[View]:
    views = []
    for name, of_open in VIEWS.items():
        is_over = name == "unsure" and project.state == Project.State.CLOSED
        terms = {"sure": of_open["sure"]} if is_over else of_open  # nothing comes any more
        order = "sure" if name == "unsure" else ORDERS[0]
        of_view = TaskQuery(terms, order, is_down=False, place=None, is_before=False)
        count = count_some(of_view.filter(request, project), MOST_IN_VIEW)
        words = message_now(VIEW_WORDS[name])
        views.append(View(words, of_view.link(), _capped(count), query.given == terms))
    for saved in views_of(project, get_person(request)):
        kept_query = read_filter(QueryDict(saved.query))
        count = count_some(kept_query.filter(request, project), MOST_IN_VIEW)
        is_current = kept_query.link() == query.link()
        views.append(View(saved.name, saved.query, _capped(count), is_current, saved.pk))
    return views


def _capped(count: int) -> str:
    return format_count(MOST_IN_VIEW) + "+" if count > MOST_IN_VIEW else format_count(count)


def change(request: HttpRequest, project: Project) -> HttpResponse:
    """Show how many tasks a bulk edit changes; apply it once confirmed."""
    query = read_filter(request.POST)
    edit = _change(request, query, project)
    is_direct = bool(edit.tasks) and (edit.kind in AT_ONCE or "from" in request.POST)
    announced = len(edit.tasks) if is_direct else read_whole(request.POST.get("said", ""))
    if announced is None:
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
    bulk = change_many(project, edit, announced, by=get_person(request), now_ms=now_ms())
    if bulk.state == Bulk.State.DONE:
        text = message_now(
            "page.task_list.tasks_changed", n=bulk.changed, count=format_count(bulk.changed)
        )
        messages.success(request, text)
    else:
        messages.success(request, message_now("page.task_list.under_way_tasks_change"))
    back = read_whole(request.POST.get("from", ""))
    if back is not None:
        answered = redirect("project_task", project.slug, back)
        answered["Location"] += f"?{query.link()}"
        return answered
    return _back(project, query, changed=str(bulk.pk))


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


def _change(request: HttpRequest, query: TaskQuery, project: Project) -> BulkChange:
    """Parse a bulk edit: ``kind`` or ``kind:amount``, of selected tasks or of all."""
    post = request.POST
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
    return BulkChange(kind, query.filter(request, project), by, tasks)


def _cost(project: Project, change: BulkChange, count: int) -> More | None:
    """Return what more answers cost, if money is locked."""
    if change.kind != Bulk.Kind.ANSWERS:
        return None
    return cost_of_more(project, change.amount * count, now_ms())


def _beside(query: TaskQuery, **places: PageCursor) -> str:
    return query.link(**{name: written(cursor) for name, cursor in places.items()})


def _back(project: Project, query: TaskQuery, **more: str) -> HttpResponse:
    answered = redirect("project_tasks", project.slug)
    link = query.link(**more)
    answered["Location"] += f"?{link}" if link else ""
    return answered
