"""Draw smaller copies of a project's pictures, in a job, so that lists load fast.

A picture is drawn once; an interrupted job resumes with the remaining ones. A picture so small that
it is served enlarged has no copies.
"""

from django.db.models import Q
from django.tasks import task

from canut.core.errors import Missing
from canut.store.media.blobs import storage
from canut.store.media.files import (
    PICTURE_ERRORS,
    TINY_PIXELS,
    key_of,
    media_bytes,
    smaller_copies,
    smaller_key,
)
from canut.store.models import Media

AT_ONCE = 50


@task
def draw_smaller(project_id: int) -> int:
    """Draw every picture of a project that has no smaller copies; return how many."""
    large = Q(width__gte=TINY_PIXELS) | Q(height__gte=TINY_PIXELS)
    waiting = Media.objects.filter(large, project_id=project_id, smaller__isnull=True).order_by(
        "id"
    )
    count = 0
    while some := list(waiting[:AT_ONCE]):
        for media in some:
            media.smaller = _drawn(media)
            media.save(update_fields=["smaller"])
        count += len(some)
    return count


def _drawn(media: Media) -> list[int]:
    """Draw one picture and return the sizes; empty if it is deleted or unreadable."""
    store, key = storage(), key_of(media.project_id, media.sha256)
    try:
        content, _ = media_bytes(media.project_id, media.sha256, smooth=False)
        copies = smaller_copies(content)
    except (Missing, *PICTURE_ERRORS):
        return []
    for size, copy in copies.items():
        store.write(smaller_key(key, size), copy, "image/webp")
    store.settle()
    return sorted(copies)
