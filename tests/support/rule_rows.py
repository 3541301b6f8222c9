"""Rows about decisions, people and time that the queries of the register count."""

import secrets
from datetime import date, timedelta
from typing import Any

from django.db import connection

from canut.actions.people.accounts import add_member
from canut.actions.people.work_terms import TermsIn, set_terms
from canut.core.clock import DAY_MS, HOUR_MS
from canut.core.places.parameters import Status
from canut.store.models import (
    Appeal,
    Beat,
    Claim,
    Decision,
    OpenPage,
    Organisation,
    Person,
    PolicyChange,
    Project,
    Role,
    TermsAccepted,
    WorkedDay,
)
from tests.support.factories import (
    NOW,
    NOW_MS,
    make_person,
    make_representative,
)

TODAY = NOW.date()
MONDAY = date(2026, 11, 16)
WORDS = "the review says the opposite, in its first line"

CHECKS_OF = "SELECT conname FROM pg_constraint WHERE contype = 'c' AND conrelid = %s::regclass"


def without_checks(*tables: str) -> None:
    """Take the database's own checks of these tables away, until the test is rolled back."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA ignore_check_constraints = ON")
            return
        for name in tables:
            cursor.execute(CHECKS_OF, (f"store_{name}",))
            for (check,) in cursor.fetchall():
                cursor.execute(f'ALTER TABLE "store_{name}" DROP CONSTRAINT "{check}"')


def with_checks() -> None:
    """Bring the checks of SQLite back; PostgreSQL's come back with the rollback."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA ignore_check_constraints = OFF")


def decide(**fields: Any) -> Decision:
    """Make a decision by a person."""
    return Decision.objects.create(
        **{
            "person": make_person(),
            "kind": Decision.Kind.REJECTION,
            "code": "off-instructions",
            "text_en": "Rejected.",
            "text_fr": "Refusé.",
            "evidence": WORDS,
            "made_by": make_person(),
            "at_ms": NOW_MS - DAY_MS,
            **fields,
        }
    )


def appeal(decision: Decision, **fields: Any) -> Appeal:
    """Appeal a decision; answered by somebody else after an hour."""
    at_ms = fields.pop("at_ms", NOW_MS - 2 * DAY_MS)
    return Appeal.objects.create(
        **{
            "decision": decision,
            "by": decision.person,
            "author": decision.made_by,
            "words": "not so",
            "at_ms": at_ms,
            "due_ms": at_ms + 14 * DAY_MS,
            "answered_by": make_person(),
            "answer": "right",
            "outcome": Appeal.Outcome.OVERTURNED,
            "answered_ms": at_ms + HOUR_MS,
            **fields,
        }
    )


def late_appeal() -> Appeal:
    """Make an appeal that nobody answered."""
    nothing = {"answered_by": None, "answer": "", "outcome": "", "answered_ms": None}
    return appeal(decide(), at_ms=NOW_MS - 15 * DAY_MS, **nothing)


def waiting_claim(project: Project | None = None) -> Claim:
    """Make time that waits for a decision."""
    return Claim.objects.create(
        person=make_person(),
        project=project,
        kind="held",
        why="too_long",
        begin_ms=0,
        end_ms=1,
        state="pending",
        made_ms=NOW_MS,
        due_ms=NOW_MS,
    )


def heard_claim() -> None:
    """Make time that waits, and an operator who can decide."""
    waiting_claim()
    runs = Organisation.objects.create(name="La Coop", kind="operator", created_at=NOW)
    add_member(make_person(), Role.OPERATOR, NOW_MS, organisation=runs)


def work_day(person: Person | None = None, day: date = TODAY, ms: int = HOUR_MS) -> Person:
    """Give somebody a day of measured time."""
    person = person or make_person()
    WorkedDay.objects.create(person=person, day=day, ms=ms, at_ms=NOW_MS)
    return person


def work_days(days: int, first: date = MONDAY) -> Person:
    """Give somebody several days of measured time in a row."""
    person = make_person()
    for number in range(days):
        work_day(person, first + timedelta(days=number))
    return person


def accepted(number: int = 1) -> None:
    """Make somebody at work who accepted terms of use."""
    person = work_day()
    TermsAccepted.objects.create(
        person=person, number=number, language="fr", sha256="0" * 64, at_ms=NOW_MS
    )


def ten_at_work(*, speak: bool) -> None:
    """Make ten people at work, with a representative or without."""
    for _ in range(10):
        person = work_day()
    if speak:
        make_representative(person, Organisation.objects.create(name="A", created_at=NOW))


def change_policy(days: int) -> PolicyChange:
    """Change a policy that takes effect after some days."""
    return PolicyChange.objects.create(
        name="hours_day",
        new=600,
        reason="why",
        by=make_person(),
        proposed_ms=NOW_MS,
        state="in_force",
        takes_effect_ms=NOW_MS + days * DAY_MS,
        agreed=0,
    )


def beat(person: Person | None = None, *, surface: str = "queue", of: Person | None = None) -> Beat:
    """Keep one heartbeat of a page given to somebody."""
    person = person or make_person()
    session = secrets.token_hex(18)
    OpenPage.objects.create(session=session, person=of or person, opened_ms=NOW_MS)
    return _beat(person, session, surface, NOW_MS)


def _beat(person: Person, session: str, surface: str, received_ms: int) -> Beat:
    return Beat.objects.create(
        person=person,
        session=session,
        seq=1,
        mono_ms=1,
        visible=True,
        focused=True,
        surface=surface,
        buckets=[],
        previous="",
        received_ms=received_ms,
    )


def beats_without_rest() -> None:
    """Make somebody at work each day of a week, every eight hours."""
    person = work_days(7)
    first_ms = NOW_MS - NOW_MS % DAY_MS - (TODAY - MONDAY).days * DAY_MS
    for number in range(21):
        _beat(person, secrets.token_hex(18), "queue", first_ms + number * 8 * HOUR_MS)


def long_day(*, free_after: int) -> None:
    """Make a day of six hours, with an hour free after some hours or with none."""
    person = work_day(day=MONDAY, ms=6 * HOUR_MS)
    set_terms(
        person, TermsIn("FR", "Europe/Paris", Status.SELF_EMPLOYED), by=make_person(), now_ms=NOW_MS
    )
    first_ms = NOW_MS - NOW_MS % DAY_MS - (TODAY - MONDAY).days * DAY_MS + 6 * HOUR_MS
    for minute in range(0, 360, 10):
        later = HOUR_MS if minute >= free_after * 60 else 0
        _beat(person, secrets.token_hex(18), "queue", first_ms + minute * 60_000 + later)
