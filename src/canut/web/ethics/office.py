"""The office of ethics reviewer: who holds it, its election, proposals from outside, recall."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from canut.actions.participation import elections
from canut.actions.participation.ethics_terms import (
    check_candidate,
    lessons_left,
    propose_outsider,
    resign_ethics,
)
from canut.actions.participation.recalls import open_recall, vote_on_recall
from canut.actions.platform.system_clock import now_ms
from canut.core.errors import BadInput, Conflict, Forbidden, Incomplete, Refusal, TooLarge
from canut.core.ethics.office import ASSISTED_NEEDED, LEAST_REVIEWERS, LESSONS_NEEDED
from canut.core.participation.ballot import ElectionKind
from canut.store.ethics.offices import (
    account_named,
    council_ids,
    counted_recalls,
    is_operator,
    nominees,
    recall_right,
    running_recall,
    term_of,
    terms_in_office,
)
from canut.store.ethics.reviews import assisted_by
from canut.store.models import Person
from canut.store.participation.elections import (
    candidates_of,
    last_counted,
    running_election,
    voter_of,
)
from canut.web.ethics.wording import DONE
from canut.web.kit.access import get_person
from canut.web.kit.messages import message_now
from canut.web.kit.numbers import number_named
from canut.web.kit.refusals import words_of

MOST_RECALLS = 10
KEEPS_TYPED = (BadInput, Incomplete, TooLarge)


def office(request: HttpRequest) -> HttpResponse:
    """Show who is in office, the running election, and recalls."""
    return _show(request)


def act(request: HttpRequest) -> HttpResponse:
    """Do one act about the office.

    Raises:
        BadInput: there is no such act.
    """
    named = request.POST.get("act", "")
    if named not in ACTS:
        raise BadInput(f"{named[:20]!r} is no act about the office", code="ethics-act")
    try:
        ACTS[named](request, get_person(request))
    except KEEPS_TYPED as refusal:
        return _show(request, refusal)
    messages.success(request, message_now(DONE[named]))
    return redirect("ethics_office")


def _show(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    person, moment = get_person(request), now_ms()
    running, last = running_election(ElectionKind.ETHICS), last_counted(ElectionKind.ETHICS)
    recall = running_recall()
    context = {
        "terms": terms_in_office(moment),
        "running": running,
        "is_standing": running is not None and moment < running.voting_ms,
        "is_voting": running is not None and running.voting_ms <= moment < running.closes_ms,
        "candidates": candidates_of(running) if running else [],
        "nominees": nominees(),
        "voter": voter_of(running, person) if running else None,
        "last": last,
        "elected": len((last.result or {}).get("elected", [])) if last else 0,
        "may_stand": _may_stand(person),
        "lessons_left": lessons_left(person),
        "lessons": LESSONS_NEEDED,
        "assisted": assisted_by(person.pk),
        "assisted_needed": ASSISTED_NEEDED,
        "is_council": person.pk in council_ids(),
        "is_operator": is_operator(person),
        "may_open": person.pk in council_ids() or is_operator(person),
        "own_term": term_of(person, moment),
        "recall": recall,
        "may_recall": recall_right(recall, person) if recall else None,
        "past_recalls": counted_recalls(MOST_RECALLS),
        "typed": request.POST if refusal is not None else {},
        "problem": None if refusal is None else words_of(refusal),
    }
    return render(request, "ethics/office.html", context, status=200 if refusal is None else 422)


def _may_stand(person: Person) -> bool:
    try:
        check_candidate(person)
    except Forbidden:
        return False
    return True


def _open(request: HttpRequest, person: Person) -> object:
    del request
    return elections.open_election(person, LEAST_REVIEWERS, now_ms(), ElectionKind.ETHICS)


def _stand(request: HttpRequest, person: Person) -> object:
    _check_running()
    return elections.stand(person, request.POST.get("words", ""), now_ms())


def _ballot(request: HttpRequest, person: Person) -> object:
    _check_running()
    chosen = [number_named(text) for text in request.POST.getlist("candidates")]
    return elections.vote(person, chosen, now_ms())


def _nominate(request: HttpRequest, person: Person) -> object:
    name = request.POST.get("name", "").strip()
    other = account_named(name)
    if not name or other is None:
        raise BadInput(f"nobody signs in as {name[:40]!r}", code="ethics-no-account")
    return propose_outsider(other, request.POST.get("words", ""), by=person, now_ms=now_ms())


def _resign(request: HttpRequest, person: Person) -> object:
    del request
    return resign_ethics(person, now_ms())


def _recall(request: HttpRequest, person: Person) -> object:
    term = number_named(request.POST.get("term", ""))
    return open_recall(term, request.POST.get("words", ""), by=person, now_ms=now_ms())


def _recall_ballot(request: HttpRequest, person: Person) -> object:
    number, choice = number_named(request.POST.get("recall", "")), request.POST.get("choice", "")
    return vote_on_recall(number, choice, by=person, now_ms=now_ms())


def _check_running() -> None:
    if running_election(ElectionKind.ETHICS) is None:
        raise Conflict("no election of ethics reviewers is running", code="no-election")


ACTS: dict[str, Callable[[HttpRequest, Person], object]] = {
    "open": _open,
    "stand": _stand,
    "ballot": _ballot,
    "nominate": _nominate,
    "resign": _resign,
    "recall": _recall,
    "recall-ballot": _recall_ballot,
}
"""Acts of the page of the office, by the name its forms send."""
