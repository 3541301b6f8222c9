"""Reading an appeal about hard material counts for what its reader may bear."""

import pytest

from canut.actions.decisions.appeals import AppealReply, answer_appeal, appeal, take_appeal
from canut.actions.protection.appeal_exposure import uncover
from canut.actions.protection.exposure import longest_look_ms
from canut.actions.protection.risk_preferences import agree, decline, set_own_limit
from canut.actions.work.leases import lease_tasks
from canut.core.clock import DAY_MS, HOUR_MS, MINUTE_MS
from canut.core.decisions.deadlines import HOLD_MS
from canut.core.errors import Conflict, Missing
from canut.store.models import Appeal, AppealLook, Lease, Project
from canut.store.protection.exposure import lifetime_of, weight_of
from tests.support.decisions import Due, make_due
from tests.support.exposure import WHAT, make_risky, use
from tests.support.factories import NOW_MS, make_person, make_worker

pytestmark = [pytest.mark.django_db, pytest.mark.dialect]
LATER = NOW_MS + DAY_MS
SEVERE = 3000  # a minute of severity 3 in pictures, as is reserved while nothing is known
UPHELD = AppealReply("upheld", "The picture shows the opposite of the answer.")


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    longest_look_ms.cache_clear()


@pytest.fixture
def due() -> Due:
    """Make a project of severity 3, whose reviewer agreed to such material long ago."""
    due = make_due()
    Project.objects.update(severity=3, risk_categories=WHAT, modality="image")
    agree(due.independent.pk, WHAT, NOW_MS)
    use(due.independent.pk)
    return due


@pytest.fixture
def made(due: Due) -> Appeal:
    return appeal(due.reject().pk, by=due.person, words="It was irony.", now_ms=LATER)


def test_appeal_about_hard_material_reserves_its_dose_when_it_is_taken(
    due: Due, made: Appeal
) -> None:
    take_appeal(made.pk, by=due.independent, now_ms=LATER)
    take_appeal(made.pk, by=due.independent, now_ms=LATER + 1000)

    assert weight_of(due.independent.pk, LATER + 1000).day == SEVERE


def test_calm_appeal_reserves_nothing(due: Due, made: Appeal) -> None:
    Project.objects.update(severity=0)

    take_appeal(made.pk, by=due.independent, now_ms=LATER)

    assert not AppealLook.objects.exists()


@pytest.mark.parametrize("minutes", [0, 2])
def test_appeal_is_refused_where_the_readers_own_limit_leaves_no_room(
    due: Due, made: Appeal, minutes: int
) -> None:
    set_own_limit(due.independent.pk, minutes, NOW_MS)

    with pytest.raises(Conflict) as refused:
        take_appeal(made.pk, by=due.independent, now_ms=LATER)

    assert refused.value.case == "appeal-hard-day"
    assert Appeal.objects.get().held_by is None


def test_appeal_is_refused_once_the_budget_is_spent_on_tasks(due: Due, made: Appeal) -> None:
    there = make_risky([0, 3, 3, 0, 3, 3, 0, 3])
    worker = make_worker(there.project, person=due.independent)
    lease_tasks(worker.pk, 8, LATER - HOUR_MS)
    lent = sum(Lease.objects.filter(worker=worker).values_list("dose", flat=True))

    with pytest.raises(Conflict) as refused:
        take_appeal(made.pk, by=due.independent, now_ms=LATER)

    assert lent == 3 * SEVERE
    assert refused.value.case == "appeal-hard-break"


def test_who_did_not_agree_to_the_kind_is_not_given_the_appeal(due: Due, made: Appeal) -> None:
    decline(due.independent.pk, WHAT, NOW_MS)

    with pytest.raises(Conflict) as refused:
        take_appeal(made.pk, by=due.independent, now_ms=LATER)

    assert refused.value.case == "appeal-hard-declined"


def test_appeal_in_hand_leaves_less_room_for_tasks(due: Due, made: Appeal) -> None:
    there = make_risky([0, 3, 3, 0, 3, 3, 0, 3])
    worker = make_worker(there.project, person=due.independent)
    set_own_limit(due.independent.pk, 6, NOW_MS)
    take_appeal(made.pk, by=due.independent, now_ms=LATER)

    lease_tasks(worker.pk, 8, LATER + 1000)

    assert sum(Lease.objects.filter(worker=worker).values_list("dose", flat=True)) == SEVERE


def test_what_was_never_uncovered_weighs_nothing_once_the_reading_ends(
    due: Due, made: Appeal
) -> None:
    take_appeal(made.pk, by=due.independent, now_ms=LATER)

    held = weight_of(due.independent.pk, LATER + HOLD_MS - 1).day
    after = weight_of(due.independent.pk, LATER + HOLD_MS).day
    answer_appeal(made.pk, UPHELD, by=due.independent, now_ms=LATER + HOLD_MS)

    assert (held, after, AppealLook.objects.get().dose) == (SEVERE, 0, 0)


def test_what_was_uncovered_weighs_as_long_as_it_was_to_be_seen(due: Due, made: Appeal) -> None:
    take_appeal(made.pk, by=due.independent, now_ms=LATER)
    uncover(made.pk, by=due.independent, now_ms=LATER + MINUTE_MS)

    answer_appeal(made.pk, UPHELD, by=due.independent, now_ms=LATER + MINUTE_MS + 20_000)

    assert weight_of(due.independent.pk, LATER + HOUR_MS).day == SEVERE // 3
    assert lifetime_of(due.independent.pk) == SEVERE // 3


def test_only_who_reads_an_appeal_uncovers_what_it_is_about(due: Due, made: Appeal) -> None:
    take_appeal(made.pk, by=due.independent, now_ms=LATER)

    for somebody in (due.operator, make_person()):
        with pytest.raises(Missing):
            uncover(made.pk, by=somebody, now_ms=LATER + 1)
    with pytest.raises(Missing):
        uncover(made.pk, by=due.independent, now_ms=LATER + HOLD_MS)
