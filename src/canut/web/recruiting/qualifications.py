"""Qualifications of an organisation: made, given by hand, earned in paid training, taken back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from canut.actions.platform.system_clock import now_ms
from canut.actions.work.qualification_requests import refuse_request
from canut.actions.work.qualification_tests import form_of
from canut.actions.work.qualifications import (
    GrantIn,
    QualificationIn,
    end_qualification,
    grant_qualification,
    make_qualification,
    revoke_qualification,
)
from canut.core.clock import SECOND_MS
from canut.core.errors import BadInput, Missing
from canut.core.outside_text import read_whole
from canut.store.models import Organisation, Person, Project, Qualification
from canut.store.recruiting.people import find_worker_of, workers_of
from canut.store.work.qualification_tests import attempts_waiting
from canut.store.work.qualifications import (
    find_qualification,
    grants_of,
    projects_requiring,
    qualifications_of,
    requests_for,
)
from canut.web.kit.access import get_person, list_organisations, list_projects
from canut.web.kit.audiences import REQUESTERS
from canut.web.kit.forms import attempt
from canut.web.kit.messages import message_now
from canut.web.kit.numbers import number_named
from canut.web.recruiting.forms import GrantForm, QualificationForm

PER_CENT = 10
MOST_VALUE = 1_000_000


def qualifications(request: HttpRequest) -> HttpResponse:
    """Show the qualifications of my organisations; make one for the first, or the one named."""
    organisations = list_organisations(get_person(request), REQUESTERS.roles)
    own = _chosen(request, organisations)
    projects = _training(request, own)
    form = QualificationForm(request.POST or None).for_projects(projects)
    if request.method == "POST" and own is None:
        raise Missing("you speak for no organisation", code="organisation-gone")
    if (
        own is not None
        and request.method == "POST"
        and attempt(form, lambda: _make(request, own, form, projects))
    ):
        messages.success(request, message_now("page.qualifications.made"))
        return redirect(f"{request.path}?organisation={own.pk}")
    context = {
        "organisations": organisations,
        "organisation": own,
        "form": form,
        "rows": qualifications_of(own.pk) if own else [],
    }
    return render(
        request, "recruiting/qualifications.html", context, status=422 if form.errors else 200
    )


def one(request: HttpRequest, number: int) -> HttpResponse:
    """Show who has a qualification and who asks for it; give, refuse, take it back, or end it."""
    qualification = _get(request, number)
    people = workers_of(qualification.organisation_id)
    is_grant = request.method == "POST" and request.POST.get("do") == "grant"
    form = GrantForm(request.POST if is_grant else None).for_people(
        [(str(person.pk), str(person)) for person in people]
    )
    if is_grant and attempt(form, lambda: _grant(request, qualification, form)):
        messages.success(request, message_now("page.qualifications.given"))
        return redirect("qualification", number)
    if request.method == "POST" and request.POST.get("do") in {"accept", "refuse"}:
        return _settle(request, qualification)
    if request.method == "POST" and request.POST.get("do") == "end":
        end_qualification(qualification, now_ms())
        messages.success(request, message_now("page.qualifications.ended"))
        return redirect(f"{reverse('qualifications')}?organisation={qualification.organisation_id}")
    if request.method == "POST" and not is_grant:
        person = number_named(request.POST.get("person", ""))
        revoke_qualification(qualification, person, request.POST.get("reason", ""), now_ms())
        messages.success(request, message_now("page.qualifications.taken_back"))
        return redirect("qualification", number)
    attempts = attempts_waiting(number)
    context = {
        "qualification": qualification,
        "form": form,
        "grants": grants_of(number),
        "requests": [
            (waiting_request, attempts.get(waiting_request.pk))
            for waiting_request in requests_for(number)
        ],
        "test": form_of(qualification.test) if qualification.test else None,
        "limit_ms": (qualification.test_s or 0) * SECOND_MS,
        "required_by": projects_requiring(qualification),
    }
    return render(
        request, "recruiting/qualification.html", context, status=422 if form.errors else 200
    )


def _chosen(request: HttpRequest, organisations: list[Organisation]) -> Organisation | None:
    text = request.GET.get("organisation", "")
    if not text:
        return organisations[0] if organisations else None
    number = number_named(text)
    chosen = next((own for own in organisations if own.pk == number), None)
    if chosen is None:
        raise Missing("you speak for no such organisation", code="organisation-gone")
    return chosen


def _training(request: HttpRequest, own: Organisation | None) -> list[Project]:
    """List the paid projects of an organisation that can train for a qualification."""
    projects = list_projects(get_person(request), REQUESTERS.roles)
    number = own.pk if own else None
    return [
        project
        for project in projects
        if project.organisation_id == number and not project.is_own_staff
    ]


def _make(
    request: HttpRequest, own: Organisation, form: QualificationForm, projects: list[Project]
) -> Qualification:
    fields = form.cleaned_data
    training = next(
        (project for project in projects if str(project.pk) == fields["training"]), None
    )
    return make_qualification(
        own.pk,
        QualificationIn(
            fields["name"],
            fields["description"],
            training,
            (fields["at_least"] or 0) * PER_CENT,
            is_active=fields["is_active"],
        ),
        by=get_person(request),
        now_ms=now_ms(),
    )


def _grant(request: HttpRequest, qualification: Qualification, form: GrantForm) -> object:
    fields = form.cleaned_data
    person = _person(qualification.organisation_id, number_named(fields["person"]))
    grant_in = GrantIn(fields["reason"], get_person(request))
    return grant_qualification(qualification, person, grant_in, now_ms())


def _settle(request: HttpRequest, qualification: Qualification) -> HttpResponse:
    """Grant or refuse what a person asked for, with the words why."""
    number, reason = number_named(request.POST.get("request", "")), request.POST.get("reason", "")
    waiting = {
        waiting_request.pk: waiting_request for waiting_request in requests_for(qualification.pk)
    }
    if number not in waiting:
        raise Missing("this request is settled already", code="qualification-settled")
    waiting_request = waiting[number]
    if request.POST["do"] == "accept":
        value = _typed_value(request.POST.get("value", ""))
        grant_in = GrantIn(reason, get_person(request), value=value)
        grant_qualification(qualification, waiting_request.person, grant_in, now_ms())
        messages.success(request, message_now("page.qualifications.given"))
    else:
        refuse_request(waiting_request, reason, by=get_person(request), now_ms=now_ms())
        messages.success(request, message_now("page.qualifications.refused"))
    return redirect("qualification", qualification.pk)


def _typed_value(text: str) -> int:
    """Return the value a person gives; 1 where they typed none.

    Raises:
        BadInput: it is no whole number, or out of bounds.
    """
    value = read_whole(text.strip() or "1", MOST_VALUE, least=-MOST_VALUE)
    if value is None:
        raise BadInput(
            f"{text[:20]!r} is no value; write a whole number up to {MOST_VALUE}",
            code="qualification-value",
            most=MOST_VALUE,
        )
    return value


def _person(organisation_id: int, number: int) -> Person:
    person = find_worker_of(organisation_id, number)
    if person is None:
        raise Missing("this person never worked for you", code="pool-no-work")
    return person


def _get(request: HttpRequest, number: int) -> Qualification:
    """Return a qualification of an organisation the person speaks for."""
    for own in list_organisations(get_person(request), REQUESTERS.roles):
        qualification = find_qualification(own.pk, number)
        if qualification is not None:
            return qualification
    raise Missing("there is no such qualification here", code="qualification-gone")
