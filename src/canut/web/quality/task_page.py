"""The page of one task: everybody's marks over its material, who answered, and what to do.

Previous and next follow the filtered list the page was opened from. Reviewing is closed to whoever
answered the task; looking is not.
"""

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from canut.actions.platform.system_clock import now_ms
from canut.actions.quality.gold import make_known
from canut.actions.quality.reviews import lease_review
from canut.core.errors import BadInput, Conflict
from canut.core.kinds import IN_PICTURES, Schema, questions_of
from canut.core.outside_text import read_whole
from canut.store.learning.prelabels import said_of_task
from canut.store.models import Project, Task, TaskState
from canut.store.projects.versions import question_or_none
from canut.store.quality import results
from canut.store.quality.reviews import is_reviewable_by, standing_label
from canut.store.quality.task_history import history_of
from canut.store.tasks.task_list import MOST_PLACED, PageCursor, cursor_of, place_of
from canut.web.kit.access import get_person, get_task, roles_in
from canut.web.kit.audiences import DECIDERS, REQUESTERS
from canut.web.kit.formatting import format_count
from canut.web.kit.languages import is_french
from canut.web.kit.messages import message_now
from canut.web.quality.task_people import TaskAnswer, answers_by_person, who_differs
from canut.web.tasks.filter import TaskQuery, read_filter
from canut.web.tasks.passages import marked_sounds, marked_texts
from canut.web.tasks.region_overlay import dyes_of, marked_pictures
from canut.web.tasks.task_list import MOST_MARKED
from canut.web.tasks.task_view import name_of_task, original_of, shown_task
from canut.web.tasks.worker_names import names_in

LARGE = 960


def task(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """Show one task with everybody's marks and answers."""
    task = get_task(project, number)
    question = question_or_none(project.id)
    schema = question.schema if question else None
    person = get_person(request)
    roles = roles_in(person, project)
    label = task.now.label or ""
    people = answers_by_person(request, task, schema, label)
    query = read_filter(request.GET)
    may_decide = bool(roles & DECIDERS.roles)
    context: dict[str, Any] = {
        "project": project,
        "task": task,
        "name": name_of_task(task, question),
        "item": shown_task(project, task, question, LARGE, whole=True),
        "original": original_of(project, task, question),
        "prelabels": said_of_task(task.pk),
        "ask": results.first_question_text(question),
        "people": people,
        "differing": who_differs(people),
        "label": label,
        "confidence": task.now.confidence,
        "consensus": results.consensus_of(task),
        "may_decide": may_decide,
        "manages": bool(roles & REQUESTERS.roles),
        "may_review": may_decide and is_reviewable_by(task, person),
        "is_gold": task.now.state == TaskState.State.GOLD,
        "is_practice": task.now.state == TaskState.State.PRACTICE,
        "reviewed": standing_label(task),
        "history": history_of(task),
        "names": names_in(request, project),
        "asked": query,
    }
    if schema is not None:
        context |= _marks(project, schema, task, people, label)
    return render(request, "tasks/task.html", context | _beside(request, project, task, query))


def start_review(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """Take this very task to review, to accept its label or correct it."""
    task = get_task(project, number)
    result = lease_review(project, get_person(request), now_ms(), task_id=task.pk)
    if result.review is None:
        block = result.held_back
        text = block and (block.text_fr if is_french() else block.text_en)
        messages.warning(request, text or message_now("page.task.not_yours_to_review"))
        return redirect("project_task", project.slug, task.pk)
    return redirect("project_review", project.slug)


def make_gold(request: HttpRequest, project: Project) -> HttpResponse:
    """Make known answers of tasks, with the label each has now."""
    texts = request.POST.getlist("task")[:MOST_MARKED]
    numbers = [number for text in texts if (number := read_whole(text)) is not None]
    if not numbers:
        raise BadInput("no task is marked", code="bulk-nothing")
    person, moment, count = get_person(request), now_ms(), 0
    for number in numbers:
        task = get_task(project, number)
        if not task.now.label:
            continue
        try:
            make_known(task.pk, task.now.label, "", by=person, now_ms=moment)
        except Conflict:
            continue
        count += 1
    if count:
        text = message_now("page.task.made_known", n=count, count=format_count(count))
        messages.success(request, text)
    if (left := len(numbers) - count) > 0:
        text = message_now("page.task.not_made_known", n=left, count=format_count(left))
        messages.warning(request, text)
    query = read_filter(request.POST)
    if "list" in request.POST:
        address = reverse("project_tasks", args=[project.slug])
    else:
        address = reverse("project_task", args=[project.slug, numbers[0]])
    answered = redirect("project_tasks", project.slug)
    answered["Location"] = f"{address}?{query.link()}"
    return answered


def _marks(
    project: Project, schema: Schema, task: Task, people: list[TaskAnswer], label: str
) -> dict[str, Any]:
    """Collect what everybody marked, and whether a picture of it is missing."""
    row = json.loads(task.data)
    sides = [(each.letter, each.label) for each in people]
    pictures = marked_pictures(project, schema, row, sides, label)
    in_pictures = [question for question in questions_of(schema) if question["kind"] in IN_PICTURES]
    return {
        "marked": pictures,
        "texts": marked_texts(schema, row, sides, label),
        "sounds": marked_sounds(project, schema, row, sides, label),
        "dyes": dyes_of(schema),
        "is_picture_gone": len(pictures) < len(in_pictures),
    }


def _beside(request: HttpRequest, project: Project, task: Task, query: TaskQuery) -> dict[str, Any]:
    """Return the place of a task in its list, and the addresses of its neighbours."""
    cursor = cursor_of(task, query.order)
    if cursor is None:
        return {}
    place = place_of(query.filter(request, project), query.order, cursor, is_down=query.is_down)
    link = query.link()

    def address(at: PageCursor | None) -> str:
        if at is None:
            return ""
        return f"{reverse('project_task', args=[project.slug, at.task])}?{link}"

    return {
        "previous": address(place.before),
        "next": address(place.after),
        "place": format_count(place.number) if place.number else "",
        "total": format_count(min(place.total, MOST_PLACED)),
        "list_address": f"{reverse('project_tasks', args=[project.slug])}?{link}",
    }
