"""Provenance of a project: who decided, people and models, over time; the models' rule."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from canut.actions.learning.loop import set_loop_rule
from canut.actions.learning.model_cards import export_model, model_card, trained_of
from canut.actions.learning.provenance_report import (
    acceptance_of,
    charge_of,
    decision_shares,
    months_of,
    shares,
)
from canut.actions.learning.remote_proposals import silence_of
from canut.actions.learning.training_data import unlearnable_reason
from canut.actions.operations.jobs import is_training, train_soon
from canut.actions.platform.system_clock import now_ms
from canut.core.portrait.charts.decisions import Period, draw_decision_shares
from canut.core.portrait.charts.frame import PortraitChart
from canut.core.portrait.charts.pay import ChartCaption
from canut.core.portrait.decision_roles import Actor, Did
from canut.core.portrait.language import Phrase
from canut.store.learning.incidents import open_incidents
from canut.store.learning.liens import has_lien_page
from canut.store.learning.loop import answers_behind, rule_of_loop, trained_in
from canut.store.models import Project
from canut.web.kit.access import get_person, roles_in
from canut.web.kit.audiences import REQUESTERS
from canut.web.kit.forms import attempt
from canut.web.kit.messages import lazy_message, message_now
from canut.web.learning.forms import LoopForm, loop_form
from canut.web.learning.model_errors import why_silent

NAMES = {
    Did.LABEL: lazy_message("page.provenance.labelling"),
    Did.CORRECT: lazy_message("page.provenance.correcting_what_a_machine"),
    Did.VERIFY: lazy_message("page.provenance.checking"),
    Did.ADJUDICATE: lazy_message("page.provenance.settling_between_answers"),
    Did.IMPERSONATE: lazy_message("page.provenance.work_delivered"),
}
SOURCE = Phrase("portrait.answers_reviews_and_proposals_kept")


def actors(request: HttpRequest, project: Project) -> HttpResponse:
    """Show decisions by month, time by actor, and each model with its evidence."""
    return _page(request, project, loop_form(rule_of_loop(project.pk)))


def data(request: HttpRequest, project: Project) -> HttpResponse:
    """Send the figures of the chart as CSV."""
    chart = _chart(project)
    figures = chart.table.csv(chart.language) if chart else "period\n"
    answer = HttpResponse(figures, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{project.slug}-who-decided.csv"'
    return answer


def rule(request: HttpRequest, project: Project) -> HttpResponse:
    """Set what models may do from now on."""
    form, by = LoopForm(request.POST), get_person(request)
    if attempt(form, lambda: set_loop_rule(project, form.rule(), now_ms(), by=by)):
        messages.success(request, message_now("page.provenance.kept_what_people"))
        return redirect("project_actors", project.slug)
    return _page(request, project, form)


def train_model(request: HttpRequest, project: Project) -> HttpResponse:
    """Train a new version of the model, at once if there are few answers, else as a job."""
    if train_soon(project, get_person(request)):
        messages.success(request, message_now("page.provenance.a_new_version"))
    else:
        messages.success(request, message_now("page.provenance.a_new_version_learns"))
    return redirect("project_actors", project.slug)


def card(request: HttpRequest, project: Project, number: int) -> JsonResponse:
    """Send the card of a model as JSON."""
    data = model_card(trained_of(project, number))
    return JsonResponse(data, json_dumps_params={"ensure_ascii": False, "indent": 1})


def export(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """Send a model with its card, and record it in the ledger."""
    trained = trained_of(project, number)
    answer = HttpResponse(export_model(trained, now_ms()), content_type="application/zip")
    name = f"{trained.author.name}-{trained.author.version}.zip"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _page(request: HttpRequest, project: Project, form: LoopForm) -> HttpResponse:
    here = [project.pk]
    shares = decision_shares(here)
    chart = _chart(project)
    silence = silence_of(project.pk)
    context: dict[str, Any] = {
        "project": project,
        "chart": SafeString(chart.html(2)) if chart else "",
        "who": shares,
        "times": [(NAMES[did], ms) for did, ms in shares.by_act.items() if ms],
        "simulated_ms": shares.by_actor[Actor.SIMULATED],
        "charge": charge_of(here),
        "acceptance": acceptance_of(here),
        "rule": rule_of_loop(project.pk),
        "behind": answers_behind(project.pk),
        "has_lien": has_lien_page(project.pk),
        "form": form,
        "models": [(model, model_card(model)) for model in reversed(trained_in(project.pk))],
        "incidents": open_incidents(project.pk),
        "is_training": is_training(project.pk),
        "silence": silence,
        "silent_why": silence and why_silent(silence.why),
        "unlearnt": unlearnable_reason(project),
        "manages": bool(roles_in(get_person(request), project) & REQUESTERS.roles),
    }
    status = 422 if form.errors else 200
    return render(request, "learning/provenance.html", context, status=status)


def _chart(project: Project) -> PortraitChart | None:
    """Draw the decisions by month; None if there are none."""
    periods = [
        Period(month.name, portion, month.version)
        for month in months_of([project.pk])
        if (portion := shares(month.who)) is not None
    ]
    if not periods:
        return None
    span = f"{periods[0].name} – {periods[-1].name}" if len(periods) > 1 else periods[0].name
    about = ChartCaption(Phrase("portrait.labelled_tasks"), span, SOURCE)
    return draw_decision_shares(periods, about, get_language() or "fr")
