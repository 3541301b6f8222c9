"""Life cycle of a project: its state, its history, and the versions of its question.

Opening, pausing and closing go through here, each with its reason.
"""

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from canut.actions.pay.fund_release import ended_of
from canut.actions.platform import system_clock
from canut.actions.platform.system_clock import now_ms
from canut.actions.projects.removal import (
    ask_removal,
    duplicate_project,
    put_away,
    take_back_removal,
)
from canut.actions.projects.setup import (
    close_project,
    open_project,
    pause_project,
    start_project,
    write_question,
)
from canut.actions.work.project_state import Because
from canut.core.errors import BadInput, NotOpen
from canut.core.kinds import questions_of
from canut.store.models import Project
from canut.store.projects.drafts import current_import
from canut.store.projects.removal import removal_of
from canut.store.projects.state_changes import changes_of, versions_of
from canut.store.projects.versions import question_or_none
from canut.web.kit.access import get_person
from canut.web.kit.forms import attempt
from canut.web.kit.messages import lazy_message, message_now
from canut.web.projects.lifecycle_forms import ReasonForm, TitleForm
from canut.web.projects.question_form import FILE
from canut.web.projects.setup_sections import question_form
from canut.web.projects.setup_steps import store_own_page
from canut.web.tasks.task_view import judged_now

STATES = {
    Project.State.DRAFT.value: lazy_message("common.draft"),
    Project.State.PILOT.value: lazy_message("common.pilot"),
    Project.State.OPEN.value: lazy_message("common.open"),
    Project.State.PAUSED.value: lazy_message("common.paused"),
    Project.State.CLOSED.value: lazy_message("common.closed"),
}


def life(request: HttpRequest, project: Project) -> HttpResponse:
    """Show the project's state, the next possible states, and its history."""
    return _show_life(request, project, ReasonForm())


def _show_life(
    request: HttpRequest, project: Project, form: ReasonForm, *, closing: bool = False
) -> HttpResponse:
    context = {
        "project": project,
        "form": form,
        "is_closing": closing,
        "copy_form": TitleForm(initial={"title": project.title}),
        "removal": removal_of(project.pk),
        "lends": project.is_lending,
        "ended": ended_of(project, now_ms()),
        "moves": {name: name for name in STATES},
        "changes": [
            (change, STATES[change.before], STATES[change.after])
            for change in changes_of(project.pk)
        ],
    }
    status = 422 if form.errors else 200
    return render(request, "projects/lifecycle.html", context, status=status)


def state(request: HttpRequest, project: Project) -> HttpResponse:
    """Open, pause or close the project."""
    target, now_ms = request.POST.get("state", ""), system_clock.now_ms()
    form = ReasonForm(request.POST)
    is_explained = target in (Project.State.PAUSED, Project.State.CLOSED)
    if is_explained and not form.is_valid():
        return _show_life(request, project, form)
    if target == Project.State.CLOSED and not request.POST.get("sure"):
        return _show_life(request, project, form, closing=True)
    because = Because(get_person(request), request.POST.get("reason", ""))
    if target == Project.State.OPEN:
        is_tried = project.state == Project.State.PILOT
        (open_project if is_tried else start_project)(project, now_ms, because)
        if project.state == Project.State.PILOT:
            messages.success(request, message_now("common.the_pilot_is_open"))
            return redirect("project_pilot", project.slug)
        messages.success(request, message_now("page.lifecycle.the_project_is_open"))
        if is_tried:  # from the road to opening: what follows stands on the overview
            return redirect("project", project.slug)
    elif target == Project.State.PAUSED:
        pause_project(project, now_ms, because)
        messages.success(request, message_now("page.lifecycle.paused_tasks_in_hand"))
    elif target == Project.State.CLOSED:
        close_project(project, now_ms, because)
        messages.success(request, message_now("page.lifecycle.closed_for_good_answers"))
    else:
        raise BadInput(f"state {target!r} is not open, paused or closed")
    return redirect("project_life", project.slug)


def question(request: HttpRequest, project: Project) -> HttpResponse:
    """Change the question while people work: a new version; old answers keep theirs."""
    now_asked = question_or_none(project.pk)
    if project.state == Project.State.DRAFT or now_asked is None:
        return redirect("project_setup", project.slug)
    if project.state == Project.State.CLOSED and request.method == "POST":
        raise NotOpen("the project is closed; nothing more is asked", code="project-ended")
    source = current_import(project)
    form = question_form(project, source, request if request.method == "POST" else None)

    def keep() -> None:
        schema = form.schema(*judged_now(now_asked.schema))
        if form.kind_now != FILE and schema["show"] and now_asked.schema["show"]:
            schema["show"] = now_asked.schema["show"]  # what was shown is shown on
        instructions = form.cleaned_data["instructions"]
        store_own_page(project, form)
        write_question(project, schema, instructions, by=get_person(request), now_ms=now_ms())

    if request.method == "POST" and attempt(form, keep):
        messages.success(request, message_now("page.lifecycle.asked_from_now"))
        return redirect("project_question", project.slug)
    context = {
        "project": project,
        "form": form,
        "question_form": form,
        "versions": [(version, _labels(version.schema)) for version in versions_of(project.pk)],
    }
    return render(request, "projects/question.html", context, status=422 if form.errors else 200)


def copy(request: HttpRequest, project: Project) -> HttpResponse:
    """Create a draft with the same question."""
    form = TitleForm(request.POST)
    title = form.cleaned_data["title"] if form.is_valid() else ""
    duplicate = duplicate_project(project, title, by=get_person(request), now_ms=now_ms())
    messages.success(request, message_now("page.lifecycle.the_copy"))
    return redirect("project_setup", duplicate.slug)


def away(request: HttpRequest, project: Project) -> HttpResponse:
    """Archive or unarchive the project."""
    put_away(project, None if project.archived_ms else now_ms())
    text = (
        message_now("page.lifecycle.it_is_back")
        if project.archived_ms
        else message_now("page.lifecycle.put_away_nothing")
    )
    messages.success(request, text)
    return redirect("project_life", project.slug)


def delete(request: HttpRequest, project: Project) -> HttpResponse:
    """Schedule the project's deletion in thirty days, or cancel it."""
    if request.POST.get("keep"):
        take_back_removal(project, now_ms())
        messages.success(request, message_now("page.lifecycle.it_stays"))
    else:
        ask_removal(project, by=get_person(request), now_ms=now_ms())
        messages.success(request, message_now("page.lifecycle.it_is_deleted"))
    return redirect("project_life", project.slug)


def _labels(schema: dict[str, Any]) -> tuple[str, list[str]]:
    """Return the text of the question and its listed answers."""
    questions = questions_of(schema)
    listed = cast("list[dict[str, str]]", questions[0].get("choices") or questions[0].get("items"))
    return " · ".join(str(item["ask"]) for item in questions), [
        item["value"] for item in listed or []
    ]
