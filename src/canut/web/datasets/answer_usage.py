"""Where a person's answers went: dataset, card, client, and a receipt for each answer.

What the log holds is computed in the reader's browser from the log's own files; this server only
says where to look.
"""

import msgspec
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from canut.actions.datasets.credits import set_credit
from canut.actions.people.erasure import ask_erasure
from canut.actions.platform.system_clock import now_ms
from canut.core.datasets.descriptions.credits import LONGEST_NAME
from canut.core.errors import Forbidden, Missing, Refusal
from canut.core.outside_text import read_whole
from canut.store.datasets.answer_path import MOST_LISTED, last_answers
from canut.store.datasets.answer_usage import (
    Went,
    files_of,
    places_of,
    rejected_of,
    released_of,
    went_of,
)
from canut.store.datasets.card_figures import public_card
from canut.store.datasets.credits import credit_of
from canut.store.ledger.logs import log_of_project
from canut.store.people.erasure import last_erasure
from canut.store.people.work_terms import zone_of
from canut.store.quality.results import label_of_answer
from canut.web.kinds import told_label
from canut.web.kit.access import get_person, is_shared
from canut.web.kit.json_body import read_json
from canut.web.kit.messages import message_now
from canut.web.kit.refusals import words_of

MOST_AT_ONCE = 200


class KeysIn(msgspec.Struct):
    """The keys of the answers to look up."""

    keys: list[str]


def answers(request: HttpRequest) -> HttpResponse:
    """List the projects I answered in, with their clients."""
    person = get_person(request)
    return render(
        request,
        "datasets/answer_usage.html",
        {"went": went_of(person), "erasure": last_erasure(person.pk)},
    )


def erase(request: HttpRequest) -> HttpResponse:
    """Request the erasure of what the ledger stores about me."""
    person = get_person(request)
    if is_shared(person):
        raise Forbidden("the demo's people are everybody's", code="demo-account")
    ask_erasure(person, now_ms())
    return redirect("answers_went")


def credit(request: HttpRequest, number: int) -> HttpResponse:
    """Set or withdraw the name that credits me in the dataset."""
    went = _went(request, number)
    try:
        set_credit(went.worker, request.POST.get("name", ""), now_ms())
    except Refusal as refusal:
        typed = request.POST.get("name", "")
        return _shown(request, went, name=typed, problem=words_of(refusal).detail)
    messages.success(request, message_now("page.answer_usage.kept_the_next_release"))
    return redirect("answers_went_one", number)


def one_project(request: HttpRequest, number: int) -> HttpResponse:
    """Show where my answers to one project went, with my receipts."""
    went = _went(request, number)
    return _shown(request, went, name=credit_of(went.worker.pk))


def _followed(request: HttpRequest, went: Went) -> dict[str, object]:
    """List the answers to follow, newest first, from before the one that the address names."""
    before = read_whole(request.GET.get("before", ""))
    listed = last_answers(went.worker, before)
    return {
        "followed": [
            (each, told_label(each.question_version.schema, label_of_answer(each)))
            for each in listed[:MOST_LISTED]
        ],
        "followed_before": listed[MOST_LISTED - 1].pk if len(listed) > MOST_LISTED else None,
        "is_older": before is not None,
    }


def _shown(request: HttpRequest, went: Went, *, name: str, problem: str = "") -> HttpResponse:
    context = {
        "went": went,
        "name": name,
        "problem": problem,
        "longest": LONGEST_NAME,
        "is_credited": bool(credit_of(went.worker.pk)),
        "files": files_of(went.project),
        "released": released_of(went.project),
        "rejected": [
            (decision, told_label(decision.answer.question_version.schema, label))
            for decision in rejected_of(went.worker)
            if decision.answer and (label := label_of_answer(decision.answer)) is not None
        ],
        "card": public_card(went.project.slug),
        "log": log_of_project(went.project.pk),
        "zone": zone_of(get_person(request).pk, now_ms()).key,
        **_followed(request, went),
        "owner": f"{get_person(request)} {went.project.slug}",
    }
    return render(
        request, "datasets/answer_usage_entry.html", context, status=422 if problem else 200
    )


def places(request: HttpRequest, number: int) -> HttpResponse:
    """Return the positions of my answers' entries and what opens them."""
    went = _went(request, number)
    keys = read_json(request.body, KeysIn).keys
    positions = places_of(went.worker, keys[:MOST_AT_ONCE])
    data = {key: position._asdict() for key, position in positions.items()}
    answer = HttpResponse(msgspec.json.encode({"places": data}), content_type="application/json")
    answer["Cache-Control"] = "private, no-store"
    return answer


def _went(request: HttpRequest, number: int) -> Went:
    matches = [went for went in went_of(get_person(request)) if went.project.pk == number]
    if not matches:
        raise Missing("you answered nothing there")
    return matches[0]
