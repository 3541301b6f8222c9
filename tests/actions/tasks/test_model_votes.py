"""What models said may have one voice in the running label; pay and overlap never hear it."""

import json

import pytest

from canut.actions.decisions.rejections import reject_answer
from canut.actions.tasks.consensus import Vote, weigh
from canut.actions.tasks.model_votes import Effect, effect_of, set_model_votes
from canut.actions.work.overlap import set_overlap
from canut.store.models import Answer, ModelAnswer, ModelAuthor, PayLine, TaskState
from tests.support.decisions import EVIDENCE
from tests.support.factories import NOW_MS, SCHEMA, Made, answer_next, make_project

pytestmark = [pytest.mark.django_db, pytest.mark.dialect]


def say(made: Made, label: str, score: float | None = None, model: str = "m") -> None:
    """Let a model say something of the first task."""
    author, _ = ModelAuthor.objects.get_or_create(project=made.project, name=model)
    ModelAnswer.objects.create(task=made.tasks[0], author=author, label=label, score=score)


def made_with(*, is_on: bool, overlap: int = 3) -> Made:
    made = make_project(tasks=1, workers=6, overlap=overlap)
    set_model_votes(made.project, is_on=is_on)
    return made


def state(made: Made) -> TaskState:
    return TaskState.objects.get(task=made.tasks[0])


def test_models_have_no_voice_unless_the_project_gives_them_one() -> None:
    made = make_project(tasks=1, workers=2, overlap=2)
    say(made, "non")

    answer_next(made.workers[0], "oui")

    assert state(made).label == "oui"
    alone = weigh(SCHEMA, [Vote('{"q":"oui"}', None)])
    assert state(made).confidence == pytest.approx(alone.confidence)


def test_one_voice_weighs_as_somebody_nobody_knows() -> None:
    made = made_with(is_on=True)
    say(made, "oui")

    answer_next(made.workers[0], "oui")

    two = weigh(SCHEMA, [Vote('{"q":"oui"}', None)] * 2)
    assert state(made).label == "oui"
    assert state(made).confidence == pytest.approx(two.confidence)


def test_several_models_have_one_voice_and_it_is_the_surest() -> None:
    made = made_with(is_on=True)
    for label, score, model in (("non", 0.6, "a"), ("oui", 0.9, "b"), ("non", None, "c")):
        say(made, label, score, model)

    answer_next(made.workers[0], "oui")

    two = weigh(SCHEMA, [Vote('{"q":"oui"}', None)] * 2)
    assert state(made).confidence == pytest.approx(two.confidence)


def test_label_the_question_knows_no_more_is_no_voice() -> None:
    votes = [Vote('{"q":"oui"}', None)]

    assert weigh(SCHEMA, votes, "peut-être") == weigh(SCHEMA, votes)


@pytest.mark.parametrize("is_on", [False, True])
def test_pay_and_overlap_never_count_a_model(*, is_on: bool) -> None:
    made = made_with(is_on=is_on, overlap=2)
    say(made, "oui", 1.0)
    set_overlap(made.project.pk, 2, NOW_MS, 5)
    made.project.refresh_from_db()

    steps = []
    for worker, value in zip(made.workers, ("oui", "oui", "non", "oui", "oui"), strict=False):
        if state(made).state != "open":
            break
        answer_next(worker, value)
        steps.append((state(made).counted, state(made).overlap, state(made).state))

    assert steps == [
        (1, 2, "open"),
        (2, 3, "open"),
        (3, 4, "open"),
        (4, 5, "open"),
        (5, 5, "closed"),
    ]
    assert Answer.objects.count() == PayLine.objects.count() == 5
    assert not Answer.objects.filter(worker__kind="model").exists()


def test_answers_counted_again_hear_the_same_voice() -> None:
    made = made_with(is_on=True, overlap=3)
    say(made, "non")
    first, second = (answer_next(worker, "non") for worker in made.workers[:2])
    answer_next(made.workers[2], "oui")

    reject_answer(
        second.answer, by=made.project.created_by, code="no-answer", evidence=EVIDENCE,
        now_ms=NOW_MS,
    )  # fmt: skip

    votes = [Vote(json.dumps({"q": value}), None) for value in ("non", "oui")]
    assert first.counted
    assert state(made).label == weigh(SCHEMA, votes, "non").label == "non"


def test_effect_says_how_many_labels_would_differ() -> None:
    made = made_with(is_on=False)
    say(made, "non")
    before = effect_of(made.project)
    answer_next(made.workers[0], "oui")
    answer_next(made.workers[1], "non")

    assert before == Effect(0, 0)
    assert effect_of(made.project) == Effect(1, 1)
