"""Pictures of a project, served where no script can run, to people of the project only."""

from django.http import HttpRequest, HttpResponse

from canut.store.media import media_bytes
from canut.store.models import Project
from canut.web.access import check_picture_of


def media(request: HttpRequest, project: Project, sha256: str) -> HttpResponse:
    """Send a picture, enlarged smoothly when it is tiny, or its own points with ``?raw=1``."""
    check_picture_of(project, sha256)
    content, content_type = media_bytes(project.id, sha256, smooth=request.GET.get("raw") != "1")
    answer = HttpResponse(content, content_type=content_type)
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Disposition"] = "inline"
    answer["Cache-Control"] = "private, max-age=31536000, immutable"
    return answer
