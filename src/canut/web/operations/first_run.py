"""The first steps of an instance, one open at a time.

What is typed in a step that is left stays in the session, so that nothing is lost on the way.
"""

from typing import Any, NamedTuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from canut.actions.ledger.log_names import likely_name
from canut.actions.operations.first_run import (
    STEPS,
    USUAL_NAME,
    clock_in,
    copy_now,
    finish_step,
    name_operator,
    set_aside,
    set_home,
    steps_left,
    zone_of_machine,
)
from canut.actions.pay.floors import floor_of_country
from canut.actions.pay.pay_rules import policy_in_force
from canut.actions.platform.system_clock import now_ms
from canut.core.errors import Missing, Refusal
from canut.core.operations.findings import Level, examine
from canut.store.ledger.log_names import platform_name
from canut.store.models import Organisation
from canut.store.operations.health import read_readiness
from canut.store.people.organisations import operating_organisation
from canut.store.platform.home import Home, home
from canut.store.projects.newest import newest_project
from canut.web.kit.access import get_person
from canut.web.kit.forms import PlainForm
from canut.web.kit.messages import message_now
from canut.web.kit.refusals import words_of
from canut.web.operations.first_forms import (
    HomeForm,
    OperatorForm,
    TestMailForm,
    has_law,
    home_of,
    likely_country,
)
from canut.web.operations.instance_state import finding_row, send_test, sound_things
from canut.web.pay.wording import place_word

TYPED = "first-run"
MOST_FINDINGS = 4


class Sets(NamedTuple):
    """What a place sets, as one chooses it."""

    home: Home
    now: str
    floor: Any
    place: str
    has_law: bool
    wait_days: int


def first(request: HttpRequest) -> HttpResponse:
    """Show the first steps: those done as one line, one open, those to come."""
    left = steps_left()
    at = request.GET.get("step") or (left[0] if left else STEPS[-1])
    if at not in STEPS:
        raise Missing(f"there is no first step {at!r}")
    return _show(request, at)


def save(request: HttpRequest) -> HttpResponse:
    """Store the open step, then go where the button leads; what cannot be stored stays typed."""
    at, go = request.POST.get("at", ""), request.POST.get("go", "next")
    if at not in STEPS:
        return redirect("first")
    form = _form(request, at, bound=True)
    is_stored = _store(request, at, form, go) if form is None or form.is_valid() else False
    if not is_stored and form is not None:
        if go in {"next", "test"}:
            return _show(request, at, form, status=422)
        typed = {name: request.POST.get(name, "") for name in form.fields}
        request.session[TYPED] = {**request.session.get(TYPED, {}), at: typed}
    elif at in request.session.get(TYPED, {}):
        request.session[TYPED] = {
            name: typed for name, typed in request.session[TYPED].items() if name != at
        }
    if go == "later":
        set_aside()
        return redirect("home")
    if go in STEPS:
        return redirect(f"{reverse('first')}?step={go}")
    if go in {"test", "copy"}:
        return redirect(f"{reverse('first')}?step={at}")
    return redirect(_after(at))


def _after(at: str) -> str:
    """Return the address of the next step that is not done."""
    left = steps_left()
    later = [step for step in left if STEPS.index(step) > STEPS.index(at)]
    if not left:
        return reverse("home")
    return f"{reverse('first')}?step={(later or left)[0]}"


def sets(request: HttpRequest) -> HttpResponse:
    """Render what a place sets while it is being chosen, as a page fragment."""
    form = HomeForm(request.GET)
    form.is_valid()
    return render(request, "operations/_sets.html", {"sets": _sets(form.home_chosen())})


def _form(request: HttpRequest, step: str, *, bound: bool = False) -> PlainForm | None:
    """Return the form of a step; None where nothing is typed."""
    data = request.POST if bound else None
    initial = _initial(request, step) | request.session.get(TYPED, {}).get(step, {})
    if step == "name":
        return OperatorForm(data, initial=initial)
    if step == "place":
        return HomeForm(data, initial=initial)
    if step == "mail":
        return TestMailForm(data, initial=initial)
    return None


def _initial(request: HttpRequest, step: str) -> dict[str, str]:
    person, organisation = get_person(request), operating_organisation(get_person(request))
    if step == "name":
        named = "" if organisation.name == USUAL_NAME else organisation.name
        called = person.shown_name if person.shown_name != person.username else ""
        return {"organisation": named, "called": called or person.shown_name}
    if step == "place":
        return _place_initial(request, organisation)
    return {"address": person.email}


def _place_initial(request: HttpRequest, organisation: Organisation) -> dict[str, str]:
    """Return what was chosen, else the country that browser or clock let one guess."""
    chosen = home()
    if chosen is None or not chosen.place:
        country = organisation.country or likely_country(request, zone_of_machine())
        return {"country": country}
    usual = home_of(chosen.place)
    return {
        "country": chosen.country,
        "region": chosen.place if "-" in chosen.place else "",
        "currency": "" if chosen.currency == usual.currency else chosen.currency,
        "zone": "" if chosen.zone == usual.zone else chosen.zone,
    }


def _store(request: HttpRequest, at: str, form: PlainForm | None, go: str) -> bool:
    """Store a valid step; return whether that went well, adding a refusal to its form."""
    person = get_person(request)
    organisation = operating_organisation(person)
    try:
        if isinstance(form, OperatorForm):
            data = form.cleaned_data
            name_operator(organisation, data["organisation"], person, data["called"])
        elif isinstance(form, HomeForm):
            set_home(organisation, form.home_chosen())
        elif isinstance(form, TestMailForm) and go == "test":
            return send_test(request, form)
        elif go == "copy":
            copy_now()
            messages.success(request, message_now("page.first_run.copy_is_made"))
        elif go == "next":
            finish_step(at)
    except Refusal as refusal:
        if form is None:
            messages.error(request, words_of(refusal).detail)
        else:
            form.add_error(
                "organisation" if refusal.case == "organisation-taken" else None,
                words_of(refusal).detail,
            )
        return False
    return True


def _show(
    request: HttpRequest, at: str, form: PlainForm | None = None, *, status: int = 200
) -> HttpResponse:
    """Render the steps with one of them open."""
    person, left = get_person(request), steps_left()
    organisation = operating_organisation(person)
    form = form or _form(request, at)
    facts = read_readiness(now_ms())
    findings = examine(facts)
    chosen = home()
    context: dict[str, Any] = {
        "at": at,
        "form": form,
        "stands": {
            step: "cur" if step == at else "todo" if step in left else "done" for step in STEPS
        },
        "organisation": organisation,
        "person": person,
        "home": chosen if chosen and chosen.place else None,
        "home_place": place_word(chosen.place) if chosen and chosen.place else "",
        "facts": facts,
        "log_name": platform_name() or likely_name(),
        "is_log_begun": platform_name() is not None,
        "findings": [finding_row(one) for one in findings if one.level is not Level.KNOW][
            :MOST_FINDINGS
        ],
        "sound": sound_things(findings),
        "project": newest_project(),
    }
    if isinstance(form, HomeForm):
        if form.is_bound:
            form.is_valid()
        context["sets"] = _sets(form.home_chosen())
    return render(request, "operations/first.html", context, status=status)


def _sets(chosen: Home) -> Sets:
    at_ms = now_ms()
    try:
        floor = floor_of_country(chosen.place, at_ms) if chosen.place else None
    except Refusal:
        floor = None
    rules, _ = policy_in_force()
    return Sets(
        chosen,
        f"{clock_in(chosen.zone or 'UTC', at_ms):%H:%M}",
        floor,
        place_word(chosen.place) if chosen.place else "",
        has_law(chosen.place),
        rules.wait_days,
    )
