"""Planted wrong proposals measure a layout: no model, price, label or score knows of them."""

import pytest

from canut.actions.datasets.label_exports import export_labels
from canut.actions.learning.anchoring import (
    anchoring_of,
    own_anchoring,
    plant_proposals,
    stop_planting,
    watch_anchoring,
)
from canut.actions.learning.loop import LoopRuleIn, set_loop_rule
from canut.actions.learning.training_data import lesson_of, subject_of
from canut.actions.quality.gold import correct_known, score_of
from canut.actions.work.leases import lease_tasks
from canut.actions.work.submission import Submission, submit
from canut.core.errors import Conflict, Refusal
from canut.store.models import (
    ModelAnswer,
    PayLine,
    PlantedProposal,
    Project,
    Proposal,
    QuestionVersion,
    TaskState,
    Worker,
)
from canut.store.quality.gold import checked_of
from tests.support.comparisons import make_gold, propose_on
from tests.support.factories import NOW, NOW_MS, Made, make_person, make_project

pytestmark = [pytest.mark.django_db, pytest.mark.dialect]
GOLD, SHOWN = 8, 36


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Made:
    """A project with 36 shown proposals, eight gold tasks, and four planted ones."""
    monkeypatch.setattr(
        "canut.actions.work.leases.check_due", lambda worker, _count: worker.rules.check
    )
    project = make_project(tasks=GOLD + SHOWN, workers=6)
    set_loop_rule(project.project, LoopRuleIn(shows=True), NOW_MS - 1)
    make_gold(project.tasks[:GOLD])
    propose_on(project.project, project.tasks[GOLD:])
    assert plant_proposals(project.project, make_person(), NOW_MS - 1) == GOLD
    return project


def meet_all(worker: Worker, *, follows: bool) -> None:
    """Answer all gold tasks; who follows says what is proposed to them."""
    for step in range(GOLD):
        at_ms = NOW_MS + step * 60_000
        (lent,) = lease_tasks(worker.pk, 1, at_ms).tasks
        said = lent.proposal[0] if follows and lent.proposal else "oui"
        submit(worker.pk, Submission(lent.lease, f"k{step}", {"q": said}), at_ms + 5_000)


def test_half_are_shown_and_all_are_wrong_and_at_most_one_in_ten(made: Made) -> None:
    planted = PlantedProposal.objects.filter(project=made.project)

    assert {one.label for one in planted} == {"non"}
    shown = planted.filter(is_shown=True).count()
    assert shown * 2 == planted.count() == GOLD
    assert shown * 10 <= shown + Proposal.objects.filter(is_shown=True).count()
    with pytest.raises(Conflict) as refusal:
        plant_proposals(made.project, make_person(), NOW_MS)
    assert refusal.value.case == "anchoring-few"


def test_workers_see_those_that_are_shown_under_the_name_of_the_others(made: Made) -> None:
    seen = {}
    for step in range(GOLD):
        (lent,) = lease_tasks(made.worker.pk, 1, NOW_MS + step).tasks
        seen[lent.task] = lent.proposal
        submit(made.worker.pk, Submission(lent.lease, f"k{step}", {"q": "oui"}), NOW_MS + step)

    assert seen == {
        one.task_id: ("non", "canut-text 1") if one.is_shown else None
        for one in PlantedProposal.objects.all()
    }


def test_they_enter_no_training_price_label_or_score(made: Made) -> None:
    for worker in made.workers:
        meet_all(worker, follows=True)

    planted = list(PlantedProposal.objects.values_list("task", flat=True))
    assert not ModelAnswer.objects.filter(task__in=planted).exists()
    assert not Proposal.objects.filter(task__in=planted).exists()
    lesson = lesson_of(subject_of(made.project))
    assert not set(lesson.task.tolist()) & set(planted)
    states = TaskState.objects.filter(task__in=planted)
    assert set(states.values_list("state", "label", "counted")) == {("gold", "oui", 0)}
    assert b"non" not in b"".join(export_labels(made.project.pk, "csv"))
    lines = PayLine.objects.filter(answer__task__in=planted)
    assert set(lines.values_list("piece_micro", flat=True)) == {made.rate.piece_micro}
    for worker in made.workers:
        worker.refresh_from_db()
        assert (worker.checks_right, worker.checks_answered) == (0, 0) == score_of(worker)
        assert checked_of(worker) == []


def test_effect_is_told_of_everybody_and_ones_own_alone(made: Made) -> None:
    for number, worker in enumerate(made.workers):
        meet_all(worker, follows=number < 4)

    everybody = anchoring_of(made.project.pk)

    assert (everybody.wrong_shown, everybody.shown) == (16, 24)
    assert (everybody.wrong_hidden, everybody.hidden) == (0, 24)
    assert everybody.is_too_strong
    own = own_anchoring(made.workers[5].pk)
    assert (own.wrong_shown, own.shown, own.effect) == (0, 4, None)


def test_strong_effect_hides_proposals_until_the_layout_changes(made: Made) -> None:
    for worker in made.workers:
        meet_all(worker, follows=True)

    assert watch_anchoring(NOW_MS) == 1

    assert not Proposal.objects.filter(is_shown=True).exists()
    assert not PlantedProposal.objects.filter(ended_ms=None).exists()
    assert lease_tasks(made.worker.pk, 1, NOW_MS + 10**7).tasks[0].proposal is None
    with pytest.raises(Conflict) as refusal:
        set_loop_rule(made.project, LoopRuleIn(shows=True), NOW_MS)
    assert refusal.value.case == "anchoring-strong"
    words_only(made.project, made.question.schema, 2)
    with pytest.raises(Conflict):
        set_loop_rule(made.project, LoopRuleIn(shows=True), NOW_MS)
    words_only(made.project, {**made.question.schema, "show": []}, 3)
    assert set_loop_rule(made.project, LoopRuleIn(shows=True), NOW_MS).shows


def words_only(project: Project, schema: dict[str, object], number: int) -> None:
    QuestionVersion.objects.create(
        project=project, number=number, schema=schema, instructions=f"version {number}",
        created_by=project.created_by, created_at=NOW,
    )  # fmt: skip


def test_weak_effect_hides_nothing(made: Made) -> None:
    for worker in made.workers:
        meet_all(worker, follows=False)

    assert watch_anchoring(NOW_MS) == 0
    assert anchoring_of(made.project.pk).needed > 24


def test_corrected_gold_shows_its_wrong_proposal_to_nobody(made: Made) -> None:
    one = PlantedProposal.objects.filter(is_shown=True)[0]

    correct_known(one.task_id, "", "Ni l’un ni l’autre.", by=make_person(), now_ms=NOW_MS)

    one.refresh_from_db()
    assert one.ended_ms == NOW_MS
    assert stop_planting(made.project.pk, NOW_MS) == GOLD - 1


def test_planting_needs_shown_proposals_and_gold_nobody_met() -> None:
    made = make_project(tasks=12)

    def refused() -> str:
        with pytest.raises(Refusal) as refusal:
            plant_proposals(made.project, make_person(), NOW_MS)
        return refusal.value.case

    assert refused() == "anchoring-hidden"
    set_loop_rule(made.project, LoopRuleIn(shows=True), NOW_MS - 1)
    propose_on(made.project, made.tasks[2:])
    assert refused() == "anchoring-few"
