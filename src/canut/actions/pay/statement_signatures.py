"""Store the signatures people put on their statements with a key of their device.

A statement is signed once; a second signature is refused. The signature proves that a device
signed, not who held it; a person who lost the key still has the statement.

A device also signs one line per project: the total time of all statements agreed to there, this one
included, so that the last line is enough, whichever device signed it. A dataset includes one line
per person, of time that several people confirmed at least; below the group size of its tables it
includes none.
"""

import json
import re
from base64 import b64decode
from collections.abc import Sequence
from typing import NamedTuple

from django.db import IntegrityError, transaction

from canut.actions.ledger.entries import EntrySubject, fresh_nonce, record_entry
from canut.actions.ledger.log_names import listed_origin
from canut.actions.platform.person_keys import key_for
from canut.core.datasets.signed_work import (
    KIND,
    STEP_MS,
    SignedTotal,
    check_line,
    payload_of,
    shared_steps,
    walk,
)
from canut.core.errors import BadInput, BadProof, Conflict, Missing, NotProven
from canut.core.pay.corrections import shares_of
from canut.core.pay.statement_signature import AGREED, check_countersigned
from canut.store.models import Countersignature, Period, Person, PersonKey, Statement, Worker
from canut.store.pay.statement_signatures import confirmations_of, last_confirmations
from canut.store.tables.pay import Confirmation


class SignedLine(NamedTuple):
    """A line signed by a device for one project; all texts are hexadecimal."""

    project: int
    person: str
    key: str
    seed: str
    signature: str


class Device(NamedTuple):
    """The signatures sent by a device: did:key, signature in base64, lines per project.

    ``lines`` are kept where the statement is agreed to.
    """

    did: str
    signature: str
    lines: Sequence[SignedLine] = ()


def countersign(
    statement_id: int,
    says: str,
    device: Device,
    *,
    by: Person,
    now_ms: int,
) -> Countersignature:
    """Store a person's signature of their own statement.

    Args:
        statement_id: the statement.
        says: ``agreed`` or ``contested``.
        device: which key signed, and what.
        by: whose statement it is.
        now_ms: the moment, in milliseconds since 1970 UTC.

    Raises:
        Missing: it is not theirs, or its period is not closed.
        BadInput: the signature cannot be read, is not by the key, or says something else.
        Conflict: the statement is signed already.
    """
    closed = Statement.objects.filter(period__state=Period.State.CLOSED)
    statement = closed.filter(pk=statement_id, person=by).first()
    if statement is None:
        raise Missing("no such statement of yours")
    did, signature, lines = device
    try:
        check_countersigned(statement.sha256, says, did, b64decode(signature, validate=True))
    except (BadProof, NotProven, ValueError) as problem:  # of base64: no ASCII, or no base64
        raise BadInput(str(problem), code="countersign-bad") from problem
    payload = {
        "v": 1,
        "t": "statement.signed",
        "statement": statement.pk,
        "sha256": statement.sha256,
        "says": says,
        "key": did,
        "signature": signature,
        "at": now_ms,
    }
    try:
        with transaction.atomic():
            signed = Countersignature.objects.create(
                statement=statement.pk, says=says, did=did, signature=signature, at_ms=now_ms
            )
            sealer = key_for(by.pk, PersonKey.Use.PAY)
            of = EntrySubject(None, statement=statement.pk, sealer=sealer)
            record_entry(of, "statement.signed", payload, now_ms, fresh_nonce())
            keep_lines(statement, lines if says == AGREED else (), now_ms)
    except IntegrityError as twice:
        raise Conflict("this statement is signed already", code="countersigned") from twice
    return signed


_HEX64, _HEX128 = re.compile(r"[0-9a-f]{64}"), re.compile(r"[0-9a-f]{128}")


class SigningRequest(NamedTuple):
    """The line a device is asked to sign for one project.

    ``log`` is the origin of its log; ``person`` who they are there, empty while they never signed:
    the device then draws a number. ``steps`` are the links of the chain it makes.
    """

    project: int
    title: str
    log: str
    person: str
    steps: int


def lines_wanted(statement: Statement) -> list[SigningRequest]:
    """List what a device may sign for each project; simulated people sign nothing."""
    person = statement.person
    if person.is_simulated:
        return []
    agreed = Countersignature.objects.filter(says=AGREED).values("statement")
    earlier = Statement.objects.filter(
        person=person, currency=statement.currency, pk__in=agreed
    ).exclude(pk=statement.pk)
    time: dict[int, int] = {}
    titles: dict[int, str] = {}
    for content in [*earlier.values_list("content", flat=True), statement.content]:
        shares = shares_of(json.loads(content))
        titles = {row["number"]: row["title"] for row in shares}
        for row in shares:
            time[row["number"]] = time.get(row["number"], 0) + row["time_ms"]
    workers = Worker.objects.filter(person=person, project__in=titles, kind=Worker.Kind.HUMAN)
    tags = dict(confirmations_of(person.pk).values_list("worker", "tag"))
    return [
        SigningRequest(
            row.project_id,
            titles[row.project_id],
            listed_origin(row.project_id),
            tags.get(row.pk, ""),
            time[row.project_id] // STEP_MS,
        )
        for row in workers.order_by("project")
        if time[row.project_id] > 0
    ]


def keep_lines(statement: Statement, lines: Sequence[SignedLine], now_ms: int) -> None:
    """Store what a device signed per project, in the caller's transaction.

    A device that signs no lines agreed to the statement all the same.

    Raises:
        BadInput: a line that was not asked for, or that the key did not sign.
    """
    requests = {row.project: row for row in lines_wanted(statement)} if lines else {}
    workers = dict(
        Worker.objects.filter(person=statement.person, project__in=requests).values_list(
            "project", "pk"
        )
    )
    sealer = key_for(statement.person_id)
    for line in lines:
        request = requests.pop(line.project, None)
        if request is None:
            raise BadInput("a line of no project of this statement", code="countersign-bad")
        nonce = fresh_nonce()
        end = _checked(request, line)
        payload = payload_of(line.person, line.key, end, line.signature)
        record_entry(EntrySubject(line.project, sealer=sealer), KIND, payload, now_ms, nonce)
        Confirmation.objects.create(
            worker_id=workers[line.project],
            statement=statement.pk,
            currency=statement.currency,
            tag=line.person,
            key=line.key,
            seed=line.seed,
            steps=request.steps,
            end=end,
            signature=line.signature,
            nonce=nonce.hex(),
            at_ms=now_ms,
        )


def lines_of(project_id: int, currency: str, shared_by: int) -> list[SignedTotal]:
    """List the signed totals a dataset includes: one a person, of time several confirmed.

    A line signed when the log had another name proves nothing to a reader and is left out; the
    person's next signature covers the same time.
    """
    name = listed_origin(project_id)
    confirmations = [row for row in last_confirmations(project_id, currency) if _is_of(name, row)]
    confirmations = list(
        {confirmation.key: confirmation for confirmation in confirmations}.values()
    )  # one device, several people: once
    if len(confirmations) < shared_by:
        return []
    disclosed = shared_steps([confirmation.steps for confirmation in confirmations], shared_by)
    return sorted(
        SignedTotal(
            confirmation.tag,
            confirmation.key,
            confirmation.end,
            walk(bytes.fromhex(confirmation.seed), confirmation.steps - steps).hex(),
            steps,
            confirmation.nonce,
            confirmation.signature,
        )
        for confirmation, steps in zip(confirmations, disclosed, strict=True)
    )


def _is_of(log: str, row: Confirmation) -> bool:
    """Whether a device signed this line for the log of this name."""
    try:
        check_line(log, row.tag, row.key, row.end, row.signature)
    except NotProven:
        return False
    return True


def _checked(request: SigningRequest, line: SignedLine) -> str:
    """Return the end of the chain after checking the line against the request."""
    texts = (line.person, line.key, line.seed)
    is_hex = all(map(_HEX64.fullmatch, texts)) and _HEX128.fullmatch(line.signature)
    if not is_hex or line.person != (request.person or line.person):
        raise BadInput("a signed line cannot be read", code="countersign-bad")
    end = walk(bytes.fromhex(line.seed), request.steps).hex()
    try:
        check_line(request.log, line.person, line.key, end, line.signature)
    except NotProven as problem:
        raise BadInput(str(problem), code="countersign-bad") from problem
    return end
