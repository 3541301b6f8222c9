"""The demo's month: everybody is paid at least the floor, and one wins against a rejection."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django_tasks_db.models import DBTaskResult
from pytest_django import Settings

from canut.actions.pay.statement_recount import recount
from canut.actions.people.accounts import add_operator, add_person
from canut.actions.people.organisations import create_organisation
from canut.core.clock import to_ms
from canut.core.places.parameters import Status
from canut.demo import jobs, month, paid_month
from canut.store.models import (
    Appeal,
    Claim,
    Decision,
    PayAdjustment,
    Payment,
    Period,
    Statement,
)
from tests.support.payroll import agree

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
NOW = datetime(2026, 11, 25, 15, tzinfo=UTC)


def make_in_a_job(monkeypatch: pytest.MonkeyPatch, settings: Settings, folder: Path) -> None:
    """Run the job that makes a month of fewer sittings; the whole one has nine a person.

    What stands on the first project of a demo is in ``test_showcase``.
    """
    monkeypatch.setattr(jobs, "STEPS", ("canut.demo.paid_month.make_month",))
    settings.DATA = folder
    settings.MEDIA_ROOT = folder / "media"
    monkeypatch.setattr(month, "SITTINGS", 4)
    add_operator("demo-operator", None, "Canut", to_ms(NOW))
    requester = add_person("demo-requester", "Dominique", to_ms(NOW))
    create_organisation("Atelier", requester, to_ms(NOW))
    worker = add_person("demo-worker", "Camille", to_ms(NOW))
    agree(worker, Status.SELF_EMPLOYED)
    jobs.month.func()


def check_pay() -> None:
    """Everybody has a statement, of three places, that comes out the same when counted again."""
    assert list(Period.objects.values_list("state", flat=True)) == ["closed", "closed"]
    assert set(Payment.objects.values_list("state", flat=True)) == {"due", "sent", "confirmed"}
    kept = [json.loads(one.content) for one in Statement.objects.all()]
    assert len({one.person_id for one in Statement.objects.all()}) == 25
    assert {one["given"]["place"] for one in kept} == {"CA-QC", "FR", "KE-30"}
    assert [list(recount(period)) for period in Period.objects.all()] == [[], []]


def check_top_ups() -> None:
    """The slow in Quebec and France reach the floor by a top-up."""
    for number in month.SLOW:
        sums = Statement.objects.filter(person__username=f"mois-{number:02d}")
        tops = [
            project["top_up_micro"]
            for one in sums
            for project in json.loads(one.content)["projects"]
        ]
        assert any(top > 0 for top in tops)


def check_appeals() -> None:
    """Unfair rejections of two people were undone on appeal, and their pay given back."""
    for name, count in ((month.everybody()[month.WRONGED].name, 3), (month.WORKER, 1)):
        rejected = Decision.objects.filter(
            person__username=name, kind=Decision.Kind.REJECTION, undone_ms__isnull=False
        )
        assert rejected.count() == count
    assert set(Appeal.objects.values_list("outcome", flat=True)) == {"overturned"}
    assert sum(PayAdjustment.objects.values_list("piece_micro", flat=True)) == 0


def check_padding() -> None:
    """Only who padded has time waiting for a human."""
    waits = Claim.objects.filter(state=Claim.State.PENDING)
    padder = month.everybody()[month.PADS].name
    assert set(waits.values_list("person__username", flat=True)) <= {padder}


@pytest.mark.slow
def test_a_month_is_worked_paid_and_contested_once(
    monkeypatch: pytest.MonkeyPatch,
    settings: Settings,
    tmp_path: Path,
    stop_clock: Callable[[datetime], None],
) -> None:
    stop_clock(NOW)

    make_in_a_job(monkeypatch, settings, tmp_path)

    check_pay()
    check_top_ups()
    check_appeals()
    check_padding()
    assert not paid_month.make_month(to_ms(NOW))


def test_the_month_is_asked_for_as_one_job() -> None:
    for _ in range(2):
        jobs.schedule_demo_month()

    asked = DBTaskResult.objects.filter(task_path=jobs.month.module_path)
    assert asked.count() == 1
