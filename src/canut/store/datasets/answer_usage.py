"""Where a person's answers went: projects, clients, files, cards."""

import json
from collections.abc import Iterable
from typing import NamedTuple

from canut.store.platform.person_keys import OpenedEntry, open_entries
from canut.store.tables.datasets import ExportFile
from canut.store.tables.decisions import Decision
from canut.store.tables.ledger import EntryPending, LogEntry
from canut.store.tables.people import Person
from canut.store.tables.projects import Project
from canut.store.tables.work import Answer, Worker

SHOWN = 20
GONE = OpenedEntry("", b"")


class Went(NamedTuple):
    """A project a person answered in: number of answers, first and last time."""

    project: Project
    worker: Worker
    answers: int
    first_ms: int
    last_ms: int


class ReleasedFile(NamedTuple):
    """A released card or dataset: its hash and its position in the ledger."""

    kind: str
    sha256: str
    at_ms: int
    place: int | None


class EntryPosition(NamedTuple):
    """The position of an answer's entry and what opens it; no payload after erasure."""

    place: int | None
    payload: str
    nonce: str


def went_of(person: Person) -> list[Went]:
    """List the projects a person answered in, latest first."""
    projects: list[Went] = []
    for worker in Worker.objects.filter(person=person).select_related("project__organisation"):
        answers = Answer.objects.filter(worker=worker).order_by("id")
        first, last = answers.first(), answers.last()
        if first is not None and last is not None:
            ends = (first.answered_ms, last.answered_ms)
            projects.append(Went(worker.project, worker, answers.count(), *ends))
    return sorted(projects, key=lambda went: -went.last_ms)


def rejected_of(worker: Worker, most: int = 100) -> list[Decision]:
    """List the rejections of a worker's answers that stand, newest first."""
    decisions = Decision.objects.filter(
        worker=worker, kind=Decision.Kind.REJECTION, undone_ms=None
    ).select_related("answer__question_version")
    return list(decisions.order_by("-at_ms")[:most])


def released_of(project: Project) -> list[ReleasedFile]:
    """List the cards and datasets of a project in the ledger, newest first."""
    rows = EntryPending.objects.filter(project=project, type__in=("card", "export"))
    last = list(rows.order_by("-id")[:SHOWN])
    places = dict(
        LogEntry.objects.filter(pending__in=last).values_list("pending_id", "place"),
    )
    return [
        ReleasedFile(
            entry.type,
            str(json.loads(entry.payload or "{}").get("sha256", "")),
            entry.created_ms,
            places.get(entry.pk),
        )
        for entry in last
    ]


def files_of(project: Project) -> list[ExportFile]:
    """List the files exported from a project's labels, newest first."""
    states = (ExportFile.State.DONE, ExportFile.State.GONE)
    exports = ExportFile.objects.filter(project=project, state__in=states)
    return list(exports.order_by("-id")[:SHOWN])


def places_of(worker: Worker, keys: Iterable[str]) -> dict[str, EntryPosition]:
    """Return the entry positions of some of a worker's answers, by the answers' keys."""
    answers = Answer.objects.filter(worker=worker, client_key__in=list(keys))
    named = dict(answers.values_list("id", "client_key"))
    entries = list(EntryPending.objects.filter(answer__in=list(named)))
    places = dict(LogEntry.objects.filter(pending__in=entries).values_list("pending_id", "place"))
    opened = open_entries(entries)
    return {
        named[entry.answer or 0]: EntryPosition(
            places.get(entry.pk), content.payload, content.nonce.hex()
        )
        for entry in entries
        for content in [opened.get(entry.pk, GONE)]
    }
