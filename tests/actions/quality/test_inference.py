"""What an estimate keeps besides labels, and how it labels tasks until the next."""

import json

import pytest
from django.db import connection

from canut.actions.quality.estimates import estimate_labels
from canut.actions.tasks.consensus import Vote, running_label
from canut.core.quality.estimators.auto import MEMBERS
from canut.store.models import Estimate, Habits, Task, TaskState
from canut.store.quality import results
from canut.store.quality.known_split import sets_the_model
from canut.store.quality.measures import confusion_of
from canut.store.sql import common
from tests.actions.quality.test_estimates import Crowd, three_people
from tests.support.factories import NOW_MS, answer_next, make_project, make_worker

pytestmark = pytest.mark.django_db


def crowd_of(n_tasks: int = 40) -> Crowd:
    """Let three people agree, and a fourth take every a for b."""
    crowd = Crowd()
    for number in range(n_tasks):
        truth = "abc"[number % 3]
        for name in ("ana", "bo", "cy"):
            crowd.say(f"t{number}", name, truth)
        crowd.say(f"t{number}", "dee", "b" if truth == "a" else truth)
    return crowd


def know(crowd: Crowd, *, but: str | None = None) -> None:
    """Note what is true of each task, except of one."""
    for key, task in crowd.tasks.items():
        label = None if key == but else "abc"[int(key[1:]) % 3]
        Task.objects.filter(pk=task.pk).update(known=label)


def setting(crowd: Crowd) -> list[str]:
    """List the tasks whose known answer may set the model."""
    return [key for key, task in crowd.tasks.items() if sets_the_model(task.pk)]


def figure(value: float | None) -> float:
    assert value is not None
    return value


def votes_on(task: Task) -> list[Vote]:
    """Read a task's votes as a submission does."""
    with connection.cursor() as cursor:
        cursor.execute(common.READ_VOTES, (task.pk,))
        return [Vote(*row) for row in cursor.fetchall()]


def test_an_estimate_says_which_model_why_and_how_far_people_agree() -> None:
    crowd = crowd_of()

    made = estimate_labels(crowd.project.id, NOW_MS)

    assert made.choice
    assert made.choice["model"] == made.model
    assert set(made.choice["weight"]) == set(MEMBERS)
    assert made.choice["right"] == {}
    assert made.chosen_answers == made.answers == 160
    alpha = figure(made.alpha)
    assert figure(made.alpha_low) <= alpha <= figure(made.alpha_high)
    confusion = confusion_of(made)
    assert confusion
    assert confusion.labels == ["a", "b", "c"]
    assert sum(sum(row) for row in confusion.counts) == pytest.approx(160, abs=0.1)
    assert confusion.counts[0][1] > 8


def test_every_worker_has_an_interval_that_holds_their_accuracy() -> None:
    crowd = crowd_of()

    estimate_labels(crowd.project.id, NOW_MS)

    habits = list(Habits.objects.select_related("worker"))
    assert len(habits) == 4
    assert all(figure(one.low) < figure(one.worker.accuracy) < figure(one.high) for one in habits)


def test_a_worker_apart_leaves_evidence_and_nobody_else() -> None:
    crowd = crowd_of()

    estimate_labels(crowd.project.id, NOW_MS)

    [one] = Habits.objects.filter(evidence__isnull=False)
    assert one.worker.public_id == "dee"
    told: dict[str, float] = one.evidence or {}
    assert told["high"] < told["usual"]


def test_the_choice_is_kept_until_answers_have_grown_by_a_fifth() -> None:
    crowd = crowd_of(30)
    first = estimate_labels(crowd.project.id, NOW_MS)
    crowd.say("new", "ana", "a")

    second = estimate_labels(crowd.project.id, NOW_MS)
    for number in range(10):
        for name in ("ana", "bo", "cy"):
            crowd.say(f"more{number}", name, "c")
    third = estimate_labels(crowd.project.id, NOW_MS)

    assert second.chosen_answers == first.chosen_answers == 120
    assert third.chosen_answers == 151


def test_a_new_known_answer_has_the_model_chosen_anew() -> None:
    crowd = crowd_of(40)
    last = setting(crowd)[-1]
    know(crowd, but=last)
    before = estimate_labels(crowd.project.id, NOW_MS)
    crowd.say("t0", "eve", "a")
    know(crowd)

    again = estimate_labels(crowd.project.id, NOW_MS)

    assert (before.known, before.chosen_answers) == (len(setting(crowd)) - 1, 160)
    assert (again.known, again.chosen_answers) == (len(setting(crowd)), 161)


def test_known_answers_make_confidence_honest() -> None:
    crowd = crowd_of(150)  # a third sets the model: 21 of them, but for one time in ten million
    know(crowd)

    made = estimate_labels(crowd.project.id, NOW_MS)

    assert made.known == len(setting(crowd)) > 20
    assert figure(crowd.state("t1").confidence) > 0.9


def test_known_answers_that_measure_change_nothing_in_the_fit() -> None:
    crowd = crowd_of(60)
    know(crowd)
    first = estimate_labels(crowd.project.id, NOW_MS)
    before = {key: crowd.consensus(key).confidence for key in crowd.tasks}
    measuring = sorted(set(crowd.tasks) - set(setting(crowd)))
    Task.objects.filter(key__in=measuring).update(known="a")

    again = estimate_labels(crowd.project.id, NOW_MS)

    assert again.temperature == first.temperature
    assert {key: crowd.consensus(key).confidence for key in crowd.tasks} == before


def test_known_answers_that_set_the_model_do_not_measure_it() -> None:
    crowd = crowd_of(60)
    know(crowd)
    made = estimate_labels(crowd.project.id, NOW_MS)
    Task.objects.filter(key__in=setting(crowd)).update(known="nobody says so")

    against = results.against_known(crowd.project.id)

    assert against
    assert against.consensus == results.Proportion(60 - made.known, 60 - made.known)


@pytest.mark.slow
def test_enough_known_answers_say_how_often_each_model_is_right() -> None:
    crowd = crowd_of(240)  # a third sets the model: 50 of them, but for one time in ten thousand
    know(crowd)

    made = estimate_labels(crowd.project.id, NOW_MS)

    assert made.choice
    assert made.choice["known"] == made.known >= 50
    assert made.choice["right"]["weighted"] == 1


def test_few_known_answers_set_nothing_and_all_measure() -> None:
    crowd = crowd_of(29)
    know(crowd)

    made = estimate_labels(crowd.project.id, NOW_MS)

    against = results.against_known(crowd.project.id)
    assert against
    assert (made.known, against.consensus.cases) == (0, 29)


@pytest.mark.slow
def test_a_choice_kept_keeps_what_known_answers_said() -> None:
    crowd = crowd_of(240)  # a third sets the model: 50 of them, but for one time in ten thousand
    know(crowd)
    first = estimate_labels(crowd.project.id, NOW_MS)
    crowd.say("t0", "eve", "a")

    again = estimate_labels(crowd.project.id, NOW_MS)

    assert first.choice
    assert again.choice
    assert again.choice["right"] == first.choice["right"]
    assert again.chosen_answers == first.chosen_answers


def test_an_estimate_of_an_earlier_version_has_the_model_chosen_anew() -> None:
    crowd = crowd_of(12)
    made = estimate_labels(crowd.project.id, NOW_MS)
    Estimate.objects.update(choice=None, chosen_answers=47)

    again = estimate_labels(crowd.project.id, NOW_MS)

    assert (again.choice, again.chosen_answers) == (made.choice, 48)


def test_running_label_weighs_habits_where_accuracy_cannot() -> None:
    """Who always takes a for b does not make a b when they say b."""
    crowd = crowd_of()
    Task.objects.filter(pk__in=[t.pk for t in crowd.tasks.values()]).update(known=None)
    Estimate.objects.all().delete()
    estimate_labels(crowd.project.id, NOW_MS)
    crowd.say("new", "dee", "b")
    crowd.say("new", "ana", "a")

    label, confidence = running_label(crowd.question.schema, votes_on(crowd.tasks["new"]))

    assert label == "a"
    assert 0.5 < confidence < 1


def test_running_label_is_close_to_what_the_next_estimate_says() -> None:
    crowd = crowd_of()
    estimate_labels(crowd.project.id, NOW_MS)
    for name in ("ana", "bo", "dee"):
        crowd.say("new", name, "c")

    label, confidence = running_label(crowd.question.schema, votes_on(crowd.tasks["new"]))
    estimate_labels(crowd.project.id, NOW_MS)

    assert label == crowd.state("new").label == "c"
    assert confidence == pytest.approx(crowd.state("new").confidence, abs=0.15)


def test_running_label_takes_in_who_was_not_there_at_the_estimate() -> None:
    crowd = crowd_of()
    estimate_labels(crowd.project.id, NOW_MS)
    crowd.say("new", "zoe", "c")

    votes = votes_on(crowd.tasks["new"])
    alone, _ = running_label(crowd.question.schema, votes)
    crowd.say("new", "ana", "c")
    both_say, sure = running_label(crowd.question.schema, votes_on(crowd.tasks["new"]))

    assert votes[0].chances is None
    assert (alone, both_say) == ("c", "c")
    assert sure > 0.6


def test_running_label_falls_back_where_the_question_has_new_choices() -> None:
    crowd = crowd_of(12)
    estimate_labels(crowd.project.id, NOW_MS)
    crowd.question = crowd.ask("abcd")
    crowd.say("new", "ana", "d")

    assert running_label(crowd.question.schema, votes_on(crowd.tasks["new"]))[0] == "d"


def test_submitting_uses_the_frozen_model() -> None:
    made = make_project(tasks=12, overlap=2)
    workers = [made.workers[0], make_worker(made.project)]
    for worker in workers:
        for number in range(8):
            answer_next(worker, "oui" if number % 2 else "non")
    estimate_labels(made.project.pk, NOW_MS)
    for worker in workers:
        answer_next(worker, "oui")

    newest = TaskState.objects.filter(project=made.project, counted=2).latest("task_id")
    votes = votes_on(newest.task)

    assert all(vote.chances and vote.frozen for vote in votes)
    schema = made.question.schema
    assert (newest.label, newest.confidence) == pytest.approx(running_label(schema, votes))


def test_habits_of_whom_no_answer_counts_for_are_forgotten() -> None:
    crowd = crowd_of(12)
    estimate_labels(crowd.project.id, NOW_MS)
    crowd.project.answer_set.filter(worker=crowd.workers["dee"]).update(counted=False)

    estimate_labels(crowd.project.id, NOW_MS)

    assert set(Habits.objects.values_list("worker__public_id", flat=True)) == {"ana", "bo", "cy"}


def test_several_choices_keep_no_frozen_model() -> None:
    crowd = Crowd(multiple=True)
    for number in range(8):
        for name in ("ana", "bo"):
            crowd.say(f"t{number}", name, ["a"] if number % 2 else [])

    made = estimate_labels(crowd.project.id, NOW_MS)

    assert (made.frozen, made.confusion) == (None, None)
    assert running_label(crowd.question.schema, votes_on(crowd.tasks["t1"]))[0] == json.dumps(["a"])


def test_nothing_counted_leaves_no_habits() -> None:
    crowd = Crowd()
    three_people(crowd)
    estimate_labels(crowd.project.id, NOW_MS)
    crowd.project.answer_set.update(counted=False)
    TaskState.objects.update(counted=0)

    made = estimate_labels(crowd.project.id, NOW_MS)

    assert made.model == "none"
    assert not Habits.objects.exists()
