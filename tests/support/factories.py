"""Make the rows that tests start from, in one call."""

import itertools
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from canut.actions.work.leases import lease_tasks
from canut.actions.work.submission import AnswerReceipt, Submission, submit
from canut.core.kinds import has_places, marked_columns
from canut.store.models import (
    Election,
    EntryPending,
    Import,
    Membership,
    Organisation,
    Person,
    PlatformEntry,
    Project,
    QuestionVersion,
    RateVersion,
    Task,
    TaskState,
    Worker,
)
from canut.store.platform.person_keys import OpenedEntry, open_entries

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
NOW_MS = int(NOW.timestamp() * 1000)
SCHEMA: dict[str, Any] = {
    "questions": [
        {
            "id": "q",
            "kind": "choice",
            "ask": "Positif ou négatif ?",
            "multiple": False,
            "choices": [{"value": "oui"}, {"value": "non"}],
        }
    ],
    "show": [{"column": "text", "as": "text"}],
}
PIECE_MICRO = 210_000
PASSAGE = "Marie dirige l’atelier de tissage de la rue Burdeau, à Lyon, depuis 2019."
_numbers = itertools.count(1)


@dataclass
class Made:
    """A project that is ready for work."""

    project: Project
    tasks: list[Task]
    workers: list[Worker]
    question: QuestionVersion
    rate: RateVersion

    @property
    def worker(self) -> Worker:
        """Return the first worker."""
        return self.workers[0]


def make_person(**fields: Any) -> Person:
    """Make a person."""
    name = f"person{next(_numbers)}-{secrets.token_hex(4)}"
    return Person.objects.create(**{"username": name, "password": "!", **fields})


def make_project(
    *,
    tasks: int = 3,
    workers: int = 1,
    practice: bool = False,
    schema: Mapping[str, object] = SCHEMA,
    piece_micro: int = PIECE_MICRO,
    **fields: Any,
) -> Made:
    """Make an open project with published tasks, workers, a question and a rate."""
    by = make_person()
    organisation = Organisation.objects.create(name="Les Soies", kind="requester", created_at=NOW)
    words = dict.fromkeys(
        [
            "aim_business",
            "aim_social",
            "aim_ethical",
            "origin_whose",
            "origin_consent",
            "origin_paid",
        ],
        "dit",
    )
    made = {
        "slug": f"projet{next(_numbers)}-{secrets.token_hex(4)}",
        "title": "Avis",
        "organisation": organisation,
        "state": "open",
        "severity": 0,
        "overlap": 1,
        "created_by": by,
        "created_at": NOW,
        **words,
        **fields,
    }
    project = Project.objects.create(**made)
    question = QuestionVersion.objects.create(
        project=project, number=1, schema=schema, created_by=by, created_at=NOW
    )
    rate = RateVersion.objects.create(
        project=project,
        number=1,
        piece_micro=piece_micro,
        currency="CAD",
        created_by=by,
        created_at=NOW,
    )
    rows = make_tasks(project, tasks)
    if has_places(schema):
        passages = json.dumps(dict.fromkeys(marked_columns(schema), PASSAGE))
        for row in rows:
            row.data = passages
        Task.objects.bulk_update(rows, ["data"])
    if practice:
        (first,) = make_tasks(project, 1, state="practice")
        project.practice_task = first
        project.save(update_fields=["practice_task"])
    people = [make_worker(project) for _ in range(workers)]
    return Made(project, rows, people, question, rate)


def make_tasks(
    project: Project,
    count: int,
    **fields: Any,
) -> list[Task]:
    """Add published tasks to a project."""
    source = Import.objects.create(
        project=project,
        state="published",
        name="avis.csv",
        path="avis.csv",
        format="csv",
        reading={"format": "csv", "columns": ["text"]},
        created_by=project.created_by,
        created_at=NOW,
    )
    tasks = Task.objects.bulk_create(
        [
            Task(
                project=project,
                source=source,
                row=row,
                key=f"{row:04}",
                data=f'{{"text":"avis {row}"}}',
            )
            for row in range(count)
        ]
    )
    TaskState.objects.bulk_create(
        [
            TaskState(**{"task": task, "project": project, "overlap": project.overlap, **fields})
            for task in tasks
        ]
    )
    return tasks


def opened(entry: EntryPending | PlatformEntry) -> OpenedEntry:
    """Open what an entry committed to."""
    return open_entries([entry])[entry.pk]


def all_opened() -> list[str]:
    """Open the payloads of all entries of projects, in their order."""
    return [found.payload for found in open_entries(EntryPending.objects.order_by("id")).values()]


def make_worker(
    project: Project,
    **fields: Any,
) -> Worker:
    """Add a worker to a project."""
    return Worker.objects.create(
        **{
            "project": project,
            "person": make_person(),
            "public_id": secrets.token_hex(8),
            "created_at": NOW,
            **fields,
        }
    )


def answer_next(
    worker: Worker,
    value: object = "oui",
    *,
    now_ms: int = NOW_MS,
    key: str | None = None,
) -> AnswerReceipt:
    """Lend a worker their next task and answer it."""
    (lent,) = lease_tasks(worker.pk, 1, now_ms).tasks
    submission = Submission(lent.lease, key or secrets.token_hex(16), {"q": value})
    return submit(worker.pk, submission, now_ms + 5000)


def make_representative(person: Person, organisation: Organisation) -> Membership:
    """Put somebody in office, by an election that is over."""
    election = Election.objects.create(
        organisation=organisation,
        seats=1,
        opened_ms=NOW_MS,
        voting_ms=NOW_MS,
        closes_ms=NOW_MS,
        voters=1,
        counted_ms=NOW_MS,
        result={},
    )
    return Membership.objects.create(
        person=person,
        organisation=organisation,
        role="representative",
        election=election,
        created_at=NOW,
    )
