"""What people choose about hard material costs them nothing; what projects must say of it."""

from pathlib import Path

import pytest

from canut.actions.imports.lifecycle import ImportOptions, publish_import
from canut.actions.projects.setup import check_written, start_project
from canut.actions.protection.risk_preferences import (
    agree,
    check_opening,
    decline,
    raise_severity,
    set_own_limit,
    set_risk,
)
from canut.actions.work.leases import lease_tasks
from canut.actions.work.submission import Submission, submit
from canut.core.errors import BadInput, Incomplete, LeaseGone
from canut.store.models import (
    Decision,
    Lease,
    PayLine,
    Project,
    RiskChoice,
    TaskState,
    Worker,
)
from canut.store.protection.exposure import weight_of
from tests.support.exposure import WHAT, make_risky
from tests.support.factories import NOW_MS, answer_next, make_project, make_tasks
from tests.support.importing import brought

pytestmark = pytest.mark.django_db


def person(worker: Worker) -> int:
    return worker.person_id or 0


def test_refusing_in_the_middle_of_a_task_takes_the_hard_ones_back_at_once() -> None:
    made = make_risky([0, 3, 3, 0])
    lent = lease_tasks(made.worker.pk, 4, NOW_MS).tasks
    seen = next(task.lease for task in lent if Lease.objects.get(pk=task.lease).dose)

    ended = decline(person(made.worker), WHAT, NOW_MS + 1000, viewed=[seen])

    held = lease_tasks(made.worker.pk, 4, NOW_MS + 2000).tasks
    assert ended == 2
    assert [Lease.objects.get(pk=task.lease).severity for task in held] == [0, 0]
    assert Lease.objects.get(pk=seen).state == Lease.State.SKIPPED
    assert weight_of(person(made.worker), NOW_MS + 2000).day == 3000
    assert RiskChoice.objects.get().agreed is False
    assert set(TaskState.objects.filter(severity=3).values_list("live", flat=True)) == {0}


def test_protection_never_costs_the_protected() -> None:
    """DESIGN 6.6: the same calm work, in the same order, with the same rating and pay."""
    made = make_risky([0, 3, 0, 0, 3, 0, 0], workers=2)
    Project.objects.update(overlap=2)
    TaskState.objects.update(overlap=2)
    Worker.objects.update(accuracy=0.9)
    agreed, declined = made.workers
    lease_tasks(declined.pk, 2, NOW_MS)
    decline(person(declined), WHAT, NOW_MS)
    set_own_limit(person(declined), 0, NOW_MS)
    TaskState.objects.filter(severity=3).update(state="closed")  # only calm work is compared

    work = {worker: calm_work(worker) for worker in made.workers}

    assert work[agreed] == work[declined]
    first, second = (
        Worker.objects.filter(pk=worker.pk).values(
            "cursor_priority", "cursor_task", "accuracy", "agreed", "compared"
        ).get()
        for worker in made.workers
    )  # fmt: skip
    assert first == second
    assert not Decision.objects.exists()


def calm_work(worker: Worker) -> tuple[list[int], list[tuple[int, int]]]:
    """Answer until nothing is left; return the tasks in their order, and what each was paid."""
    done: list[int] = []
    while lent := lease_tasks(worker.pk, 1, NOW_MS + len(done) * 10_000).tasks:
        submission = Submission(lent[0].lease, str(lent[0].lease), {"q": "oui"})
        submit(worker.pk, submission, NOW_MS + len(done) * 10_000 + 5000)
        done.append(lent[0].task)
    lines = PayLine.objects.filter(worker=worker).order_by("id")
    return done, list(lines.values_list("piece_micro", "elapsed_ms"))


def test_task_that_was_answered_before_refusing_is_paid_like_any_other() -> None:
    made = make_risky([0, 3])
    (_calm, risky) = lease_tasks(made.worker.pk, 2, NOW_MS).tasks
    decline(person(made.worker), WHAT, NOW_MS + 5000, viewed=[risky.lease])

    receipt = submit(made.worker.pk, Submission(risky.lease, "late", {"q": "oui"}), NOW_MS + 9000)

    assert receipt.counted
    assert receipt.piece_micro == 210_000
    assert PayLine.objects.get().elapsed_ms == 9000


def test_unknown_category_or_limit_is_refused() -> None:
    made = make_risky([0])

    with pytest.raises(BadInput, match="no category"):
        agree(person(made.worker), ["smell"], NOW_MS)
    with pytest.raises(BadInput, match="0 to 60"):
        set_own_limit(person(made.worker), 61, NOW_MS)


# what a project says


@pytest.mark.parametrize(
    ("severity", "categories", "modality", "case"),
    [
        (5, WHAT, "text", "risk-severity"),
        (2, ["smell"], "text", "risk-category"),
        (1, [], "text", "risk-category-missing"),
        (2, WHAT, "smell", "risk-modality"),
    ],
)
def test_label_that_says_nothing_is_refused(
    severity: int, categories: list[str], modality: str, case: str
) -> None:
    made = make_project(state="draft")

    with pytest.raises(BadInput) as refusal:
        set_risk(made.project, severity, categories, modality)

    assert refusal.value.case == case


def test_project_cannot_open_before_it_says_how_hard_it_is() -> None:
    made = make_project(state="draft", severity=None)

    with pytest.raises(Incomplete) as refusal:
        start_project(made.project, NOW_MS)
    set_risk(made.project, 0, [], "text")
    check_written(made.project)

    assert refusal.value.facts["field"] == "severity"
    assert made.project.label == 0


def test_label_is_never_lowered_once_people_have_accepted_it() -> None:
    made = make_risky([0, 0])
    set_risk(made.project, 1, WHAT, "text")

    with pytest.raises(BadInput) as refusal:
        set_risk(made.project, 0, [], "text")

    assert refusal.value.case == "risk-lowered"


def test_project_of_hard_tasks_brings_a_third_of_calm_ones() -> None:
    made = make_project(state="draft", tasks=3)
    set_risk(made.project, 3, WHAT, "image")
    with pytest.raises(Incomplete) as refusal:
        check_opening(made.project)

    TaskState.objects.filter(task=made.tasks[0]).update(severity=0)
    check_opening(made.project)

    assert refusal.value.facts == {"field": "calm", "seen": 0, "total": 3}


def test_column_of_the_file_says_how_hard_each_task_is(tmp_path: Path) -> None:
    made = make_project(state="draft", tasks=0)
    file = tmp_path / "avis.csv"
    file.write_text("text,gravité\na,0\nb,3\nc,\nd,très\n")
    set_risk(made.project, 1, WHAT, "text", column="gravité")
    source = brought(made.project, file, ImportOptions())

    publish_import(source.id, NOW_MS)

    rows = TaskState.objects.filter(project=made.project, state="open").order_by("task__row")
    assert list(rows.values_list("severity", flat=True)) == [0, 3, None, None]
    made.project.refresh_from_db()
    assert made.project.label == 3
    practice = made.project.practice_task
    assert practice is not None
    assert practice.data == '{"text":"a","gravité":"0"}'


def test_column_named_after_the_file_was_brought_labels_it_too(tmp_path: Path) -> None:
    made = make_project(state="draft", tasks=0)
    file = tmp_path / "avis.csv"
    file.write_text("text,g\na,0\nb,4\n")
    publish_import(brought(made.project, file).id, NOW_MS)

    set_risk(made.project, 0, WHAT, "text", column="g")

    made.project.refresh_from_db()
    assert made.project.label == 4


# raising


def test_worker_may_say_that_a_task_is_harder_and_never_easier() -> None:
    made = make_risky([0, 2, 2])
    (_calm, lent) = lease_tasks(made.worker.pk, 2, NOW_MS).tasks

    raised = raise_severity(made.worker.pk, lent.lease, 4)
    lowered = raise_severity(made.worker.pk, lent.lease, 1)

    made.project.refresh_from_db()
    assert (raised, lowered) == (4, 4)
    assert TaskState.objects.get(task_id=lent.task).severity == 4
    assert made.project.label == 4
    assert weight_of(person(made.worker), NOW_MS).day == 6000


def test_raising_a_task_of_a_calm_project_asks_everybody_from_then_on() -> None:
    made = make_project(tasks=2, overlap=2, workers=2, severity=0)
    (lent,) = lease_tasks(made.worker.pk, 1, NOW_MS).tasks

    raise_severity(made.worker.pk, lent.lease, 3)

    others = lease_tasks(made.workers[1].pk, 2, NOW_MS).tasks
    assert [task.task for task in others] == [made.tasks[1].pk]
    assert weight_of(person(made.worker), NOW_MS).day == 1500


def test_nobody_raises_what_was_not_lent_to_them() -> None:
    made = make_risky([0, 2], workers=2)
    (lent,) = lease_tasks(made.worker.pk, 1, NOW_MS).tasks

    with pytest.raises(LeaseGone):
        raise_severity(made.workers[1].pk, lent.lease, 3)
    with pytest.raises(BadInput):
        raise_severity(made.worker.pk, lent.lease, 5)


def test_project_without_risk_reserves_nothing() -> None:
    made = make_project(tasks=2)
    make_tasks(made.project, 1)

    answer_next(made.worker)

    lease = Lease.objects.get()
    assert (lease.bearer_id, lease.severity, lease.dose) == (None, None, 0)
