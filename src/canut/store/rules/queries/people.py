"""Queries about people: terms of use, work terms, what they read, who opened what. Reads only."""

from datetime import timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from canut.core.decisions.system_notice import versions_digest
from canut.store.participation.policies import terms_in_force
from canut.store.people.retention_register import OPENINGS_DAYS
from canut.store.rules.evidence import (
    MOST_ROWS,
    Evidence,
    EvidenceRow,
    Scope,
    of_instance,
    of_people,
    tally,
)
from canut.store.tables.decisions import SystemsShown
from canut.store.tables.participation import TermsAccepted
from canut.store.tables.pay import BankReading, PayLine
from canut.store.tables.people import Erasure, Membership, Role, Terms
from canut.store.tables.time import Beat, RecordOpening, WorkedDay
from canut.store.tables.work import Lease, Worker

ACTIVE_DAYS = 30
ERASED_WITHIN_DAYS = 30
BEATS_AT_MOST_DAYS = 90 + 16 + 14
"""How old a heartbeat may be: the setting, a pay period, and the days until it is closed."""
NOT_EMPLOYED = (Terms.Status.SELF_EMPLOYED, Terms.Status.VOLUNTEER)


def at_work(scope: Scope) -> set[int]:
    """Return the people who worked in the last thirty days."""
    since = scope.today - timedelta(days=ACTIVE_DAYS)
    days = WorkedDay.objects.filter(day__gte=since, ms__gt=0, person__is_active=True)
    answered = PayLine.objects.filter(
        worker=OuterRef("pk"), at_ms__gte=scope.before_ms(ACTIVE_DAYS)
    )
    workers = Worker.objects.filter(Exists(answered), person__is_active=True)
    measured = set(days.values_list("person", flat=True).distinct())
    return measured | set(workers.values_list("person", flat=True).distinct())


def newest_terms() -> QuerySet[Terms]:
    """Select the newest work terms of each person."""
    newest = Terms.objects.filter(person=OuterRef("person")).order_by("-number").values("pk")[:1]
    return Terms.objects.filter(pk=Subquery(newest), person__is_active=True)


def accepted_terms_of_use(scope: Scope) -> Evidence:
    """Q10: whoever works has accepted the terms of use in force."""
    number = terms_in_force(scope.now_ms)
    accepted = TermsAccepted.objects.filter(number=number).values_list("person", flat=True)
    people = at_work(scope)
    return of_people(scope, "person", people, people - set(accepted))


def read_systems(scope: Scope) -> Evidence:
    """Q14: each person at work was shown the systems in the versions that decide now."""
    rows = SystemsShown.objects.filter(notice__versions=versions_digest())
    read = rows.values_list("person", flat=True)
    people = at_work(scope)
    return of_people(scope, "person", people, people - set(read))


def status_on_facts(scope: Scope) -> Evidence:
    """Q24: the status of who is no employee rests on facts that were written down."""
    cases = newest_terms().filter(status__in=NOT_EMPLOYED)
    return tally(scope, "terms", cases, cases.filter(facts={}))


def minors(scope: Scope) -> Evidence:
    """Q35: nobody under 18 was lent hard material."""
    cases = newest_terms().filter(is_minor=True)
    hard = Lease.objects.filter(bearer=OuterRef("person"), severity__gt=0)
    return tally(scope, "terms", cases, cases.filter(Exists(hard)))


def openings(scope: Scope) -> Evidence:
    """Q36: whoever opened somebody's time, pay or account said why."""
    since = scope.before_ms(OPENINGS_DAYS)
    opened = RecordOpening.objects.filter(at_ms__gte=since)
    first = tally(scope, "opening", opened, opened.filter(why=""))
    read = BankReading.objects.all()
    second = tally(scope, "account opening", read, read.filter(why=""))
    rows = (first.rows + second.rows)[:MOST_ROWS]
    people = max(first.people, second.people)
    return Evidence(first.cases + second.cases, first.bad + second.bad, people, rows)


def erasures(scope: Scope) -> Evidence:
    """Q37: erasures are done in time, and heartbeats go when they are due."""
    due = scope.before_ms(ERASED_WITHIN_DAYS)
    cases = Erasure.objects.filter(Q(done_ms__isnull=False) | Q(asked_ms__lt=due))
    late = [
        (number, person)
        for number, person, asked_ms, done_ms in cases.values_list(
            "pk", "person", "asked_ms", "done_ms"
        )
        if (scope.now_ms if done_ms is None else done_ms) - asked_ms > scope.now_ms - due
        and scope.person in {None, person}
    ]
    oldest = Beat.objects.order_by("pk").values_list("received_ms", flat=True).first()
    is_over = oldest is not None and oldest < scope.before_ms(BEATS_AT_MOST_DAYS)
    rows = tuple(EvidenceRow("erasure", *row) for row in late[:MOST_ROWS])
    return Evidence(cases.count() + is_over, len(late) + is_over, len(late), rows)


def contact(scope: Scope) -> Evidence:
    """Q52: an operator is named and can be reached."""
    named = Membership.objects.filter(
        role=Role.OPERATOR, ended_at=None, person__is_active=True, person__is_service=False
    ).exclude(Q(person__shown_name="") | Q(person__email=""))
    return of_instance(scope, is_case=bool(at_work(scope)), is_bad=not named.exists())
