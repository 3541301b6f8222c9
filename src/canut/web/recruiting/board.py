"""The public board: open projects that anybody may join, with what an hour really pays."""

from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from canut.actions.people.accounts import invitation_token
from canut.store.models import BoardEntry, Person, Role
from canut.store.quality.results import Offer, offer_of
from canut.store.recruiting.board import entries
from canut.store.recruiting.pools import open_calls
from canut.store.recruiting.studies import is_study
from canut.store.work.eligibility import eligibility_of
from canut.web.kit.access import list_projects
from canut.web.recruiting.parts import shown_parts


class BoardLine(NamedTuple):
    """One project on the board.

    Args:
        entry: its entry.
        offer: what it pays and asks.
        token: of the link to join; empty where every place is taken.
        free: how many places are left.
        needs: the name of the qualification it asks for; empty for none.
        is_joined: whether the reader works there already.
        is_study: whether it is a study on another site.
    """

    entry: BoardEntry
    offer: Offer
    token: str
    free: int
    needs: str
    is_joined: bool
    is_study: bool


def board(request: HttpRequest) -> HttpResponse:
    """Show the board, best measured pay first, then what is not measured yet."""
    person = request.user if isinstance(request.user, Person) else None
    own = list_projects(person, frozenset({Role.WORKER})) if person else []
    joined = {project.pk for project in own}
    lines = sorted((_line(entry, joined) for entry in entries()), key=_rank)
    context = {
        "lines": lines,
        "calls": open_calls(person) if person else [],
        "next_parts": shown_parts(person) if person else [],
        "has_project": bool(joined),
    }
    return render(request, "recruiting/board.html", context)


def _line(entry: BoardEntry, joined: set[int]) -> BoardLine:
    invitation = entry.invitation
    free = max(0, invitation.max_uses - invitation.uses)
    rules = eligibility_of(entry.project_id)
    needs = rules.qualification.name if rules and rules.qualification else ""
    return BoardLine(
        entry,
        offer_of(entry.project),
        invitation_token(invitation) if free else "",
        free,
        needs,
        entry.project_id in joined,
        is_study(entry.project_id),
    )


def _rank(line: BoardLine) -> tuple[bool, bool, int]:
    """Put full projects last, unmeasured ones behind measured, and the best paid first."""
    hour = line.offer.hour
    is_measured = hour is not None and hour.is_measured
    return not line.token, not is_measured, -(hour.micro if hour and is_measured else 0)
