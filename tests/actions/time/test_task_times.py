"""What people read before they accept comes from what others really took and earned."""

import pytest

from canut.actions.pay.bills import floors_beside, summary_of, sums_of
from canut.actions.time.task_times import keep_pace, keep_paces
from canut.core.money import Money
from canut.core.pay.intermediaries import Party, PartyRole
from canut.store.models import TaskPace
from canut.store.work.pilots import card_of, last_pace
from tests.support.factories import NOW_MS, make_project
from tests.support.paid_work import answer, begin_pilot, declare_chain, say_terms, try_out

SECOND, HOUR = 1000, 3_600_000
pytestmark = pytest.mark.django_db


def test_pace_says_time_of_tasks_and_what_an_hour_brought() -> None:
    project, workers = begin_pilot()
    end_ms = try_out(workers, [10 * SECOND, 10 * SECOND, 20 * SECOND, 40 * SECOND])

    keep_pace(project, end_ms + 1)

    pace = last_pace(project.pk)
    assert pace is not None
    assert (pace.tasks, pace.people, pace.by_beats) == (24, 4, 0)
    assert (pace.p50_ms, pace.p90_ms) == (10 * SECOND, 40 * SECOND)
    assert (pace.median_micro, pace.lowest_decile_micro) == (18_000_000, 9_000_000)


def test_card_before_anybody_worked_says_what_is_declared_only() -> None:
    project, _workers = begin_pilot()

    card = card_of(project)

    assert card.pace is None
    assert card.per_hour is None
    assert card.chain is not None


def test_card_after_says_what_the_price_brings_at_the_time_half_the_tasks_take() -> None:
    project, workers = begin_pilot()
    end_ms = try_out(workers, [20 * SECOND] * 4)
    keep_pace(project, end_ms + 1)

    card = card_of(project)

    assert card.per_hour == Money(18_000_000, "CAD")


def test_projects_are_measured_again_only_after_a_rest_and_new_answers() -> None:
    project, workers = begin_pilot()
    end_ms = try_out(workers, [10 * SECOND] * 4)

    first = keep_paces(end_ms + 1)
    at_once = keep_paces(end_ms + 2)
    idle = keep_paces(end_ms + 3 * HOUR)
    answer(workers[0], 1, 9 * SECOND, from_ms=end_ms + 3 * HOUR)
    later = keep_paces(end_ms + 4 * HOUR)

    assert (first, at_once, idle, later) == (1, 0, 0, 1)
    assert TaskPace.objects.filter(project=project).count() == 2


def test_nobody_answered_is_no_pace() -> None:
    project, _workers = begin_pilot()

    assert keep_pace(project, NOW_MS) is None


def test_bill_has_every_part_and_the_reserve_left() -> None:
    project, workers = begin_pilot()
    agency = Party(PartyRole.INTERMEDIARY, Money(20_000, "CAD"), "Relais", "FR")
    declare_chain(project, agency, price_micro=125_000)
    end_ms = try_out(workers, [15 * SECOND, 15 * SECOND, 15 * SECOND, 40 * SECOND])

    sums = sums_of(project, end_ms)

    bill = sums.bill
    assert bill is not None
    assert (bill.answers, bill.people, bill.pieces.micro) == (24, 4, 2_400_000)
    assert bill.top_up == Money(510_000, "CAD")  # 240 s at 16.60 an hour, less six answers
    assert (bill.intermediaries.micro, bill.undisclosed.micro) == (480_000, 120_000)
    assert sums.left is not None
    assert sums.left.micro > 0


def test_summary_beside_an_export_says_the_chain_and_what_is_unknown() -> None:
    project, workers = begin_pilot()
    end_ms = try_out(workers, [15 * SECOND] * 4)

    told = summary_of(project, end_ms)

    assert told["chain"]["client"] == "Les Soies"
    assert told["chain"]["parties"][-1]["role"] == "worker"
    assert told["cost_so_far"]["pieces_micro"] == 2_400_000
    assert told["time_per_task"] is None
    assert told["floors_per_hour"]["lowest"] == {"micro": 16_600_000, "currency": "CAD"}


def test_summary_of_own_staff_has_no_chain() -> None:
    made = make_project(is_own_staff=True)

    assert summary_of(made.project, NOW_MS)["chain"] is None


def test_pay_is_set_beside_the_floor_here_and_where_the_client_is() -> None:
    project, workers = begin_pilot()
    person = workers[0].person
    assert person is not None
    say_terms(person, place="FR")
    project.client_country = "XX"

    beside = floors_beside(project, person, NOW_MS)

    assert beside["client"] is None
    assert beside["mine"] == Money(12_310_000, "EUR")
