"""A project's comparisons: open one, hold it, let it go on, read what it found."""

from collections.abc import Callable
from decimal import Decimal

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from canut.actions.comparisons.comparisons import (
    end_comparison,
    hold_comparison,
    open_comparison,
    resume_comparison,
)
from canut.actions.platform.system_clock import now_ms
from canut.core.comparisons.guards import Harm
from canut.core.comparisons.plan import (
    LONGEST_HYPOTHESIS,
    LONGEST_INSTRUCTIONS,
    ComparisonPlan,
    PersonMeasure,
    Subject,
)
from canut.core.errors import Missing, Refusal
from canut.core.outside_text import read_number
from canut.store.comparisons.comparisons import (
    comparisons_of,
    live_comparison,
    representatives_of,
)
from canut.store.models import Comparison, Project
from canut.store.projects.versions import question_or_none
from canut.web.comparisons.wording import MEASURES, SUBJECTS, words_of_comparison
from canut.web.kit.access import get_person, roles_in
from canut.web.kit.audiences import REQUESTERS
from canut.web.kit.fields import radio, select
from canut.web.kit.forms import INPUT, PlainForm, attempt, words
from canut.web.kit.messages import lazy_message, message_now
from canut.web.kit.numbers import NumberField
from canut.web.kit.refusals import words_of

POINTS = 100


def _number(field: Decimal) -> float:
    """Return a number of the form; its field has refused what is none."""
    return read_number(str(field)) or 0.0


def _points(label: str, hint: str) -> NumberField:
    return NumberField(
        label=lazy_message(label),
        help_text=lazy_message(hint),
        min_value=Decimal("0.01"),
        max_value=POINTS,
        decimal_places=2,
        localize=True,
        widget=forms.TextInput(attrs={**INPUT, "class": "inp num short", "inputmode": "decimal"}),
    )


class PlanForm(PlainForm):
    """A comparison before it opens."""

    subject = radio(
        lazy_message("form.comparisons.subject"), [(one.value, SUBJECTS[one]) for one in Subject]
    )
    instructions = words(
        lazy_message("form.comparisons.instructions"),
        lazy_message("form.comparisons.instructions_hint"),
        area=True,
        required=False,
        max_length=LONGEST_INSTRUCTIONS,
    )
    hypothesis = words(
        lazy_message("form.comparisons.hypothesis"),
        lazy_message("form.comparisons.hypothesis_hint"),
        max_length=LONGEST_HYPOTHESIS,
    )
    measure = select(
        lazy_message("form.comparisons.measure"),
        [(one.value, MEASURES[one]) for one in PersonMeasure],
        lazy_message("form.comparisons.measure_hint"),
    )
    margin = _points("form.comparisons.margin", "form.comparisons.margin_hint")
    spread = _points("form.comparisons.spread", "form.comparisons.spread_hint")
    ethics_ok_by = select(
        lazy_message("form.comparisons.ethics_ok_by"),
        [],
        lazy_message("form.comparisons.ethics_hint"),
        required=False,
    )

    def plan(self) -> ComparisonPlan:
        """Return the submitted plan; points of a percentage become shares."""
        fields = self.cleaned_data
        divisor = {PersonMeasure.STRAIN: 1, PersonMeasure.QUESTIONS: 1}.get(
            fields["measure"], POINTS
        )
        return ComparisonPlan(
            fields["subject"],
            fields["instructions"],
            fields["hypothesis"],
            fields["measure"],
            _number(fields["margin"]) / divisor,
            _number(fields["spread"]) / divisor,
        )


def comparisons(request: HttpRequest, project: Project) -> HttpResponse:
    """List a project's comparisons, and offer to open one."""
    return _page(request, project, _form(project))


def begin(request: HttpRequest, project: Project) -> HttpResponse:
    """Open a comparison."""
    form = _form(project, request)
    people = {str(person.pk): person for person in representatives_of(project.organisation_id)}

    def keep() -> None:
        agreed = people.get(form.cleaned_data["ethics_ok_by"])
        plan = form.plan()
        open_comparison(project, plan, by=get_person(request), now_ms=now_ms(), ethics_ok_by=agreed)

    if attempt(form, keep):
        messages.success(request, message_now("page.comparisons.opened"))
        return redirect("project_comparisons", project.slug)
    return _page(request, project, form)


def end(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """End a comparison, and compute its result if nothing stopped it."""
    return _act(
        request,
        project,
        number,
        lambda: end_comparison(number, now_ms()),
        "page.comparisons.ended_now",
    )


def hold(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """Hold a comparison for harm, on one person's word."""
    text, by = request.POST.get("words", ""), get_person(request)
    return _act(
        request,
        project,
        number,
        lambda: hold_comparison(number, Harm.PERSON, text, now_ms(), by=by),
        "page.comparisons.held_now",
    )


def resume(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """Say that a comparison may go on."""
    by = get_person(request)
    return _act(
        request,
        project,
        number,
        lambda: resume_comparison(number, by, now_ms()),
        "page.comparisons.resumed_now",
    )


def _act(
    request: HttpRequest,
    project: Project,
    number: int,
    act: Callable[[], object],
    message: str,
) -> HttpResponse:
    """Act on a comparison of this project; a refusal is shown on the page."""
    if number not in {row.pk for row in comparisons_of(project.pk)}:
        raise Missing("there is no such comparison here", code="comparison-gone")
    try:
        act()
    except Refusal as refusal:
        text = words_of(refusal)
        return _page(request, project, _form(project), f"{text.title}. {text.detail}")
    messages.success(request, message_now(message))
    return redirect("project_comparisons", project.slug)


def _form(project: Project, request: HttpRequest | None = None) -> PlanForm:
    question = question_or_none(project.pk)
    initial = {
        "subject": Subject.INSTRUCTIONS,
        "measure": PersonMeasure.RIGHT,
        "instructions": question.instructions if question else "",
        "margin": 5,
        "spread": 10,
    }
    form = PlanForm(request.POST if request else None, initial=initial)
    people = representatives_of(project.organisation_id)
    form.offer(
        "ethics_ok_by",
        [
            ("", lazy_message("form.comparisons.nobody")),
            *((str(person.pk), str(person)) for person in people),
        ],
    )
    return form


def _page(
    request: HttpRequest, project: Project, form: PlanForm, problem: str = ""
) -> HttpResponse:
    live = live_comparison(project.pk)
    rows = [words_of_comparison(row) for row in comparisons_of(project.pk)]
    person = get_person(request)
    context = {
        "project": project,
        "form": form,
        "problem": problem,
        "live": next((row for row in rows if live and row.row.pk == live.pk), None),
        "is_held": live is not None and live.state == Comparison.State.HELD,
        "is_own_word": live is not None and live.resumed_by_id == person.pk,
        "past": [row for row in rows if live is None or row.row.pk != live.pk],
        "manages": bool(roles_in(person, project) & REQUESTERS.roles),
    }
    is_refused = bool(form.errors or problem)
    return render(request, "comparisons/project.html", context, status=422 if is_refused else 200)
