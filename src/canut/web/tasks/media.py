"""Pictures and sounds of a project, served without scripts, to its members only.

Of a sound, a browser asks for the part that is to be heard (``Range``); it gets that part alone.
"""

import re
import time

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from canut.core.outside_text import read_whole
from canut.store.media.blobs import storage
from canut.store.media.files import TINY_PIXELS, fitting, media_bytes, sound_of, sound_part
from canut.store.media.signed_urls import address_of, opened_by
from canut.store.models import Media, Project
from canut.web.kit.access import get_picture

FOR_GOOD = "max-age=31536000, immutable"
RANGE = re.compile(r"bytes=(?=.*[0-9])([0-9]{0,18})-([0-9]{0,18})").fullmatch
BROWSER_SECONDS = 240  # an address kept longer than it opens would show nothing


def media(request: HttpRequest, project: Project, sha256: str) -> HttpResponse:
    """Send a picture, enlarged if it is tiny, or the original pixels with ``?raw=1``.

    ``?size=480`` asks for a copy that shows a picture so large; the picture itself comes while
    there is none. From storage elsewhere the browser fetches it by an address that soon ends; what
    is taken along (``?along=1``) comes from here, for a browser keeps nothing of what elsewhere
    does not let it read.
    """
    item = get_picture(project, sha256)
    may_move = request.GET.get("along") != "1" and _is_elsewhere()
    if item.is_sound:
        if may_move:
            return _moved(project.pk, sha256, 0)
        return _heard(request, item, cache_control=FOR_GOOD)
    raw = request.GET.get("raw") == "1"
    size_text = request.GET.get("size", "")
    size = 0 if raw else fitting(item.smaller or (), read_whole(size_text) or 0)
    is_tiny = max(item.width, item.height) < TINY_PIXELS
    if (raw or not is_tiny) and may_move:
        return _moved(project.pk, sha256, size)
    is_drawn = is_tiny or raw or not size_text or item.smaller is not None
    cache_control = FOR_GOOD if is_drawn else f"max-age={BROWSER_SECONDS}"
    return _sent(project.pk, sha256, size, smooth=not raw, cache_control=cache_control)


def signed(request: HttpRequest, token: str) -> HttpResponse:
    """Send a picture to the holder of a signed URL, until it expires."""
    now = int(time.time())
    opens = opened_by(token, now)
    cache_control = f"max-age={opens.until - now}"
    if (heard := sound_of(opens.project, opens.sha256)) is not None:
        return _heard(request, heard, cache_control=cache_control)
    return _sent(opens.project, opens.sha256, opens.size, smooth=False, cache_control=cache_control)


def _heard(request: HttpRequest, item: Media, *, cache_control: str) -> HttpResponse:
    """Send a sound, or the requested byte range."""
    size = item.size_bytes
    match = RANGE(request.headers.get("Range", ""))
    span = match and _part(match[1], match[2], size)
    if match and span is None:
        refused = HttpResponse(status=416)
        refused["Content-Range"] = f"bytes */{size}"
        return refused
    begin, end = span or (0, size)
    content = sound_part(item.project_id, item.sha256, begin, end - begin)
    answer = _safe(content, item.content_type, cache_control)
    answer["Accept-Ranges"] = "bytes"
    if span:
        answer.status_code = 206
        answer["Content-Range"] = f"bytes {begin}-{end - 1}/{size}"
    return answer


def _part(first: str, last: str, size: int) -> tuple[int, int] | None:
    """Return the requested byte range; None if it cannot be satisfied.

    >>> _part("0", "", 9), _part("", "2", 9), _part("4", "99", 9), _part("9", "", 9)
    ((0, 9), (7, 9), (4, 9), None)
    """
    if not first:
        begin, end = max(0, size - int(last or 0)), size
    else:
        begin, end = int(first), min(size, int(last) + 1 if last else size)
    return (begin, end) if begin < end else None


def _sent(
    project: int, sha256: str, size: int, *, smooth: bool, cache_control: str
) -> HttpResponse:
    return _safe(*media_bytes(project, sha256, smooth=smooth, smaller=size), cache_control)


def _safe(content: bytes, content_type: str, cache_control: str) -> HttpResponse:
    """Return a response that no browser executes."""
    answer = HttpResponse(content, content_type=content_type)
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Disposition"] = "inline"
    answer["Cache-Control"] = f"private, {cache_control}"
    return answer


def _moved(project: int, sha256: str, size: int) -> HttpResponse:
    moved = HttpResponseRedirect(address_of(project, sha256, int(time.time()), size=size))
    moved["Cache-Control"] = f"private, max-age={BROWSER_SECONDS}"
    return moved


def _is_elsewhere() -> bool:
    return bool(storage().address("", 1))
