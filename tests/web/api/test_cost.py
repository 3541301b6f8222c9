"""The API says what a project would cost, by what answers and reviews are for."""

import pytest

from canut.actions.people.accounts import add_member
from canut.actions.projects.cost_preview import before_opening
from canut.actions.quality.gold import set_audit
from canut.actions.quality.reviews import ReviewRuleIn, set_review_rule
from canut.actions.work.overlap import set_overlap
from canut.core.money import Money
from canut.store.models import Role
from canut.store.pay.funds import balance
from tests.support.factories import NOW_MS, make_person, make_project
from tests.support.paid_work import begin_pilot, fund, hire, make_paid_draft
from tests.web.api.program import program

pytestmark = pytest.mark.django_db


def test_cost_of_a_draft_is_told_part_by_part_with_what_is_missing() -> None:
    project = make_paid_draft(tasks=40, overlap=1)
    hire(project)
    add_member(make_person(), Role.REVIEWER, NOW_MS, project=project)
    set_review_rule(project, ReviewRuleIn("none", 0.8, 300_000, 250, 40_000), NOW_MS)
    set_audit(project.pk, 100, NOW_MS)
    set_overlap(project.pk, 2, NOW_MS, 5)
    fund(project, Money(1_000_000, "CAD"))
    project.refresh_from_db()
    need = before_opening(project, NOW_MS).need

    told = program("requester", organisation=project.organisation).get(
        f"projects/{project.slug}/cost"
    )

    assert told["need"]["asked"]["audits"] == 4
    assert told["need"]["reviews"]["count"] == 10
    assert (told["need"]["asked"]["most"], told["need"]["answers"]) == (5, 40 * 5 + 1 + 4)
    assert 2 < told["need"]["asked"]["likely_each"] < 5
    assert told["need"]["likely_micro"] < told["need"]["total_micro"] == need.total.micro
    assert told["missing_micro"] == need.total.micro - 1_000_000
    assert (told["currency"], told["deposited_micro"]) == ("CAD", 1_000_000)


def test_link_for_reviewers_locks_the_money_of_their_reviews() -> None:
    project, _workers = begin_pilot()
    set_review_rule(project, ReviewRuleIn("none", 0.8, 300_000, 1000), NOW_MS)
    before = balance(project.pk, "CAD").locked

    program("requester", organisation=project.organisation).post(
        f"projects/{project.slug}/invitations", {"role": "reviewer"}
    )

    assert balance(project.pk, "CAD").locked > before


def test_own_staff_cost_nothing_here() -> None:
    project = make_project(is_own_staff=True).project

    told = program("requester", organisation=project.organisation).get(
        f"projects/{project.slug}/cost"
    )

    assert (told["currency"], told["need"], told["missing_micro"]) == (None, None, 0)
