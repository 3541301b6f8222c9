"""Setup of a new project, from its question to its start; its file is in ``imports``.

How many people answer each task can be changed later too.
"""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from canut.actions.imports.lifecycle import picture_columns
from canut.actions.learning.prelabels import check_prelabels
from canut.actions.operations.jobs import (
    are_jobs_run,
    overlap_change,
    publish_soon,
    set_overlap_soon,
)
from canut.actions.people.accounts import join_as_worker
from canut.actions.platform.system_clock import now_ms
from canut.actions.projects.drafts import begin_project, check_columns, set_own_staff
from canut.actions.projects.setup import check_start, set_price, write_aims, write_question
from canut.actions.work.project_state import Because
from canut.core.errors import BadInput, Incomplete, Refusal
from canut.core.kinds import check_schema
from canut.store.models import Project
from canut.store.projects.drafts import current_import
from canut.web.imports.forms import BeginForm
from canut.web.imports.upload import kept_upload, limit
from canut.web.kit.access import get_person, list_organisations
from canut.web.kit.audiences import REQUESTERS
from canut.web.kit.messages import message_now
from canut.web.kit.refusals import words_of
from canut.web.pay.price_forms import OverlapForm, PayForm
from canut.web.projects.draft_view import (
    STEPS,
    is_done,
    is_read,
    question_form,
    show_draft,
    shown_as,
)
from canut.web.projects.setup_forms import AimsForm


def new(request: HttpRequest) -> HttpResponse:
    """Create a draft: title, organisation and file."""
    person = get_person(request)
    organisations = list_organisations(person, REQUESTERS.roles)
    form = BeginForm(request.POST or None, organisations=organisations)
    later = (
        message_now("common.preview"),
        message_now("common.question"),
        message_now("common.what_it_is_for"),
        message_now("common.risk"),
        message_now("common.price"),
        message_now("common.who_is_paid"),
        message_now("common.start"),
    )
    context = {"form": form, "limit": limit(), "later": later}
    if request.method == "POST" and form.is_valid():
        try:
            token = kept_upload(request)
            organisation = next(
                o for o in organisations if str(o.id) == form.cleaned_data["organisation"]
            )
            project = begin_project(
                organisation, form.cleaned_data["title"], token, by=person, now_ms=now_ms()
            )
        except Refusal as refusal:
            context["file_error"] = words_of(refusal).detail
        else:
            return redirect("project_setup", project.slug)
    status = 422 if form.errors or "file_error" in context else 200
    return render(request, "projects/new.html", context, status=status)


def setup(request: HttpRequest, project: Project) -> HttpResponse:
    """Show the steps of a draft up to the current one."""
    if project.state != Project.State.DRAFT:
        return redirect("project", project.slug)
    return show_draft(request, project)


def question(request: HttpRequest, project: Project) -> HttpResponse:
    """Store the question as a new version."""
    source = current_import(project)
    form = question_form(project, source, request)
    if source is None or "chosen" not in source.reading:
        raise Incomplete("choose the column to judge first", field="judged", code="no-columns")
    if form.is_valid():
        judged = source.reading["chosen"]["judged"]
        try:
            schema = form.schema(judged, shown_as(source, judged), picture_columns(source))
            check_columns(source, check_schema(schema))
            check_prelabels(source, schema)
            write_question(
                project,
                schema,
                form.cleaned_data["instructions"],
                by=get_person(request),
                now_ms=now_ms(),
            )
        except Refusal as refusal:
            usual = {"choice": "choices", "file": "file"}.get(form.kind_now, "kind")
            field = "ask" if refusal.case == "question-ask" else usual
            form.add_error(field, words_of(refusal).detail)
        else:
            return _next(project, "aims")
    return show_draft(request, project, status=422, question=form)


def aims(request: HttpRequest, project: Project) -> HttpResponse:
    """Store why the project exists and whose material it is."""
    form = AimsForm(request.POST)
    if form.is_valid():
        write_aims(project, **form.cleaned_data)
        return _next(project, "risk")
    return show_draft(request, project, status=422, aims=form)


def pay(request: HttpRequest, project: Project) -> HttpResponse:
    """Store the overlap and the price."""
    form = PayForm(request.POST)
    if form.is_valid():
        try:
            set_own_staff(project, own_staff=form.is_own_staff())
            set_price(project, form.price_given(), by=get_person(request), now_ms=now_ms())
            least = form.cleaned_data["overlap"]
            # who asks until sure says so elsewhere; it stands while the least stays what it was
            most = project.overlap_most if least == project.overlap else None
            set_overlap_soon(project.id, least, most)
        except BadInput as refusal:
            form.add_error("price", words_of(refusal).detail)
        else:
            return _next(project, "start" if project.is_own_staff else "chain")
    return show_draft(request, project, status=422, pay=form)


def start(request: HttpRequest, project: Project) -> HttpResponse:
    """Publish the rows and open the project: with a pilot if people are paid."""
    source = current_import(project)
    if source is None or not is_read(source):
        raise Incomplete("settle the rows of the file first", field="tasks", code="rows-unsettled")
    for step in STEPS[:-1]:
        if not is_done(step, project, source):
            raise Incomplete(f"the step {step} comes first", field=step)
    check_start(project, now_ms())
    publish_soon(source, Because(get_person(request)))
    project.refresh_from_db()
    if project.state == Project.State.PILOT:
        messages.success(request, message_now("common.the_pilot_is_open"))
        return redirect("project_pilot", project.slug)
    if project.state == Project.State.OPEN:
        messages.success(request, message_now("page.setup.the_project_is_open"))
        return redirect("project", project.slug)
    return _next(project, "file")


def overlap(request: HttpRequest, project: Project) -> HttpResponse:
    """Change the overlap; show the progress of the change as a page fragment."""
    if request.method != "POST":
        far = {"change": overlap_change(project.id), "are_jobs_run": are_jobs_run}
        return render(request, "projects/_edit_settings.html", {"project": project, **far})
    form = OverlapForm(request.POST)
    if not form.is_valid():
        raise BadInput("overlap is a whole number from 1 to 100", code="bad-overlap")
    count = form.cleaned_data["overlap"]
    if not set_overlap_soon(project.id, count):
        return redirect("project_settings", project.slug)
    text = message_now("page.setup.from_now_on_each", count=count)
    messages.success(request, text)
    return redirect("project_settings", project.slug)


def answer(request: HttpRequest, project: Project) -> HttpResponse:
    """Add a requester of the project as a worker in it."""
    join_as_worker(project, get_person(request), now_ms())
    return redirect("workbench", project.slug)


def _next(project: Project, step: str) -> HttpResponse:
    answered = redirect("project_setup", project.slug)
    answered["Location"] += f"#{step}"
    return answered
