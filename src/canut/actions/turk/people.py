"""Propose to block people, lift blocks, and write to people.

A block is proposed; a named person limits the worker on the project's page, for a listed act, with
evidence and an end, and the worker may appeal. Lifting one is in the person's favour, so a program
may. A message is one a day and person, answerable, and marked with the program's name.
"""

from collections.abc import Sequence
from contextlib import suppress
from typing import NamedTuple

from django.db import transaction

from canut.actions.decisions.undo import undo
from canut.actions.people.worker_aliases import name_people
from canut.actions.turk.calls import Call, Reply
from canut.actions.turk.names import get_person
from canut.actions.turk.paging import page_of
from canut.core.clock import DAY_MS
from canut.core.errors import Refusal
from canut.core.participation.message_deadlines import plain_text
from canut.core.turk.refusals import invalid
from canut.store.models import Message, Sanction, Thread, TurkProposal, Worker
from canut.store.turk.hits import person_named
from canut.store.turk.people import blocks_of, last_worked_for, was_written_to

SOFT, HARD = "SoftFailure", "HardFailure"


class Failure(NamedTuple):
    """Why somebody was not written to."""

    code: str
    message: str


@transaction.atomic
def create_block(call: Call) -> Reply:
    """Propose to keep a person from the organisation's work; nothing follows before a decision."""
    person = get_person(call.organisation, call.text("WorkerId"))
    waiting = TurkProposal.objects.filter(
        organisation=call.organisation, kind=TurkProposal.Kind.BLOCK, person=person, outcome=""
    )
    if not waiting.exists():
        TurkProposal.objects.create(
            organisation_id=call.organisation,
            kind=TurkProposal.Kind.BLOCK,
            person_id=person,
            words=call.text("Reason"),
            key_id=call.signer.key,
            at_ms=call.now_ms,
        )
    call.notices.add("block-proposed", {"decide": "on-the-page-of-the-project"})
    return {}


@transaction.atomic
def delete_block(call: Call) -> Reply:
    """Drop a proposed block, and lift the limits in force; somebody not blocked is no error."""
    person = get_person(call.organisation, call.text("WorkerId"))
    TurkProposal.objects.filter(
        organisation=call.organisation, kind=TurkProposal.Kind.BLOCK, person=person, outcome=""
    ).update(outcome=TurkProposal.Outcome.WITHDRAWN, settled_ms=call.now_ms)
    for sanction in blocks_of(call.organisation, call.now_ms).filter(worker__person=person):
        undo(sanction.decision, call.now_ms)
    return {}


def list_blocks(call: Call) -> Reply:
    """List the limits in force in the organisation's projects, newest first."""
    blocks = blocks_of(call.organisation, call.now_ms)
    return page_of(call, blocks, "WorkerBlocks", lambda page: _write(call, page))


def notify_workers(call: Call) -> Reply:
    """Write to people who work for the organisation; return whom it did not reach, and why."""
    subject, text = call.text("Subject").strip(), call.text("MessageText").strip()
    if not subject or not text:
        raise invalid("Subject and MessageText must not be empty")
    failures: list[Reply] = []
    for public_id in dict.fromkeys(call.members["WorkerIds"]):
        failure = _write_to(call, public_id, f"{subject}\n\n{text}")
        if failure is not None:
            failures.append(
                {
                    "NotifyWorkersFailureCode": failure.code,
                    "NotifyWorkersFailureMessage": failure.message,
                    "WorkerId": public_id,
                }
            )
    return {"NotifyWorkersFailureStatuses": failures}


@transaction.atomic
def _write_to(call: Call, public_id: str, text: str) -> Failure | None:
    """Open a thread with one person, in the voice of the requester."""
    person = person_named(call.organisation, public_id)
    worker = last_worked_for(call.organisation, person) if person is not None else None
    if person is None or worker is None:
        return Failure(HARD, "This worker does not work for you.")
    if was_written_to(person, call.signer.person, call.now_ms - DAY_MS):
        return Failure(SOFT, "A program wrote to this worker today; one message a day is sent.")
    words = ""
    with suppress(Refusal):
        words = plain_text(text)
    if not words:
        return Failure(HARD, "The message has no text that can be shown.")
    thread = Thread.objects.create(
        project_id=worker.project_id,
        to=Thread.To.REQUESTER,
        opened_by_id=person,
        opened_ms=call.now_ms,
        answered_ms=call.now_ms,
    )
    Message.objects.create(
        thread=thread,
        author_id=call.signer.person,
        voice=Message.Voice.REQUESTER,
        text=words,
        at_ms=call.now_ms,
    )
    return None


def _write(call: Call, sanctions: Sequence[Sanction]) -> list[Reply]:
    workers = {
        worker.pk: worker.person_id or 0
        for worker in Worker.objects.filter(pk__in=[row.worker_id for row in sanctions])
    }
    names = name_people(call.organisation, [person for person in workers.values() if person])
    return [
        {"WorkerId": names[workers[row.worker_id]], "Reason": row.decision.code}
        for row in sanctions
        if workers[row.worker_id]
    ]
