"""Steps of the setup: each button of the page saves all that is typed, then stores its step."""

from typing import Any

import msgspec
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render

from canut.actions.imports.lifecycle import discard_import, picture_columns
from canut.actions.learning.prelabels import check_prelabels
from canut.actions.operations.jobs import are_jobs_run, read_soon
from canut.actions.own_pages.pages import add_page
from canut.actions.pay.intermediaries import write_chain
from canut.actions.platform.system_clock import now_ms
from canut.actions.projects.draft_fields import settle_conflict, typed_fields
from canut.actions.projects.drafts import (
    begin_import,
    check_columns,
    choose_columns,
    guess_columns,
    keep_good_rows,
    rename_draft,
)
from canut.actions.projects.setup import write_aims, write_question
from canut.actions.protection.risk_preferences import set_risk
from canut.core.errors import BadInput, Incomplete, Refusal
from canut.core.kinds import check_schema
from canut.store.models import Import, Project
from canut.store.projects.drafts import current_import, setup_draft
from canut.store.projects.versions import question_or_none, rate_or_none
from canut.web.imports.upload import import_of, kept_upload
from canut.web.kit.access import get_person
from canut.web.kit.json_body import read_json
from canut.web.kit.messages import message_now
from canut.web.kit.refusals import words_of
from canut.web.pay.price import bill_page
from canut.web.pay.price_forms import ChainForm
from canut.web.projects.draft_view import (
    STEPS,
    draft_state,
    is_being_read,
    is_done,
    show_draft,
    shown_as,
)
from canut.web.projects.question_form import QuestionForm
from canut.web.projects.question_templates import template_named, templates_for
from canut.web.projects.setup_forms import AimsForm, NameOfProjectForm
from canut.web.projects.setup_sections import (
    columns_form,
    hard_form,
    has_typed,
    keep_typed,
    mark_stored,
    question_form,
    save_texts,
    sections_of,
)


class DraftIn(msgspec.Struct):
    """What a page saves by itself: texts by field, and the version it last saw."""

    version: int
    fields: dict[str, list[str]]


def draft(request: HttpRequest, project: Project) -> JsonResponse:
    """Save fields as they are typed; return the version, and the fields with two texts."""
    body = read_json(request.body, DraftIn)
    save_texts(request, project, body.fields, body.version)
    if "title" in body.fields:
        _keep_title(project)
    state = draft_state(project, sections_of(project))
    return JsonResponse(
        {
            "version": state["draft_version"],
            "conflicts": [text._asdict() for text in state["conflicts"]],
        }
    )


def save(request: HttpRequest, project: Project) -> HttpResponse:
    """Save all that is typed, then open a step, leave, fill in a template or settle a conflict."""
    keep_typed(request, project)
    _keep_title(project)
    what, _, which = request.POST.get("go", "").partition(":")
    if what == "close":
        return redirect("projects")
    if what == "step" and which in STEPS:
        return to_step(project, which)
    if what == "template":
        _fill_in(request, project, which)
        return to_step(project, "question")
    if what in {"mine", "theirs"}:
        settle_conflict(
            project, which, keep_mine=what == "mine", by=get_person(request), now_ms=now_ms()
        )
        _keep_title(project)
        return to_step(project, request.POST.get("at", ""))
    return redirect("project_setup", project.slug)


def to_step(project: Project, step: str) -> HttpResponse:
    """Redirect to the page with a step open."""
    answered = redirect("project_setup", project.slug)
    if step in STEPS:
        answered["Location"] += f"?step={step}"
    return answered


def _keep_title(project: Project) -> None:
    typed = typed_fields(setup_draft(project)).get("title")
    if typed and typed[0].strip():
        rename_draft(project, typed[0])
        mark_stored(project, NameOfProjectForm())


def _fill_in(request: HttpRequest, project: Project, name: str) -> None:
    """Fill the fields of the question that are still empty with those of a template."""
    offered = templates_for(project, current_import(project))
    try:
        template = next((t for t in offered if t.name == name), None) or template_named(name)
    except KeyError:
        raise BadInput(f"template is {name!r}; there is none of this name") from None
    typed = typed_fields(setup_draft(project))
    fields = {
        field: texts
        for field, texts in template.fields.items()
        if field == "kind" or not any(text.strip() for text in typed.get(field, []))
    }
    version = current.version if (current := setup_draft(project)) else 0
    save_texts(request, project, fields, version)


def file(request: HttpRequest, project: Project) -> HttpResponse:
    """Replace the draft's file, and read it by what its first rows hold."""
    keep_typed(request, project)
    source = begin_import(project, kept_upload(request), by=get_person(request), now_ms=now_ms())
    read_guessed(source)
    return redirect("project_setup", project.slug)


def read_guessed(source: Import) -> None:
    """Guess the columns of a new file and read it; a file that cannot be read says so later."""
    try:
        read_soon(guess_columns(source))
    except Refusal:
        return


def columns(request: HttpRequest, project: Project) -> HttpResponse:
    """Store the meaning of the columns, and read all rows again; the good ones are kept."""
    keep_typed(request, project)
    source = import_of(project)
    form = columns_form(source, request.POST)
    if form is not None and form.is_valid():
        try:
            chosen = choose_columns(source, **form.cleaned_data)
            keep_good_rows(chosen)
            read_soon(chosen)
        except Refusal as refusal:
            form.add_error("judged", words_of(refusal).detail)
        else:
            mark_stored(project, form)
            return redirect("project_setup", project.slug)
    return show_draft(
        request, project, status=422, at="file", **({"columns": form} if form else {})
    )


def rows(request: HttpRequest, project: Project) -> HttpResponse:
    """Keep the good rows, or discard the file."""
    keep_typed(request, project)
    source, keep = import_of(project), request.POST.get("keep", "")
    if keep == "good":
        keep_good_rows(source)
    elif keep == "nothing":
        discard_import(source.id, now_ms())
    else:
        raise BadInput(f"keep is {keep!r}; expected good or nothing")
    return redirect("project_setup", project.slug)


def reading(request: HttpRequest, project: Project) -> HttpResponse:
    """Show the progress of reading as a page fragment; redirect when it is done."""
    source = import_of(project)
    if project.state != Project.State.DRAFT:
        return to_step(project, "invite")
    if not is_being_read(source):
        return redirect("project_setup", project.slug)
    context = {"project": project, "source": source, "are_jobs_run": are_jobs_run}
    return render(request, "imports/_reading_progress.html", context)


def question(request: HttpRequest, project: Project) -> HttpResponse:
    """Store the question as a new version."""
    keep_typed(request, project)
    form = store_question(request, project)
    if form.errors:
        return show_draft(request, project, status=422, at="question", question=form)
    return redirect("project_setup", project.slug)


def store_question(request: HttpRequest, project: Project) -> QuestionForm:
    """Store the submitted question; return its form, with errors if it cannot be.

    Raises:
        Incomplete: no column to judge is chosen.
    """
    source = current_import(project)
    form = question_form(project, source, request)
    if source is None or "chosen" not in source.reading:
        raise Incomplete("choose the column to judge first", field="judged", code="no-columns")
    if not form.is_valid():
        return form
    judged = source.reading["chosen"]["judged"]
    instructions = form.cleaned_data["instructions"]
    try:
        schema = form.schema(judged, shown_as(source, judged), picture_columns(source))
        normal = check_schema(schema)
        check_columns(source, normal)
        check_prelabels(source, schema)
        store_own_page(project, form)
        stored = question_or_none(project.pk)
        if stored is None or (stored.schema, stored.instructions) != (normal, instructions.strip()):
            write_question(project, schema, instructions, by=get_person(request), now_ms=now_ms())
    except Refusal as refusal:
        usual = {"choice": "choices", "file": "file", "page": "page_upload"}.get(
            form.kind_now, "kind"
        )
        field = "ask" if refusal.case == "question-ask" else usual
        form.add_error(field, words_of(refusal).detail)
    else:
        mark_stored(project, form)
    return form


def store_own_page(project: Project, form: QuestionForm) -> None:
    """Store the page that came with a question, if one did."""
    if form.own_page is not None:
        add_page(project.pk, form.own_page, now_ms(), form.sent_page)


def told(request: HttpRequest, project: Project) -> HttpResponse:
    """Store what people are told: why the project exists, whose material, how hard it is."""
    keep_typed(request, project)
    errors = store_told(request, project)
    if errors:
        return show_draft(request, project, status=422, at="told", **errors)
    return redirect("project_setup", project.slug)


def store_told(request: HttpRequest, project: Project) -> dict[str, Any]:
    """Store what people are told; return the forms with errors, none where it is stored."""
    aims, hard = AimsForm(request.POST), hard_form(current_import(project), request.POST)
    is_aims, is_hard = aims.is_valid(), hard.is_valid()
    if is_aims:
        write_aims(project, **aims.cleaned_data)
        mark_stored(project, aims)
    if is_hard:
        data = hard.cleaned_data
        try:
            set_risk(
                project,
                int(data["severity"]),
                data["categories"],
                data["modality"],
                data["column"],
            )
        except Refusal as refusal:
            hard.add_error("categories", words_of(refusal).detail)
        else:
            mark_stored(project, hard)
    return {"aims": aims, "hard": hard} if aims.errors or hard.errors else {}


def store_earlier(request: HttpRequest, project: Project) -> tuple[str, dict[str, Any]] | None:
    """Store the steps before the price that changed; return the first that cannot be, if any."""
    source, sections = current_import(project), sections_of(project)
    if not is_done("file", project, source):
        return "file", {}
    if has_typed(project, [sections.question]) or not is_done("question", project, source):
        form = store_question(request, project)
        if form.errors:
            return "question", {"question": form}
    if has_typed(project, [sections.aims, sections.hard]) or not is_done("told", project, source):
        errors = store_told(request, project)
        if errors:
            return "told", errors
    return None


def chain(request: HttpRequest, project: Project) -> HttpResponse:
    """Store who pays and the intermediaries of a project that is open already."""
    form, rate = ChainForm(request.POST), rate_or_none(project.id)
    if rate is None:
        raise Incomplete("set the price of an answer first", field="price")
    if form.is_valid():
        try:
            write_chain(
                project, form.chain_given(rate.currency), by=get_person(request), now_ms=now_ms()
            )
        except Refusal as refusal:
            field = "price" if refusal.case == "chain-over" else None
            form.add_error(field, words_of(refusal).detail)
        else:
            messages.success(request, message_now("page.setup_steps.kept_whoever_answers_reads"))
            return redirect("project_bill", project.slug)
    return bill_page(request, project, form=form, status=422)
