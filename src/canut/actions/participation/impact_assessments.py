"""Make, agree to and conclude an assessment of what measuring work does to people.

The first one of an instance is agreed in one step, with its reason: nobody's first hour waits for
two weeks, and no pay falls because a paper is late. Its views stay open for fourteen days from when
it was made. Every later one is agreed only after its views, each of which has an answer.
"""

from collections.abc import Mapping

from django.conf import settings
from django.db import transaction

from canut.actions.ledger.entry_types import inscribe_assessment
from canut.core.clock import DAY_MS
from canut.core.errors import BadInput, Conflict, Forbidden, Incomplete, Missing
from canut.core.participation.effects_inventory import RESIDUALS, REVIEW_DAYS, RISKS
from canut.core.participation.impact_assessment import (
    assessment_content,
    assessment_digest,
    views_until,
)
from canut.store.models import Membership, Role, Terms, Webhook, Worker
from canut.store.operations.mail_settings import mail_host
from canut.store.participation.impact_assessments import assessment_in_force, newest_assessment
from canut.store.people.retention_register import RETENTION
from canut.store.platform.home import home
from canut.store.tables.participation import ImpactAssessment, WorkerView
from canut.store.tables.people import Person

VIEW_LENGTH, REASON_LENGTH, CHANGED_LENGTH = 4000, 500, 2000


def _content(residuals: Mapping[str, int]) -> dict[str, object]:
    """Return the assessment of this instance as it is now."""
    places = set(Terms.objects.order_by().values_list("place", flat=True).distinct()) - {""}
    chosen = home()
    if not places and chosen is not None and chosen.place:
        places = {chosen.place}
    retention = {table: rule.long for rule in RETENTION for table in rule.tables}
    flows = {
        "country": chosen.country if chosen else "",
        "mail": mail_host(),
        "backups": "folder" if settings.BACKUP_FOLDER else "",
        "webhooks": str(Webhook.objects.count() or ""),
    }
    return assessment_content(sorted(places), retention, flows, residuals)


def draft_now() -> dict[str, object]:
    """Return what an assessment would hold now, before anybody makes it."""
    return _content({})


@transaction.atomic
def make_assessment(residuals: Mapping[str, int], by: Person, now_ms: int) -> ImpactAssessment:
    """Make the next assessment and open its fourteen days of views.

    Args:
        residuals: what is left of each risk after its measures, 1 to 4, as a person sees it.
        by: who makes it.
        now_ms: the moment, in milliseconds since 1970 UTC.

    Raises:
        Forbidden: a program makes none.
        Incomplete: a risk has no residual.
        BadInput: a residual is not 1 to 4.
        Conflict: the newest one still waits to be agreed to.
    """
    if by.is_service:
        raise Forbidden("effects on people are assessed by a person", code="service-actor")
    lacking = [risk for risk in RISKS if risk not in residuals]
    if lacking:
        raise Incomplete(f"say what is left of the risk {lacking[0]!r}", field=lacking[0])
    if set(residuals.values()) - set(RESIDUALS):
        raise BadInput("what is left of a risk is 1, 2, 3 or 4", code="residual-range")
    newest = newest_assessment()
    if newest is not None and newest.agreed_ms is None:
        raise Conflict("the newest assessment is not agreed to yet", code="assessment-waits")
    content = _content(residuals)
    return ImpactAssessment.objects.create(
        number=newest.number + 1 if newest else 1,
        content=content,
        sha256=assessment_digest(content),
        made_by=by,
        made_ms=now_ms,
    )


@transaction.atomic
def agree_to_assessment(number: int, by: Person, reason: str, now_ms: int) -> ImpactAssessment:
    """Put an assessment in force; the first at once, a later one after its views.

    Raises:
        Missing: there is no such assessment.
        Forbidden: a program agrees to nothing.
        Conflict: it is agreed to already, or its views are open or not answered.
        BadInput: no reason, or one over 500 characters.
    """
    assessment = _lock(number)
    words = reason.strip()
    if by.is_service:
        raise Forbidden("a person agrees to an assessment", code="service-actor")
    if not 0 < len(words) <= REASON_LENGTH:
        raise BadInput(
            f"the reason has {len(words)} characters; write 1 to {REASON_LENGTH}",
            code="switch-why",
            limit=REASON_LENGTH,
        )
    if assessment.agreed_ms is not None:
        raise Conflict(f"assessment {number} is agreed to", code="assessment-agreed")
    if assessment_in_force() is not None:
        _check_views(assessment, now_ms)
        assessment.concluded_ms = now_ms
    assessment.agreed_by, assessment.agreed_ms, assessment.reason = by, now_ms, words
    assessment.review_ms = now_ms + REVIEW_DAYS * DAY_MS
    assessment.save()
    inscribe_assessment(assessment.number, assessment.sha256, now_ms)
    return assessment


@transaction.atomic
def conclude_assessment(number: int, by: Person, changed: str, now_ms: int) -> ImpactAssessment:
    """Say what the views changed, once they are closed and each is answered.

    Raises:
        Missing: there is no such assessment.
        Forbidden: a program concludes nothing.
        Conflict: it is not agreed to, is concluded, or its views are open or not answered.
        BadInput: the words are missing or too long.
    """
    assessment = _lock(number)
    if by.is_service:
        raise Forbidden("a person concludes an assessment", code="service-actor")
    if assessment.agreed_ms is None or assessment.concluded_ms is not None:
        raise Conflict(f"assessment {number} is not one to conclude", code="assessment-concluded")
    _check_views(assessment, now_ms)
    words = changed.strip()
    if not 0 < len(words) <= CHANGED_LENGTH:
        raise BadInput(
            f"what changed has {len(words)} characters; write 1 to {CHANGED_LENGTH}",
            code="switch-why",
            limit=CHANGED_LENGTH,
        )
    assessment.concluded_ms, assessment.changed = now_ms, words
    assessment.save()
    return assessment


@transaction.atomic
def give_view(person: Person, text: str, now_ms: int, *, is_anonymous: bool) -> WorkerView:
    """Keep what somebody who works here thinks of the newest assessment.

    Raises:
        Forbidden: the person does not work here, nor speaks for those who do.
        Conflict: there is no assessment, or its fourteen days are over.
        BadInput: no words, or over 4,000 characters.
    """
    speaks = Membership.objects.filter(
        person=person, role=Role.REPRESENTATIVE, ended_at=None
    ).exists()
    if not speaks and not Worker.objects.filter(person=person).exists():
        raise Forbidden("people who work here, and who speak for them, are asked", code="view-who")
    assessment = newest_assessment()
    if assessment is None or now_ms >= views_until(assessment.made_ms):
        raise Conflict("the fourteen days of views are over", code="views-closed")
    words = text.strip()
    if not 0 < len(words) <= VIEW_LENGTH:
        raise BadInput(
            f"the view has {len(words)} characters; write 1 to {VIEW_LENGTH}",
            code="switch-why",
            limit=VIEW_LENGTH,
        )
    return WorkerView.objects.create(
        assessment=assessment,
        person=None if is_anonymous else person,
        is_representative=speaks,
        text=words,
        at_ms=now_ms,
    )


@transaction.atomic
def answer_view(view_id: int, by: Person, text: str, now_ms: int) -> WorkerView:
    """Answer what somebody thinks of an assessment, once.

    Raises:
        Missing: there is no such view.
        Forbidden: a program answers nobody.
        Conflict: it has an answer.
        BadInput: no words, or over 4,000 characters.
    """
    view = WorkerView.objects.select_for_update().filter(id=view_id).first()
    if view is None:
        raise Missing("there is no such view")
    if by.is_service:
        raise Forbidden("a person answers", code="service-actor")
    if view.answered_ms is not None:
        raise Conflict("this view is answered", code="view-answered")
    words = text.strip()
    if not 0 < len(words) <= VIEW_LENGTH:
        raise BadInput(
            f"the answer has {len(words)} characters; write 1 to {VIEW_LENGTH}",
            code="switch-why",
            limit=VIEW_LENGTH,
        )
    view.answer, view.answered_by, view.answered_ms = words, by, now_ms
    view.save()
    return view


def _lock(number: int) -> ImpactAssessment:
    assessment = ImpactAssessment.objects.select_for_update().filter(number=number).first()
    if assessment is None:
        raise Missing(f"there is no assessment {number}")
    return assessment


def _check_views(assessment: ImpactAssessment, now_ms: int) -> None:
    """Refuse where the views are open, or one has no answer."""
    if now_ms < views_until(assessment.made_ms):
        raise Conflict("views are open for fourteen days", code="views-open")
    if assessment.views.filter(answered_ms=None).exists():
        raise Conflict("a view has no answer yet", code="views-unanswered")
