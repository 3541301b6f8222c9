"""Pictures of a project, served where no script can run, to people of the project only."""

import time

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from canut.store.addresses import address_of, opened_by
from canut.store.media import TINY_PIXELS, fitting, media_bytes
from canut.store.models import Project
from canut.store.storage import storage
from canut.web.access import picture_of

FOR_GOOD = "max-age=31536000, immutable"
BROWSER_SECONDS = 240  # an address kept longer than it opens would show nothing


def media(request: HttpRequest, project: Project, sha256: str) -> HttpResponse:
    """Send a picture, enlarged smoothly when it is tiny, or its own points with ``?raw=1``.

    ``?size=480`` asks for a copy that shows a picture so large; the picture itself comes while
    there is none. From storage elsewhere the browser fetches it by an address that soon ends.
    """
    found = picture_of(project, sha256)
    raw = request.GET.get("raw") == "1"
    wanted = request.GET.get("size", "")
    size = 0 if raw else fitting(found.smaller or (), int(wanted) if wanted.isdecimal() else 0)
    is_tiny = max(found.width, found.height) < TINY_PIXELS
    if (raw or not is_tiny) and _is_elsewhere():
        now = int(time.time())
        moved = HttpResponseRedirect(address_of(project.pk, sha256, now, size=size))
        moved["Cache-Control"] = f"private, max-age={BROWSER_SECONDS}"
        return moved
    is_drawn = is_tiny or raw or not wanted or found.smaller is not None
    kept = FOR_GOOD if is_drawn else f"max-age={BROWSER_SECONDS}"
    return _sent(project.pk, sha256, size, smooth=not raw, kept=kept)


def signed(request: HttpRequest, token: str) -> HttpResponse:
    """Send a picture to whoever holds its address, until that ends."""
    now = int(time.time())
    opens = opened_by(token, now)
    kept = f"max-age={opens.until - now}"
    return _sent(opens.project, opens.sha256, opens.size, smooth=False, kept=kept)


def _sent(project: int, sha256: str, size: int, *, smooth: bool, kept: str) -> HttpResponse:
    content, content_type = media_bytes(project, sha256, smooth=smooth, smaller=size)
    answer = HttpResponse(content, content_type=content_type)
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Disposition"] = "inline"
    answer["Cache-Control"] = f"private, {kept}"
    return answer


def _is_elsewhere() -> bool:
    return bool(storage().address("", 1))
