"""Keep what a person signed of their statement, with a key of their device, beside it.

Once signed it stays; a second signature is refused. The key proves that one device said so, not who
held it: a person who lost it still has the statement.
"""

import binascii
from base64 import b64decode
from collections.abc import Sequence
from typing import NamedTuple

from django.db import IntegrityError, transaction

from canut.actions.ledger.entries import Of, fresh_nonce, record_entry
from canut.actions.pay.confirming import SignedLine, keep_lines
from canut.actions.platform.person_keys import key_for
from canut.core.errors import BadInput, BadProof, Conflict, Missing, NotProven
from canut.core.pay.statement_signature import AGREED, check_countersigned
from canut.store.models import Period, Person, PersonKey, Statement
from canut.store.tables.ledger import Countersignature


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
            of = Of(None, statement=statement.pk, sealer=sealer)
            record_entry(of, "statement.signed", payload, now_ms, fresh_nonce())
            keep_lines(statement, lines if says == AGREED else (), now_ms)
    except IntegrityError as twice:
        raise Conflict("this statement is signed already", code="countersigned") from twice
    return made
