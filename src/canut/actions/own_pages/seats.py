"""Open a seat for a lease, and receive the fields that its page sends.

Whoever holds the capability can fill the form in; only the worker's own session hands it in as an
answer, through ``actions.work.submission``. So nothing here writes an answer, a pay line or an
entry. The capability is derived from the instance's key: it is the same on each device, and only
its hash is stored.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db import transaction
from django.utils.crypto import salted_hmac

from canut.actions.own_pages.pages import new_public_id
from canut.core.clock import Ms
from canut.core.errors import BadAnswer, Conflict, LeaseGone, Missing
from canut.core.json_depth import load_json
from canut.core.kinds import kind_of, questions_of
from canut.core.kinds.page import FINISHED
from canut.core.kinds.shared.fields import canonical_json, is_unwritable
from canut.store.own_pages.pages import KIND
from canut.store.own_pages.seats import seat_by_secret, secret_hash, takes_fields
from canut.store.projects.versions import current_question
from canut.store.tables.work import Lease, PageSeat

SALT = "canut.own_pages.seat"
RESERVED = FINISHED.keys() | {
    "assignmentId",
    "hitId",
    "workerId",
    "turkSubmitTo",
    "csrfmiddlewaretoken",
}
"""Fields that pages send along and that say nothing, and the word that a person alone gives."""

type Fields = dict[str, list[str]]


class OpenedSeat(NamedTuple):
    """The id of the assignment, and the capability that the page is given."""

    public_id: str
    secret: str


@transaction.atomic
def open_seat(worker_id: int, lease_id: int, now_ms: Ms) -> OpenedSeat:
    """Open the seat of a lease that a worker holds, or return the one that is open.

    Raises:
        Missing: the lease is not this worker's.
        LeaseGone: it has ended.
    """
    lease = Lease.objects.filter(pk=lease_id, worker_id=worker_id).first()
    if lease is None:
        raise Missing(f"you have no lease {lease_id}; request tasks again")
    if not takes_fields(lease, now_ms):
        raise LeaseGone(f"lease {lease_id} has ended; request tasks again", lease=lease_id)
    public_id = new_public_id()
    seat, _ = PageSeat.objects.get_or_create(
        lease=lease,
        defaults={
            "public_id": public_id,
            "secret_hash": secret_hash(_secret_of(public_id)),
            "opened_ms": now_ms,
        },
    )
    secret = _secret_of(seat.public_id)
    if seat.secret_hash != secret_hash(secret):  # the instance has a new key since
        PageSeat.objects.filter(pk=seat.pk).update(secret_hash=secret_hash(secret))
    return OpenedSeat(seat.public_id, secret)


def _secret_of(public_id: str) -> str:
    return salted_hmac(SALT, public_id, algorithm="sha256").hexdigest()


def fields_of(pairs: Iterable[tuple[str, str]]) -> Fields:
    """Return what a form sent by field, without reserved names and characters of no text."""
    fields: Fields = {}
    for name, text in pairs:
        if name and name not in RESERVED:
            fields.setdefault(_writable(name), []).append(_writable(text))
    return fields


def _writable(text: str) -> str:
    return "".join(character for character in text if not is_unwritable(character))


def receive_fields(
    secret: str, assignment_id: str, pairs: Sequence[tuple[str, str]], now_ms: Ms
) -> PageSeat:
    """Store what a page sent for a lease, until the worker hands it in; return the seat.

    Before it is handed in, what is sent later replaces it; afterwards nothing changes.

    Args:
        secret: the capability in the address.
        assignment_id: the id the page named, empty if it named none.
        pairs: names and texts in order.
        now_ms: the moment, in milliseconds since 1970 UTC.

    Raises:
        Missing: there is no such capability, or another assignment is named.
        Conflict: the task was skipped, or its lease ended an hour ago or longer.
        BadAnswer: the question does not allow these fields.
    """
    seat = seat_by_secret(secret)
    if seat is None or assignment_id not in {"", seat.public_id}:
        raise Missing("there is no such address to submit to; open the task again")
    if not takes_fields(seat.lease, now_ms):
        raise Conflict("the task was given back; open another one", code="own-page-over")
    fields = fields_of(pairs)
    schema = current_question(seat.lease.project_id).schema
    question = next(each for each in questions_of(schema) if each["kind"] == KIND)
    name = str(question["id"])
    if not fields:
        raise BadAnswer("the page sent no fields", code="own-page-nothing", question=name)
    try:
        checked = kind_of(question).check_answer(question, fields)
    except BadAnswer as refusal:
        refusal.facts.setdefault("question", name)
        raise
    if seat.lease.state != Lease.State.ANSWERED:
        PageSeat.objects.filter(pk=seat.pk).update(
            received=canonical_json(checked), received_ms=now_ms
        )
    return seat


def received_fields(worker_id: int, lease_id: int) -> Fields | None:
    """Return what the page sent for a worker's lease; None if nothing yet.

    Raises:
        Missing: the lease is not this worker's.
    """
    if not Lease.objects.filter(pk=lease_id, worker_id=worker_id).exists():
        raise Missing(f"you have no lease {lease_id}; request tasks again")
    seat = PageSeat.objects.filter(lease_id=lease_id, lease__worker_id=worker_id).first()
    if seat is None or not seat.received:
        return None
    fields: Fields = load_json(seat.received)
    return fields
