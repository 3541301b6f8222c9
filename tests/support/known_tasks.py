"""Answers on tasks whose answer is known, and paid time, for what they show of a person."""

import json
from collections.abc import Mapping
from typing import Any

from canut.actions.passport.brought import bring_credential
from canut.actions.passport.credentials import CredentialRequest, make_credential
from canut.actions.passport.links import make_link
from canut.actions.platform.system_clock import now_ms
from canut.core.clock import DAY_MS, HOUR_MS
from canut.store.models import (
    Answer,
    BroughtCredential,
    PassportCredential,
    PassportLink,
    PayLine,
    Person,
    Project,
    Task,
    Worker,
)
from tests.support.factories import (
    NOW,
    NOW_MS,
    SCHEMA,
    Made,
    answer_next,
    make_project,
    make_worker,
)
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
    """Make a counted answer of a second, of yesterday or before."""
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
        answered_ms=NOW_MS - DAY_MS - number * HOUR_MS,
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


def show_skill(person: Person, at_ms: int = NOW_MS - 2 * DAY_MS) -> None:
    """Let a person answer twenty known tasks right, in a project that is closed then; once."""
    if Answer.objects.filter(worker__person=person, task__known="oui").exists():
        return
    made = make_project(tasks=20, workers=0)
    Task.objects.filter(project=made.project).update(known="oui")
    worker = make_worker(made.project, person=person)
    for _ in made.tasks:
        answer_next(worker, "oui", now_ms=at_ms)
    Project.objects.filter(pk=made.project.pk).update(state=Project.State.CLOSED)
    Worker.objects.filter(pk=worker.pk).update(ended_at=NOW)


def make_own_credential(person: Person) -> PassportCredential:
    """Return a credential of a person, made the first time it is asked for."""
    show_skill(person)
    holder = "did:key:z6MkeTG3bFFSLYVU7VqhgZxqr6YzpaGrQtFMh1uvqGy1vDnP"
    request = CredentialRequest("skill", "S01", "fr", holder)
    own = PassportCredential.objects.filter(person=person).first()
    return own or make_credential(person, request, "", NOW_MS)


def share_credential(person: Person) -> tuple[PassportLink, str]:
    """Make a link to a person's credential."""
    return make_link(person, [make_own_credential(person).pk], 90, "", now_ms())


def bring_own(person: Person) -> BroughtCredential:
    """Return a credential that a person brought, which names no host to ask."""
    own = BroughtCredential.objects.filter(person=person).first()
    content = json.dumps({"name": "Ailleurs", "credentialSubject": {}}).encode()
    return own or bring_credential(person, content, now_ms())
