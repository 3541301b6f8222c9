import json
from datetime import UTC, datetime

import pytest
from pytest_django import DjangoAssertNumQueries

from canut.actions.quality.estimates import estimate_labels
from canut.core.clock import to_ms
from canut.core.errors import Incomplete
from canut.store.models import (
    Answer,
    Consensus,
    Import,
    Organisation,
    Person,
    Project,
    QuestionVersion,
    Task,
    TaskState,
    Worker,
)

NOW = datetime(2026, 11, 25, tzinfo=UTC)
pytestmark = pytest.mark.django_db


class Crowd:
    """A project whose answers are written as the test says them."""

    def __init__(self, *, multiple: bool = False) -> None:
        person = Person.objects.create(username="ada")
        organisation = Organisation.objects.create(name="Labo", kind="requester", created_at=NOW)
        self.project = Project.objects.create(
            slug="p", title="P", organisation=organisation, created_by=person, created_at=NOW
        )
        self.source = Import.objects.create(
            project=self.project, name="a", path="", format="csv", created_by=person, created_at=NOW
        )
        self.question = self.ask("abc", multiple=multiple)
        self.tasks: dict[str, Task] = {}
        self.workers: dict[str, Worker] = {}

    def ask(self, choices: str, *, multiple: bool = False) -> QuestionVersion:
        """Ask with these choices from now on."""
        question = {
            "id": "q",
            "kind": "choice",
            "ask": "?",
            "multiple": multiple,
            "choices": [{"value": value} for value in choices],
        }
        return QuestionVersion.objects.create(
            project=self.project,
            number=self.project.questions.count() + 1,
            schema={"questions": [question], "show": [{"column": "t", "as": "text"}]},
            created_by=self.project.created_by,
            created_at=NOW,
        )

    def task(self, key: str) -> Task:
        """Return the task of this key, published."""
        if key not in self.tasks:
            self.tasks[key] = Task.objects.create(
                project=self.project, source=self.source, row=len(self.tasks), key=key, data="{}"
            )
            TaskState.objects.create(task=self.tasks[key], project=self.project, overlap=9)
        return self.tasks[key]

    def worker(self, name: str) -> Worker:
        """Return the worker of this name."""
        if name not in self.workers:
            self.workers[name] = Worker.objects.create(
                project=self.project, public_id=name, created_at=NOW
            )
        return self.workers[name]

    def say(self, key: str, name: str, value: object, *, counted: bool = True) -> Answer:
        """Answer a task."""
        task, worker = self.task(key), self.worker(name)
        answer = Answer.objects.create(
            task=task,
            worker=worker,
            project=self.project,
            question_version=self.question,
            values=json.dumps({"q": value}),
            author_kind="human",
            client_key=str(Answer.objects.count()),
            counted=counted,
            elapsed_ms=1,
            answered_ms=int(NOW.timestamp() * 1000),
        )
        state = TaskState.objects.get(task=task)
        state.counted += int(counted)
        state.save()
        return answer

    def state(self, key: str) -> TaskState:
        """Read what the queue knows of a task."""
        return TaskState.objects.get(task=self.tasks[key])

    def consensus(self, key: str) -> Consensus:
        """Read the label of a task by the last estimate."""
        return Consensus.objects.get(task=self.tasks[key])


def three_people(crowd: Crowd) -> None:
    """Let two people agree on twelve tasks and a third say something else."""
    for number in range(12):
        truth = "abc"[number % 3]
        crowd.say(f"t{number}", "ana", truth)
        crowd.say(f"t{number}", "bo", truth)
        crowd.say(f"t{number}", "cy", "a")


def test_labels_confidence_and_workers_are_written() -> None:
    crowd = Crowd()
    three_people(crowd)

    estimate = estimate_labels(crowd.project.id, to_ms(NOW))

    assert crowd.state("t1").label == crowd.consensus("t1").label == "b"
    assert crowd.state("t1").confidence == crowd.consensus("t1").confidence > 0.75
    assert crowd.consensus("t1").majority_label == "b"
    assert crowd.consensus("t1").majority_share == pytest.approx(2 / 3)
    assert (estimate.answers, estimate.tasks, estimate.converged) == (36, 12, True)
    assert estimate.agreement == pytest.approx((4 * 3 + 8) / 36)
    assert estimate.last_answer == Answer.objects.latest("id").id
    cy = Worker.objects.get(public_id="cy")
    assert (cy.agreed, cy.compared) == (4, 12)
    ana = Worker.objects.get(public_id="ana")
    assert (ana.agreed, ana.compared) == (4, 4)
    assert ana.accuracy is not None
    assert cy.accuracy is not None
    assert ana.accuracy > 0.7
    assert cy.accuracy < 0.6


def test_only_counted_answers_count() -> None:
    crowd = Crowd()
    crowd.say("t", "ana", "a")
    crowd.say("t", "bo", "b", counted=False)

    estimate = estimate_labels(crowd.project.id, to_ms(NOW))

    assert estimate.answers == 1
    assert crowd.state("t").label == "a"
    assert Worker.objects.get(public_id="bo").accuracy is None


def test_nothing_counted_is_an_estimate_of_nothing() -> None:
    crowd = Crowd()
    late = crowd.say("t", "ana", "a", counted=False)

    estimate = estimate_labels(crowd.project.id, to_ms(NOW))

    assert (estimate.answers, estimate.tasks, estimate.agreement) == (0, 0, None)
    assert estimate.last_answer == late.id
    assert not Consensus.objects.exists()


def test_counters_and_states_are_left_alone() -> None:
    crowd = Crowd()
    three_people(crowd)
    TaskState.objects.filter(task=crowd.tasks["t2"]).update(live=2, state="closed", priority=5)
    before = vars(crowd.state("t2"))

    estimate_labels(crowd.project.id, to_ms(NOW))

    after = vars(crowd.state("t2"))
    changed = {name for name, value in after.items() if before[name] != value} - {"_state"}
    assert changed == {"label", "confidence"}


def test_task_answered_since_keeps_its_running_label() -> None:
    crowd = Crowd()
    three_people(crowd)
    TaskState.objects.filter(task=crowd.tasks["t2"]).update(
        counted=4, label="running", confidence=0.5
    )

    estimate_labels(crowd.project.id, to_ms(NOW))

    assert crowd.state("t2").label == "running"
    assert crowd.consensus("t2").label == "c"


def test_a_second_estimate_takes_the_place_of_the_first() -> None:
    crowd = Crowd()
    three_people(crowd)
    estimate_labels(crowd.project.id, to_ms(NOW))
    Answer.objects.filter(task=crowd.tasks["t1"]).update(counted=False)
    Answer.objects.filter(worker=crowd.workers["cy"]).update(counted=False)
    TaskState.objects.filter(task=crowd.tasks["t1"]).update(counted=0)

    second = estimate_labels(crowd.project.id, to_ms(NOW))

    assert set(Consensus.objects.values_list("estimate_id", flat=True)) == {second.id}
    assert not Consensus.objects.filter(task=crowd.tasks["t1"]).exists()
    assert crowd.state("t1").label is None
    cy = Worker.objects.get(public_id="cy")
    assert (cy.accuracy, cy.agreed, cy.compared) == (None, None, None)


def test_answers_to_an_earlier_version_still_count() -> None:
    crowd = Crowd()
    crowd.say("t", "ana", "c")
    crowd.say("t", "bo", "c")
    crowd.ask("ab")

    estimate_labels(crowd.project.id, to_ms(NOW))

    assert crowd.state("t").label == "c"


def test_several_choices_are_a_list_in_question_order() -> None:
    crowd = Crowd(multiple=True)
    for number in range(8):
        for name in ("ana", "bo", "cy"):
            crowd.say(f"t{number}", name, ["a", "c"] if number % 2 else [])
    crowd.say("t8", "ana", ["c", "a"])

    estimate = estimate_labels(crowd.project.id, to_ms(NOW))

    assert crowd.state("t1").label == '["a","c"]'
    assert crowd.state("t0").label == "[]"
    assert crowd.consensus("t1").majority_label == '["a","c"]'
    assert crowd.consensus("t1").majority_share == 1
    assert estimate.agreement == 1
    ana = Worker.objects.get(public_id="ana")
    assert (ana.agreed, ana.compared) == (8, 8)


def test_project_that_asks_nothing_is_refused() -> None:
    crowd = Crowd()
    crowd.project.questions.all().delete()

    with pytest.raises(Incomplete, match="asks nothing yet"):
        estimate_labels(crowd.project.id, to_ms(NOW))


def test_another_project_is_left_alone() -> None:
    crowd = Crowd()
    three_people(crowd)
    estimate_labels(crowd.project.id, to_ms(NOW))
    other = Project.objects.create(
        slug="other",
        title="Other",
        organisation=crowd.project.organisation,
        created_by=crowd.project.created_by,
        created_at=NOW,
    )
    question = crowd.question
    question.pk = None
    question.project = other
    question.save()

    estimate_labels(other.id, to_ms(NOW))

    assert Consensus.objects.count() == 12
    assert crowd.state("t1").label == "b"


def test_number_of_statements_does_not_grow_with_answers(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    crowd = Crowd()
    three_people(crowd)

    with django_assert_max_num_queries(44):
        estimate_labels(crowd.project.id, to_ms(NOW))
