"""Keep what a person signed of their statement, with a key of their device, beside it.

Once signed it stays; a second signature is refused. The key proves that one device said so, not who
held it: a person who lost it still has the statement.

Take the lines a device signs with a statement, and give a dataset those it may show.

One line a project: the time of every statement they agreed to there so far, this one included, so
that the last line alone says all, whichever device signed it. A dataset takes along one line a
person, of the time that several people confirmed at least; fewer people than share a row of its
tables take along none.
"""

import binascii
import json
import re
from base64 import b64decode
from collections.abc import Sequence
from typing import NamedTuple

from django.db import IntegrityError, transaction

from canut.actions.ledger.entries import EntrySubject, fresh_nonce, record_entry
from canut.actions.ledger.inclusion_promises import origin_of
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
from canut.core.pay.statement_signature import AGREED, check_countersigned
from canut.store.models import Countersignature, Period, Person, PersonKey, Statement, Worker
from canut.store.pay.statement_signatures import confirmations_of, last_confirmations
from canut.store.tables.pay import Confirmation


class SignedLine(NamedTuple):
    """What a device signed for one project; all texts are hexadecimal."""

    project: int
    person: str
    key: str
    seed: str
    signature: str


class Device(NamedTuple):
    """What a device sends: its did:key, its signature in base64, and lines of single projects.

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
    """Keep a signature of one's own statement.

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
    except (BadProof, NotProven, binascii.Error) as problem:
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
            made = Countersignature.objects.create(
                statement=statement.pk, says=says, did=did, signature=signature, at_ms=now_ms
            )
            sealer = key_for(by.pk, PersonKey.Use.PAY)
            of = EntrySubject(None, statement=statement.pk, sealer=sealer)
            record_entry(of, "statement.signed", payload, now_ms, fresh_nonce())
            keep_lines(statement, lines if says == AGREED else (), now_ms)
    except IntegrityError as twice:
        raise Conflict("this statement is signed already", code="countersigned") from twice
    return made


_HEX64, _HEX128 = re.compile(r"[0-9a-f]{64}"), re.compile(r"[0-9a-f]{128}")


class SigningRequest(NamedTuple):
    """What a device is asked to sign for one project.

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
        titles = {one["number"]: one["title"] for one in json.loads(content)["projects"]}
        for one in json.loads(content)["projects"]:
            time[one["number"]] = time.get(one["number"], 0) + one["time_ms"]
    workers = Worker.objects.filter(person=person, project__in=titles, kind=Worker.Kind.HUMAN)
    tags = dict(confirmations_of(person.pk).values_list("worker", "tag"))
    return [
        SigningRequest(
            one.project_id,
            titles[one.project_id],
            origin_of(one.project_id),
            tags.get(one.pk, ""),
            time[one.project_id] // STEP_MS,
        )
        for one in workers.order_by("project")
        if time[one.project_id] > 0
    ]


def keep_lines(statement: Statement, lines: Sequence[SignedLine], now_ms: int) -> None:
    """Keep what a device signed for the projects of a statement, in the caller's transaction.

    A device that signs no lines agreed to the statement all the same.

    Raises:
        BadInput: a line that was not asked for, or that the key did not sign.
    """
    wanted = {one.project: one for one in lines_wanted(statement)} if lines else {}
    workers = dict(
        Worker.objects.filter(person=statement.person, project__in=wanted).values_list(
            "project", "pk"
        )
    )
    sealer = key_for(statement.person_id)
    for line in lines:
        asked = wanted.pop(line.project, None)
        if asked is None:
            raise BadInput("a line of no project of this statement", code="countersign-bad")
        nonce = fresh_nonce()
        end = _checked(asked, line)
        payload = payload_of(line.person, line.key, end, line.signature)
        record_entry(EntrySubject(line.project, sealer=sealer), KIND, payload, now_ms, nonce)
        Confirmation.objects.create(
            worker_id=workers[line.project],
            statement=statement.pk,
            currency=statement.currency,
            tag=line.person,
            key=line.key,
            seed=line.seed,
            steps=asked.steps,
            end=end,
            signature=line.signature,
            nonce=nonce.hex(),
            at_ms=now_ms,
        )


def lines_of(project_id: int, currency: str, shared_by: int) -> list[SignedTotal]:
    """Give the lines a dataset takes along: one a person, of time that several confirmed."""
    kept = last_confirmations(project_id, currency)
    kept = list({one.key: one for one in kept}.values())  # one device, several people: once
    if len(kept) < shared_by:
        return []
    shown = shared_steps([one.steps for one in kept], shared_by)
    return sorted(
        SignedTotal(
            one.tag,
            one.key,
            one.end,
            walk(bytes.fromhex(one.seed), one.steps - steps).hex(),
            steps,
            one.nonce,
            one.signature,
        )
        for one, steps in zip(kept, shown, strict=True)
    )


def _checked(asked: SigningRequest, line: SignedLine) -> str:
    """Return the end of the chain, once a line is what was asked for."""
    texts = (line.person, line.key, line.seed)
    is_hex = all(map(_HEX64.fullmatch, texts)) and _HEX128.fullmatch(line.signature)
    if not is_hex or line.person != (asked.person or line.person):
        raise BadInput("a signed line cannot be read", code="countersign-bad")
    end = walk(bytes.fromhex(line.seed), asked.steps).hex()
    try:
        check_line(asked.log, line.person, line.key, end, line.signature)
    except NotProven as problem:
        raise BadInput(str(problem), code="countersign-bad") from problem
    return end
