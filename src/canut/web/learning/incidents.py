"""Pages of incidents: those of a project and of all, one with its next step, and its decisions."""

from collections.abc import Iterator

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect, render

from canut.actions.learning.health import health_of
from canut.actions.learning.incidents import (
    LESSON,
    name_incident_owner,
    report_incident,
    take_incident_step,
)
from canut.actions.learning.repair_evidence import decisions_since, proof_of
from canut.actions.learning.repairs import (
    RepairEstimate,
    estimate_repair,
    fund_repair,
    make_repair,
    repairable_keys,
)
from canut.actions.platform.system_clock import now_ms
from canut.actions.time.fixed_time import has_pay_here
from canut.core.clock import from_ms
from canut.core.errors import Incomplete, Missing
from canut.core.formats.tables.columns import FileColumn
from canut.core.formats.tables.writing import BOM, stream_rows
from canut.core.learning.incident_terms import (
    IncidentCause,
    IncidentState,
    IncidentStep,
    RepairPayer,
)
from canut.core.learning.incidents import payer_of
from canut.store.learning.incidents import incident_in, incidents_of, record_of
from canut.store.learning.loop import last_trained
from canut.store.lessons.attempts import passed_in_project
from canut.store.models import Incident, Person, Project
from canut.web.kit.access import get_person, list_projects, roles_in
from canut.web.kit.audiences import INCIDENT_READERS, MAINTAINERS, OPERATORS, REQUESTERS
from canut.web.kit.forms import attempt, micro_of
from canut.web.kit.messages import message_now
from canut.web.learning.incident_forms import (
    FORMS,
    FundForm,
    OwnerForm,
    RepairForm,
    ReportForm,
    StepForm,
)
from canut.web.learning.incident_view import (
    PAYERS,
    event_lines,
    facts_of,
    line_of,
    may_take,
    owner_choices,
    repair_choices,
    repair_lines,
    slice_choices,
)

State, Step = IncidentState, IncidentStep
SECOND = {State.SUSPECTED: Step.DISMISS, State.PROVING: Step.SEND_BACK}
"""What else may follow a state, beside the step its form is for."""
FIRST = {
    State.SUSPECTED: Step.CONFIRM,
    State.CONFIRMED: Step.CONTAIN,
    State.CONTAINED: Step.DIAGNOSE,
    State.DIAGNOSED: Step.REPAIR,
    State.REPAIRING: Step.PROVE,
    State.PROVING: Step.VERIFY,
    State.VERIFIED: Step.CLOSE,
}
COLUMNS = ("key", "label", "at", "returned")


def everywhere(request: HttpRequest) -> HttpResponse:
    """List the incidents of all projects one may read, those nobody owns first."""
    moment = now_ms()
    projects = list_projects(get_person(request), INCIDENT_READERS.roles)
    lines = [line_of(each, moment) for project in projects for each in incidents_of(project.pk)]
    lines.sort(key=lambda line: (not line.is_late, -line.row.at_ms))
    return render(request, "learning/all_incidents.html", {"lines": lines})


def in_project(request: HttpRequest, project: Project) -> HttpResponse:
    """List the incidents of a project, or store what somebody saw."""
    person, trained, moment = get_person(request), last_trained(project.pk), now_ms()
    form = ReportForm(request.POST if request.method == "POST" else None)
    names = [each.name for each in health_of(trained).slices] if trained else []
    form.offer("slice", slice_choices(names))
    reported: list[Incident] = []

    def report() -> None:
        if trained is None:
            raise Missing("no model has learnt here yet", code="incident-no-model")
        reported.append(report_incident(trained, form.report(), by=person, now_ms=moment))

    if form.is_bound and attempt(form, report):
        paid = (
            "page.incidents.reported" if reported[0].paid_ms else "page.incidents.reported_unpaid"
        )
        messages.success(request, message_now(paid))
        return redirect("project_incident", project.slug, reported[0].pk)
    context = {
        "project": project,
        "form": form,
        "has_model": trained is not None,
        "is_paid_here": has_pay_here(person),
        "lines": [line_of(each, moment) for each in incidents_of(project.pk)],
    }
    status = 422 if form.errors else 200
    return render(request, "learning/incidents.html", context, status=status)


def incident(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """Show an incident, or take its next step."""
    row = _get(project, number)
    state = State(row.state)
    step = request.POST.get("step", "")
    form = None
    if state in FORMS:
        form = _step_form(row, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form is not None and step in {FIRST[state], SECOND.get(state)}:
        if attempt(form, lambda: _take(row, step, form, get_person(request))):
            messages.success(request, message_now("page.incidents.saved"))
            return redirect("project_incident", project.slug, number)
        return _page(request, row, form=form, status=422)
    return _page(request, row, form=form)


def owner(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """Name who answers for an incident."""
    row, form = _get(project, number), OwnerForm(request.POST)
    form.offer("owner", owner_choices(project.pk))
    candidates = {str(person.pk): person for person in passed_in_project(project.pk, LESSON)}

    def name() -> None:
        chosen = candidates[form.cleaned_data["owner"]]
        name_incident_owner(row.pk, chosen, by=get_person(request), now_ms=now_ms())

    if attempt(form, name):
        messages.success(request, message_now("page.incidents.saved"))
        return redirect("project_incident", project.slug, number)
    return _page(request, row, owner_form=form, status=422)


def repair(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """Estimate a repair, then make it."""
    row, form, person = _get(project, number), RepairForm(request.POST), get_person(request)
    form.offer("kind", repair_choices(row))
    estimates: list[RepairEstimate] = []
    moment = now_ms()
    if request.POST.get("what") == "make":
        if attempt(form, lambda: make_repair(row.pk, form.repair(), by=person, now_ms=moment)):
            messages.success(request, message_now("page.incidents.repair_made"))
            return redirect("project_incident", project.slug, number)
        return _page(request, row, repair_form=form, status=422)
    if attempt(form, lambda: estimates.append(estimate_repair(row, form.repair(), moment))):
        return _page(request, row, repair_form=form, estimate=estimates[0])
    return _page(request, row, repair_form=form, status=422)


def deposit(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """Deposit what the platform pays for a repair."""
    row, form, person = _get(project, number), FundForm(request.POST), get_person(request)

    def fund() -> None:
        micro = micro_of(form.cleaned_data["amount"])
        if micro is None:
            raise Incomplete("give an amount", field="amount")
        fund_repair(row.pk, micro, by=person, now_ms=now_ms())

    if attempt(form, fund):
        messages.success(request, message_now("page.incidents.saved"))
        return redirect("project_incident", project.slug, number)
    return _page(request, row, fund_form=form, status=422)


def decisions(request: HttpRequest, project: Project, number: int) -> StreamingHttpResponse:
    """Send the decisions that may have the fault, as CSV."""
    del request
    row = _get(project, number)
    columns = [FileColumn(name, "text") for name in COLUMNS]
    answer = StreamingHttpResponse(_csv(row, columns), content_type="text/csv; charset=utf-8")
    name = f"{project.slug}-incident-{number}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _csv(row: Incident, columns: list[FileColumn]) -> Iterator[bytes]:
    yield BOM
    lines = (
        [each.key, each.label, from_ms(each.at_ms).isoformat(), "yes" if each.is_returned else "no"]
        for each in decisions_since(row)
    )
    yield from stream_rows("csv", columns, [list(lines)])


def _get(project: Project, number: int) -> Incident:
    row = incident_in(project.pk, number)
    if row is None:
        raise Missing(f"there is no incident {number}", code="incident-missing")
    return row


def _step_form(row: Incident, data: QueryDict | None) -> StepForm:
    form = FORMS[State(row.state)](data)
    if "slice" in form.fields:
        trained = last_trained(row.project_id)
        names = [each.name for each in health_of(trained).slices] if trained else []
        if row.slice and row.slice not in names:
            names.append(row.slice)
        form.offer("slice", slice_choices(names))
        form.fields["slice"].initial = row.slice
    if "redone" in form.fields:
        form.fields["redone"].initial = row.touched
    if "touched" in form.fields:
        form.fields["touched"].initial = row.touched
    return form


def _take(row: Incident, step: str, form: StepForm, person: Person) -> None:
    take_incident_step(row.pk, step, form.fields_of(), by=person, now_ms=now_ms())


def _page(
    request: HttpRequest, row: Incident, *, status: int = 200, **forms: object
) -> HttpResponse:
    """Show one incident with the form of its next step; a refused form stays filled in."""
    person, project = get_person(request), row.project
    roles, state, moment = roles_in(person, project), State(row.state), now_ms()
    is_mine = may_take(row, person)
    form = forms.get("form")
    if form is None and state in FORMS:
        form = _step_form(row, None)
    repair_form = forms.get("repair_form") or RepairForm()
    if isinstance(repair_form, RepairForm):
        repair_form.offer("kind", repair_choices(row))
    owner_form = forms.get("owner_form") or OwnerForm()
    candidates = owner_choices(project.pk)
    if isinstance(owner_form, OwnerForm):
        owner_form.offer("owner", candidates)
    is_repairing = state in {State.REPAIRING, State.PROVING} and row.owner_id == person.pk
    cause = IncidentCause(row.cause) if row.cause else None
    is_ours = cause is not None and payer_of(cause) is RepairPayer.PLATFORM
    context = {
        "project": project,
        "row": row,
        "line": line_of(row, moment),
        "facts": facts_of(row),
        "events": event_lines(row),
        "repairs": repair_lines(row),
        "linked": repairable_keys(row),
        "form": form,
        "is_mine": is_mine,
        "step": FIRST.get(state, ""),
        "second": SECOND.get(state, ""),
        "button": BUTTONS.get(state, ""),
        "owner_form": owner_form,
        "candidates": candidates,
        "names_owner": bool(roles & REQUESTERS.roles) and record_of(row).is_open,
        "repair_form": repair_form if is_repairing else None,
        "estimate": forms.get("estimate"),
        "payer": PAYERS[payer_of(cause)] if cause else "",
        "fund_form": forms.get("fund_form") or FundForm(),
        "funds": is_ours and bool(roles & OPERATORS.roles) and record_of(row).is_open,
        "proof": proof_of(row) if state == State.PROVING else None,
        "reads_tasks": bool(roles & MAINTAINERS.roles),
    }
    return render(request, "learning/incident.html", context, status=status)


BUTTONS = {
    State.SUSPECTED: "page.incidents.button_confirm",
    State.CONFIRMED: "page.incidents.button_contain",
    State.CONTAINED: "page.incidents.button_diagnose",
    State.DIAGNOSED: "page.incidents.button_repair",
    State.REPAIRING: "page.incidents.button_prove",
    State.PROVING: "page.incidents.button_verify",
    State.VERIFIED: "page.incidents.button_close",
}
