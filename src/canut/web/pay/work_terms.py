"""Pages of status and place: the operator sets them, a second person agrees, the worker reads all.

What is allowed, and when a change counts, is decided in ``actions.people.terms_changes``.
"""

import re
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language

from canut.actions.decisions.notices import TERMS, open_place
from canut.actions.pay.employment.vacations import PayoutIn, set_payout, vacation_kept
from canut.actions.pay.pay_rules import policy_in_force
from canut.actions.people.first_terms import set_first_terms
from canut.actions.people.terms_changes import (
    ChangeIn,
    change_terms,
    confirm_change,
    contest_change,
    decide_contest,
    refuse_change,
    say_place,
)
from canut.actions.people.terms_messages import pay_effects
from canut.actions.platform.system_clock import now_ms
from canut.core.errors import BadInput, Refusal
from canut.core.messages import FALLBACK
from canut.core.outside_text import read_whole
from canut.core.people.work_terms import REASON_LENGTH
from canut.core.places.zones import zone_of_place
from canut.store.models import Person, Role
from canut.store.pay import statements as kept
from canut.store.pay.account_requests import is_account_requested
from canut.store.people.terms_changes import (
    changes_of,
    changes_waiting,
    contestable_change,
    open_change,
    place_word_of,
    second_people,
    versions_of,
)
from canut.store.people.work_terms import terms_of
from canut.store.platform.home import home_currency
from canut.store.tables.pay import VacationPayout
from canut.store.tables.people import Terms, TermsChange
from canut.web.kit.access import get_person, roles_anywhere
from canut.web.kit.forms import attempt
from canut.web.kit.messages import message_now
from canut.web.kit.refusals import words_of
from canut.web.pay.forms import FirstTermsForm, PlaceForm, VacationForm, WorkTermsForm

State = TermsChange.State
MOST_PAYOUTS = 10
STATES = {
    State.WAITING: "page.terms_changes.waits_for_agreement",
    State.PLANNED: "page.terms_changes.will_count",
    State.IN_FORCE: "page.terms_changes.counts",
    State.CONTESTED: "page.terms_changes.contested",
    State.REFUSED: "page.terms_changes.refused",
    State.WITHDRAWN: "page.terms_changes.withdrawn",
}
DONE = {
    State.WAITING: "page.payroll_terms.it_waits",
    State.PLANNED: "page.payroll_terms.it_will_count",
    State.IN_FORCE: "page.payroll_terms.it_counts",
}


def terms(request: HttpRequest, number: int) -> HttpResponse:
    """Show and set a person's work terms, with all versions and changes."""
    person, by = kept.worker_numbered(number), get_person(request)
    policy, _row = policy_in_force()
    before, word = terms_of(person.pk, now_ms()), place_word_of(person.pk)
    initial = _terms_shown(before, word.place if word else "")
    kept_micro = vacation_kept(person.pk)
    payout = VacationForm(request.POST if "why" in request.POST else None)
    form = WorkTermsForm(None if payout.is_bound else request.POST or None, initial=initial)
    if payout.is_bound and attempt(payout, lambda: _set_payout(person, payout, kept_micro, by)):
        messages.success(request, message_now("page.payroll.vacation_is_set"))
        return redirect("payroll_terms", number)
    if form.is_bound and form.is_valid():
        try:
            data, facts = form.cleaned_data, policy.control_facts
            entry = ChangeIn(form.given(facts), facts, data["from_day"], data["reason"])
            change = change_terms(person, entry, by=by, now_ms=now_ms())
        except Refusal as refusal:
            form.add_error(None, words_of(refusal).detail)
        else:
            state = State(change.state) if change else None
            text = DONE[state] if state else "page.payroll.the_terms_are_set"
            messages.success(request, message_now(text))
            return redirect("payroll_terms", person.pk) if change else redirect("payroll_people")
    context = {
        "form": form,
        "payout": payout,
        "who": person,
        "terms": before,
        "vacation": sorted(kept_micro.items()),
        "payouts": kept.vacation_payouts_of(person.pk)[:MOST_PAYOUTS],
        "word": word,
        "least": REASON_LENGTH,
        "control_facts": policy.control_facts,
        **_history(person),
    }
    status = 422 if form.errors or payout.errors else 200
    return render(request, "pay/terms/person.html", context, status=status)


def several(request: HttpRequest) -> HttpResponse:
    """Set the same first terms for several people."""
    form, by = FirstTermsForm(request.POST), get_person(request)
    policy, _row = policy_in_force()
    numbers = [read_whole(text) for text in request.POST.getlist("person")]
    people = [kept.worker_numbered(number) for number in numbers if number is not None]
    try:
        if not form.is_valid():
            raise BadInput("the form cannot be read", code="bad-request")
        facts = policy.control_facts
        entries = [(person, form.given_for(_place_said(person), facts)) for person in people]
        number = set_first_terms(entries, facts, by=by, now_ms=now_ms())
    except Refusal as refusal:
        messages.error(request, words_of(refusal).title)
    else:
        messages.success(request, message_now("page.payroll_people.terms_are_set", n=number))
    return redirect("payroll_people")


def _place_said(person: Person) -> str:
    word = place_word_of(person.pk)
    return word.place if word else ""


def _set_payout(
    person: Person, form: VacationForm, kept_micro: Mapping[str, int], by: Person
) -> None:
    """Set vacation pay to be paid, in the currency in which some is kept."""
    currency = next(iter(sorted(kept_micro)), home_currency())
    data = form.cleaned_data
    payout = PayoutIn(VacationPayout.Why(data["why"]), data["on"], form.micro(currency))
    set_payout(person, payout, by=by, now_ms=now_ms())


def changes(request: HttpRequest) -> HttpResponse:
    """List the changes that wait for this second person."""
    rows = [_row_of(change) for change in changes_waiting(get_person(request))]
    is_operator = Role.OPERATOR in roles_anywhere(request)
    context = {"changes": rows, "is_operator": is_operator, "least": REASON_LENGTH}
    return render(request, "pay/terms/changes.html", context)


def decide(request: HttpRequest) -> HttpResponse:
    """Agree to a change or refuse it as the second person, or withdraw one's own."""
    number, by = _number(request), get_person(request)
    act, words = request.POST.get("what", ""), request.POST.get("words", "")
    try:
        if act == "agree":
            confirm_change(number, by=by, now_ms=now_ms())
        elif act in {"counts", "undo"}:
            decide_contest(number, words, counts=act == "counts", by=by, now_ms=now_ms())
        else:
            refuse_change(number, words, by=by, now_ms=now_ms())
    except Refusal as refusal:
        messages.error(request, words_of(refusal).detail)
    else:
        messages.success(request, message_now("page.terms_changes.noted_they_are_told"))
    return redirect("payroll_changes")


def my_terms(request: HttpRequest) -> HttpResponse:
    """Show my status and place with all versions; say where I work."""
    person = get_person(request)
    open_place(person, TERMS, now_ms())
    before, word = terms_of(person.pk, now_ms()), place_word_of(person.pk)
    place = (word.place if word else "") or (before.place if before else "")
    form = PlaceForm(request.POST or None, initial={"place": place})
    if request.method == "POST" and attempt(
        form, lambda: say_place(person, form.cleaned_data["place"], now_ms())
    ):
        messages.success(request, message_now("page.my_terms.noted_where_you_work"))
        came_from = request.GET.get("next", "")
        is_bench = re.fullmatch(r"/work/[\w-]+/", came_from)
        return redirect(came_from if is_bench else "my_terms")
    context = {
        "form": form,
        "terms": before,
        "word": word,
        "least": REASON_LENGTH,
        "facts_count": sum(before.facts.values()) if before else 0,
        "contestable": contestable_change(person.pk, now_ms()),
        **_history(person),
    }
    return render(request, "pay/terms/mine.html", context, status=422 if form.errors else 200)


def answer(request: HttpRequest) -> HttpResponse:
    """Contest a change of my terms, or agree to it where nobody else can."""
    number, person = _number(request), get_person(request)
    try:
        if request.POST.get("what") == "agree":
            confirm_change(number, by=person, now_ms=now_ms())
            said = "page.my_terms.noted_you_agreed"
        else:
            contest_change(number, request.POST.get("words", ""), by=person, now_ms=now_ms())
            said = "page.my_terms.noted_you_contested"
    except Refusal as refusal:
        messages.error(request, words_of(refusal).detail)
    else:
        messages.success(request, message_now(said))
    return redirect("my_terms")


def terms_news(person: Person) -> dict[str, Any]:
    """Return what a worker's home page asks or tells of their place and terms.

    Somebody whose work is not paid here is asked nothing.
    """
    before, word = terms_of(person.pk, now_ms()), place_word_of(person.pk)
    place = before.place if before else ""
    is_said = word is not None and (
        before is None or word.place == place or word.at_ms >= before.known_ms
    )
    asks = None if is_said or not kept.is_paid_here(person) else {"place": place}
    return {
        "asks_place": asks,
        "terms_change": open_change(person.pk),
        "asks_account": is_account_requested(person.pk),
    }


def _history(person: Person) -> dict[str, Any]:
    """Return all changes and versions of a person's terms, newest first."""
    rows = [_row_of(change) for change in changes_of(person.pk)]
    open_rows = [row for row in rows if row["is_open"]]
    return {
        "open_change": open_rows[0] if open_rows else None,
        "past_changes": [row for row in rows if not row["is_open"]],
        "versions": versions_of(person.pk),
    }


def _row_of(change: TermsChange) -> Mapping[str, Any]:
    """Return a change as the pages show it."""
    state = State(change.state)
    language = get_language() or FALLBACK
    return {
        "change": change,
        "state": message_now(STATES[state]),
        "is_open": state in (State.WAITING, State.PLANNED, State.CONTESTED),
        "is_contested": state is State.CONTESTED,
        "effects": list(pay_effects(change, language)),
        "worker_may_agree": state is State.WAITING and not second_people(change).exists(),
    }


def _number(request: HttpRequest) -> int:
    number = read_whole(request.POST.get("change", ""))
    if number is None:
        raise BadInput("say which change", code="bad-request")
    return number


def _terms_shown(terms: Terms | None, said_place: str) -> dict[str, Any]:
    if terms is None:
        return {"place": said_place}
    return {
        "place": terms.place,
        "zone": "" if terms.zone == zone_of_place(terms.place) else terms.zone,
        "status": terms.status,
        "facts": [name for name, holds in terms.facts.items() if holds],
        "pace": terms.pace_granted // 10,
        "is_minor": terms.is_minor,
    }
