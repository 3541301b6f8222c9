"""A settled change of a limit holds where the limit is applied, from its own instant on."""

import pytest

from canut.actions.participation.deadlines import run_deadlines
from canut.actions.participation.policy_changes import PolicyProposal, give_opinion, propose_change
from canut.actions.people.accounts import add_operator
from canut.actions.protection.exposure import longest_look_ms
from canut.actions.time.working_hours import watch_hours
from canut.actions.work.leases import lease_tasks
from canut.core.clock import DAY_MS, HOUR_MS
from canut.core.participation.policies_in_force import SHIPPED
from canut.core.participation.policy_changes import PolicyName
from canut.store.models import Lease, Membership, Organisation, PolicyChange, Protection, WorkedDay
from canut.store.participation.policies import limits_at
from canut.store.protection.exposure import standing_of
from tests.support.exposure import make_risky
from tests.support.factories import NOW_MS, make_person, make_project, make_representative

pytestmark = pytest.mark.django_db
LATE = NOW_MS + 14 * DAY_MS


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    longest_look_ms.cache_clear()


def settle(name: str, new: int, at_ms: int) -> None:
    """Let a change be proposed and agreed to at a moment."""
    found = Organisation.objects.filter(kind="operator").first()
    if found is None:
        add_operator("ines", None, "Coopérative", NOW_MS)
        found = Organisation.objects.get(kind="operator")
        make_representative(make_person(username="voix"), found)
    operator = Membership.objects.get(role="operator", organisation=found).person
    speaker = Membership.objects.get(role="representative", organisation=found).person
    change = propose_change(operator, PolicyProposal(name, new, "Pour se reposer mieux"), at_ms)
    give_opinion(speaker, change.pk, "Nous sommes d’accord.", at_ms, agrees=True)


def doses_lent(at_ms: int) -> int:
    """Lend ten tasks of a project with hard ones to somebody new; return their dose."""
    made = make_risky([0, 3, 3, 0, 3, 3, 0, 3, 3, 0])
    lease_tasks(made.worker.pk, 10, at_ms)
    return sum(Lease.objects.filter(worker=made.worker).values_list("dose", flat=True))


@pytest.mark.parametrize(
    ("name", "new"), [("exposure_day", 6_000), ("exposure_week", 7_000), ("exposure_run", 5_000)]
)
def test_settled_limit_of_exposure_alters_what_is_lent_from_its_instant_on(
    name: str, new: int
) -> None:
    settle(name, new, NOW_MS)

    before, after = doses_lent(NOW_MS - 1), doses_lent(NOW_MS)

    assert before == 9_000
    assert 3_000 <= after <= new


def test_loosening_back_gives_what_was_given_before() -> None:
    settle("exposure_run", 5_000, NOW_MS - 2)
    settle("exposure_run", 10_000, NOW_MS)

    assert (doses_lent(NOW_MS - 1), doses_lent(NOW_MS)) == (3_000, 9_000)


def test_person_reads_the_limits_in_force_of_exposure_and_hours() -> None:
    person = make_risky([0]).worker.person_id or 0
    settle("exposure_day", 30_000, NOW_MS)
    settle("hours_week", 1_800, NOW_MS)

    before, after = standing_of(person, NOW_MS - 1), standing_of(person, NOW_MS)

    assert (before.day_limit, before.most_minutes, before.stop_ms) == (60_000, 60, 48 * HOUR_MS)
    assert (after.day_limit, after.most_minutes, after.stop_ms) == (30_000, 30, 30 * HOUR_MS)


def test_settled_limit_of_hours_is_followed_by_another_look_at_everybody() -> None:
    made = make_project(tasks=3)
    person = made.worker.person_id or 0
    WorkedDay.objects.create(person_id=person, day="2026-11-25", ms=7 * HOUR_MS, at_ms=NOW_MS)
    watch_hours(person, NOW_MS, at_once=True)
    settle("hours_day", 420, NOW_MS + 1000)

    run_deadlines(NOW_MS + 999)
    before = Protection.objects.get(person=person).rest_why
    run_deadlines(NOW_MS + 1000)
    lent = lease_tasks(made.worker.pk, 1, NOW_MS + 1000)

    assert before == ""
    assert lent.tasks == []
    assert lent.held_back is not None
    assert "7 hours today" in lent.held_back.text_en
    assert "7 heures aujourd’hui" in lent.held_back.text_fr


def test_loosened_limit_of_hours_ends_a_rest() -> None:
    made = make_project(tasks=3)
    person = made.worker.person_id or 0
    WorkedDay.objects.create(person_id=person, day="2026-11-25", ms=7 * HOUR_MS, at_ms=NOW_MS)
    settle("hours_day", 420, NOW_MS - 1000)
    watch_hours(person, NOW_MS, at_once=True)
    resting = lease_tasks(made.worker.pk, 1, NOW_MS).tasks
    settle("hours_day", 600, NOW_MS + 1000)

    run_deadlines(NOW_MS + 1000)

    assert resting == []
    assert len(lease_tasks(made.worker.pk, 1, NOW_MS + 1000).tasks) == 1


def test_value_beyond_the_bounds_is_not_taken_whatever_was_kept() -> None:
    settle("hours_day", 480, NOW_MS)
    PolicyChange.objects.update(new=9_999)

    assert limits_at(NOW_MS)[PolicyName.HOURS_DAY] == SHIPPED[PolicyName.HOURS_DAY] == 600
    assert limits_at(LATE) == SHIPPED
