"""What is decided later is paid as if it had been decided at once, and the statement says so."""

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from canut.actions.decisions.appeals import AppealReply, answer_appeal, appeal
from canut.actions.decisions.rejections import reject_answer
from canut.actions.pay.periods import close_period, make_period
from canut.actions.pay.statement_recount import recount
from canut.actions.people.accounts import add_member
from canut.actions.time.claims import grant_time
from canut.core.clock import HOUR_MS, to_ms
from canut.store.models import Answer, Decision, Period, Person, Role, Statement, StatementCost
from canut.store.tables.time import Claim
from tests.support.decisions import EVIDENCE
from tests.support.factories import Made, answer_next, make_person, make_worker
from tests.support.instance import make_house
from tests.support.payroll import (
    AFTER,
    FIRST,
    LAST,
    agree,
    made_with,
    moment,
    period,
    person_of,
    policy,
    work_hours,
)

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
DAY = timedelta(days=1)
WORKED, NEXT = date(2026, 4, 30), LAST + 3 * DAY
LATER, LAST_CLOSING = (AFTER + n * 14 * DAY for n in (1, 2))
PIECE = 20_000_000


def twins(piece_micro: int = PIECE) -> tuple[Made, Person, Person]:
    """Make two people in one project, each with half an hour and one answer in the first period."""
    policy()
    made = made_with(piece_micro, tasks=12)
    other = make_worker(made.project)
    assert other.person is not None
    agree(other.person)
    made.workers.append(other)
    for number, worker in enumerate(made.workers):
        work_hours(person_of(made, number), made.project.pk, moment(WORKED), HOUR_MS // 2)
        answer_next(worker, now_ms=moment(WORKED, 10))
    return made, person_of(made), other.person


def close_next(closing: datetime, number: int) -> Period:
    """Make and close one of the periods after the first."""
    first = FIRST + number * 14 * DAY
    due = make_period(first, first + 13 * DAY, to_ms(closing))
    return close_period(due.pk, make_person(), to_ms(closing))


def paid(person: Person) -> int:
    return sum(Statement.objects.filter(person=person).values_list("gross_micro", flat=True))


def test_appeal_that_is_won_pays_what_the_twin_was_paid() -> None:
    made, rejected, never_rejected = twins()
    author, independent = make_person(), make_person()
    add_member(author, Role.REQUESTER, moment(FIRST), organisation=made.project.organisation)
    add_member(independent, Role.REVIEWER, moment(FIRST), project=made.project)
    decision = reject_answer(
        Answer.objects.get(worker=made.worker).pk,
        by=author,
        code="off-instructions",
        evidence=EVIDENCE,
        now_ms=moment(WORKED + DAY),
    )
    close_period(period().pk, make_person(), to_ms(AFTER))
    assert paid(rejected) < paid(never_rejected)

    row = appeal(decision.pk, by=rejected, words="It is right.", now_ms=moment(NEXT))
    reply = AppealReply("overturned", "It is right.")
    answer_appeal(row.pk, reply, by=independent, now_ms=moment(NEXT + DAY))
    for number, worker in enumerate(made.workers):  # the new period lacks much to its floor
        work_hours(person_of(made, number), made.project.pk, moment(NEXT, 15), 3 * HOUR_MS)
        answer_next(worker, now_ms=moment(NEXT, 18))
    second = close_next(LATER, 1)

    assert paid(rejected) == paid(never_rejected)
    costs = StatementCost.objects.filter(statement__period=second, project=made.project)
    assert sum(cost.pieces_micro for cost in costs) > 2 * PIECE
    assert list(recount(second)) == []
    third = close_next(LAST_CLOSING, 2)
    contents = Statement.objects.filter(period=third).values_list("content", flat=True)
    assert not any("corrections" in json.loads(content)["given"] for content in contents)


def test_time_that_is_granted_pays_as_if_it_had_never_been_held() -> None:
    made, held, never_held = twins(0)
    begin = moment(WORKED)
    span = [begin, begin + HOUR_MS // 4]
    decision = Decision.objects.create(
        person=held, kind="time_held", code="time-above-usual", system="caps", rule="caps/1",
        factors=[{"name": "window_ms"}], text_en="Long.", text_fr="Long.", at_ms=moment(LAST),
    )  # fmt: skip
    claim = Claim.objects.create(
        person=held, project=made.project, kind="held", why="too_long", state="pending",
        begin_ms=begin, end_ms=begin + HOUR_MS, pending=[span], made_ms=moment(LAST),
        due_ms=moment(NEXT + 7 * DAY), decision=decision,
    )  # fmt: skip
    close_period(period().pk, make_person(), to_ms(AFTER))
    grant_time(claim.pk, by=make_person(), words="It was a long text.", now_ms=moment(NEXT))
    surplus = made_with(90_000_000)
    for person in (held, never_held):
        answer_next(make_worker(surplus.project, person=person), now_ms=moment(NEXT))

    close_next(LATER, 1)

    assert paid(held) == paid(never_held)


def test_phone_that_was_offline_over_two_closings_is_paid_in_both_periods_it_worked_in() -> None:
    made, offline, in_time = twins(0)
    came_ms = to_ms(LATER) + HOUR_MS
    surplus = made_with(90_000_000)
    for person in (offline, in_time):
        worker = make_worker(surplus.project, person=person)
        answer_next(worker, now_ms=moment(NEXT))
    for day in (WORKED, NEXT):
        work_hours(in_time, made.project.pk, moment(day, 20), HOUR_MS)
    close_period(period().pk, make_person(), to_ms(AFTER))
    close_next(LATER, 1)
    for day in (WORKED, NEXT):
        work_hours(offline, made.project.pk, moment(day, 20), HOUR_MS, received_ms=came_ms)

    third = close_next(LAST_CLOSING, 2)

    assert paid(offline) == paid(in_time)
    content = json.loads(Statement.objects.get(person=offline, period=third).content)
    periods = [item["first_day"] for item in content["pay"]["corrections"]]
    assert periods == ["2026-04-20", "2026-05-04"]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Correction of the period from April 20, 2026 to May 3, 2026"),
        ("fr", "Correction de la période du 20 avril 2026 au 3 mai 2026"),
    ],
)
def test_worker_reads_the_correction_on_the_page_and_in_the_file(
    stop_clock: Callable[[datetime], None], language: str, words: str
) -> None:
    house = make_house()
    policy()
    person = house.people["worker"]
    agree(person)
    work_hours(person, house.project.pk, moment(WORKED), HOUR_MS)
    close_period(period().pk, house.people["operator"], to_ms(AFTER))
    came_ms = to_ms(AFTER) + HOUR_MS
    work_hours(person, house.project.pk, moment(WORKED, 14), HOUR_MS, received_ms=came_ms)
    stop_clock(LATER)
    second = close_next(LATER, 1)
    statement = Statement.objects.get(period=second)
    client = house.client("worker")

    page = client.get(f"/pay/{statement.pk}", headers={"accept-language": language})
    paper = client.get(f"/pay/{statement.pk}/{language}.pdf")

    text = page.content.decode().replace("\xa0", " ").replace("\u202f", " ")
    assert text.count(words) == 2
    assert ("$16.10" if language == "en" else "16,10 $") in text
    assert paper.content.startswith(b"%PDF-")
