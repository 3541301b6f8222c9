"""What Canut is made of: the notices of the scripts that pages carry, as the build wrote them."""

import json
from functools import cache
from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


class Notice(NamedTuple):
    """One package that is part of the scripts, and what its authors ask to be said."""

    name: str
    version: str
    licence: str
    text: str


@cache
def notices() -> tuple[Notice, ...]:
    """Read the notices that were built with the scripts; none where there are no scripts."""
    path = settings.PACKAGE / "web/static/dist/notices.json"
    if not path.is_file():
        return ()
    return tuple(Notice(**one) for one in json.loads(path.read_text()))


def licences(request: HttpRequest) -> HttpResponse:
    """Show under which terms Canut and each of its parts may be used."""
    return render(request, "platform/licences.html", {"notices": notices()})
