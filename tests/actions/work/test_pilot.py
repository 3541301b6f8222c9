"""A project with paid people opens by its pilot; the price is judged by everybody's own time."""

import secrets
from collections.abc import Callable
from datetime import timedelta

import pytest

from canut.actions.pay.bills import sums_of
from canut.actions.people.terms_changes import say_place
from canut.actions.projects.setup import (
    Price,
    close_project,
    open_project,
    pause_project,
    set_price,
    start_project,
)
from canut.actions.work.leases import lease_tasks
from canut.actions.work.overlap import set_overlap
from canut.actions.work.pilot import judge_with_these, standing_of
from canut.actions.work.project_state import Because
from canut.core.clock import to_ms
from canut.core.errors import Conflict, Incomplete, NotOpen, Unfunded
from canut.core.money import Money
from canut.core.pay.pilot import TASKS_AT_MOST
from canut.core.places.parameters import Status
from canut.store.models import FundsLine, Pilot, Project, RateVersion, TaskState
from canut.store.pay.funds import balance
from canut.store.tables.people import Terms
from canut.store.tables.time import Beat, OpenPage
from canut.store.work.pilots import has_paid_people, has_passed, invited
from tests.support.factories import NOW, NOW_MS, make_person, make_project
from tests.support.instance import make_invitation
from tests.support.paid_work import (
    answer,
    begin_pilot,
    declare_chain,
    fund,
    hire,
    make_paid_draft,
    raise_price,
    try_out,
)

SECOND = 1000
LATER = NOW + timedelta(hours=1)
ENOUGH_MICRO = 100_000  # 18 an hour at 20 s
pytestmark = pytest.mark.django_db


def test_paid_project_starts_with_its_pilot() -> None:
    project, _workers = begin_pilot()

    assert project.state == Project.State.PILOT
    assert Pilot.objects.get(project=project).sample == 34


def test_own_staff_project_opens_without_pilot_or_funds() -> None:
    project = make_paid_draft()
    project.is_own_staff = True

    start_project(project, NOW_MS)

    assert project.state == Project.State.OPEN
    assert not FundsLine.objects.exists()


def test_volunteers_open_without_pilot_and_one_paid_person_needs_one() -> None:
    project = make_paid_draft(piece_micro=0)
    hire(project, status=Status.VOLUNTEER)

    before = has_paid_people(project)
    hire(project, status=Status.SELF_EMPLOYED)

    assert (before, has_paid_people(project)) == (False, True)


def test_pilot_needs_the_chain() -> None:
    project = make_paid_draft()
    fund(project)

    with pytest.raises(Incomplete) as refusal:
        start_project(project, NOW_MS)

    assert refusal.value.case == "chain-missing"


def test_pilot_needs_its_money_and_says_how_much_is_missing() -> None:
    project = make_paid_draft(tasks=4, overlap=1)
    hire(project)
    declare_chain(project)
    fund(project, Money(300_000, "CAD"))

    with pytest.raises(Unfunded) as refusal:
        start_project(project, NOW_MS)

    project.refresh_from_db()
    assert refusal.value.facts["missing_micro"] == 5 * 100_000 - 300_000
    assert project.state == Project.State.DRAFT


def test_money_of_the_pilot_is_locked_when_it_begins() -> None:
    project, _workers = begin_pilot(tasks=4, overlap=1)

    there = balance(project.pk, "CAD")

    assert there.locked == Money(8 * 100_000, "CAD")  # four tasks, and practice for four people


def test_project_in_a_place_whose_floor_is_unknown_refuses_to_start() -> None:
    project = make_paid_draft()
    declare_chain(project)
    fund(project)
    hire(project)
    Terms.objects.update(place="BR")  # as terms from before were

    with pytest.raises(Incomplete) as refusal:
        start_project(project, NOW_MS)

    assert refusal.value.case == "place-unknown"


def test_sample_is_spread_over_the_whole_file_and_lent_first() -> None:
    project, workers = begin_pilot(people=1, tasks=400, overlap=10)

    lent = lease_tasks(workers[0].pk, 5, NOW_MS).tasks

    rows = TaskState.objects.filter(project=project, priority__lt=0).values_list("task__row")
    assert [row for (row,) in rows.order_by("task__row")] == list(range(0, 400, 20))
    assert [int(task.key) for task in lent] == [0, 20, 40, 60, 80]


def test_nobody_does_more_than_their_part_of_a_pilot() -> None:
    _project, (worker,) = begin_pilot(people=1)

    end_ms = answer(worker, 30, SECOND)

    lent = lease_tasks(worker.pk, 5, end_ms)
    assert worker.answer_set.count() == TASKS_AT_MOST
    assert (lent.tasks, lent.left) == ([], False)


def test_held_tasks_count_as_part_of_the_pilot() -> None:
    _project, (worker,) = begin_pilot(people=1)

    end_ms = answer(worker, 15, SECOND)

    assert len(lease_tasks(worker.pk, 20, end_ms).tasks) == 5


def test_price_that_holds_opens_the_rest_and_locks_its_money() -> None:
    project, workers = begin_pilot()
    try_out(workers, [15 * SECOND] * 4)

    open_project(project, to_ms(LATER))

    pilot = Pilot.objects.get(project=project)
    assert project.state == Project.State.OPEN
    assert len(pilot.tried) == 4
    assert balance(project.pk, "CAD").locked >= Money(120 * 100_000, "CAD")


def test_price_too_low_cannot_open_and_the_one_that_would_do_is_said() -> None:
    project, workers = begin_pilot(piece_micro=50_000)
    end_ms = try_out(workers, [15 * SECOND] * 4)

    with pytest.raises(Conflict) as refusal:
        open_project(project, to_ms(LATER))

    verdict = standing_of(project, end_ms).verdict
    assert refusal.value.case == "price-too-low"
    assert verdict is not None
    assert verdict.proposed == Money(69_167, "CAD")  # 16.60 an hour for 15 s
    assert refusal.value.facts["proposed_micro"] == 69_167
    assert project.state == Project.State.PILOT


def test_raised_price_opens_what_the_first_one_could_not() -> None:
    project, workers = begin_pilot(piece_micro=50_000)
    try_out(workers, [15 * SECOND] * 4)

    raise_price(project, 69_167)
    open_project(project, to_ms(LATER))

    assert project.state == Project.State.OPEN
    assert has_passed(project)


def test_one_slow_person_in_six_does_not_keep_it_shut_and_their_top_up_is_locked() -> None:
    project, workers = begin_pilot(people=6)
    try_out(workers, [15 * SECOND] * 5 + [24 * SECOND])

    open_project(project, to_ms(LATER))

    locked = balance(project.pk, "CAD").locked.micro
    assert locked > (40 * 3 + 6) * 100_000


def test_two_of_ten_invited_are_too_few_to_decide() -> None:
    project, workers = begin_pilot(people=10)
    try_out(workers[:2], [15 * SECOND] * 2)

    with pytest.raises(Incomplete) as refusal:
        open_project(project, to_ms(LATER))

    assert refusal.value.case == "pilot-short"
    assert (refusal.value.facts["seen"], refusal.value.facts["wanted"]) == (2, 5)


def test_somebody_whose_floor_is_unknown_keeps_it_shut() -> None:
    project, workers = begin_pilot()
    Terms.objects.filter(person=workers[0].person_id).delete()
    try_out(workers, [15 * SECOND] * 4)

    with pytest.raises(Incomplete) as refusal:
        open_project(project, to_ms(LATER))

    assert refusal.value.case == "terms-unknown"


def test_requester_judges_with_three_of_many_invited() -> None:
    project, workers = begin_pilot(people=10)
    try_out(workers[:3], [15 * SECOND] * 3)

    judge_with_these(project, to_ms(LATER))
    open_project(project, to_ms(LATER))

    assert project.state == Project.State.OPEN


def test_two_are_not_judged_with() -> None:
    project, workers = begin_pilot(people=10)
    try_out(workers[:2], [15 * SECOND] * 2)

    with pytest.raises(Incomplete) as refusal:
        judge_with_these(project, to_ms(LATER))

    assert refusal.value.case == "pilot-few"


def test_place_said_at_the_door_is_enough_to_open() -> None:
    project, workers = begin_pilot()
    Terms.objects.filter(person=workers[0].person_id).delete()
    person = workers[0].person
    assert person is not None
    say_place(person, "CA-QC", NOW_MS)
    try_out(workers, [15 * SECOND] * 4)

    open_project(project, to_ms(LATER))

    assert project.state == Project.State.OPEN
    floors = [tried["floor"] for tried in Pilot.objects.get(project=project).tried]
    assert len(set(floors)) == 1


def test_bill_counts_the_floor_of_who_only_said_their_place_at_the_door() -> None:
    project, workers = begin_pilot(piece_micro=1_000)
    try_out(workers, [15 * SECOND] * 4)
    before = sums_of(project, to_ms(LATER))
    Terms.objects.filter(person=workers[0].person_id).delete()
    person = workers[0].person
    assert person is not None
    say_place(person, "CA-QC", NOW_MS)

    after = sums_of(project, to_ms(LATER))

    assert after.unknown == 0
    assert after.bill == before.bill
    assert after.bill is not None
    assert after.bill.top_up.micro > 0


def test_draft_with_paid_people_cannot_be_opened_past_its_pilot() -> None:
    project = make_paid_draft()

    with pytest.raises(Incomplete) as refusal:
        open_project(project, to_ms(LATER))

    assert refusal.value.case == "pilot-first"


def test_time_is_measured_from_beats_where_there_are_any() -> None:
    project, (measured, other) = begin_pilot(people=2)
    for worker in (measured, other):
        answer(worker, 6, 15 * SECOND)
    beat_all_along(project, measured.person_id or 0)

    standing = standing_of(project, NOW_MS + 200 * SECOND)

    assert (standing.by_beats, standing.people) == (1, 2)
    assert standing.verdict is not None
    by_worker = {one.who: one.time_ms for one in standing.verdict.outcomes}
    assert by_worker[other.pk] == 90 * SECOND
    assert 0 < by_worker[measured.pk] < 90 * SECOND


def beat_all_along(project: Project, person_id: int) -> None:
    session = secrets.token_hex(16)
    OpenPage.objects.create(session=session, person_id=person_id, project=project, opened_ms=NOW_MS)
    for seq in range(4):
        Beat.objects.create(
            person_id=person_id,
            project=project,
            session=session,
            seq=seq,
            mono_ms=15 * SECOND * (seq + 1),
            visible=True,
            focused=True,
            surface="queue",
            buckets=[[15 * seq, 1, 0, 0, 0]],
            previous="",
            received_ms=NOW_MS + 15 * SECOND * (seq + 1),
        )


def test_paused_project_opens_again_by_the_pilot_it_passed() -> None:
    project, workers = begin_pilot()
    try_out(workers, [15 * SECOND] * 4)
    open_project(project, to_ms(LATER))
    pause_project(project, to_ms(LATER))

    start_project(project, to_ms(LATER))

    assert project.state == Project.State.OPEN


def test_lower_price_than_the_one_that_passed_is_tried_out_again() -> None:
    project, workers = begin_pilot()
    try_out(workers, [15 * SECOND] * 4)
    open_project(project, to_ms(LATER))
    pause_project(project, to_ms(LATER))
    raise_price(project, 50_000)

    start_project(project, NOW_MS)

    assert project.state == Project.State.PILOT


def test_closed_pilot_lends_nothing() -> None:
    project, (worker,) = begin_pilot(people=1)
    close_project(project, to_ms(LATER))

    with pytest.raises(NotOpen):
        lease_tasks(worker.pk, 1, NOW_MS)


def test_price_an_hour_and_the_time_of_a_task_set_the_piece() -> None:
    project = make_paid_draft()

    set_price(
        project,
        Price("CAD", hourly_micro=18_000_000, task_ms=45_000, floor_micro=17_000_000),
        by=make_person(),
        now_ms=NOW_MS,
    )

    rate = RateVersion.objects.latest("number")
    assert (rate.piece_micro, rate.hourly_micro, rate.task_ms) == (225_000, 18_000_000, 45_000)
    assert project.floor_micro == 17_000_000


def test_project_floor_above_the_law_is_what_the_pilot_is_judged_by() -> None:
    project, workers = begin_pilot()
    project.floor_micro = 30_000_000
    project.save()
    end_ms = try_out(workers, [15 * SECOND] * 4)

    verdict = standing_of(project, end_ms).verdict

    assert verdict is not None
    assert verdict.proposed == Money(125_000, "CAD")


def test_links_that_are_still_open_count_as_people_invited() -> None:
    made = make_project(workers=2)

    assert invited(made.project.pk) == 2


@pytest.mark.parametrize("change", ["overlap", "price", "link"])
def test_closed_project_takes_no_change_that_would_move_its_money_or_let_people_in(
    change: str,
) -> None:
    project, workers = begin_pilot()
    try_out(workers, [15 * SECOND] * 4)
    open_project(project, to_ms(LATER))
    close_project(project, to_ms(LATER), Because(project.created_by, "Enough."))
    project.refresh_from_db()
    before = balance(project.pk, "CAD")
    moves: dict[str, Callable[[], object]] = {
        "overlap": lambda: set_overlap(project.pk, 9, to_ms(LATER)),
        "price": lambda: raise_price(project, 900_000, to_ms(LATER)),
        "link": lambda: make_invitation(project, project.created_by),
    }

    with pytest.raises(Conflict) as refusal:
        moves[change]()

    assert refusal.value.case == "project-ended"
    assert balance(project.pk, "CAD") == before
    assert not TaskState.objects.filter(project=project, overlap=9).exists()
