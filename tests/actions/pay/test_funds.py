"""Money comes in, is locked, freed and spent; no line takes any from a worker."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from canut.actions.pay.funds import charge_funds, deposit_funds, lock_funds
from canut.actions.projects.setup import open_project
from canut.actions.work.overlap import set_overlap
from canut.core.clock import to_ms
from canut.core.errors import BadInput, Unfunded
from canut.core.money import Money
from canut.core.pay.required_funds import FundsKind
from canut.store.models import FundsLine, Project
from canut.store.pay.funds import balance, funds_lines
from tests.support.factories import NOW, NOW_MS, make_person
from tests.support.paid_work import begin_pilot, fund, make_paid_draft, raise_price, try_out
from tests.support.payroll import period

pytestmark = pytest.mark.django_db


def cad(micro: int) -> Money:
    return Money(micro, "CAD")


@pytest.fixture
def project() -> Project:
    return make_paid_draft()


def test_lines_are_of_four_kinds_and_none_takes_from_a_worker() -> None:
    with connection.cursor() as cursor:
        table = connection.introspection.get_table_description(cursor, "store_fundsline")

    assert set(FundsLine.Kind.values) == {kind.value for kind in FundsKind}
    assert set(FundsLine.Kind.values) == {"deposit", "reserve", "release", "charge"}
    assert not {"worker_id", "person_id", "answer_id"} & {column.name for column in table}


def test_database_refuses_a_line_of_nothing_or_less(project: Project) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        FundsLine.objects.create(
            project=project, kind="charge", micro=-1, currency="CAD", at_ms=NOW_MS
        )


def test_locking_adds_only_what_lacks_and_frees_what_is_over(project: Project) -> None:
    fund(project, cad(100))

    lock_funds(project, cad(60), "pilot", NOW_MS)
    more = lock_funds(project, cad(90), "project", NOW_MS)
    less = lock_funds(project, cad(50), "project", NOW_MS)

    assert (more.locked, less.locked, less.free) == (cad(90), cad(50), cad(50))
    kinds = [line.kind for line in funds_lines(project.pk, 10)]
    assert kinds == ["release", "reserve", "reserve", "deposit"]


def test_locking_more_than_there_is_writes_nothing(project: Project) -> None:
    fund(project, cad(100))

    with pytest.raises(Unfunded) as refusal:
        lock_funds(project, cad(101), "pilot", NOW_MS)

    assert refusal.value.facts["missing_micro"] == 10_000  # a whole cent: no less can be sent
    assert balance(project.pk, "CAD").locked == cad(0)


def test_money_of_another_currency_locks_nothing(project: Project) -> None:
    fund(project, Money(100, "EUR"))

    with pytest.raises(Unfunded):
        lock_funds(project, cad(1), "pilot", NOW_MS)


def test_charge_comes_out_of_what_is_locked(project: Project) -> None:
    fund(project, cad(100))
    lock_funds(project, cad(60), "pilot", NOW_MS)

    charge_funds(project, cad(20), period(), by=None, now_ms=NOW_MS)

    there = balance(project.pk, "CAD")
    assert (there.locked, there.spent, there.free) == (cad(40), cad(20), cad(40))
    assert lock_funds(project, cad(60), "pilot", NOW_MS) == there


@pytest.mark.parametrize(("micro", "note"), [(0, "virement"), (-1, "virement"), (1, " ")])
def test_deposit_of_nothing_or_without_a_trace_is_refused(
    project: Project, micro: int, note: str
) -> None:
    with pytest.raises(BadInput):
        deposit_funds(project, cad(micro), note, by=make_person(), now_ms=NOW_MS)


def test_more_answers_a_task_are_asked_only_where_the_money_for_them_is() -> None:
    project, workers = begin_pilot(tasks=40, overlap=3)
    try_out(workers, [15_000] * 4)
    open_project(project, to_ms(NOW + timedelta(hours=1)))
    before = balance(project.pk, "CAD").locked

    set_overlap(project.pk, 4, NOW_MS)

    after = balance(project.pk, "CAD").locked
    assert after >= before + cad(40 * 100_000)
    with pytest.raises(Unfunded):
        raise_price(project, 9_000_000_000)
    project.refresh_from_db()
    assert project.rates.count() == 1
