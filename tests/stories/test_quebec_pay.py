"""An employee in Quebec is paid as the law says, and can count the statement again by hand."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import translation
from pytest_django import Settings

from canut.actions.pay.employment.vacations import vacation_kept
from canut.actions.pay.pay_rules import PayRules, set_policy
from canut.actions.pay.periods import close_period, make_period
from canut.actions.pay.statement_recount import recount
from canut.actions.pay.year_to_date import vacation_before
from canut.actions.people.bank_accounts import set_account
from canut.core.clock import HOUR_MS, to_ms
from canut.core.pay.payment_file import Account
from canut.core.places.parameters import Status
from canut.store.models import Payment, Period, Person, Statement, StatementCost
from canut.web.pay.statement_layout import paper_of
from tests.support.factories import answer_next, make_person
from tests.support.instance import House, make_house
from tests.support.pay_pages import PAYER
from tests.support.payroll import PAYROLL_MICRO, agree, made_with, moment, person_of, work_hours

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.dialect]
DAY = timedelta(days=1)
MONDAY, WEDNESDAY, SUNDAY = date(2026, 4, 20), date(2026, 4, 29), date(2026, 5, 10)
EN, FR = {"accept-language": "en"}, {"accept-language": "fr"}
EMPLOYER = {"name": "Coop de la Soie", "address": "12, rue du Fil, Montréal (Québec)"}
NAMED = PayRules(
    yearly_payroll_micro=PAYROLL_MICRO,
    payer=PAYER,
    employer=EMPLOYER,
    job="Annotation de données",
)


@pytest.fixture
def house(db: None, settings: Settings, tmp_path: Path) -> House:  # noqa: ARG001 - opens the database
    """Make a house in a folder of its own, whose worker is an employee in Quebec."""
    settings.DATA, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"
    made = make_house()
    set_policy(NAMED, made.people["operator"], moment(MONDAY, 0))
    agree(made.people["worker"])
    return made


def close(first: date, last: date) -> Period:
    """Make and close a period, on the morning after it."""
    closing = datetime(last.year, last.month, last.day, 13, tzinfo=UTC) + DAY
    due = make_period(first, last, to_ms(closing))
    return close_period(due.pk, make_person(), to_ms(closing))


def content(person: Person, due: Period) -> dict[str, Any]:
    """Return what somebody's statement of a period holds."""
    stored: dict[str, Any] = json.loads(Statement.objects.get(person=person, period=due).content)
    return stored


def shown(client: Client, path: str, language: dict[str, str] = EN) -> str:
    answer = client.get(path, headers=language)
    assert answer.status_code == 200, answer.content
    return answer.content.decode().replace("\xa0", " ").replace("\u202f", " ")


def work(person: Person, project: int | None, day: date, hours: int) -> None:
    work_hours(person, project, moment(day, 8), hours * HOUR_MS, surface="queue")


def test_fifty_hours_in_a_week_are_885_50_and_the_statement_tells_both_rates(house: House) -> None:
    person = house.people["worker"]
    for number in range(5):
        work(person, house.project.pk, MONDAY + number * DAY, 10)

    due = close(MONDAY, MONDAY + 13 * DAY)

    found = content(person, due)
    assert found["pay"]["wages_micro"] + found["pay"]["overtime"]["micro"] == 885_500_000
    assert found["pay"]["gross_micro"] == 885_500_000
    assert list(recount(due)) == []
    (cost,) = StatementCost.objects.filter(statement__period=due)
    kept_micro = vacation_kept(person.pk)["CAD"]
    assert cost.time_ms == 50 * HOUR_MS
    owed = cost.hours_micro + cost.pieces_micro + cost.top_up_micro + cost.on_top_micro
    assert owed == 885_500_000 + found["pay"]["employer_micro"] + kept_micro
    statement = Statement.objects.get()
    page, page_fr = (
        shown(house.client("worker"), f"/pay/{statement.pk}", language) for language in (EN, FR)
    )
    for words in ("40 h 00 min 00 s", "10 h 00 min 00 s", "at 150%", "+50% of $16.10", "$80.50"):
        assert words in page
    assert "Overtime adds $80.50." in page
    assert "Les heures supplémentaires ajoutent 80,50 $." in page_fr


def straddle(person: Person, project: int) -> None:
    """Work thirty hours until a period's last day, a Wednesday, and twenty after it."""
    for day in (
        WEDNESDAY - 2 * DAY,
        WEDNESDAY - DAY,
        WEDNESDAY,
        WEDNESDAY + DAY,
        WEDNESDAY + 2 * DAY,
    ):
        work(person, project, day, 10)


def test_week_in_two_periods_has_its_overtime_where_the_hours_were_worked(house: House) -> None:
    person = house.people["worker"]
    straddle(person, house.project.pk)

    first = close(MONDAY, WEDNESDAY)
    second = close(WEDNESDAY + DAY, SUNDAY)

    before, after = content(person, first)["pay"], content(person, second)["pay"]
    assert before["overtime"]["weeks"] == []
    (week,) = after["overtime"]["weeks"]
    assert (week["first_day"], week["time_ms"]) == ("2026-04-27", 50 * HOUR_MS)
    assert (week["usual_hour_micro"], week["micro"]) == (16_200_000, 81_000_000)
    assert list(recount(second)) == []


def test_hours_that_arrive_late_move_the_overtime_of_the_week(house: House) -> None:
    late, made = house.people["worker"], made_with(0)
    in_time = person_of(made)
    for person, project in ((late, house.project.pk), (in_time, made.project.pk)):
        straddle(person, project)
    work_hours(in_time, None, moment(WEDNESDAY, 20), 2 * HOUR_MS, surface="queue")
    close(MONDAY, WEDNESDAY)
    second = close(WEDNESDAY + DAY, SUNDAY)
    came_ms = to_ms(second.closed_at or datetime.now(UTC)) + HOUR_MS
    work_hours(late, None, moment(WEDNESDAY, 20), 2 * HOUR_MS, surface="queue", received_ms=came_ms)

    third = close(SUNDAY + DAY, SUNDAY + 14 * DAY)

    sums = [
        sum(Statement.objects.filter(person=person).values_list("gross_micro", flat=True))
        + vacation_kept(person.pk)["CAD"]
        for person in (late, in_time)
    ]
    assert sums[0] == sums[1]
    periods = [item["first_day"] for item in content(late, third)["pay"]["corrections"]]
    assert periods == ["2026-04-20", "2026-04-30"]
    assert list(recount(third)) == []


def test_holiday_is_paid_in_a_period_without_work_and_accrues_vacation(house: House) -> None:
    person = house.people["worker"]
    for day in (date(2026, 6, 1), date(2026, 6, 2)):
        work(person, house.project.pk, day, 9)
    close(date(2026, 6, 1), date(2026, 6, 14))

    due = close(date(2026, 6, 15), date(2026, 6, 28))

    pay = content(person, due)["pay"]
    assert (pay["time_ms"], pay["holiday_micro"], pay["gross_micro"]) == (0, 14_940_000, 14_940_000)
    assert pay["vacation"]["micro"] == 600_000
    statement = Statement.objects.get(period=due)
    page = shown(house.client("worker"), f"/pay/{statement.pk}")
    assert "You did no work in this period; what you are paid here is owed all the same." in page
    assert "$14.94" in page


def test_vacation_is_kept_and_paid_before_the_leave_that_the_operator_sets(
    house: House, stop_clock: Callable[[datetime], None]
) -> None:
    person, operator = house.people["worker"], house.client("operator")
    work(person, house.project.pk, MONDAY, 10)
    close(MONDAY, MONDAY + 13 * DAY)
    statement = Statement.objects.get()
    assert statement.gross_micro == 161_000_000
    page = shown(house.client("worker"), f"/pay/{statement.pk}")
    assert "Vacation pay: $6.44 earned with this pay, $6.44 kept for your vacation." in page

    stop_clock(datetime(2026, 5, 6, 15, tzinfo=UTC))
    path = f"/payroll/people/{person.pk}"
    assert "$6.44" in shown(operator, path)
    too_much = operator.post(path, {"why": "leave", "on": "2026-06-01", "amount": "7"})
    assert too_much.status_code == 422
    answer = operator.post(path, {"why": "leave", "on": "2026-06-01", "amount": "5,00"})
    assert answer.status_code == 302
    due = close(MONDAY + 14 * DAY, MONDAY + 27 * DAY)

    pay = content(person, due)["pay"]
    assert (pay["vacation_micro"], pay["gross_micro"]) == (5_000_000, 5_000_000)
    assert vacation_kept(person.pk) == {"CAD": 1_440_000}
    page_fr = shown(house.client("worker"), f"/pay/{Statement.objects.get(period=due).pk}", FR)
    assert "Indemnité de vacances, avant votre congé" in page_fr
    following = close(MONDAY + 28 * DAY, MONDAY + 41 * DAY)
    paid = Statement.objects.filter(period=following, vacation__paid_micro__gt=0)
    assert not paid.exists()


def test_end_of_the_employment_pays_the_vacation_that_is_left(house: House) -> None:
    person = house.people["worker"]
    work(person, house.project.pk, MONDAY, 10)
    close(MONDAY, MONDAY + 13 * DAY)
    work(person, house.project.pk, MONDAY + 14 * DAY, 10)
    change = datetime.fromtimestamp(moment(MONDAY + 20 * DAY) / 1000, UTC)
    agree(person, Status.VOLUNTEER, since=change)

    due = close(MONDAY + 14 * DAY, MONDAY + 27 * DAY)

    pay = content(person, due)["pay"]
    assert pay["vacation"]["why"] == "end"
    assert pay["vacation_micro"] == 6_440_000 + 6_640_000
    assert vacation_kept(person.pk) == {}
    assert list(recount(due)) == []


def test_what_a_reference_year_earned_is_paid_a_year_after_it(house: House) -> None:
    person = house.people["worker"]
    work(person, house.project.pk, MONDAY, 10)
    close(MONDAY, date(2026, 4, 30))
    kept = Statement.objects.get()
    later = Period.objects.create(
        first_day=date(2027, 4, 17), last_day=date(2027, 4, 30), pay_day=date(2027, 5, 7),
        created_at=datetime(2027, 4, 17, tzinfo=UTC),
    )  # fmt: skip

    given = vacation_before([person.pk], later)[person.pk, "CAD"]

    assert kept.period.last_day == date(2026, 4, 30)
    assert (given.before_micro, given.due_micro) == (6_440_000, 6_440_000)


def test_half_month_takes_a_twenty_fourth_of_the_exemption_and_says_so(house: House) -> None:
    person = house.people["worker"]
    for day in (date(2026, 5, 19), date(2026, 5, 20), date(2026, 5, 21)):
        work(person, house.project.pk, day, 10)

    close(date(2026, 5, 16), date(2026, 5, 31))

    page = shown(house.client("worker"), f"/pay/{Statement.objects.get().pk}")
    assert "$3,500.00 ÷ 24 pays a year" in page
    assert "$145.83" in page


def test_small_pay_waits_no_longer_than_it_can_be_sent_in_time(
    house: House, stop_clock: Callable[[datetime], None]
) -> None:
    person, operator = house.people["worker"], house.client("operator")
    account = Account("Ada Ménard", number="987654321", bank="000312345")
    set_account(person, "bank", account, moment(MONDAY))
    rules = replace(NAMED, threshold=(15_000_000, "CAD"))
    set_policy(rules, house.people["operator"], moment(MONDAY, 1))
    work_hours(person, house.project.pk, moment(MONDAY), HOUR_MS // 2)
    last = MONDAY + 13 * DAY
    close(MONDAY, last)
    path = "/payroll/send?kind=bank&currency=CAD"

    stop_clock(datetime(2026, 5, 15, 16, tzinfo=UTC))  # twelve days after the end
    waiting = shown(operator, path)
    countdown = shown(operator, "/payroll/")
    stop_clock(datetime(2026, 5, 16, 16, tzinfo=UTC))
    in_file = shown(operator, path)
    stop_clock(datetime(2026, 5, 20, 16, tzinfo=UTC))
    late = shown(operator, "/payroll/")

    assert Payment.objects.get().late_on == last + 16 * DAY
    assert "below the smallest amount" in waiting
    assert "below the smallest amount" not in in_file
    assert "1 payment to arrive by May 19, 2026" in countdown
    assert "4 days left" in countdown
    assert "Unpaid more than 16 days" in late
    assert str(person) in late


def test_statement_names_employer_job_hours_and_begins_with_one_sentence(house: House) -> None:
    person = house.people["worker"]
    work_hours(person, house.project.pk, moment(MONDAY, 10), 11_520_400)
    answer_next(house.worker, now_ms=moment(MONDAY, 10))

    due = close(MONDAY, MONDAY + 13 * DAY)

    statement = Statement.objects.get(period=due)
    client = house.client("worker")
    page, page_fr = (shown(client, f"/pay/{statement.pk}", language) for language in (EN, FR))
    assert "You worked 3 h 12 min 01 s; at $16.10 an hour that is $51.53; your answers" in page
    assert "Vous avez travaillé 3 h 12 min 01 s ; à 16,10 $ l’heure, cela fait 51,53 $" in page_fr
    for words in ("Coop de la Soie, 12, rue du Fil", "Annotation de données", "$16.10 an hour"):
        assert words in page
    for words in ("Employeur", "Emploi", "Heures au taux normal", "Taux du salaire"):
        assert words in page_fr
    assert "11,521 s × $16.10 ÷ 3,600" in page
    assert client.get(f"/pay/{statement.pk}/fr.pdf").content.startswith(b"%PDF-")


def test_french_paper_names_no_source_in_english(house: House) -> None:
    work(house.people["worker"], house.project.pk, MONDAY, 10)
    close(MONDAY, MONDAY + 13 * DAY)
    found = json.loads(Statement.objects.get().content)

    with translation.override("fr"):
        paper = paper_of(found, "0" * 64)

    text = json.dumps([[table.rows for table in fold.tables] for fold in paper.folds])
    titles = {parameter["title"] for parameter in found["parameters"]}
    assert not any(title in text for title in titles)
    assert "d\\u00e9duit d\\u2019un chiffre voisin" in text


def test_operator_names_the_employer_in_the_rules_and_is_told_until_then(house: House) -> None:
    operator = house.client("operator")
    set_policy(PayRules(), house.people["operator"], moment(MONDAY, 2))
    assert "Statements name no employer" in shown(operator, "/payroll/")
    rules = {
        "days": 14, "wait_days": 7, "currency": "CAD", "week_starts": "6", "vacation": "",
        "employer_name": "La Soie", "employer_address": "Lyon", "job": "Annotation",
    }  # fmt: skip

    answer = operator.post("/payroll/rules", rules)

    assert answer.status_code == 302, answer.content.decode()[-3000:]
    assert "Statements name no employer" not in shown(operator, "/payroll/")
    page = shown(operator, "/payroll/rules", FR)
    assert 'value="La Soie"' in page
    assert "Dimanche" in page
