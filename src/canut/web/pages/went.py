"""Where my answers went: the dataset, its card, its client, and each receipt held to the log.

What the log holds is computed in the reader's browser from the log's own files; this server only
says where to look.
"""

import msgspec
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from canut.core.errors import BadInput, Missing
from canut.store.logs import log_of_project
from canut.store.went import Went, files_of, places_of, released_of, went_of
from canut.web.access import person_of

MOST_AT_ONCE = 200


class KeysIn(msgspec.Struct):
    """Which answers are asked for, by their keys."""

    keys: list[str]


def answers(request: HttpRequest) -> HttpResponse:
    """List the projects I answered in, and who they are for."""
    return render(request, "say/went.html", {"went": went_of(person_of(request))})


def one_project(request: HttpRequest, number: int) -> HttpResponse:
    """Show where my answers to one project went, with my receipts."""
    went = _went(request, number)
    shown = {
        "went": went,
        "files": files_of(went.project),
        "released": released_of(went.project),
        "log": log_of_project(went.project.pk),
        "owner": f"{person_of(request)} {went.project.slug}",
    }
    return render(request, "say/went_one.html", shown)


def places(request: HttpRequest, number: int) -> HttpResponse:
    """Say where the entries of my answers stand, and what opens them."""
    went = _went(request, number)
    try:
        keys = msgspec.json.decode(request.body, type=KeysIn).keys
    except (msgspec.DecodeError, msgspec.ValidationError) as failure:
        raise BadInput(f"the request cannot be read: {failure}", code="bad-request") from failure
    found = places_of(went.worker, keys[:MOST_AT_ONCE])
    told = {key: place._asdict() for key, place in found.items()}
    answer = HttpResponse(msgspec.json.encode({"places": told}), content_type="application/json")
    answer["Cache-Control"] = "private, no-store"
    return answer


def _went(request: HttpRequest, number: int) -> Went:
    found = [one for one in went_of(person_of(request)) if one.project.pk == number]
    if not found:
        raise Missing("you answered nothing there")
    return found[0]
