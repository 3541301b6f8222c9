"""Check which time a person can claim: what they had an account, access and work for.

Nobody worked before their account existed, before they could reach the project or after they left
it, nor on a project of which they had no task, answer or page on that day, the day before or the
day after. Refusals say what time can be added. What was measured or claimed before is left out by
``core.time.claims``.

Reads only.
"""

from datetime import timedelta
from typing import NamedTuple

from django.db.models import Max, Q
from django.db.models.functions import Coalesce

from canut.core.clock import (
    DAY_MS,
    HOUR_MS,
    MINUTE_MS,
    Ms,
    day_begin,
    day_bounds,
    from_ms,
    local_day,
    to_ms,
)
from canut.core.errors import BadInput, Refusal
from canut.core.time.claims import FREE_MS, fortnight
from canut.core.time.spans import Span
from canut.store.pay.periods import period_around
from canut.store.people.work_terms import zone_of
from canut.store.tables.people import Membership, Person
from canut.store.tables.projects import Project
from canut.store.tables.time import Claim, OpenPage
from canut.store.tables.work import Answer, Lease, Worker

LONGEST_MS = 16 * HOUR_MS
OLDEST_MS = 30 * DAY_MS


class Access(NamedTuple):
    """When a person could reach a project, in milliseconds; ``until_ms`` None while they can."""

    since_ms: Ms
    until_ms: Ms | None


def check_possible(person: Person, project_id: int | None, span: Span, now_ms: Ms) -> None:
    """Refuse time that a person cannot have worked.

    Args:
        person: who claims it.
        project_id: on which project; None for Canut's own pages.
        span: begin and end, milliseconds since 1970 UTC.
        now_ms: the moment of the claim.

    Raises:
        BadInput: it is not past, too old or too long; it lies before the account or outside the
            access to the project; or nothing of the project was near.
    """
    begin_ms, end_ms = span
    if not (begin_ms < end_ms <= now_ms and end_ms - begin_ms <= LONGEST_MS) or (
        begin_ms < now_ms - OLDEST_MS
    ):
        raise BadInput(
            f"time from {begin_ms} to {end_ms}; give a past stretch of the last 30 days, of 16"
            " hours at most, that ends after it begins",
            code="claim-span",
        )
    _check_bounds(person, project_id, span)


def is_possible(claim: Claim) -> bool:
    """Return whether a person can have worked the time of a stored claim."""
    try:
        _check_bounds(claim.person, claim.project_id, (claim.begin_ms, claim.end_ms))
    except Refusal:
        return False
    return True


def claimable_since(person: Person, project_id: int | None) -> Ms:
    """Return the first moment that a person can claim in a project, in whole minutes."""
    access = access_of(person, project_id) if project_id is not None else None
    account_ms = to_ms(person.created_at)
    return _minute(account_ms if access is None else max(account_ms, access.since_ms))


def access_of(person: Person, project_id: int) -> Access | None:
    """Return when a person could reach a project, by any role; None if never."""
    organisation = Project.objects.filter(id=project_id).values("organisation")
    memberships = Membership.objects.filter(
        Q(project=project_id) | Q(organisation__in=organisation), person=person
    )
    workers = Worker.objects.filter(person=person, project=project_id)
    rows = [
        *memberships.values_list("created_at", "ended_at"),
        *workers.values_list("created_at", "ended_at"),
    ]
    if not rows:
        return None
    since_ms = min(to_ms(since) for since, _ in rows)
    ends = [to_ms(until) for _, until in rows if until is not None]
    if len(ends) < len(rows):
        return Access(since_ms, None)
    last_lease = Lease.objects.filter(worker__in=workers).aggregate(last=Max("expires_ms"))["last"]
    return Access(since_ms, max(*ends, last_lease or 0))


def remaining_free_ms(person_id: int, at_ms: Ms) -> Ms:
    """Return what may still be claimed at once in the pay period of a moment."""
    begin_ms, end_ms = _period_bounds(person_id, at_ms)
    claims = Claim.objects.filter(
        person=person_id, kind=Claim.Kind.ASKED, begin_ms__gte=begin_ms, begin_ms__lt=end_ms
    ).exclude(why=Claim.Why.STUDY)
    return max(0, FREE_MS - sum(claim.accepted_ms for claim in claims))


def _period_bounds(person_id: int, at_ms: Ms) -> Span:
    """Return the pay period of a moment; the fortnight where none is set up yet."""
    zone = zone_of(person_id, at_ms)
    period = period_around(local_day(at_ms, zone))
    if period is None:
        return fortnight(at_ms)
    return day_bounds(period.first_day, zone)[0], day_bounds(period.last_day, zone)[1]


def _check_bounds(person: Person, project_id: int | None, span: Span) -> None:
    begin_ms, end_ms = span
    account_ms = to_ms(person.created_at)
    if begin_ms < _minute(account_ms):
        raise BadInput(
            f"time from {begin_ms} of an account that exists since {account_ms}",
            code="claim-before-account",
            since=_local(person, account_ms),
        )
    if project_id is not None:
        _check_access(person, project_id, span)
    if not _has_trace(person, project_id, span):
        raise BadInput(
            f"nothing of project {project_id} was near the time from {begin_ms} to {end_ms}",
            code="claim-without-work",
        )


def _check_access(person: Person, project_id: int, span: Span) -> None:
    access = access_of(person, project_id)
    begin_ms, end_ms = span
    if access is not None and begin_ms < _minute(access.since_ms):
        raise BadInput(
            f"time from {begin_ms} in a project reached since {access.since_ms}",
            code="claim-before-access",
            since=_local(person, access.since_ms),
        )
    if access is not None and access.until_ms is not None and end_ms > access.until_ms + MINUTE_MS:
        raise BadInput(
            f"time until {end_ms} in a project left at {access.until_ms}",
            code="claim-after-access",
            until=_local(person, access.until_ms),
        )


def _has_trace(person: Person, project_id: int | None, span: Span) -> bool:
    """Return whether a person had a task, an answer or a page the day before some time or after."""
    zone = zone_of(person.pk, span[1])
    begin_ms = day_begin(local_day(span[0], zone) - timedelta(days=1), zone)
    end_ms = day_begin(local_day(span[1], zone) + timedelta(days=2), zone)
    pages = OpenPage.objects.filter(person=person, opened_ms__gte=begin_ms, opened_ms__lt=end_ms)
    if project_id is None:
        return pages.exists()
    workers = Worker.objects.filter(person=person, project=project_id)
    leases = Lease.objects.filter(worker__in=workers, lent_ms__lt=end_ms)
    answers = Answer.objects.filter(
        worker__in=workers, answered_ms__gte=begin_ms, answered_ms__lt=end_ms
    )
    return (
        leases.alias(end=Coalesce("ended_ms", "expires_ms")).filter(end__gte=begin_ms).exists()
        or answers.exists()
        or pages.filter(project=project_id).exists()
        or workers.filter(
            created_at__gte=from_ms(begin_ms), created_at__lt=from_ms(end_ms)
        ).exists()
    )


def _minute(at_ms: Ms) -> Ms:
    """Return the beginning of a minute, as precisely as people claim."""
    return at_ms - at_ms % MINUTE_MS


def _local(person: Person, at_ms: Ms) -> str:
    return f"{from_ms(at_ms).astimezone(zone_of(person.pk, at_ms)):%Y-%m-%d %H:%M}"
