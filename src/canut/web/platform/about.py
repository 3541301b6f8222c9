"""Licences of Canut and of the scripts in its pages, as the build wrote them."""

import json
from functools import cache
from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


class Notice(NamedTuple):
    """The notice of one package that is part of the scripts."""

    name: str
    version: str
    licence: str
    text: str


@cache
def notices() -> tuple[Notice, ...]:
    """Load the notices built with the scripts; empty if there are no scripts."""
    path = settings.PACKAGE / "web/static/dist/notices.json"
    if not path.is_file():
        return ()
    return tuple(Notice(**row) for row in json.loads(path.read_text("utf-8")))


def licences(request: HttpRequest) -> HttpResponse:
    """Show the licences of Canut and of its parts."""
    return render(request, "platform/licences.html", {"notices": notices()})
