"""When one person is asked first, when it ends, and what an answer costs meanwhile."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from canut.actions.learning import one_first
from canut.actions.learning.loop import LoopRuleIn, set_loop_rule
from canut.actions.learning.one_first import DrawVerdict, follow, grow_draw, settle
from canut.actions.learning.training_data import LearningTarget, Lesson, lesson_of, subject_of
from canut.actions.operations.jobs import train_model
from canut.actions.tasks.consensus import exclude_answer
from canut.actions.work.leases import lease_tasks
from canut.actions.work.overlap import set_overlap
from canut.actions.work.submission import Submission, submit
from canut.core.arrays import Floats
from canut.core.errors import BadInput
from canut.core.learning.disputes import Draw
from canut.core.learning.hidden_share import is_hidden
from canut.core.portrait.decision_roles import DecisionOutcome
from canut.store.models import Answer, Decided, LoopRule, Project, Proposal, TaskState
from canut.store.tables.learning import Incident, ModelAuthor, Trained
from tests.support.factories import NOW_MS, Made, make_project, make_worker

pytestmark = pytest.mark.django_db
USUAL, TASKS = 3, 40
SHARE, GROWN = 280, 420  # hidden per thousand, before and after a look that proved nothing
RULE = LoopRuleIn(asks_one=True, hidden_per_mille=500)
DRAW = Draw(np.ones(20, np.bool_), 0.0, 0.95, 0.9)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Made:
    """Make a project whose hidden draw is large enough."""
    monkeypatch.setattr(one_first, "EXPECTED_HIDDEN", 20)
    made = make_project(tasks=TASKS, workers=3, overlap=USUAL)
    set_loop_rule(made.project, RULE, NOW_MS)
    return made


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch) -> Made:
    """Make a project where a version proved nothing after the hidden tasks and some others."""
    monkeypatch.setattr(one_first, "EXPECTED_HIDDEN", 10)
    made = make_project(tasks=TASKS, workers=3, overlap=USUAL)
    set_loop_rule(made.project, LoopRuleIn(asks_one=True, hidden_per_mille=SHARE), NOW_MS)
    pass_once(made)
    answer(made, 0, TaskState.objects.filter(project=made.project, priority=0).count() + 8)
    last = Answer.objects.latest("id").pk
    trained = made_trained(made, last, bands=[[0.0, 20, 15, 0.5, False]])
    Proposal.objects.bulk_create(
        Proposal(
            task_id=task, project=made.project, author=trained.author, label="oui", score=0.9,
            source="m 1", is_hidden=is_hidden(task, made.project.pk, SHARE), at_ms=NOW_MS,
        )
        for task in sorted(tasks_of(made))
    )  # fmt: skip
    return made


def pass_once(made: Made, now_ms: int = NOW_MS) -> bool:
    """Let the scheduler look at the project; return whether a version should learn."""
    made.project = Project.objects.get(pk=made.project.pk)
    return follow(made.project, LoopRule.objects.get(project=made.project), now_ms)


def answer(made: Made, place: int, most: int, label: str = "oui") -> None:
    """Let a person answer what comes next."""
    for lent in lease_tasks(made.workers[place].pk, most, NOW_MS).tasks:
        submit(
            made.workers[place].pk, Submission(lent.lease, f"{lent.lease}", {"q": label}), NOW_MS
        )


def states(made: Made) -> Counter[tuple[str, int, int]]:
    """Count tasks by state, overlap and counted answers."""
    rows = TaskState.objects.filter(project=made.project)
    return Counter(rows.values_list("state", "overlap", "counted"))


def lesson_and(made: Made, agrees: float) -> tuple[LearningTarget, Lesson, Floats]:
    """Return what a model would learn, and chances that foretell a part of it."""
    made.project.refresh_from_db()
    subject = subject_of(made.project)
    lesson = lesson_of(subject)
    is_foretold = np.arange(len(lesson.task)) < agrees * len(lesson.task)
    foretold = np.where(is_foretold[:, None], [0.9, 0.1], [0.1, 0.9])
    return subject, lesson, foretold


def test_a_task_with_one_answer_waits_for_a_model(made: Made) -> None:
    pass_once(made)
    answer(made, 0, 20)

    assert states(made) == {("open", 1, 1): 20, ("open", 1, 0): 20}
    settle(*lesson_and(made, 0.9), DrawVerdict(DRAW, is_settled=True, is_enough=True), NOW_MS)
    assert states(made) == {("closed", 1, 1): 18, ("open", 3, 1): 2, ("open", 1, 0): 20}
    answer(made, 1, 2)
    first = TaskState.objects.filter(project=made.project, overlap=3)
    assert list(first.values_list("counted", "priority")) == [(2, -1)] * 2, "disputes come first"


def test_where_one_answer_is_not_known_to_be_enough_only_disputes_move(made: Made) -> None:
    pass_once(made)
    answer(made, 0, 20)

    settle(*lesson_and(made, 0.9), DrawVerdict(DRAW, is_settled=False, is_enough=False), NOW_MS)

    assert states(made) == {("open", 1, 1): 18, ("open", 3, 1): 2, ("open", 1, 0): 20}


def test_model_that_is_no_match_gives_everything_its_usual_number(made: Made) -> None:
    pass_once(made)
    answer(made, 0, 20)

    settle(*lesson_and(made, 0.9), DrawVerdict(DRAW, is_settled=True, is_enough=False), NOW_MS)
    pass_once(made)

    assert states(made) == {("open", 3, 1): 20, ("open", 3, 0): 20}
    assert LoopRule.objects.get().one_ended_ms == NOW_MS
    assert Project.objects.get().overlap_first is None
    set_loop_rule(made.project, RULE, NOW_MS)
    pass_once(made)
    assert states(made) == {("open", 3, 1): 20, ("open", 1, 0): 20}, "begins again when asked"


def test_alarm_or_failed_training_gives_everything_its_usual_number(made: Made) -> None:
    pass_once(made)
    answer(made, 0, 5)
    author = ModelAuthor.objects.create(project=made.project, name="m", version="1")
    alarm = Incident.objects.create(
        project=made.project, author=author, opened_by="machine", at_ms=NOW_MS
    )
    pass_once(made)
    assert states(made) == {("open", 3, 1): 5, ("open", 3, 0): 35}

    alarm.delete()
    set_loop_rule(made.project, RULE, NOW_MS)
    pass_once(made)
    assert states(made)["open", 1, 0] == 35
    with pytest.raises(BadInput, match="a model learns from 20 on"):
        train_model.call(made.project.pk, None)
    assert states(made) == {("open", 3, 1): 5, ("open", 3, 0): 35}


def test_small_project_and_shown_proposals_keep_the_usual_number(made: Made) -> None:
    set_loop_rule(made.project, LoopRuleIn(asks_one=True, hidden_per_mille=400), NOW_MS)
    assert not pass_once(made)
    assert states(made) == {("open", 3, 0): TASKS}

    with pytest.raises(BadInput, match="cannot check the only answer"):
        set_loop_rule(made.project, LoopRuleIn(asks_one=True, shows=True), NOW_MS)


def test_change_of_the_number_begins_again_from_it(made: Made) -> None:
    pass_once(made)
    answer(made, 0, 5)

    set_overlap(made.project.pk, 4, NOW_MS)
    assert states(made) == {("open", 4, 1): 5, ("open", 4, 0): 35}
    pass_once(made)
    pass_once(made)

    assert states(made) == {("open", 4, 1): 5, ("open", 1, 0): 35}


def test_switched_off_everything_gets_its_usual_number(made: Made) -> None:
    pass_once(made)
    answer(made, 0, 5)
    task = TaskState.objects.filter(project=made.project, counted=0).first()
    assert task is not None
    TaskState.objects.filter(pk=task.pk).update(state="closed", label="oui", confidence=1.0)
    author = ModelAuthor.objects.create(project=made.project, name="m", version="1")
    Proposal.objects.create(
        task_id=task.pk, project=made.project, author=author, label="oui", score=1.0,
        source="m 1", is_hidden=False, at_ms=NOW_MS, took_ms=NOW_MS,
    )  # fmt: skip

    set_loop_rule(made.project, LoopRuleIn(takes_over=False, hidden_per_mille=500), NOW_MS)

    assert states(made) == {("open", 3, 1): 5, ("open", 3, 0): 35}, "and none is left to a model"


def test_answers_that_are_excluded_leave_the_task_waiting_for_a_person(made: Made) -> None:
    pass_once(made)
    answer(made, 0, 1)
    one = Answer.objects.get()

    exclude_answer(one.pk, TaskState.objects.get(task_id=one.task_id))

    assert states(made) == {("open", 1, 0): TASKS}


def test_new_version_is_asked_for_once_the_hidden_tasks_are_answered(made: Made) -> None:
    pass_once(made)
    hidden = TaskState.objects.filter(project=made.project, priority=0).count()
    assert 10 < hidden < 30
    answer(made, 0, hidden - 1)
    assert not pass_once(made)
    answer(made, 1, 1)

    assert not TaskState.objects.filter(project=made.project, priority=0, counted=0).exists()
    assert pass_once(made)


def test_nothing_waits_for_a_model_that_can_learn_no_more(made: Made) -> None:
    """All is answered, and the last version knew it: people are asked as usual."""
    pass_once(made)
    for place in range(3):
        answer(made, place, 20)
    assert pass_once(made)
    last = Answer.objects.latest("id").pk
    made_trained(made, last)

    assert not pass_once(made)

    assert states(made) == {("open", 3, 1): TASKS}


def test_look_that_proved_nothing_hides_more_tasks_and_asks_them_first(looked: Made) -> None:
    before = hidden_tasks(looked)

    grow_draw(looked.project, rule_of(looked), Trained.objects.get())

    drawn = {task for task in tasks_of(looked) if is_hidden(task, looked.project.pk, GROWN)}
    assert rule_of(looked).hidden_per_mille == GROWN
    assert hidden_tasks(looked) == drawn > before
    waiting = TaskState.objects.filter(task__in=drawn - before, counted=0)
    assert set(waiting.values_list("priority", flat=True)) == {0}
    assert (drawn - before) & answered(looked), "tasks answered already join, unsure ones too"


def test_no_version_looks_at_a_part_of_a_grown_draw(looked: Made) -> None:
    grow_draw(looked.project, rule_of(looked), Trained.objects.get())
    waiting = TaskState.objects.filter(project=looked.project, counted=0)
    hidden = waiting.filter(task__proposal__is_hidden=True)
    assert hidden.count() > 1

    answer(looked, 0, hidden.count() - 1)
    Trained.objects.update(answers=4)
    assert not pass_once(looked), "many answers are new, but a hidden task waits"
    answer(looked, 1, 1)

    assert not hidden.exists()
    assert pass_once(looked)


@pytest.mark.parametrize("reason", ["no look", "proven", "shown before", "ended"])
def test_draw_stays_where_growing_would_depend_on_answers_or_on_what_was_seen(
    looked: Made, reason: str
) -> None:
    trained = Trained.objects.get()
    if reason == "no look":
        trained.bands = []
    elif reason == "proven":
        Trained.objects.update(bands=[[0.5, 20, 20, 0.96, True]])
    elif reason == "shown before":
        task = Answer.objects.values_list("task", flat=True)[0]
        Decided.objects.create(
            task_id=task, project=looked.project, outcome=DecisionOutcome.ACCEPTED,
            decided_ms=NOW_MS, acts="[]", shown=1,
        )  # fmt: skip
    else:
        one_first.end(looked.project.pk, NOW_MS)

    grow_draw(looked.project, rule_of(looked), trained)

    assert rule_of(looked).hidden_per_mille == SHARE


def rule_of(made: Made) -> LoopRule:
    """Read what models may do in the project."""
    return LoopRule.objects.get(project=made.project)


def tasks_of(made: Made) -> set[int]:
    """Return all tasks of the project."""
    return set(TaskState.objects.filter(project=made.project).values_list("task_id", flat=True))


def hidden_tasks(made: Made) -> set[int]:
    """Return the tasks whose proposal is hidden."""
    hidden = Proposal.objects.filter(project=made.project, is_hidden=True)
    return set(hidden.values_list("task_id", flat=True))


def answered(made: Made) -> set[int]:
    """Return the tasks that somebody answered."""
    return set(Answer.objects.filter(project=made.project).values_list("task_id", flat=True))


def made_trained(
    made: Made, last_answer: int, bands: Sequence[Sequence[float | bool]] = ()
) -> Trained:
    """Make a version that learnt from all answers up to one."""
    author = ModelAuthor.objects.create(project=made.project, name="m", version="1")
    return Trained.objects.create(
        project=made.project, author=author, form="text", labels=["oui", "non"], answers=TASKS,
        tasks=TASKS, labels_ms=0, last_answer=last_answer, held_out=20, right=20, by_people=1.0,
        fit_ms=1, made_ms=NOW_MS, bands=list(bands),
    )  # fmt: skip


def test_an_answer_costs_as_many_statements(made: Made) -> None:
    counts = []
    for is_first in (False, True):
        if is_first:
            pass_once(made)
        worker = make_worker(made.project)
        said: list[int] = []
        for lent in lease_tasks(worker.pk, 5, NOW_MS).tasks:
            with CaptureQueriesContext(connection) as queries:
                submit(worker.pk, Submission(lent.lease, f"s{lent.lease}", {"q": "oui"}), NOW_MS)
            said.append(len(queries))
        counts.append(min(said))  # without what is cached a while

    assert counts[0] == counts[1]
