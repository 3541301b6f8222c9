"""Answers on tasks whose answer is known, and paid time, for what they show of a person."""

import json
from collections.abc import Mapping
from typing import Any

from canut.core.clock import HOUR_MS
from canut.store.models import Answer, PayLine, Worker
from tests.support.factories import NOW_MS, SCHEMA, Made, make_project
from tests.support.rule_cases import period, state_pay

SECOND_MS = 1_000


def answered_known(
    right: int, wrong: int = 0, *, schema: Mapping[str, object] = SCHEMA, **fields: Any
) -> Made:
    """Make a project with known tasks that its worker answered; the first ones are right."""
    made = make_project(tasks=right + wrong, schema=schema, **fields)
    for number, task in enumerate(made.tasks):
        task.known = "oui"
        task.save()
        add_answer(made, made.worker, number, "oui" if number < right else "non")
    return made


def add_answer(made: Made, worker: Worker, number: int, value: object) -> Answer:
    """Make a counted answer of a second."""
    return Answer.objects.create(
        task=made.tasks[number],
        worker=worker,
        project=made.project,
        question_version=made.question,
        values=json.dumps({"q": value}),
        author_kind="human",
        client_key=f"{worker.pk}-{number}",
        counted=True,
        elapsed_ms=SECOND_MS,
        answered_ms=NOW_MS - number * HOUR_MS,
    )


def pay_hours(made: Made, hours: float) -> None:
    """Pay some hours of the first answer, in a statement of a closed period."""
    PayLine.objects.create(
        answer=Answer.objects.filter(worker=made.worker)[0],
        worker=made.worker,
        project=made.project,
        rate_version=made.rate,
        piece_micro=1,
        currency="CAD",
        elapsed_ms=int(hours * HOUR_MS),
        time_basis="elapsed",
        at_ms=NOW_MS,
    )
    statement = state_pay(period(), made.worker.person)
    statement.end_ms = NOW_MS + 1
    statement.save()
