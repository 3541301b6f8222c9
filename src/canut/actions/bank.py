"""Keep where people are paid, sealed, and note whoever opens it.

Account numbers are encrypted with a key derived from the instance's secret key under a label of its
own, bound to the person they are of. Only payroll opens them, each time with a reason that the
person can read.
"""

import json
from dataclasses import asdict
from datetime import datetime
from typing import NamedTuple

from django.db import transaction

from canut.actions import sealing
from canut.core.errors import BadInput, Incomplete
from canut.core.labour.payment_file import Account
from canut.store.models import BankDetails, BankReading, Person

LABEL = b"canut/bank-details/v1"
SHOWN_DIGITS = 4
KINDS = ("bank", "mobile")


class Masked(NamedTuple):
    """What may be shown of an account: its kind, its holder, its last digits."""

    kind: str
    holder: str
    ends: str
    set_at: datetime


@transaction.atomic
def set_account(person: Person, kind: str, account: Account, now: datetime) -> None:
    """Keep where somebody wants to be paid, over what they said before.

    Raises:
        BadInput: the kind is not ``bank`` or ``mobile``.
    """
    if kind not in KINDS:
        raise BadInput(f"kind of account is {kind!r}; expected bank or mobile", code="bad-account")
    text = json.dumps(asdict(account)).encode()
    BankDetails.objects.update_or_create(
        person=person,
        defaults={"kind": kind, "sealed": seal(text, _of(person.id)), "set_at": now},
    )


@transaction.atomic
def open_accounts(people: list[int], by: Person, why: str, now: datetime) -> dict[int, Account]:
    """Open people's accounts for payroll; each opening is noted for the person to read.

    Raises:
        Incomplete: no reason is given.
        NotReady: they were sealed with another secret key.
    """
    if not why.strip():
        raise Incomplete("say why an account is opened", code="reason-missing", field="why")
    found = {one.person_id: one for one in BankDetails.objects.filter(person__in=people)}
    BankReading.objects.bulk_create(
        BankReading(person_id=person, by=by, why=why.strip()[:200], at=now) for person in found
    )
    return {person: _opened(one) for person, one in found.items()}


def own_account(person: Person) -> Masked | None:
    """Return what a person sees of their own account; None before they gave one."""
    kept = BankDetails.objects.filter(person=person).first()
    if kept is None:
        return None
    account = _opened(kept)
    number = account.iban or account.number
    return Masked(kept.kind, account.holder, number[-SHOWN_DIGITS:], kept.set_at)


def seal(text: bytes, bound_to: bytes) -> bytes:
    """Encrypt bytes, bound to what they are of."""
    return sealing.seal(text, LABEL, bound_to)


def unseal(sealed: bytes, bound_to: bytes) -> bytes:
    """Decrypt bytes.

    Raises:
        NotReady: they were sealed with another secret key, or for something else.
    """
    return sealing.unseal(sealed, LABEL, bound_to)


def _opened(kept: BankDetails) -> Account:
    return Account(**json.loads(unseal(bytes(kept.sealed), _of(kept.person_id))))


def _of(person: int) -> bytes:
    return f"person/{person}".encode()
