from dataclasses import replace

import pytest

from canut.actions.decisions.appeals import take_back
from canut.actions.decisions.sanctions import Limit, limit_worker
from canut.actions.work.leases import lease_tasks
from canut.actions.work.submission import Submission, submit
from canut.core.clock import DAY_MS
from canut.core.decisions.deadlines import NOTICE_DAYS
from canut.core.errors import BadInput, Conflict, Forbidden
from canut.store.models import Decision, Sanction
from tests.support.decisions import EVIDENCE, Due, make_due
from tests.support.factories import NOW_MS, make_person

pytestmark = pytest.mark.django_db
NOTICE = NOTICE_DAYS * DAY_MS
SUSPENDED = Limit("suspension", 7, "shared-account", EVIDENCE)
AT_ONCE = Limit("suspension", 7, "harm-to-others", EVIDENCE)
RESTRICTED = Limit("restriction", 7, "without-looking", EVIDENCE, daily=2)


@pytest.fixture
def due() -> Due:
    return make_due(tasks=9)


def limit(due: Due, what: Limit) -> Sanction:
    return limit_worker(due.made.worker.pk, what, by=due.author, now_ms=NOW_MS)


def test_suspension_waits_for_its_notice(due: Due) -> None:
    limit(due, SUSPENDED)

    assert lease_tasks(due.made.worker.pk, 1, NOW_MS + NOTICE - 1).tasks
    with pytest.raises(Forbidden) as refused:
        lease_tasks(due.made.worker.pk, 1, NOW_MS + NOTICE)

    assert refused.value.case == "worker-suspended"
    assert refused.value.facts["until"] == "2026-12-05"


@pytest.mark.parametrize(("what", "daily"), [(replace(AT_ONCE, daily=20), None), (RESTRICTED, 2)])
def test_record_holds_tasks_a_day_of_a_restriction_alone(
    due: Due, what: Limit, daily: int | None
) -> None:
    assert limit(due, what).decision.inputs.get("daily") == daily


def test_safety_does_not_wait(due: Due) -> None:
    limit(due, AT_ONCE)

    with pytest.raises(Forbidden):
        lease_tasks(due.made.worker.pk, 1, NOW_MS)


def test_suspension_ends_by_itself(due: Due) -> None:
    limit(due, AT_ONCE)

    assert lease_tasks(due.made.worker.pk, 1, NOW_MS + 7 * DAY_MS).tasks


def test_task_in_hand_may_be_finished_while_suspended(due: Due) -> None:
    (held,) = lease_tasks(due.made.worker.pk, 1, NOW_MS).tasks
    limit(due, AT_ONCE)

    receipt = submit(
        due.made.worker.pk, Submission(held.lease, "last", {"q": "oui"}), NOW_MS + 5_000
    )

    assert receipt.counted
    assert receipt.piece_micro > 0


def test_restriction_lends_so_many_tasks_a_day(due: Due) -> None:
    limit(due, RESTRICTED)
    moment = NOW_MS + NOTICE

    lent = lease_tasks(due.made.worker.pk, 5, moment).tasks
    more = lease_tasks(due.made.worker.pk, 5, moment + 1_000).tasks

    assert len(lent) == 2
    assert more == lent


def test_suspension_says_why_and_the_record_stays(due: Due) -> None:
    decision = limit(due, SUSPENDED).decision

    assert "from November 28, 2026 to December 5, 2026" in decision.text_en
    assert "your record stays yours" in decision.text_en
    assert "votre dossier reste à vous" in decision.text_fr


@pytest.mark.parametrize("what", [SUSPENDED, RESTRICTED])
def test_program_limits_nobody(due: Due, what: Limit) -> None:
    program = make_person(is_service=True)

    with pytest.raises(Forbidden):
        limit_worker(due.made.worker.pk, what, by=program, now_ms=NOW_MS)

    assert not Decision.objects.exists()
    assert not Sanction.objects.exists()


def test_act_that_leads_to_rejection_alone_suspends_nobody(due: Due) -> None:
    with pytest.raises(BadInput):
        limit(due, Limit("suspension", 7, "off-instructions", EVIDENCE))


@pytest.mark.parametrize(
    "what",
    [
        Limit("suspension", 0, "shared-account", EVIDENCE),
        Limit("suspension", 91, "shared-account", EVIDENCE),
        Limit("restriction", 7, "shared-account", EVIDENCE, daily=0),
        Limit("closure", 7, "shared-account", EVIDENCE),
        Limit("suspension", 7, "shared-account", " "),
    ],
)
def test_limit_out_of_range_or_without_evidence_is_refused(due: Due, what: Limit) -> None:
    with pytest.raises(BadInput):
        limit(due, what)


def test_one_limit_at_a_time(due: Due) -> None:
    limit(due, SUSPENDED)

    with pytest.raises(Conflict):
        limit(due, RESTRICTED)


def test_suspension_that_is_taken_back_lends_again(due: Due) -> None:
    decision = limit(due, AT_ONCE).decision

    take_back(decision.pk, by=due.author, words="It was another account.", now_ms=NOW_MS + 1)

    assert lease_tasks(due.made.worker.pk, 1, NOW_MS + 2).tasks
