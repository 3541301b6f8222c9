"""A project that pays hours goes the whole way: price, chain, pilot, funds, opening."""

from datetime import UTC, datetime

import pytest

from canut.actions.pay.bills import sums_of
from canut.actions.pay.intermediaries import follow_price
from canut.actions.pay.required_funds import need_of
from canut.actions.projects.cost_preview import estimate_at
from canut.actions.projects.setup import Price, open_project, set_price, start_project
from canut.actions.time.task_times import keep_pace
from canut.actions.work.pilot import standing_of
from canut.core.clock import to_ms
from canut.core.errors import BadInput, Conflict
from canut.core.money import Money
from canut.store.models import Project, Worker
from canut.store.pay.funds import balance, chain_of
from canut.store.work.own_work import since
from canut.store.work.pilots import card_of, has_paid_people, has_passed, hour_prices
from canut.store.work.workbench import account_since
from tests.support.factories import NOW_MS
from tests.support.paid_work import declare_chain, fund, hire, make_paid_draft, try_out

SECOND = 1000
pytestmark = pytest.mark.django_db


def cad(micro: int) -> Money:
    return Money(micro, "CAD")


def at(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)


def begin(by_hour: int, piece: int = 0) -> tuple[Project, list[Worker]]:
    """Bring a project that pays hours to its pilot, with four people hired."""
    project = make_paid_draft()
    price = Price("CAD", piece, task_ms=15 * SECOND, by_hour_micro=by_hour)
    set_price(project, price, by=project.created_by, now_ms=NOW_MS)
    declare_chain(project)
    fund(project)
    workers = [hire(project) for _ in range(4)]
    start_project(project, NOW_MS)
    return project, workers


def test_hours_alone_are_piloted_funded_and_opened() -> None:
    project, workers = begin(18_000_000)
    end_ms = try_out(workers, [15 * SECOND] * 4)

    open_project(project, to_ms(at(end_ms)))

    need = need_of(project, end_ms)
    assert project.state == "open"
    assert (need.pay, need.top_up) == (cad(0), cad(0))
    assert need.hours == cad(need.answers * 75_000 * 5 // 4)  # 15 s at 18 an hour, a quarter more
    assert balance(project.pk, "CAD").locked == need.total


def test_hour_under_the_floor_cannot_open_and_the_one_that_does_is_proposed() -> None:
    project, workers = begin(12_000_000)
    end_ms = try_out(workers, [15 * SECOND] * 4)

    with pytest.raises(Conflict) as refusal:
        open_project(project, to_ms(at(end_ms)))

    assert refusal.value.facts["proposed_micro"] == 16_600_000
    verdict = standing_of(project, end_ms).verdict
    assert verdict is not None
    assert verdict.proposed_by_hour == cad(16_600_000)


def test_pilot_of_a_higher_hour_does_not_pass_for_a_lower_one() -> None:
    project, workers = begin(18_000_000)
    open_project(project, to_ms(at(try_out(workers, [15 * SECOND] * 4))))

    lower = Price("CAD", task_ms=15 * SECOND, by_hour_micro=17_000_000)
    set_price(project, lower, by=project.created_by, now_ms=NOW_MS)

    assert not has_passed(project)


def test_chain_counts_an_answer_at_its_price_and_its_time() -> None:
    project, _workers = begin(18_000_000, 25_000)

    chain = chain_of(project.pk)

    assert chain is not None
    assert chain.worker.share == cad(100_000)
    again = follow_price(project, cad(100_000), by=project.created_by, now_ms=0)
    assert again == chain


def test_card_says_the_hour_and_what_both_bring() -> None:
    project, workers = begin(18_000_000, 25_000)
    before = card_of(project)
    end_ms = try_out(workers, [15 * SECOND] * 4)

    keep_pace(project, end_ms + 1)

    after = card_of(project)
    assert (before.by_hour, before.per_hour, before.is_by_piece) == (
        cad(18_000_000),
        cad(24_000_000),
        True,
    )
    assert after.pace is not None
    assert after.pace.median_micro == 24_000_000


def test_bill_under_way_counts_hours_before_any_top_up() -> None:
    project, workers = begin(18_000_000)
    end_ms = try_out(workers, [15 * SECOND] * 4)

    bill = sums_of(project, end_ms).bill

    assert bill is not None
    assert (bill.pieces, bill.hours, bill.top_up) == (cad(0), cad(24 * 75_000), cad(0))
    assert bill.labour == bill.hours


def test_workers_day_counts_hours_by_time_elapsed() -> None:
    _project, workers = begin(18_000_000)
    try_out(workers, [15 * SECOND] * 4)
    person = workers[0].person
    assert person is not None

    day = since(person, 0)

    assert [one.piece_micro for one in day.earned] == [6 * 75_000]
    assert account_since(workers[0].pk, 0).earned_micro == 6 * 75_000


def test_estimate_of_hours_has_its_own_part() -> None:
    project = make_paid_draft()
    price = Price("CAD", 20_000, task_ms=60 * SECOND, by_hour_micro=18_000_000)

    estimate = estimate_at(project, price, 3, 0, 0)

    assert estimate.by_hour == cad(18_000_000)
    assert estimate.per_hour == cad(19_200_000)
    assert estimate.need is not None
    assert estimate.need.hours == cad(estimate.need.answers * 450_000)  # 90 s at 18 an hour


def test_volunteers_are_none_where_hours_are_paid() -> None:
    project, _workers = begin(18_000_000)

    assert has_paid_people(project)
    assert [one.micro for one in hour_prices([project.pk])[project.pk]] == [18_000_000]


def test_hour_without_a_time_of_a_task_is_refused() -> None:
    project = make_paid_draft()

    with pytest.raises(BadInput):
        set_price(
            project, Price("CAD", by_hour_micro=18_000_000), by=project.created_by, now_ms=NOW_MS
        )
