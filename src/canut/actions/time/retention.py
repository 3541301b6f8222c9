"""Store the credited time, and delete heartbeats once nobody can contest them.

Beats go 90 days (a setting) after the end of the pay period they lie in; before they do, what they
were credited as is written down, interval by interval, so that no total ever changes. Days worked
are made exact here too. How long everything else stays is listed in
``store.people.retention_register``.
"""

from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import models, transaction
from django.db.models import Exists, Max, OuterRef
from django_tasks_db.models import DBTaskResult

from canut.actions.platform.instance_facts import keep_fact
from canut.actions.platform.row_faults import attempt, attempt_each
from canut.actions.time.measure import TimeInterval, stretches, time_by_day
from canut.core.clock import DAY_MS, Ms, day_begin, from_ms, local_day, to_ms
from canut.store.integrations.webhooks import KEPT_DAYS
from canut.store.people.retention_register import (
    BEGUN_DAYS,
    JOBS_DAYS,
    LETTERS_DAYS,
    LINKS_DAYS,
    OPENINGS_DAYS,
    RECEIVED_DAYS,
)
from canut.store.people.work_terms import zone_of
from canut.store.tables.integrations import Delivery
from canut.store.tables.people import Letter, OneTimeLink, Remembered, SignIn
from canut.store.tables.platform import Fact
from canut.store.tables.time import (
    Beat,
    Credited,
    CreditedUntil,
    OpenPage,
    RecordOpening,
    WorkedDay,
)
from canut.store.tables.work import Begun, PageSeat

PERIOD_DAYS = 16
CHUNK = 1_000
SEEN = "worked_days_seen"


def recompute_days(now_ms: Ms) -> int:
    """Measure the days with new heartbeats since the last run; return how many people's."""
    last_id = int(Fact.objects.filter(name=SEEN).values_list("value", flat=True).first() or 0)
    newest = Beat.objects.aggregate(last=Max("id"))["last"] or 0
    fresh = Beat.objects.filter(id__gt=last_id, id__lte=newest)
    since: dict[int, int] = {}
    pages = OpenPage.objects.filter(session__in=fresh.values("session").distinct())
    for person, opened in pages.values_list("person", "opened_ms"):
        since[person] = min(opened, since.get(person, opened))
    for person, opened in since.items():
        attempt("time", person, partial(_make_exact, person, opened, now_ms))
    keep_fact(SEEN, str(newest))
    return len(since)


@transaction.atomic
def _make_exact(person: int, since_ms: int, now_ms: int) -> None:
    zone = zone_of(person, now_ms)
    first = from_ms(since_ms).astimezone(zone).date()
    begin = to_ms(datetime.combine(first, datetime.min.time(), zone))
    sums = {first + timedelta(days=n): 0 for n in range((now_ms - begin) // DAY_MS + 1)}
    for row in time_by_day([person], begin, now_ms + 1):
        sums[row.day] = sums.get(row.day, 0) + row.ms
    stored = set(
        WorkedDay.objects.filter(person=person, day__gte=first).values_list("day", flat=True)
    )
    for day, ms in sums.items():
        if ms or day in stored:
            WorkedDay.objects.update_or_create(
                person_id=person, day=day, defaults={"ms": ms, "at_ms": now_ms}
            )


def delete_expired(now_ms: Ms) -> int:
    """Delete data past its retention; return how many heartbeats were deleted."""
    now = from_ms(now_ms)
    deleted = _let_go_of_beats(now_ms)
    ended = now - timedelta(days=LINKS_DAYS)
    old = now_ms - OPENINGS_DAYS * DAY_MS
    jobs = now - timedelta(days=JOBS_DAYS)
    _delete(RecordOpening.objects.filter(at_ms__lt=old))
    _delete(OneTimeLink.objects.filter(expires_at__lt=ended))
    _delete(Session.objects.filter(expire_date__lt=now))
    here = Session.objects.filter(session_key=OuterRef("session_key"))
    _delete(SignIn.objects.filter(~Exists(here)))
    _delete(Remembered.objects.filter(expires__lt=now))
    _delete(Letter.objects.filter(made_ms__lt=now_ms - LETTERS_DAYS * DAY_MS))
    _delete(DBTaskResult.objects.filter(finished_at__lt=jobs))
    _delete(Begun.objects.filter(kept_ms__lt=now_ms - BEGUN_DAYS * DAY_MS))
    received = PageSeat.objects.filter(received__gt="")
    received.filter(received_ms__lt=now_ms - RECEIVED_DAYS * DAY_MS).update(received="")
    _delete(Delivery.objects.filter(created_ms__lt=now_ms - KEPT_DAYS * DAY_MS))
    return deleted


def _let_go_of_beats(now_ms: int) -> int:
    """Store credited time, then delete each person's old heartbeats."""
    before = now_ms - (settings.KEEP_BEATS_DAYS + PERIOD_DAYS) * DAY_MS
    old = Beat.objects.filter(received_ms__lt=before)
    people = list(old.order_by().values_list("person", flat=True).distinct())
    deleted = attempt_each("time", people, lambda person: _let_go_of_person(person, before))
    beats = Beat.objects.filter(session=OuterRef("session"))
    _delete(OpenPage.objects.filter(~Exists(beats), opened_ms__lt=before))
    return deleted


def _let_go_of_person(person: int, before_ms: int) -> int:
    """Store one person's credited time, then delete their old heartbeats."""
    until = _midnight(person, before_ms)
    _credit_for_good(person, until)
    return _delete(Beat.objects.filter(session__in=_ended(person, until), person=person))


@transaction.atomic
def _credit_for_good(person: int, until_ms: int) -> None:
    """Store the intervals up to a moment that are not stored yet."""
    stored = CreditedUntil.objects.select_for_update().filter(person=person).first()
    since = stored.until_ms if stored else 0
    if until_ms <= since:
        return
    Credited.objects.bulk_create(map(_credited, stretches([person], since, until_ms)))
    CreditedUntil.objects.update_or_create(person_id=person, defaults={"until_ms": until_ms})


def _credited(interval: TimeInterval) -> Credited:
    return Credited(
        person_id=interval.person,
        project_id=interval.project,
        surface=interval.surface,
        begin_ms=interval.begin_ms,
        end_ms=interval.end_ms,
        why=interval.why,
        allowance_ms=interval.allowance_ms,
    )


def _ended(person: int, until_ms: int) -> list[str]:
    """List pages without heartbeats after a moment: later measurements need none of them."""
    pages = Beat.objects.filter(person=person, received_ms__lt=until_ms).values("session")
    last = Beat.objects.filter(session__in=pages).values("session").annotate(at=Max("received_ms"))
    return list(last.filter(at__lt=until_ms).values_list("session", flat=True))


def _midnight(person: int, at_ms: int) -> int:
    """Return the last midnight before a moment, in the person's zone."""
    zone = zone_of(person, at_ms)
    return day_begin(local_day(at_ms, zone), zone)


def _delete[M: models.Model](rows: models.QuerySet[M]) -> int:
    """Delete rows in transactions of a thousand, so that other writers do not stall."""
    deleted = 0
    while chunk := _ids(rows):
        with transaction.atomic():
            rows.filter(pk__in=chunk).delete()
        deleted += len(chunk)
    return deleted


def _ids[M: models.Model](rows: models.QuerySet[M]) -> list[object]:
    return list(rows.order_by().values_list("pk", flat=True)[:CHUNK])
