"""A commission is written, priced and answered before its project opens; its test is recomputed."""

from typing import Any

import pytest

from canut.actions.commissions.commission import (
    answer_contradiction,
    contradictions_of,
    set_acceptance,
    write_commission,
)
from canut.actions.commissions.results import (
    figures_of_results,
    outcome_now,
    outcome_told,
    tell_acceptance,
)
from canut.actions.commissions.scenarios import choose_scenario, scenarios_of
from canut.actions.projects.setup import Price, open_project, set_price, start_project
from canut.actions.quality.gold import make_known, make_known_from_import
from canut.core.commissions.acceptance import AcceptanceVerdict
from canut.core.commissions.commission import Aim
from canut.core.commissions.contradictions import ContradictionRule
from canut.core.errors import BadInput, Conflict, Forbidden, Incomplete, Missing
from canut.store.commissions.commissions import draw_known
from canut.store.models import AcceptanceTask, Commission, LoopRule, Project, Task, TaskState
from canut.store.quality.known_split import A_THIRD, scatter
from tests.support.commissions import AIMS, ANSWER, answer_all, commission_words, make_commission
from tests.support.factories import NOW_MS, make_person, make_project
from tests.support.paid_work import declare_chain, fund, hire, make_paid_draft

pytestmark = pytest.mark.django_db


def draft(*, tasks: int = 90, known: bool = True, **fields: Any) -> Project:
    """Make a draft of own staff, its tasks with a known label."""
    made = make_project(tasks=tasks, workers=0, state="draft", is_own_staff=True, **fields)
    if known:
        Task.objects.filter(project=made.project).update(known="oui")
    return made.project


def refusal_of_start(project: Project) -> str:
    with pytest.raises(Incomplete) as refusal:
        start_project(project, NOW_MS)
    return refusal.value.case


def test_risk_two_needs_a_commission_and_a_calm_project_does_not() -> None:
    hard = draft(severity=2, risk_categories=["violence"])
    Project.objects.filter(pk=hard.pk).update(severity_most=2)
    TaskState.objects.filter(project=hard).update(severity=0)
    hard.refresh_from_db()
    calm = draft()

    start_project(calm, NOW_MS)

    assert calm.state == Project.State.OPEN
    assert refusal_of_start(hard) == "commission-missing"


def test_project_opens_once_aims_are_measured_the_test_is_fixed_and_contradictions_answered() -> (
    None
):
    project = draft()
    by = project.created_by
    half = {**AIMS, "ethical": Aim(AIMS["ethical"].text, "The council", "")}
    write_commission(project, commission_words(aims=half, person_named=""), by=by, now_ms=NOW_MS)
    assert refusal_of_start(project) == "aims-missing"

    write_commission(project, commission_words(person_named=""), by=by, now_ms=NOW_MS)
    assert refusal_of_start(project) == "acceptance-missing"

    set_acceptance(project, 900, 0, "Mme Roy", by=by)
    assert refusal_of_start(project) == "contradictions-open"

    assert answer_all(project) == 1
    start_project(project, NOW_MS)

    commission = Commission.objects.get(project=project)
    assert (project.state, commission.fixed_ms) == ("open", NOW_MS)
    assert AcceptanceTask.objects.count() == commission.known_tasks == 29
    with pytest.raises(Conflict) as refusal:
        write_commission(project, commission_words(), by=by, now_ms=NOW_MS)
    assert refusal.value.case == "commission-fixed"
    with pytest.raises(Conflict) as refusal:
        set_acceptance(project, 950, 0, "Mme Roy", by=by)
    assert refusal.value.case == "commission-fixed"


def test_an_answer_holds_while_the_facts_of_its_contradiction_are_the_same() -> None:
    project = draft(known=False)
    commission = make_commission(project)
    Task.objects.filter(project=project, row__lt=20).update(known="oui")

    few = contradictions_of(project, commission, NOW_MS)

    assert [(line.contradiction.rule, line.answer) for line in few] == [
        (ContradictionRule.KNOWN_FEW, None)
    ]
    with pytest.raises(BadInput):
        answer_contradiction(project, 0, "yes", by=project.created_by, now_ms=NOW_MS)
    with pytest.raises(Missing):
        answer_contradiction(project, 1, ANSWER, by=project.created_by, now_ms=NOW_MS)


def test_contradictions_of_a_project_are_found_in_its_rows() -> None:
    project = make_paid_draft(tasks=90, piece_micro=1_000)
    Project.objects.filter(pk=project.pk).update(severity=3)
    project.refresh_from_db()
    hire(project)
    set_price(project, Price("CAD", 1_000, task_ms=60_000), by=project.created_by, now_ms=NOW_MS)
    LoopRule.objects.create(project=project, shows=True, hidden_per_mille=10)
    words = commission_words(redress="", person_named="", touched="tenant", precision_per_mille=30)
    write_commission(project, words, by=project.created_by, now_ms=NOW_MS)
    commission = set_acceptance(project, 900, 0, "Mme Roy", by=project.created_by)

    rules = [line.contradiction.rule for line in contradictions_of(project, commission, NOW_MS)]

    assert rules == list(ContradictionRule)


def test_three_scenarios_are_priced_by_the_estimate_and_never_under_the_floor() -> None:
    project = make_paid_draft(tasks=100, piece_micro=1_000)
    declare_chain(project)
    hire(project)
    set_price(project, Price("CAD", 1_000, task_ms=60_000), by=project.created_by, now_ms=NOW_MS)
    commission = make_commission(project)

    one, three, adaptive = scenarios_of(project, commission, NOW_MS)

    for row in (one, three, adaptive):
        assert row.total is not None
        assert row.floor is not None
        hours = row.answers * 60_000 / 3_600_000
        assert row.total.micro >= hours * row.floor.micro
        assert row.error.low < row.error.value < row.error.high
        assert not row.is_measured
    assert (round(one.error.value, 3), round(three.error.value, 3)) == (0.2, 0.104)
    assert one.answers < adaptive.answers < three.answers * 2
    assert (one.people, adaptive.people) == (5, 5)
    assert adaptive.likely is not None
    assert adaptive.total is not None
    assert adaptive.likely < adaptive.total
    before = Project.objects.get(pk=project.pk)
    assert (before.overlap, before.overlap_most) == (3, None)

    choose_scenario(project, "adaptive", NOW_MS)

    assert (project.overlap, project.overlap_most) == (2, 5)
    stored = Commission.objects.get(project=project)
    assert stored.scenario_facts["answers"] == adaptive.answers
    with pytest.raises(BadInput):
        choose_scenario(project, "seven", NOW_MS)


def label_tasks(project: Project, label: str, most: int = 500) -> None:
    """Close tasks with a label, as a finished estimate leaves them."""
    rows = TaskState.objects.filter(project=project, state="open").order_by("task_id")
    ids = list(rows.values_list("task_id", flat=True)[:most])
    TaskState.objects.filter(task_id__in=ids).update(state="closed", label=label, confidence=0.9)


def test_acceptance_told_equals_acceptance_recomputed() -> None:
    project = draft(tasks=200)
    commission = make_commission(project, bar=900, slips=1)
    assert outcome_now(commission) is None
    start_project(project, NOW_MS)
    drawn = list(AcceptanceTask.objects.values_list("task", flat=True))
    assert len(drawn) == 46
    assert min(scatter(task) for task in drawn) >= A_THIRD
    assert set(draw_known(project.pk, 46)) == set(drawn)

    commission.refresh_from_db()
    with pytest.raises(Incomplete) as refusal:
        tell_acceptance(project, by=project.created_by, now_ms=NOW_MS)
    assert refusal.value.facts == {"seen": 0, "needed": 46}
    label_tasks(project, "oui")
    TaskState.objects.filter(task_id=drawn[0]).update(label="non")

    told = tell_acceptance(project, by=project.created_by, now_ms=NOW_MS)

    commission.refresh_from_db()
    assert (told.verdict, told.slips) == (AcceptanceVerdict.ACCEPTED, 1)
    assert told == outcome_now(commission) == outcome_told(commission)
    assert figures_of_results(project).outcome == told
    with pytest.raises(Conflict):
        tell_acceptance(project, by=project.created_by, now_ms=NOW_MS)
    TaskState.objects.filter(task_id=drawn[1]).update(label="non")
    again = outcome_now(commission)
    assert again is not None
    assert again.verdict is AcceptanceVerdict.REFUSED
    assert outcome_told(commission) == told


def test_tasks_of_the_acceptance_test_never_become_gold() -> None:
    project = draft(tasks=50)
    make_commission(project)
    start_project(project, NOW_MS)
    drawn = set(AcceptanceTask.objects.values_list("task", flat=True))

    with pytest.raises(Conflict) as refusal:
        make_known(min(drawn), "oui", "", by=project.created_by, now_ms=NOW_MS)
    assert refusal.value.case == "acceptance-task"
    made = make_known_from_import(project, 500, by=project.created_by, now_ms=NOW_MS)

    gold = set(TaskState.objects.filter(state="gold").values_list("task_id", flat=True))
    assert made == len(gold) == 50 - len(drawn)
    assert not gold & drawn


def test_a_pilot_fixes_the_acceptance_test_and_a_program_writes_no_commission() -> None:
    project = make_paid_draft(tasks=90)
    Task.objects.filter(project=project).update(known="oui")
    declare_chain(project)
    fund(project)
    hire(project)
    make_commission(project)

    start_project(project, NOW_MS)

    commission = Commission.objects.get(project=project)
    assert (project.state, commission.fixed_ms) == ("pilot", NOW_MS)
    with pytest.raises(Conflict) as refusal:
        set_acceptance(project, 950, 0, "Mme Roy", by=project.created_by)
    assert refusal.value.case == "acceptance-fixed"
    program = make_person(is_service=True)
    with pytest.raises(Forbidden):
        write_commission(project, commission_words(), by=program, now_ms=NOW_MS)


def test_a_project_that_was_open_before_goes_on_without_a_commission() -> None:
    made = make_project(state="paused", is_own_staff=True, severity=3)
    Project.objects.filter(pk=made.project.pk).update(opened_at=made.project.created_at)
    TaskState.objects.filter(project=made.project).update(severity=0)
    made.project.refresh_from_db()

    open_project(made.project, NOW_MS)

    assert made.project.state == Project.State.OPEN
