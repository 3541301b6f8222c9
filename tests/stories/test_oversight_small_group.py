"""Representatives of ten people learn what happened to them, and nobody is singled out."""

import html
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from canut.actions.decisions.appeals import appeal
from canut.actions.decisions.rejections import reject_answer
from canut.actions.decisions.sanctions import Limit, limit_worker
from canut.actions.operations import scheduler
from canut.actions.participation.crowd_months import report_month_if_due
from canut.actions.participation.oversight import measure_daily
from canut.actions.pay.periods import close_period
from canut.actions.people.accounts import add_member
from canut.core.clock import DAY_MS, HOUR_MS, MINUTE_MS, to_ms
from canut.core.participation.crowd_months import CrowdMonth, month_report, people_band, safe_sum
from canut.store.models import Organisation, OversightReport, Person, Role, Worker
from tests.support.decisions import EVIDENCE
from tests.support.factories import (
    NOW,
    Made,
    answer_next,
    make_person,
    make_project,
    make_representative,
    make_tasks,
    make_worker,
)
from tests.support.payroll import agree, moment, period, person_of, policy, work_hours

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
EN, FR = {"accept-language": "en"}, {"accept-language": "fr"}
WORKED, DECIDED = date(2026, 5, 1), date(2026, 5, 2)
CLOSED, IN_JUNE = datetime(2026, 5, 4, 13, tzinfo=UTC), datetime(2026, 6, 2, tzinfo=UTC)
ROW = re.compile(
    r'<th scope="row">([^<]*)</th><td class="r num">([^<]*)</td><td class="r num">([^<]*)'
)


def month_of(people: int) -> Made:
    """Make a month: all worked, six were rejected, one of them appealed, one was suspended."""
    policy()
    made = make_project(tasks=people, workers=people, piece_micro=1_000_000)
    author = make_person()
    add_member(author, Role.REQUESTER, moment(WORKED), organisation=made.project.organisation)
    for number, worker in enumerate(made.workers):
        agree(person_of(made, number))
        begin_ms = moment(WORKED) + number * MINUTE_MS
        work_hours(person_of(made, number), made.project.pk, begin_ms, 4 * HOUR_MS)
        receipt = answer_next(worker, now_ms=begin_ms + 5 * HOUR_MS)
        if number < 6:
            decision = reject_answer(
                receipt.answer, by=author, code="off-instructions", evidence=EVIDENCE,
                now_ms=moment(DECIDED),
            )  # fmt: skip
            if not number:
                appeal(decision.pk, by=person_of(made), words="No.", now_ms=moment(DECIDED) + 1)
    suspended = Limit("suspension", 7, "harm-to-others", EVIDENCE)
    limit_worker(made.workers[-1].pk, suspended, by=author, now_ms=moment(DECIDED))
    close_period(period().pk, make_person(), to_ms(CLOSED))
    return made


def make_new(made: Made) -> Worker:
    """Add one more person, with a task to answer."""
    make_tasks(made.project, 1)
    return make_worker(made.project)


def representative() -> Person:
    home = Organisation.objects.create(name="La Coop", kind="operator", created_at=NOW)
    person = make_person()
    make_representative(person, home)
    return person


def read(person: Person, headers: dict[str, str]) -> str:
    client = Client()
    client.force_login(person)
    page = html.unescape(client.get("/oversight/", headers=headers).content.decode())
    return page.replace("\xa0", " ").replace("\u202f", " ")


@pytest.mark.dialect
def test_group_of_ten_reads_what_happened_to_it(stop_clock: Callable[[datetime], None]) -> None:
    month_of(10)
    stop_clock(IN_JUNE)

    scheduler.run_due()

    speaker = representative()
    rows = {name: (people, amount) for name, people, amount in ROW.findall(read(speaker, EN))}
    assert rows == {
        "Worked": ("10 to 14", "about 40 hours"),
        "Topped up to the floor": ("5 to 14", "about $660.00"),
        "Answers rejected": ("5 to 14", "about 5 answers"),
        "Restricted or suspended": ("1 to 4", "–"),
        "Work ended by a client": ("nobody", "–"),
        "Time held back": ("nobody", "–"),
        "Time refused": ("nobody", "–"),
        "Appealed": ("1 to 4", "–"),
        "Won an appeal": ("nobody", "–"),
        "Lost an appeal": ("nobody", "–"),
        "More than half the weekly limit of hard content": ("nobody", "–"),
    }
    assert "mai 2026" in read(speaker, FR)


def test_group_of_four_is_too_few_to_say(stop_clock: Callable[[datetime], None]) -> None:
    made = make_project(tasks=4, workers=4)
    for worker in made.workers:
        answer_next(worker, now_ms=moment(WORKED))
    stop_clock(IN_JUNE)

    scheduler.run_due()

    assert OversightReport.objects.get(kind="mon").content["crowd"] == []
    assert "Fewer than 5 people: too few to say." in read(representative(), EN)


def test_month_is_reported_once_and_says_the_same_on_every_later_day() -> None:
    made = month_of(10)
    report_month_if_due(to_ms(IN_JUNE))
    before = OversightReport.objects.get(kind="mon").content
    answer_next(make_new(made), now_ms=to_ms(IN_JUNE) + DAY_MS)

    again = report_month_if_due(to_ms(IN_JUNE) + 20 * DAY_MS)

    assert again is None
    assert OversightReport.objects.get(kind="mon").content == before


def test_figures_by_group_do_not_change_with_one_persons_day() -> None:
    made = month_of(12)
    measure_daily(to_ms(IN_JUNE))
    before = OversightReport.objects.get(kind="now").content
    answer_next(make_new(made), now_ms=to_ms(IN_JUNE) + HOUR_MS)

    measure_daily(to_ms(IN_JUNE) + DAY_MS)
    after = OversightReport.objects.get(kind="now").content
    measure_daily(to_ms(IN_JUNE) + 28 * DAY_MS)
    renewed = OversightReport.objects.get(kind="now")

    assert after == before
    assert not {"top_ups", "appeals", "exposure"} & set(after)
    assert (after["people"], after["rejected_per_mille"]) == (10, 500)  # 12 people, 6 of 12 answers
    assert renewed.end_ms == to_ms(IN_JUNE) + 28 * DAY_MS


@pytest.mark.parametrize("everybody", range(5, 40))
def test_no_count_tells_how_many_exactly_nor_that_it_was_everybody(everybody: int) -> None:
    for count in range(1, everybody + 1):
        low, high = people_band(count, everybody)
        possible = [other for other in range(everybody + 1)
                    if people_band(other, everybody) == (low, high)]  # fmt: skip

        assert low <= count <= high
        assert low < everybody
        assert len(possible) >= 2


def test_no_sum_tells_what_one_person_did_to_who_did_the_most_beside_them() -> None:
    for largest in (10, 200, 5_000):
        for others in ([10] * 4, [90, 4, 4, 4], [3] * 30):
            total = safe_sum([largest, *others], 1)
            first, second, *_others = sorted([largest, *others], reverse=True)
            worked_out = largest + sum(others) - second
            assert total is None or 100 * worked_out >= 115 * first


def test_month_without_one_person_differs_by_no_figure_of_theirs() -> None:
    worked = dict.fromkeys(range(12), 40 * HOUR_MS)
    held = dict.fromkeys(range(6), HOUR_MS)

    def told(worked_ms: dict[int, int], held_ms: dict[int, int]) -> object:
        nothing: dict[int, int] = {}
        return month_report(CrowdMonth(
            "CAD", worked_ms, nothing, nothing, (), (), held_ms, nothing, (), (), (), (),
        ))  # fmt: skip

    whole = told(worked, held)
    without_held = told(worked, {person: ms for person, ms in held.items() if person})

    assert whole == without_held


def test_days_of_a_month_are_those_of_utc() -> None:
    made = month_of(10)
    late = datetime(2026, 5, 31, 23, 59, tzinfo=UTC)
    answer_next(make_new(made), now_ms=to_ms(late) - 5_000)

    made_report = report_month_if_due(to_ms(late + timedelta(minutes=2)))

    assert made_report is not None
    assert made_report.content["crowd"][0]["people"] == [10, 14]
