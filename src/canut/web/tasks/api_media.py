"""Pictures and sounds over the API, by the hash that a task's cell holds."""

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Path

from canut.store.media.files import media_bytes, sound_part
from canut.web.kit.access import get_picture
from canut.web.kit.api.gate import project_of

Hash = Annotated[str, Path(pattern="^[0-9a-f]{64}$")]
TYPES = (
    *("image/png", "image/jpeg", "image/webp", "image/gif"),
    "application/octet-stream",  # of no file here; generators of clients read bytes by it
    *("audio/wav", "audio/mpeg", "audio/ogg", "audio/flac", "audio/mp4", "audio/webm"),
)


def download(request: HttpRequest, project: str, sha256: Hash) -> HttpResponse:
    """Download a picture or sound of the project as it came in."""
    media = get_picture(project_of(request), sha256)
    if media.is_sound:
        content = sound_part(media.project_id, sha256, 0, media.size_bytes)
        return HttpResponse(content, content_type=media.content_type)
    return HttpResponse(*media_bytes(media.project_id, sha256, smooth=False))
