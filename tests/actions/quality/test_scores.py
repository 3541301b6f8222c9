import pytest
from django.db import connection

from canut.actions.decisions.appeals import AppealReply, answer_appeal, appeal
from canut.actions.decisions.automated_systems import switch_system
from canut.actions.quality.estimates import estimate_labels, forget_old_scores
from canut.actions.quality.quality_flags import keep_flags
from canut.core.clock import DAY_MS
from canut.core.decisions.deadlines import SCORE_DAYS
from canut.store.models import Answer, Decision, Habits, Person, Project, Task, Worker
from canut.store.sql import common
from tests.support.decisions import make_due
from tests.support.factories import NOW_MS, Made, answer_next, make_person, make_project

pytestmark = pytest.mark.django_db
OLD = SCORE_DAYS * DAY_MS


def crowd(*, careful: int = 3, tasks: int = 24) -> tuple[Made, Worker]:
    """Make a crowd that agrees on every other task, and one who always says no."""
    made = make_project(tasks=tasks, workers=careful + 1, overlap=careful + 1)
    odd = made.workers[-1]
    for number, task in enumerate(made.tasks):
        known = "oui" if number % 2 else "non"
        Task.objects.filter(pk=task.pk).update(known=known)
        for worker in made.workers[:-1]:
            answer_next(worker, known)
        answer_next(odd, "non" if known == "oui" else "oui")
    return made, odd


def scores(project: Project) -> list[float | None]:
    return list(
        Worker.objects.filter(project=project).order_by("id").values_list("accuracy", flat=True)
    )


def test_score_of_six_months_ago_is_forgotten_everywhere() -> None:
    made, _odd = crowd()
    estimate_labels(made.project.pk, NOW_MS)
    first = made.worker
    Answer.objects.filter(worker=first).update(answered_ms=NOW_MS - OLD - 1)

    forget_old_scores(NOW_MS)

    first.refresh_from_db()
    assert (first.accuracy, first.agreed, first.compared) == (None, None, None)
    assert not Habits.objects.filter(worker=first).exists()
    assert None not in scores(made.project)[1:]


def test_old_score_is_absent_from_what_weighs_answers() -> None:
    made, _odd = crowd()
    Answer.objects.filter(worker=made.worker).update(answered_ms=NOW_MS - OLD - 1)

    estimate_labels(made.project.pk, NOW_MS)

    with connection.cursor() as cursor:
        cursor.execute(common.READ_VOTES, (made.tasks[0].pk,))
        votes = cursor.fetchall()
    assert [vote[1] is None for vote in votes] == [True, False, False, False]
    assert [vote[2] is None for vote in votes] == [True, False, False, False]


def test_score_within_six_months_stays() -> None:
    made, _odd = crowd()
    Answer.objects.filter(worker=made.worker).update(answered_ms=NOW_MS - OLD)

    estimate_labels(made.project.pk, NOW_MS)

    assert None not in scores(made.project)


def flags(worker: Worker) -> list[Decision]:
    return list(Decision.objects.filter(worker=worker, kind="quality").order_by("code"))


def test_flag_is_a_decision_with_figures_and_words() -> None:
    made, odd = crowd()

    estimate_labels(made.project.pk, NOW_MS)

    found = {flag.code: flag for flag in flags(odd)}
    known = found["quality-known"]
    assert (known.system, known.rule, known.made_by) == ("known", "known/1", None)
    assert {factor["name"] for factor in known.factors} >= {"compared", "hits", "usual_share"}
    assert (known.inputs["hits"], known.inputs["compared"]) == (0, 24)
    assert "of 24 gold tasks, 0 of your answers are the expected ones" in known.text_en
    assert [flags(worker) for worker in made.workers[:-1]] == [[], [], []]


def test_flag_is_kept_once_while_it_holds() -> None:
    made, odd = crowd()
    estimate_labels(made.project.pk, NOW_MS)
    before = flags(odd)

    estimate_labels(made.project.pk, NOW_MS)

    assert flags(odd) == before


def test_flag_that_holds_no_more_is_undone() -> None:
    made, odd = crowd()
    estimate_labels(made.project.pk, NOW_MS)
    Task.objects.update(known=None)
    Habits.objects.update(evidence=None)

    keep_flags(made.project.pk, NOW_MS + 5)

    assert {flag.undone_ms for flag in flags(odd)} == {NOW_MS + 5}


def test_flag_won_on_appeal_does_not_come_back_on_the_same_answers() -> None:
    made, odd = crowd()
    estimate_labels(made.project.pk, NOW_MS)
    assert isinstance(odd.person, Person)
    for flag in flags(odd):
        made_appeal = appeal(flag.pk, by=odd.person, words="The list is wrong.", now_ms=NOW_MS)
        reply = AppealReply("overturned", "The known answers were swapped.")
        answer_appeal(made_appeal.pk, reply, by=outsider(made), now_ms=NOW_MS + 1)
    won = len(flags(odd))

    estimate_labels(made.project.pk, NOW_MS)

    assert len(flags(odd)) == won
    assert not Habits.objects.filter(worker=odd, evidence__isnull=False).exists()


def outsider(made: Made) -> Person:
    from canut.actions.people.accounts import add_member
    from canut.store.models import Role

    person = make_person()
    add_member(person, Role.REVIEWER, NOW_MS, project=made.project)
    return person


@pytest.mark.parametrize("system", ["known", "careless"])
def test_system_switched_off_flags_nobody_at_once(system: str) -> None:
    made, odd = crowd()
    switch_system(
        system, on=False, by=make_person(), reason="Known answers are mixed up.", now_ms=1
    )

    estimate_labels(made.project.pk, NOW_MS)

    assert system not in {flag.system for flag in flags(odd)}
    if system == "careless":
        assert not Habits.objects.filter(evidence__isnull=False).exists()


def test_answer_taken_out_weighs_on_no_score_and_comes_back_with_it() -> None:
    due = make_due(workers=3, tasks=12, overlap=3)
    for worker in due.made.workers:
        for _ in range(11):
            answer_next(worker)
    estimate_labels(due.made.project.pk, NOW_MS)
    before = Worker.objects.get(pk=due.made.worker.pk).compared
    decision = due.reject()
    estimate_labels(due.made.project.pk, NOW_MS)
    without = Worker.objects.get(pk=due.made.worker.pk).compared
    made_appeal = appeal(decision.pk, by=due.person, words="No.", now_ms=NOW_MS + 70_000)
    answer_appeal(
        made_appeal.pk,
        AppealReply("overturned", "Right."),
        by=due.independent,
        now_ms=NOW_MS + 80_000,
    )

    estimate_labels(due.made.project.pk, NOW_MS)

    assert before is not None
    assert without == before - 1
    assert Worker.objects.get(pk=due.made.worker.pk).compared == before
