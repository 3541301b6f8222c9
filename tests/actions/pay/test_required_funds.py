"""What must be locked counts reviews, gold, audits and more answers; opening refuses without."""

from datetime import timedelta

import pytest

from canut.actions.pay.required_funds import need_of, workload_of
from canut.actions.people.accounts import add_member
from canut.actions.projects.cost_preview import before_opening, cost_of_more, estimate_at
from canut.actions.projects.setup import Price, open_project, pause_project, start_project
from canut.actions.quality.bulk_edit import BulkChange, change_many, undo_bulk
from canut.actions.quality.gold import make_known, make_known_from_import, set_audit
from canut.actions.quality.reviews import ReviewRuleIn, create_reviewer_invitation, set_review_rule
from canut.actions.work.overlap import set_overlap
from canut.core.clock import to_ms
from canut.core.errors import Conflict, Unfunded
from canut.core.money import Money
from canut.store.models import Bulk, Project, Role, Task, Worker
from canut.store.pay.funds import balance
from canut.store.tasks.filter_sql import Filter
from tests.support.factories import NOW, NOW_MS, make_person
from tests.support.instance import make_invitation
from tests.support.paid_work import begin_pilot, declare_chain, fund, hire, make_paid_draft, try_out

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
LATER_MS = NOW_MS + 3_600_000


def cad(micro: int) -> Money:
    return Money(micro, "CAD")


def locked(project: Project) -> int:
    return balance(project.pk, "CAD").locked.micro


def reviewer(project: Project) -> None:
    add_member(make_person(), Role.REVIEWER, NOW_MS, project=project)


def opened(**draft: int) -> tuple[Project, list[Worker]]:
    project, workers = begin_pilot(**draft)
    try_out(workers, [15_000] * len(workers))
    open_project(project, to_ms(LATER))
    return project, workers


def spend_rest(project: Project, leave: int = 0) -> None:
    """Let nothing be there but what is locked, and a little."""
    there = balance(project.pk, "CAD")
    project.funds.filter(kind="deposit").update(micro=there.locked.micro + leave)


def more(project: Project, amount: int, *tasks: int) -> Bulk:
    change = BulkChange("answers", Filter(project.pk), amount, tasks)
    said = len(tasks) or 40
    return change_many(project, change, said, by=project.created_by, now_ms=LATER_MS)


def test_reviews_are_locked_when_a_paid_project_opens() -> None:
    project, workers = begin_pilot()
    reviewer(project)
    set_review_rule(project, ReviewRuleIn("none", 0.8, 300_000, 250), NOW_MS)
    try_out(workers, [15_000] * 4)

    open_project(project, to_ms(LATER))

    need = need_of(project, LATER_MS)
    assert need.reviews is not None
    assert need.reviews.looks.count == 10  # a quarter of forty tasks
    assert need.reviews.pay == cad(3_000_000)
    assert locked(project) == need.total.micro


def test_opening_without_the_money_for_reviews_is_refused_with_the_missing_sum() -> None:
    project, workers = begin_pilot()
    try_out(workers, [15_000] * 4)
    without = need_of(project, LATER_MS).total
    project.funds.filter(kind="deposit").update(micro=without.micro)
    reviewer(project)

    with pytest.raises(Unfunded) as refusal:
        open_project(project, to_ms(LATER))

    cover = before_opening(project, LATER_MS)
    assert cover.need.reviews is not None
    assert cover.missing.micro == cover.need.total.micro - without.micro > 0
    assert refusal.value.facts["missing_micro"] == cover.missing.micro
    assert project.state == Project.State.PILOT


def test_nobody_to_review_needs_no_money_and_a_link_for_one_does() -> None:
    project, _workers = opened()
    before = locked(project)

    create_reviewer_invitation(
        project,
        by=project.created_by,
        expires_at=LATER + timedelta(days=1),
        max_uses=1,
        note="",
        now_ms=to_ms(LATER),
    )

    assert locked(project) > before


def test_more_reviews_are_promised_only_where_the_money_is() -> None:
    project, _workers = opened()
    reviewer(project)
    spend_rest(project)

    with pytest.raises(Unfunded):
        set_review_rule(project, ReviewRuleIn("always", 0.8, 300_000, 1000), LATER_MS)


def test_pilot_locks_the_reviews_of_its_own_part() -> None:
    project = make_paid_draft(tasks=400, overlap=1)
    declare_chain(project)
    fund(project)
    reviewer(project)
    set_review_rule(project, ReviewRuleIn("none", 0.8, 1_000_000, 100), NOW_MS)
    hire(project)

    start_project(project, NOW_MS)

    assert locked(project) == 21 * 100_000 + 3 * 1_000_000


def test_audit_share_is_in_what_is_locked_and_refused_without_money() -> None:
    project, _workers = opened()
    before = locked(project)

    set_audit(project.pk, 100, LATER_MS)

    assert workload_of(Project.objects.get(pk=project.pk)).audits == 4
    assert locked(project) >= before + 4 * 100_000
    spend_rest(project)
    with pytest.raises(Unfunded):
        set_audit(project.pk, 1000, LATER_MS)
    project.refresh_from_db()
    assert project.audit_per_mille == 100


def test_gold_takes_the_place_of_answers_and_adds_its_own() -> None:
    project, _workers = opened()
    Task.objects.filter(project=project).update(known="oui")
    before = workload_of(project)

    made = make_known_from_import(project, 5, by=project.created_by, now_ms=LATER_MS)

    after = workload_of(project)
    assert made == 5
    assert after.tasks == before.tasks - 5
    assert after.gold == min(5 * 4, -(-after.regular * 125 // 1900))
    assert locked(project) == need_of(project, LATER_MS).total.micro


def test_gold_without_money_for_its_answers_is_refused() -> None:
    project, workers = begin_pilot(overlap=1)
    try_out(workers, [15_000] * 4)
    open_project(project, to_ms(LATER))
    spend_rest(project)
    open_task = Task.objects.filter(project=project, now__state="open").first()
    assert open_task is not None

    with pytest.raises(Unfunded):
        make_known(open_task.pk, "oui", "", by=project.created_by, now_ms=LATER_MS)

    assert not project.gold_set.exists()


def test_until_sure_is_locked_by_its_cap_and_likely_is_said() -> None:
    project, _workers = opened()

    set_overlap(project.pk, 2, LATER_MS, 9)

    project.refresh_from_db()
    need = need_of(project, LATER_MS)
    assert need.asked is not None
    assert need.asked.answers >= 40 * 9
    assert 2 < need.asked.likely_each < 9
    assert need.likely is not None
    assert need.likely.micro < need.total.micro == locked(project)


def test_estimate_of_a_draft_counts_the_practice_of_who_is_about_to_be_invited() -> None:
    project = make_paid_draft(tasks=40, overlap=3)
    declare_chain(project)
    price = Price("CAD", 100_000, task_ms=20_000)
    before = estimate_at(project, price, 3, 2, NOW_MS)

    make_invitation(project, project.created_by)  # for two people

    assert before.need is not None
    assert before.need.answers == 40 * 3 + 2
    assert estimate_at(project, price, 3, 2, NOW_MS).need == before.need


def test_estimate_of_a_draft_has_reviews_audits_and_likely() -> None:
    project = make_paid_draft()
    reviewer(project)
    set_audit(project.pk, 50, NOW_MS)
    set_overlap(project.pk, 2, NOW_MS, 5)
    project.refresh_from_db()

    found = estimate_at(project, Price("CAD", 100_000, task_ms=20_000), 2, 0, NOW_MS)

    assert found.need is not None
    assert found.need.asked is not None
    assert found.need.reviews is not None
    assert (found.need.asked.audits, found.need.asked.most) == (2, 5)
    assert found.need.reviews.looks.look_ms == 40_000
    assert found.likely is not None
    assert found.total is not None
    assert found.likely.micro < found.total.micro


def test_more_answers_of_many_tasks_are_priced_locked_and_returned_when_undone() -> None:
    project, _workers = opened()
    before = locked(project)
    cost = cost_of_more(project, 2 * 40, LATER_MS)

    bulk = more(project, 2)

    assert cost is not None
    assert (cost.missing.micro, locked(project)) == (0, before + cost.money.micro)
    assert cost.money.micro >= 80 * 100_000
    undo_bulk(project, bulk.pk, by=project.created_by, now_ms=LATER_MS)
    assert locked(project) == before


def test_more_answers_are_refused_only_where_money_is_short_with_the_missing_sum() -> None:
    project, _workers = opened()
    spend_rest(project, leave=100_000)
    cost = cost_of_more(project, 40, LATER_MS)

    with pytest.raises(Unfunded) as refusal:
        more(project, 1)

    assert cost is not None
    assert refusal.value.facts["missing_micro"] == cost.missing.micro
    assert cost.missing.micro == cost.money.micro - 100_000
    assert not Bulk.objects.exists()


def test_fewer_tasks_said_than_there_are_lock_no_less() -> None:
    project, _workers = opened()
    before = locked(project)

    change = BulkChange("answers", Filter(project.pk), 1)
    change_many(project, change, 1, by=project.created_by, now_ms=LATER_MS)

    assert locked(project) >= before + 40 * 100_000


def test_paused_project_keeps_its_money_and_may_ask_for_more() -> None:
    project, _workers = opened()
    before = locked(project)

    pause_project(project, to_ms(LATER))

    assert locked(project) == before
    more(project, 1)
    assert locked(project) > before


def test_closed_project_asks_for_no_more_answers() -> None:
    project, _workers = opened()
    Project.objects.filter(pk=project.pk).update(state="closed")
    project.refresh_from_db()

    with pytest.raises(Conflict) as refusal:
        more(project, 1)

    assert refusal.value.case == "project-ended"
