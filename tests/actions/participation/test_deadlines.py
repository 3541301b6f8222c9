"""The schedule does what time calls for in what workers say."""

import pytest

from canut.actions.operations.scheduler import run_due
from canut.actions.participation.deadlines import run_deadlines
from canut.actions.participation.elections import open_election
from canut.actions.participation.messages import write_to
from canut.actions.participation.policy_changes import PolicyProposal, propose_change
from canut.actions.people.accounts import add_operator
from canut.core.clock import DAY_MS
from canut.store.models import (
    Election,
    Membership,
    Organisation,
    OversightReport,
    PolicyChange,
    Thread,
)
from tests.support.factories import (
    NOW,
    NOW_MS,
    answer_next,
    make_person,
    make_project,
    make_representative,
)

pytestmark = pytest.mark.django_db


def test_schedule_finds_late_questions_closed_votes_and_changes_that_waited() -> None:
    operator = add_operator("ines", None, "Coopérative", NOW_MS)
    answer_next(make_project().worker)
    write_to(make_person(), Thread.To.OPERATOR, None, "Allô ?", NOW_MS)
    open_election(operator, 1, NOW_MS + 10_000)
    propose_change(operator, PolicyProposal("hours_day", 480, "Pour les yeux aussi"), NOW_MS)
    Thread.objects.update(due_ms=1)
    Election.objects.update(closes_ms=1)
    PolicyChange.objects.update(proposed_ms=1)

    run_due()

    assert Thread.objects.get().late_ms is not None
    assert Election.objects.get().counted_ms is not None
    assert PolicyChange.objects.get().state == "in_force"
    assert OversightReport.objects.filter(kind="now").exists()


def test_term_that_is_over_ends_by_itself() -> None:
    home = Organisation.objects.create(name="Chez nous", kind="operator", created_at=NOW)
    make_representative(make_person(), home)

    run_deadlines(NOW_MS + 365 * DAY_MS)

    assert not Membership.objects.filter(role="representative", ended_at=None).exists()


def test_nothing_due_is_nothing_done() -> None:
    run_deadlines(NOW_MS)

    assert run_deadlines(NOW_MS + 1) == 0
