"""What fair labour asks for, from the first act to the page that says it, with a moved clock."""

import html
import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from canut.actions.decisions.rejections import reject_answer
from canut.actions.operations import scheduler
from canut.actions.pay.periods import close_period, make_period
from canut.actions.people.accounts import add_member
from canut.actions.quality.estimates import estimate_labels
from canut.actions.time.retention import recompute_days
from canut.core.clock import DAY_MS, HOUR_MS, from_ms, to_ms
from canut.core.decisions.deadlines import APPEAL_DAYS, SCORE_DAYS
from canut.store.models import (
    Answer,
    Appeal,
    Decision,
    Organisation,
    OversightReport,
    Person,
    Role,
    Worker,
)
from canut.store.sql import common
from tests.support.decisions import EVIDENCE, make_due
from tests.support.factories import (
    NOW,
    NOW_MS,
    Made,
    answer_next,
    make_person,
    make_project,
    make_representative,
    make_worker,
)
from tests.support.payroll import (
    AFTER,
    LAST,
    agree,
    content_of,
    made_with,
    moment,
    period,
    person_of,
    policy,
    work_hours,
)

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
type StopClock = Callable[[datetime], None]
EN = {"accept-language": "en"}
DAY = timedelta(days=1)
PIECE = 5_000_000


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def read(person: Person, address: str) -> str:
    page = signed_in(person).get(address, headers=EN)
    text = html.unescape(page.content.decode())
    return text.replace("\xa0", " ").replace("\u202f", " ")


def representative() -> Person:
    home = Organisation.objects.create(name="La Maison", kind="operator", created_at=NOW)
    person = make_person()
    make_representative(person, home)
    return person


@pytest.mark.dialect
def test_who_is_rejected_has_the_time_and_the_floor_of_who_is_not(stop_clock: StopClock) -> None:
    policy()
    made = made_with(PIECE, tasks=8)
    other = make_worker(made.project)
    assert other.person is not None
    agree(other.person)
    author = make_person()
    add_member(author, Role.REQUESTER, moment(LAST), organisation=made.project.organisation)
    people = [person_of(made), other.person]
    for person, worker in zip(people, (made.worker, other), strict=True):
        for hour in (9, 18):
            answer_next(worker, now_ms=moment(LAST, hour))
        work_hours(person, made.project.pk, moment(LAST, 10), HOUR_MS)
    first, second = Answer.objects.filter(worker=made.worker).order_by("id")
    reject = {"code": "off-instructions", "evidence": EVIDENCE}
    stop_clock(from_ms(moment(LAST, 20)))
    signed_in(author).post(reverse("project_reject", args=[made.project.slug, first.pk]), reject)

    closed = close_period(period().pk, make_person(), to_ms(AFTER))
    stop_clock(AFTER + DAY)  # within the seven days, after the closing
    signed_in(author).post(reverse("project_reject", args=[made.project.slug, second.pk]), reject)
    later = AFTER + 14 * DAY
    for person in people:
        work_hours(person, made.project.pk, moment(LAST + 3 * DAY), HOUR_MS)
    due = make_period(LAST + DAY, LAST + 14 * DAY, to_ms(later))
    following = close_period(due.pk, make_person(), to_ms(later))

    (rejected,), (kept,) = (content_of(person, closed)["projects"] for person in people)
    assert rejected["adjusted_micro"] == -PIECE
    assert (rejected["paid_micro"], rejected["top_up_micro"]) == (PIECE, 11_600_000)
    assert [rejected[name] for name in ("time_ms", "due_micro", "earned_micro")] == [
        kept[name] for name in ("time_ms", "due_micro", "earned_micro")
    ]
    assert rejected["due_micro"] == 16_600_000
    (rejected,), (kept,) = (content_of(person, following)["projects"] for person in people)
    assert rejected == kept
    assert Decision.objects.filter(kind="rejection").count() == 2


@pytest.mark.parametrize("is_answered", [True, False])
def test_appeal_is_heard_by_somebody_independent_or_won_on_the_page(
    stop_clock: StopClock, *, is_answered: bool
) -> None:
    due = make_due()
    stop_clock(NOW + DAY)
    client = signed_in(due.author)
    client.post(
        reverse("project_reject", args=[due.made.project.slug, due.answer.pk]),
        {"code": "off-instructions", "evidence": EVIDENCE},
    )
    decision = Decision.objects.get()
    signed_in(due.person).post(
        reverse("decision_appeal", args=[decision.pk]), {"words": "It is right."}
    )
    acknowledged = read(due.person, reverse("decisions"))
    taken = [
        signed_in(person).post(reverse("appeal_take", args=[decision.appeal.pk])).status_code
        for person in (due.author, due.colleague, due.person)
    ]
    if is_answered:
        stop_clock(NOW + 2 * DAY)
        reviewer = signed_in(due.independent)
        reviewer.post(reverse("appeal_take", args=[decision.appeal.pk]))
        reviewer.post(
            reverse("appeal_answer", args=[decision.appeal.pk]),
            {"outcome": "overturned", "words": "It follows the second rule."},
        )
    else:
        stop_clock(NOW + timedelta(days=APPEAL_DAYS + 1, hours=1))
        scheduler.run_due()

    page = read(due.person, reverse("decisions"))

    assert "answers in writing by December 10, 2026" in acknowledged
    assert all(status in (403, 404) for status in taken)
    assert "you won" in page
    expected = "It follows the second rule." if is_answered else "Nobody answered your appeal"
    assert expected in page
    assert Appeal.objects.get().outcome == "overturned"
    assert Answer.objects.get().counted


def crowd(careful: int = 3, tasks: int = 24) -> Made:
    """Make a crowd that agrees, and one who always says the other."""
    made = make_project(tasks=tasks, workers=careful + 1, overlap=careful + 1)
    for number in range(tasks):
        label = "oui" if number % 2 else "non"
        for worker in made.workers[:-1]:
            answer_next(worker, label)
        answer_next(made.workers[-1], "non" if label == "oui" else "oui")
    return made


def test_score_is_shown_with_its_interval_and_gone_after_six_months(stop_clock: StopClock) -> None:
    made = crowd()
    person = person_of(made)
    stop_clock(NOW + timedelta(hours=1))
    estimate_labels(made.project.pk, NOW_MS + HOUR_MS)

    before = read(person, reverse("decisions"))
    stop_clock(NOW + timedelta(days=SCORE_DAYS + 1))
    scheduler.run_due()
    after = read(person, reverse("decisions"))

    assert "Right, as estimated" in before
    assert "90 %" in before
    assert "Agrees with the others" in before
    assert "24 of 24" in before
    assert "Right, as estimated" not in after
    assert not Worker.objects.exclude(accuracy=None).exists()
    with connection.cursor() as cursor:
        cursor.execute(common.READ_VOTES, (made.tasks[0].pk,))
        assert {row[1:3] for row in cursor.fetchall()} == {(None, None)}


def test_half_year_report_is_made_in_time_and_representatives_read_it(
    stop_clock: StopClock,
) -> None:
    made = make_project(tasks=12, workers=12)
    for worker in made.workers:
        answer_next(worker)
    Person.objects.filter(workers__in=made.workers[:4]).update(language="fr")
    speaker = representative()
    half = OversightReport.objects.filter(kind="half")
    counts: list[int] = []
    for days in (181, 183, 250):
        stop_clock(NOW + timedelta(days=days))
        scheduler.run_due()
        counts.append(half.count())

    page = read(speaker, "/oversight/")

    assert counts == [0, 1, 1]
    assert "Half-year report" in page
    assert page.count("too few to say") > 4  # four of twelve people, and the eight beside them
    content = half.get().content
    assert content["people"] == 12
    assert {"top_ups", "appeals", "exposure", "held"} < set(content)


def test_group_that_is_rejected_more_is_pointed_out_on_the_page(stop_clock: StopClock) -> None:
    made = make_project(tasks=300, workers=30)
    author = make_person()
    add_member(author, Role.REQUESTER, NOW_MS, organisation=made.project.organisation)
    for number, worker in enumerate(made.workers):
        is_rejected = number < 15
        Person.objects.filter(workers=worker).update(language="fr" if is_rejected else "en")
        for _ in range(10):
            answer_next(worker)
        answers = list(Answer.objects.filter(worker=worker).order_by("id"))
        for answer in answers[: 8 if is_rejected else number % 2]:
            reject_answer(
                answer.pk, by=author, code="off-instructions", evidence=EVIDENCE,
                now_ms=NOW_MS + HOUR_MS,
            )  # fmt: skip
    stop_clock(NOW + timedelta(hours=2))

    scheduler.run_due()

    page = read(representative(), "/oversight/")
    assert "rejected otherwise" in page
    report = OversightReport.objects.get(kind="now").content
    stands_out = {group["name"]: group["stands_out"] for group in report["cuts"]["language"]}
    assert all("rejected" in stands_out[name] for name in ("fr", "en"))


def test_forty_hours_are_shown_and_forty_eight_stop_the_offers_until_monday(
    stop_clock: StopClock,
) -> None:
    made = made_with(0, tasks=9)
    person, project = person_of(made), made.project.pk
    add_member(person, Role.WORKER, moment(LAST), project=made.project)
    monday = date(2026, 10, 26)  # summer time ends on the Sunday
    client = signed_in(person)

    def send(name: str, body: str, at_ms: int) -> bytes:
        stop_clock(from_ms(at_ms))
        address = reverse(name, args=[made.project.slug])
        return client.post(address, body, content_type="application/json", headers=EN).content

    def held_back(at_ms: int) -> dict[str, str] | None:
        reply = json.loads(send("workbench_lease", '{"count": 1}', at_ms))
        block: dict[str, str] | None = reply["held_back"]
        assert bool(reply["tasks"]) == (block is None)
        return block

    def work_eight_hours(day: date) -> int:
        for hour in (5, 10):
            work_hours(person, project, moment(day, hour), 4 * HOUR_MS)
        ended_ms = moment(day, 14)
        recompute_days(ended_ms)
        send("workbench_beats", '{"beats": []}', ended_ms)
        return ended_ms

    for days in range(4):
        work_eight_hours(monday + days * DAY)
    assert "you have reached forty hours" not in read(person, "/time/")
    ended_ms = work_eight_hours(monday + 4 * DAY)
    assert "you have reached forty hours" in read(person, "/time/")
    assert held_back(ended_ms + HOUR_MS) is None
    ended_ms = work_eight_hours(monday + 5 * DAY)

    stopped = held_back(ended_ms + HOUR_MS)

    assert stopped is not None
    assert stopped["why"] == "week"
    assert "48 h" in stopped["text"].replace("\xa0", " ")
    midnight = to_ms(datetime(2026, 11, 2, 5, tzinfo=UTC))  # of Montreal, an hour late this week
    assert midnight - moment(monday, 0) == 7 * DAY_MS + HOUR_MS
    assert held_back(midnight - 1) is not None
    assert held_back(midnight) is None
