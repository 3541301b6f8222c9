"""Every event is told by what it is told of, in the shape the documentation shows."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from canut.actions.datasets import export_jobs
from canut.actions.datasets.export_jobs import ExportIn, ask_export
from canut.actions.decisions.appeals import AppealReply, answer_appeal, appeal
from canut.actions.decisions.record import Ruling, decide
from canut.actions.decisions.sanctions import Limit, limit_worker
from canut.actions.imports.lifecycle import publish_import, read_import
from canut.actions.integrations.task_closed_events import find_closed_tasks
from canut.actions.integrations.webhooks import WebhookSpec, create_webhook, try_webhook
from canut.actions.projects.setup import close_project, open_project, pause_project
from canut.actions.quality.estimates import estimate_labels
from canut.actions.quality.gold import correct_known, make_known
from canut.core.errors import Conflict
from canut.store.integrations.webhooks import EVENTS, TEST
from canut.store.models import Decision, Delivery, Project, Webhook
from tests.house.tree import ROOT
from tests.support.decisions import EVIDENCE, make_due
from tests.support.factories import NOW_MS, Made, answer_next, make_person, make_project
from tests.support.importing import brought, started
from tests.support.incidents import Workshop
from tests.support.reviewers import ACCEPT, make_team

pytestmark = pytest.mark.django_db
EXAMPLES: dict[str, dict[str, Any]] = json.loads(
    (ROOT / "docs/en/developers/webhook-events.json").read_text()
)
type Make = Callable[[Path, pytest.MonkeyPatch], Project]


def listened(project: Project) -> Webhook:
    wanted = WebhookSpec("https://example.org/canut", EVENTS)
    webhook, _secret = create_webhook(project, wanted, by=project.created_by, now_ms=NOW_MS)
    return webhook


def told(project: Project, event: str) -> dict[str, Any]:
    """Return the newest message about an event."""
    found = Delivery.objects.filter(webhook__project=project, event=event).latest("id")
    body: dict[str, Any] = json.loads(found.body)
    return body


def shape(value: object) -> object:
    """Return what something is made of: names and kinds, without the values."""
    if isinstance(value, dict):
        return {name: shape(one) for name, one in value.items()}
    if isinstance(value, list):
        return [shape(one) for one in value[:1]]
    return type(value).__name__


def own_staff() -> Made:
    made = make_project(tasks=1, is_own_staff=True)
    listened(made.project)
    return made


def of_life(_folder: Path, _patch: pytest.MonkeyPatch) -> Project:
    project = own_staff().project
    pause_project(project, NOW_MS)
    open_project(project, NOW_MS)
    close_project(project, NOW_MS)
    return project


def of_work(_folder: Path, _patch: pytest.MonkeyPatch) -> Project:
    made = own_staff()
    answer_next(made.worker)
    find_closed_tasks(NOW_MS)
    estimate_labels(made.project.pk, NOW_MS)
    return made.project


def of_review(_folder: Path, _patch: pytest.MonkeyPatch) -> Project:
    team = make_team()
    listened(team.made.project)
    team.decide(ACCEPT)
    return team.made.project


def of_gold(_folder: Path, _patch: pytest.MonkeyPatch) -> Project:
    made = own_staff()
    by, task = made.project.created_by, made.tasks[0].pk
    make_known(task, "oui", "", by=by, now_ms=NOW_MS)
    correct_known(task, "non", "Une erreur.", by=by, now_ms=NOW_MS)
    return made.project


def of_decision(_folder: Path, _patch: pytest.MonkeyPatch) -> Project:
    due = make_due()
    listened(due.made.project)
    due.reject()
    return due.made.project


def of_files(folder: Path, patch: pytest.MonkeyPatch) -> Project:
    project = own_staff().project
    rows = folder / "rows.jsonl"
    rows.write_text('{"text": "un"}\n')
    publish_import(brought(project, rows).pk, NOW_MS)
    lost = folder / "lost.jsonl"
    lost.write_bytes(b'{"text": "un"}\n')
    by = project.created_by

    def cannot(_one: object) -> list[bytes]:
        raise Conflict("nothing to write", code="export-nothing")

    ask_export(project, ExportIn("labels", "csv"), by=by, now_ms=NOW_MS)
    patch.setitem(export_jobs.EXPORTS, "labels", cannot)
    ask_export(project, ExportIn("labels", "csv"), by=by, now_ms=NOW_MS)
    source = started(project, lost)
    lost.unlink()
    read_import(source.pk, NOW_MS)
    return project


def of_incident(_folder: Path, _patch: pytest.MonkeyPatch) -> Project:
    shop = Workshop()
    listened(shop.project)
    shop.alarm()
    return shop.project


def of_test(_folder: Path, _patch: pytest.MonkeyPatch) -> Project:
    project = make_project().project
    try_webhook(listened(project), project, NOW_MS)
    return project


MAKE: dict[str, Make] = {
    "task.closed": of_work,
    "answers.added": of_work,
    "labels.ready": of_work,
    "review.done": of_review,
    "gold.corrected": of_gold,
    "incident.opened": of_incident,
    "decision.made": of_decision,
    "export.ready": of_files,
    "export.failed": of_files,
    "import.published": of_files,
    "import.failed": of_files,
    "project.opened": of_life,
    "project.paused": of_life,
    "project.closed": of_life,
    TEST: of_test,
}


def test_every_event_has_an_example() -> None:
    assert set(EXAMPLES) == {*EVENTS, TEST} == set(MAKE)


@pytest.mark.parametrize("event", MAKE)
def test_event_is_told_as_the_documentation_shows_it(
    event: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = MAKE[event](tmp_path, monkeypatch)

    body = told(project, event)

    assert body["type"] == event
    assert shape(body) == shape(EXAMPLES[event])


def test_decision_names_the_person_by_their_random_name_alone() -> None:
    due = make_due()
    person = due.made.worker.person
    assert person is not None
    listened(due.made.project)

    due.reject()

    written = Delivery.objects.get(event="decision.made").body
    assert due.made.worker.public_id in written
    assert EVIDENCE not in written
    assert person.username not in written
    assert json.loads(written)["data"]["answer"] == due.answer.pk


def test_sanction_and_the_end_of_an_appeal_are_told() -> None:
    due = make_due()
    project = due.made.project
    listened(project)
    made = appeal(due.reject(NOW_MS).pk, by=due.person, words="Non.", now_ms=NOW_MS)
    limit = Limit("restriction", 7, "without-looking", EVIDENCE, daily=5)
    limit_worker(due.made.worker.pk, limit, by=due.author, now_ms=NOW_MS + 1)

    answer_appeal(
        made.pk, AppealReply("overturned", "Vrai."), by=due.independent, now_ms=NOW_MS + 2
    )

    bodies = Delivery.objects.filter(event="decision.made").order_by("id")
    said = [json.loads(one.body)["data"] for one in bodies]
    assert [(one["kind"], one["appeal"]) for one in said] == [
        ("rejection", None),
        ("restriction", None),
        ("rejection", "overturned"),
    ]


def test_what_is_decided_about_a_persons_time_is_not_told() -> None:
    made = make_project()
    listened(made.project)
    ruling = Ruling(
        person=made.worker.person_id or 0,
        kind=Decision.Kind.TIME_REFUSED,
        code="idle",
        text_en="No.",
        text_fr="Non.",
        by=make_person(),
        evidence=EVIDENCE,
        worker=made.worker.pk,
        project=made.project.pk,
    )

    decide(ruling, NOW_MS)

    assert Delivery.objects.count() == 0
