"""HITs whose review policies have something to look at, and what came of it. Reads only."""

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from canut.core.clock import Ms
from canut.store.tables.turk.hits import Hit
from canut.store.tables.turk.reviews import TurkReviewAction
from canut.store.tables.work import Answer
from canut.store.turk.hits import submitted_answers


def hits_to_review(now_ms: Ms, most: int) -> list[int]:
    """List HITs with answers that a policy has not looked at.

    Each answer is scored as it comes; they are compared once the work on the HIT is over.
    """
    is_full = Q(task__now__counted__gte=F("task__now__overlap"))
    is_over = Q(expires_ms__lte=now_ms, task__now__live=0)
    of_task = Answer.objects.filter(task=OuterRef("task")).order_by().values("task")
    counted = Subquery(of_task.annotate(count=Count("pk")).values("count"))
    hits = Hit.objects.filter(review_policies__isnull=False, disposed_ms=None).annotate(
        answers=Coalesce(counted, 0)
    )
    fresh = Q(scored_answers__lt=F("answers"))
    uncompared = (is_full | is_over) & Q(compared_answers__lt=F("answers"))
    return list(hits.filter(fresh | uncompared).order_by("pk").values_list("pk", flat=True)[:most])


def answers_of_hit(hit: Hit) -> list[Answer]:
    """List the submitted assignments of a HIT, oldest first."""
    rows = submitted_answers(hit.organisation_id).filter(task=hit.task_id)
    return list(rows.order_by("pk"))


def actions_of(hit: Hit) -> QuerySet[TurkReviewAction]:
    """Select what the policies of a HIT did or proposed, oldest first."""
    rows = TurkReviewAction.objects.filter(hit=hit).select_related("proposal", "answer__lease")
    return rows.order_by("pk")
