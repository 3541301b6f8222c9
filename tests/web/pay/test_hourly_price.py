"""Requesters choose what is paid in plain words, and whoever answers reads it before accepting."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from canut.actions.pay.periods import close_period
from canut.actions.platform.system_clock import now_ms
from canut.actions.projects.setup import Price, set_price
from canut.core.clock import HOUR_MS, to_ms
from canut.store.models import Membership, Project, RateVersion, Statement, Worker
from tests.support.factories import answer_next
from tests.support.instance import House
from tests.support.paid_work import hire
from tests.support.pay_pages import make_open_period
from tests.support.payroll import AFTER, LAST, agree, moment, period, policy, work_hours
from tests.web.pay.test_price import EN, ask, send

NOT_CLOSED = "late: not closed 16 days after its end"
pytestmark = pytest.mark.django_db
BASE = {"go": "keep", "overlap": 2, "own_staff": "no", "currency": "CAD"}


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"pays": "hour", "hourly": "18", "seconds": "45"}, (0, 0, 18_000_000, 45_000)),
        (
            {"pays": "both", "hourly": "17", "seconds": "45", "price": "0,05"},
            (50_000, 0, 17_000_000, 45_000),
        ),
        ({"pays": "piece", "hourly": "18", "seconds": "45"}, (225_000, 18_000_000, 0, 45_000)),
    ],
)
def test_choice_of_what_is_paid_is_kept_with_the_rate(
    house: House, given: dict[str, str], kept: tuple[int, int, int, int]
) -> None:
    send(house.client("requester"), house.draft, "project_setup_price", BASE | given)

    rate = RateVersion.objects.get(project=house.draft)
    assert (rate.piece_micro, rate.hourly_micro, rate.by_hour_micro, rate.task_ms) == kept


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"pays": "hour", "hourly": "18"}, "we work out the funds from it"),
        ({"pays": "hour", "seconds": "45"}, "Write the price of an hour"),
        ({"pays": "hour", "hourly": "18", "seconds": "45", "price": "1"}, "choose both"),
        ({"pays": "both", "hourly": "18", "seconds": "45"}, "Write an amount above 0"),
        ({"pays": "hour", "hourly": "-1", "seconds": "45"}, "Write an amount above 0"),
    ],
)
def test_hours_that_are_half_said_are_refused_in_words(
    house: House, given: dict[str, str], words: str
) -> None:
    status, page = send(
        house.client("requester"), house.draft, "project_setup_price", BASE | given, EN
    )

    assert status == 422
    assert words in page


def test_estimate_of_hours_shows_them_apart(house: House) -> None:
    hire(house.draft)
    given = {"pays": "both", "hourly": "18", "seconds": "45", "price": "0.05"}
    typed = {name: str(value) for name, value in (BASE | given).items()}

    part = ask(house.client("requester"), house.draft, "project_setup_estimate", EN, **typed)

    for words in ("an hour of measured time", "Hours", "half as long again", "$0.05"):
        assert words in part


def test_offer_and_workbench_say_what_an_hour_pays(house: House) -> None:
    price = Price("CAD", task_ms=30_000, by_hour_micro=21_500_000)
    set_price(house.project, price, by=house.people["requester"], now_ms=now_ms())
    client = house.client("worker")

    home = client.get("/work/", headers=EN).content.decode()
    bench = client.get(f"/work/{house.project.slug}/").content.decode()

    assert "An hour of measured time pays" in home
    assert "$21.50" in home
    assert home.count("An answer pays") == 1  # of the draft beside it
    assert '"by_hour_micro": 21500000' in bench


def test_who_left_finds_the_client_on_the_pay_page_and_may_rate(house: House) -> None:
    client, worker = house.client("worker"), house.worker
    answer_next(worker)
    Worker.objects.filter(pk=worker.pk).update(ended_at=timezone.now())
    Membership.objects.filter(person=worker.person).update(ended_at=timezone.now())

    page = client.get("/pay/", headers=EN).content.decode()
    form = client.get(f"/work/{house.project.slug}/rating")

    assert "Where I worked" in page
    assert form.status_code == 200


def test_ninety_days_later_the_form_is_closed(house: House) -> None:
    long_ago = timezone.now() - timedelta(days=91)
    Worker.objects.filter(pk=house.worker.pk).update(ended_at=long_ago)
    Membership.objects.filter(person=house.worker.person).update(ended_at=long_ago)

    form = house.client("worker").get(f"/work/{house.project.slug}/rating")

    assert form.status_code == 404


def test_statement_says_the_hours_and_the_price_of_each_day(house: House) -> None:
    Project.objects.filter(pk=house.project.pk).update(opened_at=datetime(2026, 4, 1, tzinfo=UTC))
    for day, hour in ((2, 21_500_000), (28, 23_000_000)):
        price = Price("CAD", task_ms=30_000, by_hour_micro=hour)
        since = datetime(2026, 4, day, 12, tzinfo=UTC)
        set_price(house.project, price, by=house.people["requester"], now_ms=to_ms(since))
    policy()
    agree(house.people["worker"])
    for day in (27, 29):
        work_hours(house.people["worker"], house.project.pk, moment(date(2026, 4, day)), HOUR_MS)
    close_period(period().pk, house.people["operator"], to_ms(AFTER))
    number = Statement.objects.get().pk

    page = house.client("worker").get(f"/pay/{number}", headers=EN).content.decode()
    bill = ask(house.client("requester"), house.project, "project_bill", EN)

    for words in ("Hours, at each day’s price", "Paid an hour", "$21.50", "$23.00", "$44.50"):
        assert words in page
    for words in ("Closed periods", "Under way", "On top of pay", "pay period", "$44.50"):
        assert words in bill


def test_period_not_closed_after_sixteen_days_is_late_on_both_sides(
    house: House, stop_clock: Callable[[datetime], None]
) -> None:
    make_open_period(house)

    pages = []
    for days in (16, 17):
        at = datetime.combine(LAST, datetime.min.time(), UTC) + timedelta(days=days, hours=12)
        stop_clock(at)
        worker = house.client("worker").get("/pay/", headers=EN).content.decode()
        operator = house.client("operator").get("/payroll/", headers=EN).content.decode()
        pages.append((NOT_CLOSED in worker, "Ended more than 16 days ago" in operator))

    assert pages == [(False, False), (True, True)]
