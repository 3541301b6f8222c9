"""The commission of a project: write it, price it, fix its acceptance, answer what contradicts."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from canut.actions.commissions.commission import (
    aims_of,
    answer_contradiction,
    contradictions_of,
    needs_commission,
    set_acceptance,
    write_commission,
)
from canut.actions.commissions.results import outcome_now
from canut.actions.commissions.scenarios import choose_scenario, scenarios_of
from canut.actions.platform.system_clock import now_ms
from canut.core.commissions.acceptance import tasks_for_precision
from canut.core.commissions.contradictions import LEAST_ANSWER, LONGEST_ANSWER
from canut.core.errors import Missing, Refusal
from canut.store.commissions.commissions import (
    commission_of,
    drawn_count,
    is_pending,
    known_available,
)
from canut.store.models import Project
from canut.store.projects.versions import question_or_none
from canut.store.quality.results import first_question_text
from canut.web.commissions.forms import (
    TENTHS,
    AcceptanceForm,
    CommissionForm,
    commission_initial,
)
from canut.web.commissions.wording import (
    AIM_NAMES,
    SCENARIOS,
    contradiction_in_words,
    outcome_in_words,
    scenario_view,
)
from canut.web.kit.access import get_person
from canut.web.kit.forms import attempt
from canut.web.kit.messages import message_now
from canut.web.kit.numbers import number_named
from canut.web.kit.refusals import words_of


def commission(request: HttpRequest, project: Project) -> HttpResponse:
    """Show the commission of a project, or store what is typed."""
    if request.method != "POST":
        return _page(request, project)
    form = CommissionForm(request.POST)
    if attempt(
        form,
        lambda: write_commission(project, form.written(), by=get_person(request), now_ms=now_ms()),
    ):
        messages.success(request, message_now("page.commission.stored"))
        return redirect("commission", project.slug)
    return _page(request, project, 422, form=form)


def scenario(request: HttpRequest, project: Project) -> HttpResponse:
    """Choose a scenario: tasks get as many answers."""
    try:
        choose_scenario(project, request.POST.get("scenario", ""), now_ms())
    except Refusal as refusal:
        return _refused(request, project, refusal)
    messages.success(request, message_now("page.commission.scenario_chosen"))
    return redirect("commission", project.slug)


def acceptance(request: HttpRequest, project: Project) -> HttpResponse:
    """Set when the results are accepted."""
    form = AcceptanceForm(request.POST)
    if attempt(
        form,
        lambda: set_acceptance(
            project,
            form.cleaned_data["bar"] * TENTHS,
            form.cleaned_data["slips"],
            form.cleaned_data["decided_by"],
            by=get_person(request),
        ),
    ):
        messages.success(request, message_now("page.commission.acceptance_set"))
        return redirect("commission", project.slug)
    return _page(request, project, 422, acceptance_form=form)


def answer(request: HttpRequest, project: Project) -> HttpResponse:
    """Answer a contradiction in words."""
    number, words = number_named(request.POST.get("number", "")), request.POST.get("words", "")
    try:
        answer_contradiction(project, number, words, by=get_person(request), now_ms=now_ms())
    except Refusal as refusal:
        return _refused(request, project, refusal)
    messages.success(request, message_now("page.commission.answered"))
    return redirect("commission", project.slug)


def _refused(request: HttpRequest, project: Project, refusal: Refusal) -> HttpResponse:
    """Show the page with what was refused; what does not exist is not found."""
    if isinstance(refusal, Missing):
        raise refusal
    text = words_of(refusal)
    return _page(request, project, 422, problem=f"{text.title}. {text.detail}")


def _page(
    request: HttpRequest, project: Project, status: int = 200, **instead: object
) -> HttpResponse:
    """Show the page; ``instead``: forms that were refused, or a problem."""
    row, at_ms = commission_of(project.pk), now_ms()
    aims = aims_of(project, row)
    question = question_or_none(project.pk)
    outcome = outcome_now(row) if row else None
    initial: dict[str, int | str | None] = {"bar": 95, "slips": 2}
    if row is not None and row.bar_per_mille is not None:
        initial = {
            "bar": row.bar_per_mille // TENTHS,
            "slips": row.slips,
            "decided_by": row.decided_by,
        }
    context = {
        "project": project,
        "commission": row,
        "is_pending": is_pending(project),
        "is_needed": needs_commission(project),
        "form": CommissionForm(initial=commission_initial(row, aims)),
        "aims": [(message_now(AIM_NAMES[name]), aim) for name, aim in aims.items()],
        "ask": first_question_text(question),
        "question": question,
        "scenarios": [scenario_view(each) for each in scenarios_of(project, row, at_ms)]
        if row and is_pending(project)
        else [],
        "chosen": message_now(SCENARIOS[row.scenario]) if row and row.scenario else "",
        "acceptance_form": AcceptanceForm(initial=initial),
        "known": known_available(project.pk),
        "drawn": drawn_count(row) if row else 0,
        "outcome": outcome_in_words(outcome) if outcome else "",
        "lines": [
            (number, contradiction_in_words(line.contradiction), line.answer)
            for number, line in enumerate(contradictions_of(project, row, at_ms))
        ]
        if row
        else [],
        "precision_tasks": tasks_for_precision(row.precision_per_mille) if row else 0,
        "precision": row.precision_per_mille // TENTHS if row else 0,
        "least": LEAST_ANSWER,
        "most": LONGEST_ANSWER,
        **instead,
    }
    return render(request, "commissions/commission.html", context, status=status)
