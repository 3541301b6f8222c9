"""Resumable uploads: a large file in parts, and its offset after a broken connection."""

import msgspec
from django.http import HttpRequest, JsonResponse

from canut.actions.platform.uploads import Arrived, begin_parts, parts_so_far, take_part
from canut.core.errors import BadInput
from canut.core.outside_text import read_whole
from canut.web.kit.access import get_person
from canut.web.kit.json_body import read_json


class BeginIn(msgspec.Struct):
    """The name and size of a file to upload in parts."""

    name: str
    size: int


def begin(request: HttpRequest) -> JsonResponse:
    """Start an upload in parts; return its token."""
    body = read_json(request.body, BeginIn)
    return _said(begin_parts(get_person(request), body.name, body.size), status=201)


def part(request: HttpRequest, token: str) -> JsonResponse:
    """Return the offset of an upload, or append the part at ``Upload-Offset``."""
    person = get_person(request)
    there = parts_so_far(person, token)
    if request.method != "POST":
        return _said(there)
    begins = read_whole(request.headers.get("Upload-Offset", ""))
    if begins is None:
        raise BadInput("say in Upload-Offset where the part begins", code="bad-request")
    return _said(take_part(person, token, begins, request))


def _said(arrived: Arrived, status: int = 200) -> JsonResponse:
    answer = JsonResponse(arrived._asdict(), status=status)
    answer["Upload-Offset"] = str(arrived.offset)
    answer["Cache-Control"] = "no-store"
    return answer
