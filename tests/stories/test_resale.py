"""A dataset's resale, from answers to the next pay slip, on pages and by a clock that is moved."""

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from tempfile import mkdtemp

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from canut.actions.datasets.bundles import write_bundle
from canut.actions.ledger.sequencer import sequence
from canut.actions.pay.funds import deposit_funds
from canut.core.clock import to_ms
from canut.core.money import Money
from canut.core.places.parameters import Status
from canut.store.models import Answer, FundsLine, Period, Statement, TaskState
from canut.store.tables.datasets import Resale, ResaleShare
from tests.stories.browsing import FR, day, read, send
from tests.support.instance import House, make_house
from tests.support.payroll import agree, close_from_page, policy, work_hours

PAYER = {"holder": "Les Soies", "iban": "FR7630006000011234567890189", "bic": "AGRIFRPPXXX"}
pytestmark = [pytest.mark.django_db, pytest.mark.slow]
type StopClock = Callable[[datetime], None]


@pytest.fixture
def house(settings: Settings, tmp_path: Path) -> House:
    """Make a house in a folder of its own, whose worker is self-employed in Quebec."""
    settings.DATA, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"
    house = make_house()
    policy(PAYER)
    agree(house.people["worker"], Status.SELF_EMPLOYED)
    return house


def work(client: Client, house: House) -> Answer:
    """Lease a task on the workbench and answer it."""
    at = f"/work/{house.project.slug}"
    leased = client.post(
        f"{at}/lease", {"count": 1, "have": []}, content_type="application/json"
    ).json()
    task = leased["tasks"][0]
    answers = [{"lease": task["lease"], "key": "first-key", "values": {"q": "oui"}}]
    sent = client.post(f"{at}/answers", {"answers": answers}, content_type="application/json")
    assert sent.status_code == 200, sent.content
    return Answer.objects.filter(worker=house.worker).latest("id")


def close(operator: Client) -> Period:
    close_from_page(operator)
    period = Period.objects.latest("id")
    assert period.state == "closed", period.failure
    return period


def make_version(house: House, at: datetime) -> None:
    folder = Path(mkdtemp(prefix="canut-card-"))
    try:
        write_bundle(house.project, folder, to_ms(at), is_public=True)
    finally:
        shutil.rmtree(folder)


def test_a_resale_goes_back_to_the_people_with_their_next_slip(
    house: House, stop_clock: StopClock
) -> None:
    worker, requester = house.client("worker"), house.client("requester")
    operator, visitor = house.client("operator"), Client()
    slug = house.project.slug

    # April: the work, its dataset, its pay.
    stop_clock(day(4, 20))
    answer = work(worker, house)
    work_hours(house.people["worker"], house.project.pk, to_ms(day(4, 20, 16)), 600_000)
    click = reverse("answer_path", args=[house.project.pk, answer.pk])
    assert "You can still change this answer" in read(worker, click) or (
        "The task is not closed" in read(worker, click)
    )
    stop_clock(day(4, 22))
    make_version(house, day(4, 22))
    assert "No resale has been declared" in read(visitor, f"/cards/{slug}/")
    stop_clock(day(5, 2))
    april = close(operator)
    before = Statement.objects.get(period=april, person=house.people["worker"])
    assert "resale" not in before.content

    # May: the client sells it on. Who declares cannot confirm; funds must be there first.
    stop_clock(day(5, 4))
    at = f"/projects/{slug}/export/resales"
    form = {"version": "1", "form": "licence", "buyer": "company", "fee": "1000", "share": "12.5"}
    send(requester, at, **form, on="2026-05-03")
    resale = Resale.objects.get()
    act = f"{at}/{resale.pk}"
    send(requester, act, act="confirm")
    assert Resale.objects.get().state == "declared"
    deposit_funds(
        house.project, Money(500_000_000, "CAD"), "sold", by=house.people["operator"],
        now_ms=to_ms(day(5, 4)),
    )  # fmt: skip
    send(operator, act, act="confirm")
    assert Resale.objects.get().state == "confirmed"
    assert sum(ResaleShare.objects.values_list("micro", flat=True)) == 125_000_000
    card = read(visitor, f"/cards/{slug}/")
    assert "Resold once; $125.00 went back" in card
    assert "12.5%" in read(requester, at)

    # The next slip pays it, and says where it comes from, in both languages.
    stop_clock(day(5, 17))
    may = close(operator)
    slip = Statement.objects.get(period=may, person=house.people["worker"])
    page = reverse("pay_statement", args=[slip.pk])
    assert slip.gross_micro == 125_000_000
    assert "Share of the licence of" in read(worker, page)
    assert "12.5% of $1,000.00" in read(worker, page)
    assert "Part de la licence de" in read(worker, page, FR)
    charged = FundsLine.objects.get(period=may, project=house.project)
    assert charged.micro >= 125_000_000

    # Once the task is closed and settled, the worker's own line leads to that money.
    TaskState.objects.filter(task=answer.task_id).update(state="closed", exported_ms=1)
    assert "125" in read(worker, click)
    sequence(to_ms(day(5, 17)))
    assert "a resale" in read(visitor, f"/ledger/{house.project.pk}")
