"""Every kind the page draws, from an answer to its label, its review and its export."""

import csv
import io
import json
from typing import Any

import pytest

from canut.actions.datasets.label_exports import export_answers, export_labels
from canut.actions.projects.setup import write_question
from canut.actions.quality.estimates import estimate_labels
from canut.actions.quality.gold import make_known
from canut.actions.quality.review_decisions import ReviewInput
from canut.actions.tasks.known_labels import mark_known
from canut.core.errors import BadAnswer
from canut.core.kinds import check_schema, label_of_values, merge_values
from canut.core.kinds.sample import Sample, samples
from canut.store.models import Answer, Consensus, EntryPending, Task, TaskState, Verdict, Worker
from tests.support.factories import NOW_MS, Made, answer_next, make_project, opened
from tests.support.reviewers import Team, make_team

pytestmark = pytest.mark.django_db
SAMPLES = samples()
SEVERAL: dict[str, Any] = check_schema(
    {
        "questions": [
            {
                "id": "any",
                "kind": "choice",
                "ask": "?",
                "choices": [{"value": "y"}, {"value": "n"}],
            },
            {"id": "many", "kind": "number", "ask": "?", "when": {"question": "any", "is": "y"}},
        ],
        "show": [{"column": "text", "as": "text"}],
    }
)


def answered(schema: dict[str, Any], answers: list[object]) -> Made:
    """Make a project with one task, answered by as many people as there are answers."""
    made = make_project(tasks=1, workers=len(answers), overlap=len(answers), schema=schema)
    for worker, answer in zip(made.workers, answers, strict=True):
        answer_next(worker, answer)
    return made


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda one: f"{one.kind}-{one.name}")
def test_answers_are_kept_merged_estimated_and_exported(sample: Sample) -> None:
    schema = sample.schema["fr"]
    made = answered(schema, sample.answers)

    state = TaskState.objects.get(task=made.tasks[0])
    merged = merge_values(schema, [{"q": each} for each in sample.answers])
    assert (state.state, state.counted) == ("closed", 3)
    assert state.label == label_of_values(schema, merged)
    assert state.confidence is not None
    assert 0 < state.confidence < 1

    estimate_labels(made.project.pk, NOW_MS)

    found = Consensus.objects.get(task=made.tasks[0])
    assert found.label == state.label
    assert 0 < found.confidence <= 1
    rows = list(
        csv.DictReader(io.StringIO(b"".join(export_labels(made.project.pk, "csv")).decode()))
    )
    assert rows[0]["label"] == found.label
    lines = b"".join(export_answers(made.project.pk, "jsonl")).splitlines()
    kept = [json.loads(line)["values"] for line in lines]
    assert len(kept) == 3


def test_a_fraction_is_kept_and_its_entry_is_one_text() -> None:
    schema = check_schema(
        {
            "questions": [{"id": "q", "kind": "number", "ask": "?", "decimals": 2}],
            "show": [{"column": "text", "as": "text"}],
        }
    )

    made = answered(schema, [48.25])

    assert Answer.objects.get().values == '{"q":48.25}'
    (entry,) = EntryPending.objects.filter(project=made.project, type="answer")
    assert json.loads(json.loads(opened(entry).payload)["values"]) == {"q": 48.25}


def test_what_is_asked_is_kept_in_normal_form() -> None:
    made = make_project()
    asked = {"id": "q", "kind": "rating", "ask": " Fidèle ? "}

    version = write_question(
        made.project,
        {"questions": [asked], "show": [{"column": "text", "as": "text"}]},
        "",
        by=made.project.created_by,
        now_ms=NOW_MS,
    )

    question = version.schema["questions"][0]
    assert (question["ask"], question["least"], question["most"]) == ("Fidèle ?", 1, 5)


def test_several_questions_are_merged_each_and_exported_each() -> None:
    made = make_project(tasks=1, workers=2, overlap=2, schema=SEVERAL)
    for worker, values in zip(
        made.workers, [{"any": "y", "many": 3}, {"any": "y", "many": 5}], strict=True
    ):
        give(worker, values)

    assert TaskState.objects.get(task=made.tasks[0]).label == '{"any":"y","many":3}'
    content = b"".join(export_labels(made.project.pk, "csv")).decode()
    (row,) = csv.DictReader(io.StringIO(content))
    assert (row["label.any"], row["label.many"]) == ("y", "3")


def give(worker: Worker, values: dict[str, object]) -> None:
    """Answer several questions on the next task."""
    import secrets

    from canut.actions.work.leases import lease_tasks
    from canut.actions.work.submission import Submission, submit
    from tests.support.factories import NOW_MS

    (lent,) = lease_tasks(worker.pk, 1, NOW_MS).tasks
    submit(worker.pk, Submission(lent.lease, secrets.token_hex(16), values), NOW_MS + 5000)


def test_label_of_several_questions_is_accepted_in_review() -> None:
    team: Team = make_team()
    team.made.question.schema = SEVERAL
    type(team.made.question).objects.filter(pk=team.made.question.pk).update(schema=SEVERAL)
    label = '{"any":"y","many":3}'
    TaskState.objects.filter(task=team.made.tasks[0]).update(label=label, confidence=0.5)

    team.decide(ReviewInput("accepted", consensus=label))

    assert json.loads(Verdict.objects.get().values) == {"any": "y", "many": 3}


def of_spans(text: str) -> Made:
    """Make a project that asks for spans of one text."""
    asked = {"id": "q", "kind": "spans", "ask": "Qui ?", "labels": ["nom"]}
    schema = check_schema({"questions": [asked], "show": [{"column": "text", "as": "text"}]})
    made = make_project(tasks=1, schema=schema)
    Task.objects.filter(pk=made.tasks[0].pk).update(data=json.dumps({"text": text}))
    return made


def spans(*ends: tuple[int, int]) -> dict[str, object]:
    return {"spans": [{"label": "nom", "start": a, "end": b} for a, b in ends]}


def test_span_that_ends_with_its_text_is_taken_whatever_its_letters_weigh() -> None:
    made = of_spans("Élie 🧵")  # six code points, seven of UTF-16, eleven bytes

    receipt = answer_next(made.worker, spans((0, 4), (5, 6)))

    assert receipt.counted


def test_span_beyond_its_text_is_refused_by_field_and_nothing_is_kept() -> None:
    made = of_spans("Élie 🧵")

    with pytest.raises(BadAnswer, match=r"spans\[1\]\.end is 7; expected at most 6") as refused:
        answer_next(made.worker, spans((0, 4), (5, 7)))

    assert refused.value.facts["field"] == "spans[1].end"
    assert (refused.value.facts["question"], refused.value.facts["why"]) == ("q", "range")
    assert not Answer.objects.exists()


def test_known_answer_beyond_its_text_is_refused_too() -> None:
    made = of_spans("Soie")
    label = label_of_values(made.question.schema, {"q": spans((0, 5))})

    with pytest.raises(BadAnswer):
        mark_known(made.tasks[0], label)
    with pytest.raises(BadAnswer):
        make_known(made.tasks[0].pk, label, "", by=made.project.created_by, now_ms=NOW_MS)


def test_answers_to_an_older_question_have_no_say_in_a_new_kind() -> None:
    made = make_project(tasks=2, workers=2, overlap=2)
    answer_next(made.workers[0], "oui")
    scale = {"id": "q", "kind": "rating", "ask": "?"}
    write_question(
        made.project,
        {"questions": [scale], "show": [{"column": "text", "as": "text"}]},
        "",
        by=made.project.created_by,
        now_ms=NOW_MS,
    )
    answer_next(made.workers[1], 4)

    estimate_labels(made.project.pk, NOW_MS)

    assert {one.label for one in Consensus.objects.all()} == {"4"}
