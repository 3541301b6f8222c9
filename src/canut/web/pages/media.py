"""Pictures of a project, served where no script can run, to people of the project only."""

import re

from django.http import HttpRequest, HttpResponse

from canut.core.errors import Missing
from canut.store.media import media_bytes
from canut.store.models import Media, Project

SHA256 = re.compile(r"[0-9a-f]{64}")


def media(request: HttpRequest, project: Project, sha256: str) -> HttpResponse:
    """Send a picture, enlarged smoothly when it is tiny, or its own points with ``?raw=1``."""
    known = Media.objects.filter(project=project, sha256=sha256)
    if not SHA256.fullmatch(sha256) or not known.exists():
        raise Missing("no such picture in this project")
    content, content_type = media_bytes(project.id, sha256, smooth=request.GET.get("raw") != "1")
    answer = HttpResponse(content, content_type=content_type)
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Disposition"] = "inline"
    answer["Cache-Control"] = "private, max-age=31536000, immutable"
    return answer
