"""Workers' representatives: who they are, and how they are elected."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from canut.actions.participation import elections
from canut.actions.platform.system_clock import now_ms
from canut.core.errors import BadInput
from canut.core.outside_text import read_whole
from canut.store.models import Role
from canut.store.participation.elections import (
    candidates_of,
    has_called,
    last_counted,
    representatives,
    running_election,
    voter_of,
)
from canut.store.tables.participation import Election
from canut.web.kit.access import get_person, roles_anywhere
from canut.web.kit.messages import message_now
from canut.web.kit.numbers import number_named
from canut.web.participation.forms import OpenForm, SayForm


def speakers(request: HttpRequest) -> HttpResponse:
    """Show the representatives, the running election and the last result."""
    person, running, last = get_person(request), running_election(), last_counted()
    voter = voter_of(running, person) if running else None
    roles = roles_anywhere(request)
    context = {
        "speakers": representatives(),
        "running": running,
        "step": _step(running),
        "candidates": candidates_of(running) if running else [],
        "voter": voter,
        "has_called": has_called(person),
        "last": last,
        "results": _results(last) if last else [],
        "is_operator": Role.OPERATOR in roles,
        "is_worker": Role.WORKER in roles,
        "is_speaker": Role.REPRESENTATIVE in roles,
        "is_overseer": bool(roles & {Role.OPERATOR, Role.REPRESENTATIVE}),
        "is_among": not roles & {Role.OPERATOR, Role.REQUESTER}
        and bool(roles & {Role.WORKER, Role.REPRESENTATIVE}),
        "union": settings.UNION,
        "open_form": OpenForm(),
        "stand_form": SayForm(),
    }
    return render(request, "participation/representatives.html", context)


def call(request: HttpRequest) -> HttpResponse:
    """Request an election."""
    opened = elections.call_election(get_person(request), now_ms())
    text = (
        message_now("page.elections.an_election_is_open")
        if opened
        else message_now("common.you_ask")
    )
    messages.success(request, text)
    return redirect("representatives")


def open_one(request: HttpRequest) -> HttpResponse:
    """Open an election, as an operator."""
    seats = read_whole(request.POST.get("seats", ""))
    if seats is None:
        raise BadInput("how many are to be elected?", code="bad-seats", limit=15)
    elections.open_election(get_person(request), seats, now_ms())
    return redirect("representatives")


def stand(request: HttpRequest) -> HttpResponse:
    """Stand for election."""
    elections.stand(get_person(request), request.POST.get("text", ""), now_ms())
    messages.success(request, message_now("page.elections.you_stand_for_election"))
    return redirect("representatives")


def vote(request: HttpRequest) -> HttpResponse:
    """Cast a ballot."""
    chosen = [number_named(text) for text in request.POST.getlist("candidates")]
    elections.vote(get_person(request), chosen, now_ms())
    messages.success(request, message_now("page.elections.your_ballot"))
    return redirect("representatives")


def resign(request: HttpRequest) -> HttpResponse:
    """Resign as representative."""
    elections.resign(get_person(request), now_ms())
    return redirect("representatives")


def _step(running: Election | None) -> str:
    if running is None:
        return ""
    if now_ms() < running.voting_ms:
        return "standing"
    return "voting" if now_ms() < running.closes_ms else "counting"


def _results(last: Election) -> list[tuple[str, int, bool]]:
    """List the candidates with their votes and whether they were elected, most votes first."""
    names = {row.pk: str(row.person) for row in candidates_of(last)}
    result = last.result or {}
    votes = {row["candidate"]: row["votes"] for row in result.get("votes", [])}
    elected = result.get("elected", [])
    results = [
        (names.get(candidate_id, ""), many, candidate_id in elected)
        for candidate_id, many in votes.items()
    ]
    return sorted(results, key=lambda row: (-row[1], row[0]))
