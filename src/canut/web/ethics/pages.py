"""The public register of ethics reviews, the page of one review, and its reading room."""

from collections.abc import Callable
from typing import NamedTuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render

from canut.actions.ethics import holds, requests
from canut.actions.ethics.acting import check_act
from canut.actions.ethics.assisted import verdict_agreement, write_blind
from canut.actions.ethics.opinions import OpinionIn, give_opinion, reply_to_point
from canut.actions.ethics.review_hours import set_review_hour
from canut.actions.ethics.sample import sample_of, uncover_task
from canut.actions.platform.system_clock import now_ms
from canut.core.errors import BadInput, Incomplete, Missing, Refusal, TooLarge
from canut.core.ethics.authority import EthicsAct, Office
from canut.core.ethics.holds import LEAST_LINES
from canut.core.ethics.office import LEAST_PAIRS
from canut.store.datasets.card_figures import public_card
from canut.store.ethics.offices import council_ids, terms_in_office
from canut.store.ethics.reviews import (
    newest_opinion,
    register_lines,
    register_reviews,
    register_years,
    review_numbered,
    review_of,
)
from canut.store.learning.loop import trained_in
from canut.store.models import EthicsReview, Person, Project
from canut.store.participation.impact_assessments import newest_assessment
from canut.store.projects.versions import question_or_none
from canut.web.ethics.review_view import OpinionView, opinion_view, review_view
from canut.web.ethics.wording import DONE, GROUNDS, VERDICTS, rule_words
from canut.web.kit.access import get_person
from canut.web.kit.formatting import decimal_of
from canut.web.kit.messages import message_now
from canut.web.kit.numbers import number_named
from canut.web.kit.refusals import words_of

MOST_LISTED = 200
MOST_JSON = 10_000
KEEPS_TYPED = (BadInput, Incomplete, TooLarge)


class RegisterRow(NamedTuple):
    """A project in the register: its newest opinion, or by what rule it opened."""

    review: EthicsReview
    newest: OpinionView | None
    rule: str


def register(request: HttpRequest) -> HttpResponse:
    """Show who is in office, the register, and the figures of each year."""
    moment = now_ms()
    rows = [_row(review, moment) for review in register_reviews(MOST_LISTED)]
    pairs, kappa = verdict_agreement()
    context = {
        "terms": terms_in_office(moment),
        "has_council": bool(council_ids()),
        "rows": rows,
        "years": register_years(),
        "pairs": pairs,
        "least_pairs": LEAST_PAIRS,
        "kappa": None if kappa is None else decimal_of(kappa),
    }
    return render(request, "ethics/register.html", context)


def register_file(request: HttpRequest) -> HttpResponse:
    """Send every hold and the yearly figures as JSON, to be compared with the log."""
    del request
    years = [year._asdict() for year in register_years()]
    lines = [line._asdict() for line in register_lines()[:MOST_JSON]]
    return JsonResponse({"schema": "canut.ethics/1", "years": years, "holds": lines})


def review(request: HttpRequest, number: int) -> HttpResponse:
    """Show one review: what was said, and forms for whoever may say something."""
    return _show(request, _find(number))


def act(request: HttpRequest, number: int) -> HttpResponse:
    """Do one act on a review; what cannot be used comes back with what was typed.

    Raises:
        BadInput: there is no such act.
    """
    stored, named = _find(number), request.POST.get("act", "")
    if named not in ACTS:
        raise BadInput(f"{named[:20]!r} is no act of a review", code="ethics-act")
    try:
        ACTS[named](request, number)
    except KEEPS_TYPED as refusal:
        return _show(request, stored, refusal)
    messages.success(request, message_now(DONE[named]))
    return redirect("ethics_review", number)


def reading(request: HttpRequest, number: int) -> HttpResponse:
    """Show what a reviewer reads: charter, question, sample, assessment, cards; time is paid.

    Raises:
        Forbidden: the person is neither the reviewer nor a candidate.
    """
    stored, person = _find(number), get_person(request)
    project = stored.project
    if project is None:
        raise Missing("the project was deleted")
    check_act(EthicsAct.READ, project, person, now_ms())
    set_review_hour(person, now_ms())
    problem = None
    if request.method == "POST":
        try:
            task = number_named(request.POST.get("task", ""))
            uncover_task(number, task, by=person, now_ms=now_ms())
        except Refusal as refusal:
            problem = words_of(refusal)
    context = {
        "review": stored,
        "project": project,
        "question": question_or_none(project.pk),
        "sample": sample_of(project, person),
        "assessment": newest_assessment(),
        "card": public_card(project.slug),
        "models": trained_in(project.pk),
        "problem": problem,
        "surface": f"ethics:{number}",
    }
    return render(request, "ethics/reading.html", context, status=422 if problem else 200)


def of_project(request: HttpRequest, project: Project) -> HttpResponse:
    """Ask for an opinion on a project, or lead to its review."""
    stored = review_of(project.pk)
    if request.method == "POST":
        stored = requests.request_opinion(project, by=get_person(request), now_ms=now_ms())
        messages.success(request, message_now("page.ethics.done_request"))
    if stored is not None and stored.asked_ms is not None:
        return redirect("ethics_review", stored.pk)
    context = {"project": project, "review": stored, "terms": terms_in_office(now_ms())}
    return render(request, "ethics/ask.html", context)


def _show(
    request: HttpRequest, stored: EthicsReview, refusal: Refusal | None = None
) -> HttpResponse:
    person = request.user if isinstance(request.user, Person) else None
    view = review_view(stored, person, now_ms())
    is_reviewer = Office.REVIEWER in view.offices
    if is_reviewer and person is not None:
        set_review_hour(person, now_ms())
    context = {
        "view": view,
        "review": stored,
        "hides_client": bool(stored.masked) and not view.offices,
        "verdicts": list(VERDICTS.items()),
        "grounds": [(ground.value, name) for ground, name in GROUNDS.items()],
        "least": LEAST_LINES,
        "typed": request.POST if refusal is not None else {},
        "typed_grounds": request.POST.getlist("grounds") if refusal is not None else [],
        "problem": None if refusal is None else words_of(refusal),
    }
    if is_reviewer:
        context["surface"] = f"ethics:{stored.pk}"
    return render(request, "ethics/review.html", context, status=200 if refusal is None else 422)


def _row(stored: EthicsReview, moment: int) -> RegisterRow:
    opinion = newest_opinion(stored)
    newest = None if opinion is None else opinion_view(opinion, moment, is_newest=True)
    return RegisterRow(stored, newest, rule_words(stored.cleared_by) if stored.cleared_by else "")


def _find(number: int) -> EthicsReview:
    """Return a review.

    Raises:
        Missing: there is none of that number.
    """
    stored = review_numbered(number)
    if stored is None:
        raise Missing(f"there is no ethics review {number}")
    return stored


def _say(name: str) -> Callable[[HttpRequest, int], object]:
    """Return what hands the words of a form to an act on holds."""

    def hand(request: HttpRequest, number: int) -> object:
        words = request.POST.get("words", "")
        return getattr(holds, name)(number, words, by=get_person(request), now_ms=now_ms())

    return hand


def _ask(request: HttpRequest, number: int) -> object:
    words = request.POST.get("words", "")
    return requests.ask_requester(number, words, by=get_person(request), now_ms=now_ms())


def _answer(request: HttpRequest, number: int) -> object:
    del number
    question = number_named(request.POST.get("question", ""))
    words = request.POST.get("words", "")
    return requests.answer_reviewer(question, words, by=get_person(request), now_ms=now_ms())


def _word(request: HttpRequest, number: int) -> object:
    agrees, words = request.POST.get("choice") == "yes", request.POST.get("words", "")
    person = get_person(request)
    return requests.say_word(number, words, agrees=agrees, by=person, now_ms=now_ms())


def _opinion(request: HttpRequest, number: int) -> object:
    sent = request.POST
    wanted = OpinionIn(
        verdict=sent.get("verdict", ""),
        reasons=sent.get("words", ""),
        points=sent.get("points", ""),
        grounds=sent.getlist("grounds"),
        facts=sent.get("facts", ""),
    )
    return give_opinion(number, wanted, by=get_person(request), now_ms=now_ms())


def _reply(request: HttpRequest, number: int) -> object:
    point, words = number_named(request.POST.get("point", "")), request.POST.get("words", "")
    return reply_to_point(number, point, words, by=get_person(request), now_ms=now_ms())


def _vote(request: HttpRequest, number: int) -> object:
    lifts, words = request.POST.get("choice") == "yes", request.POST.get("words", "")
    person = get_person(request)
    return holds.vote_on_appeal(number, words, lifts=lifts, by=person, now_ms=now_ms())


def _mask(request: HttpRequest, number: int) -> object:
    words = request.POST.get("words", "")
    return requests.mask_review(number, words, by=get_person(request), now_ms=now_ms())


def _compare(request: HttpRequest, number: int) -> object:
    verdict, words = request.POST.get("verdict", ""), request.POST.get("words", "")
    return write_blind(number, verdict, words, by=get_person(request), now_ms=now_ms())


ACTS: dict[str, Callable[[HttpRequest, int], object]] = {
    "ask": _ask,
    "answer": _answer,
    "word": _word,
    "opinion": _opinion,
    "renew": _say("renew"),
    "reply": _reply,
    "lift": _say("lift"),
    "appeal": _say("appeal"),
    "vote": _vote,
    "override": _say("override"),
    "mask": _mask,
    "compare": _compare,
}
"""Acts of the page of a review, by the name its forms send."""
