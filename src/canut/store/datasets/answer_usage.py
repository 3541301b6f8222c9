"""Where a person's answers went: into which projects, for whom, which files, under which card."""

import json
from collections.abc import Iterable
from typing import NamedTuple

from canut.store.platform.person_keys import OpenedEntry, open_entries
from canut.store.tables.datasets import ExportFile
from canut.store.tables.ledger import EntryPending, LogEntry
from canut.store.tables.people import Person
from canut.store.tables.projects import Project
from canut.store.tables.work import Answer, Worker

SHOWN = 20
GONE = OpenedEntry("", b"")


class Went(NamedTuple):
    """A project a person answered in: how many answers, and when the first and the last."""

    project: Project
    worker: Worker
    answers: int
    first_ms: int
    last_ms: int


class ReleasedFile(NamedTuple):
    """A card or a dataset that was released, as the ledger says: its hash, and its place there."""

    kind: str
    sha256: str
    at_ms: int
    place: int | None


class EntryPosition(NamedTuple):
    """Where the entry of an answer stands, and what opens it; no payload once it was erased."""

    place: int | None
    payload: str
    nonce: str


def went_of(person: Person) -> list[Went]:
    """List the projects a person answered in, the last first."""
    found: list[Went] = []
    for worker in Worker.objects.filter(person=person).select_related("project__organisation"):
        answers = Answer.objects.filter(worker=worker).order_by("id")
        first, last = answers.first(), answers.last()
        if first is not None and last is not None:
            ends = (first.answered_ms, last.answered_ms)
            found.append(Went(worker.project, worker, answers.count(), *ends))
    return sorted(found, key=lambda one: -one.last_ms)


def released_of(project: Project) -> list[ReleasedFile]:
    """List the cards and datasets of a project that the ledger knows of, newest first."""
    rows = EntryPending.objects.filter(project=project, type__in=("card", "export"))
    last = list(rows.order_by("-id")[:SHOWN])
    places = dict(
        LogEntry.objects.filter(pending__in=last).values_list("pending_id", "place"),
    )
    return [
        ReleasedFile(
            one.type,
            str(json.loads(one.payload or "{}").get("sha256", "")),
            one.created_ms,
            places.get(one.pk),
        )
        for one in last
    ]


def files_of(project: Project) -> list[ExportFile]:
    """List the files that were made of a project's labels, newest first."""
    states = (ExportFile.State.DONE, ExportFile.State.GONE)
    found = ExportFile.objects.filter(project=project, state__in=states)
    return list(found.order_by("-id")[:SHOWN])


def places_of(worker: Worker, keys: Iterable[str]) -> dict[str, EntryPosition]:
    """Say where the entries of some of a worker's answers stand, by the answers' keys."""
    answers = Answer.objects.filter(worker=worker, client_key__in=list(keys))
    named = dict(answers.values_list("id", "client_key"))
    entries = list(EntryPending.objects.filter(answer__in=list(named)))
    places = dict(LogEntry.objects.filter(pending__in=entries).values_list("pending_id", "place"))
    opened = open_entries(entries)
    return {
        named[one.answer or 0]: EntryPosition(places.get(one.pk), held.payload, held.nonce.hex())
        for one in entries
        for held in [opened.get(one.pk, GONE)]
    }
