"""Assessments of what measuring work does to people: the newest, its views, where it stands."""

from canut.core.clock import DAY_MS
from canut.core.participation.effects_inventory import VIEW_DAYS
from canut.core.participation.impact_assessment import (
    Stage,
    changed_systems,
    uncovered_columns,
    views_until,
)
from canut.store.tables.participation import ImpactAssessment, WorkerView

ANSWER_DAYS = 14
"""Days after the views in which the operator answers them, before a warning says so."""


def newest_assessment() -> ImpactAssessment | None:
    """Return the newest assessment, agreed or not."""
    return ImpactAssessment.objects.select_related("agreed_by").order_by("-number").first()


def assessment_in_force() -> ImpactAssessment | None:
    """Return the newest assessment that a person agreed to."""
    agreed = ImpactAssessment.objects.exclude(agreed_ms=None).select_related("agreed_by")
    return agreed.order_by("-number").first()


def views_of(assessment: ImpactAssessment) -> list[WorkerView]:
    """List what people think of an assessment, oldest first."""
    return list(assessment.views.select_related("person", "answered_by").order_by("id"))


def stage_of(assessment: ImpactAssessment | None, now_ms: int) -> Stage:
    """Return where an assessment stands."""
    if assessment is None:
        return Stage.NONE
    if assessment.agreed_ms is None:
        return Stage.VIEWS if now_ms < views_until(assessment.made_ms) else Stage.DRAFT
    if now_ms < views_until(assessment.made_ms):
        return Stage.VIEWS
    if assessment.concluded_ms is None:
        return Stage.ANSWERS
    is_late = assessment.review_ms is not None and now_ms > assessment.review_ms
    has_gap = uncovered_columns(assessment.content) or changed_systems(assessment.content)
    return Stage.OUTDATED if is_late or has_gap else Stage.IN_FORCE


def is_overdue(assessment: ImpactAssessment | None, now_ms: int) -> bool:
    """Return whether the operator is late: nothing agreed, no answers in time, or a gap."""
    if assessment is None or assessment.agreed_ms is None:
        return assessment_in_force() is None
    stage = stage_of(assessment, now_ms)
    answers_ms = assessment.made_ms + (VIEW_DAYS + ANSWER_DAYS) * DAY_MS
    return stage == Stage.OUTDATED or (stage == Stage.ANSWERS and now_ms > answers_ms)
