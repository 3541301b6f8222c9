"""People who worked and are to be paid: their terms, hours and pieces, on the database."""

import json
import re
import secrets
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.test import Client

from canut.actions.pay.pay_rules import PayRules, set_policy
from canut.actions.pay.periods import close_period, make_period
from canut.actions.people.work_terms import TermsIn, set_terms
from canut.actions.platform import system_clock
from canut.core.clock import to_ms
from canut.core.errors import Refusal
from canut.core.places.parameters import Status
from canut.store.models import OpenPage, Period, Person, Statement
from tests.support.factories import Made, make_person, make_project

BEAT_MS = 15_000
SUMS_TO_CONFIRM = re.compile(r'name="sums" value="([^"]*)"')
ZONE = "America/Toronto"
FIRST, LAST = date(2026, 4, 20), date(2026, 5, 3)
AFTER = datetime(2026, 5, 4, 13, tzinfo=UTC)
INSERT_BEAT = (
    "INSERT INTO store_beat (person_id, project_id, session, seq, mono_ms, visible, focused,"
    " surface, buckets, media_ms, previous, received_ms)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
)
PAYROLL_MICRO = 500_000_000_000


def moment(day: date, hour: int = 9, zone: str = ZONE) -> int:
    """Return a local hour of a day, in milliseconds since 1970 UTC."""
    at = datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo(zone))
    return int(at.timestamp() * 1000)


def agree(
    person: Person,
    status: Status = Status.EMPLOYEE,
    place: str = "CA-QC",
    zone: str = ZONE,
    since: datetime = datetime(2026, 1, 5, tzinfo=UTC),
) -> None:
    """Give somebody terms."""
    set_terms(person, TermsIn(place, zone, status), by=make_person(), now_ms=to_ms(since))


def work_hours(
    person: Person,
    project: int | None,
    begin_ms: int,
    ms: int,
    *,
    surface: str = "instructions",
    received_ms: int | None = None,
) -> None:
    """Send beats of a page on which a hand moved every second, of exactly this time.

    The page came at ``begin_ms`` and ended by itself. ``received_ms``: all but its first beat came
    then, late.
    """
    session = secrets.token_hex(18)
    OpenPage.objects.create(session=session, person=person, opened_ms=begin_ms)
    ends = [*range(BEAT_MS, ms, BEAT_MS), ms]
    hand = "[[{}, 1, 0, 0, 0]]"
    beats = [(end, True, hand.format(end // 1000)) for end in ends] + [(ms, False, "[]")]
    rows = [
        (
            *(person.pk, project, session, seq, end, there, there, surface, buckets, 0, ""),
            begin_ms + end if seq == 0 or received_ms is None else received_ms,
        )
        for seq, (end, there, buckets) in enumerate(beats)
    ]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(INSERT_BEAT, rows)  # as rows of Django they cost thirty times as much


def policy(payer: dict[str, str] | None = None, threshold: tuple[int, str] | None = None) -> None:
    """Set the policy of whoever pays, with a yearly payroll."""
    given = PayRules(yearly_payroll_micro=PAYROLL_MICRO, payer=payer or {}, threshold=threshold)
    set_policy(given, make_person(), to_ms(AFTER))


def period(first: date = FIRST, last: date = LAST) -> Period:
    """Make a period."""
    return make_period(first, last, to_ms(AFTER))


def content_of(person: Person, due: Period) -> dict[str, Any]:
    """Return what somebody's statement of a period says."""
    found: dict[str, Any] = json.loads(Statement.objects.get(person=person, period=due).content)
    return found


def made_with(piece_micro: int, *, tasks: int = 4, status: Status = Status.EMPLOYEE) -> Made:
    """Make a project with one worker who has terms."""
    made = make_project(tasks=tasks, piece_micro=piece_micro)
    person = made.worker.person
    assert person is not None
    agree(person, status)
    return made


def person_of(made: Made, number: int = 0) -> Person:
    """Return the person behind a worker."""
    person = made.workers[number].person
    assert person is not None
    return person


def close_from_page(client: Client) -> None:
    """Open the page that asks before a period closes, and confirm the sums it names.

    Where it names none, because nothing can close, the form is sent without any.
    """
    sheet = client.get("/payroll/closing", headers={"accept-language": "en"})
    sums = SUMS_TO_CONFIRM.search(sheet.content.decode())
    form = {"sums": sums[1] if sums else ""}
    client.post("/payroll/closing", form, headers={"accept-language": "en"})


def refusal_of_closing(client: Client, due: Period) -> str:
    """Return why a period that nobody can be paid in does not close; its page offers no button."""
    sheet = client.get("/payroll/closing", headers={"accept-language": "en"})
    assert SUMS_TO_CONFIRM.search(sheet.content.decode()) is None
    with pytest.raises(Refusal) as refusal:
        close_period(due.pk, make_person(), system_clock.now_ms())
    return refusal.value.case
