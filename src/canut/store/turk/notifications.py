"""What happened to the HITs of a HIT type between two moments, and where it is told. Reads only."""

from collections.abc import Iterator
from typing import NamedTuple

from django.db.models import F, Q, QuerySet
from django.db.models.expressions import Combinable

from canut.core.clock import Ms
from canut.core.turk.states import ACCEPTED_MS
from canut.store.tables.decisions import Decision
from canut.store.tables.turk.hits import Hit, HitType
from canut.store.tables.turk.notifications import TurkNotification, TurkSubscription, TurkTopic
from canut.store.tables.work import Answer, Lease
from canut.store.turk.hits import submitted_answers

State = Lease.State
TAKEN = (State.LIVE, State.ANSWERED, State.SKIPPED, State.RELEASED, State.EXPIRED)
RETURNED = (State.SKIPPED, State.RELEASED)


class HitEvent(NamedTuple):
    """An event of a HIT by its name, and the lease of its assignment, if it is of one."""

    type: str
    at_ms: Ms
    hit: str
    lease: int | None = None


def active_notifications() -> list[TurkNotification]:
    """List the notifications that are switched on."""
    rows = TurkNotification.objects.filter(is_active=True, hit_type__project__archived_ms=None)
    return list(rows.select_related("hit_type", "webhook", "topic").order_by("id"))


def topic_named(organisation: int, name: str) -> TurkTopic | None:
    """Return a topic of an organisation; None if there is none."""
    return TurkTopic.objects.filter(organisation=organisation, name=name).first()


def confirmed_subscriptions(topic: TurkTopic) -> list[TurkSubscription]:
    """List who hears of a topic."""
    rows = topic.subscriptions.filter(confirmed_ms__isnull=False).select_related("webhook")
    return list(rows.order_by("id"))


def events_between(hit_type: HitType, begin_ms: Ms, end_ms: Ms) -> list[HitEvent]:
    """List what happened to the HITs of a type after one moment and by another, oldest first."""
    events = [
        *_of_hits(hit_type, begin_ms, end_ms),
        *_of_leases(hit_type, begin_ms, end_ms),
        *_of_answers(hit_type, begin_ms, end_ms),
    ]
    return sorted(events, key=lambda event: event.at_ms)


def over_hits(hit_type: HitType, now_ms: Ms) -> QuerySet[Hit]:
    """Select the HITs of a type whose work is over: every place is filled, or time is up."""
    is_full = Q(task__now__counted__gte=F("task__now__overlap"))
    is_over = Q(expires_ms__lte=now_ms, task__now__live=0)
    return Hit.objects.filter(is_full | is_over, hit_type=hit_type, disposed_ms=None)


def _of_hits(hit_type: HitType, begin_ms: Ms, end_ms: Ms) -> Iterator[HitEvent]:
    hits = Hit.objects.filter(hit_type=hit_type)
    fields = (
        ("HITCreated", "created_ms"),
        ("HITExpired", "expires_ms"),
        ("HITDisposed", "disposed_ms"),
    )
    for name, field in fields:
        within = hits.filter(**{f"{field}__gt": begin_ms, f"{field}__lte": end_ms})
        for public_id, at_ms in within.values_list("public_id", field):
            yield HitEvent(name, at_ms, public_id)


def _of_leases(hit_type: HitType, begin_ms: Ms, end_ms: Ms) -> Iterator[HitEvent]:
    leases = Lease.objects.filter(project=hit_type.project_id, task__hit__hit_type=hit_type)
    kinds = (
        ("AssignmentAccepted", "lent_ms", TAKEN),
        ("AssignmentAbandoned", "ended_ms", (State.EXPIRED,)),
        ("AssignmentReturned", "ended_ms", RETURNED),
    )
    for name, field, states in kinds:
        within = leases.filter(
            state__in=states, **{f"{field}__gt": begin_ms, f"{field}__lte": end_ms}
        )
        for public_id, number, at_ms in within.values_list("task__hit__public_id", "pk", field):
            yield HitEvent(name, at_ms, public_id, number)


def _of_answers(hit_type: HitType, begin_ms: Ms, end_ms: Ms) -> Iterator[HitEvent]:
    answers = submitted_answers(hit_type.organisation_id).filter(task__hit__hit_type=hit_type)
    delay_ms = min(hit_type.approval_s * 1000, ACCEPTED_MS)
    rejected = Decision.objects.filter(
        kind=Decision.Kind.REJECTION, answer__isnull=False, undone_ms=None
    )
    timed = answers.exclude(pk__in=rejected.values("answer")).exclude(
        lease__assignment__approved_ms__lte=F("answered_ms") + delay_ms
    )
    decided = answers.filter(decision__kind=Decision.Kind.REJECTION)
    kinds: tuple[tuple[str, QuerySet[Answer], Combinable], ...] = (
        ("AssignmentSubmitted", answers, F("answered_ms")),
        ("AssignmentApproved", timed, F("answered_ms") + delay_ms),
        ("AssignmentApproved", answers, F("lease__assignment__approved_ms")),
        ("AssignmentRejected", decided, F("decision__at_ms")),
    )
    for name, rows, moment in kinds:
        within = rows.annotate(at=moment).filter(at__gt=begin_ms, at__lte=end_ms).distinct()
        for public_id, lease, at_ms in within.values_list("task__hit__public_id", "lease", "at"):
            yield HitEvent(name, at_ms, public_id, lease)
