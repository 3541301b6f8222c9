"""Steps of the setup that render the whole draft again: file, risk, chain."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from canut.actions.imports.lifecycle import discard_import
from canut.actions.operations.jobs import are_jobs_run, read_soon
from canut.actions.pay.intermediaries import write_chain
from canut.actions.platform.system_clock import now_ms
from canut.actions.projects.drafts import begin_import, choose_columns, keep_good_rows
from canut.actions.protection.risk_preferences import set_risk
from canut.core.errors import BadInput, Incomplete, Refusal
from canut.store.models import Project
from canut.store.projects.drafts import current_import
from canut.store.projects.versions import rate_or_none
from canut.web.imports.upload import import_of, kept_upload
from canut.web.kit.access import get_person
from canut.web.kit.messages import message_now
from canut.web.kit.refusals import words_of
from canut.web.pay.price import bill_page, redirect_to
from canut.web.pay.price_forms import ChainForm
from canut.web.projects.draft_view import columns_form, is_being_read, risk_form, show_draft


def file(request: HttpRequest, project: Project) -> HttpResponse:
    """Replace the draft's file."""
    begin_import(project, kept_upload(request), by=get_person(request), now_ms=now_ms())
    return redirect("project_setup", project.slug)


def columns(request: HttpRequest, project: Project) -> HttpResponse:
    """Store the meaning of the columns, and read all rows."""
    source = import_of(project)
    form = columns_form(source, request.POST)
    if form is not None and form.is_valid():
        try:
            read_soon(choose_columns(source, **form.cleaned_data))
        except Refusal as refusal:
            form.add_error("judged", words_of(refusal).detail)
        else:
            return redirect("project_setup", project.slug)
    return show_draft(request, project, status=422, **({"columns": form} if form else {}))


def rows(request: HttpRequest, project: Project) -> HttpResponse:
    """Keep the good rows, or discard the file."""
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
        return redirect("project", project.slug)
    if not is_being_read(source):
        return redirect("project_setup", project.slug)
    context = {"project": project, "source": source, "are_jobs_run": are_jobs_run}
    return render(request, "imports/_reading_progress.html", context)


def risk(request: HttpRequest, project: Project) -> HttpResponse:
    """Store the risk level of a draft's material."""
    form = risk_form(project, current_import(project), request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            set_risk(
                project,
                int(data["severity"]),
                data["categories"],
                data["modality"],
                data["column"],
            )
        except Refusal as refusal:
            form.add_error("categories", words_of(refusal).detail)
        else:
            answered = redirect("project_setup", project.slug)
            answered["Location"] += "#pay"
            return answered
    return show_draft(request, project, status=422, risk=form)


def chain(request: HttpRequest, project: Project) -> HttpResponse:
    """Store who pays and the intermediaries."""
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
            if project.state == Project.State.DRAFT:
                return redirect_to("project_setup", project, "start")
            messages.success(request, message_now("page.setup_steps.kept_whoever_answers_reads"))
            return redirect("project_bill", project.slug)
    if project.state != Project.State.DRAFT:
        return bill_page(request, project, form=form, status=422)
    return show_draft(request, project, status=422, chain=form)
