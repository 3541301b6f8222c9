"""Forget what was measured of somebody whose newest answer is six months old.

A score that is forgotten weighs nobody's answers any more: the running consensus takes them as a
newcomer's. The next estimate makes none of it again until new answers come.
"""

from django.db import transaction
from django.db.models import OuterRef, Q, Subquery

from canut.core.decisions.deadlines import scores_fresh_since
from canut.store.tables.quality import Habits
from canut.store.tables.work import Answer, Worker


@transaction.atomic
def forget_old_scores(now_ms: int, project_id: int | None = None) -> int:
    """Erase the scores that are too old, of one project or of all; return whose many."""
    newest = Answer.objects.filter(worker=OuterRef("pk"), counted=True).order_by("-id")
    scored = Worker.objects.filter(
        Q(accuracy__isnull=False) | Q(compared__isnull=False) | Q(habits__isnull=False)
    )
    if project_id is not None:
        scored = scored.filter(project=project_id)
    old = scored.annotate(newest=Subquery(newest.values("answered_ms")[:1])).filter(
        newest__lt=scores_fresh_since(now_ms)
    )
    ids = list(old.values_list("id", flat=True))
    Habits.objects.filter(worker__in=ids).delete()
    return Worker.objects.filter(id__in=ids).update(accuracy=None, agreed=None, compared=None)
