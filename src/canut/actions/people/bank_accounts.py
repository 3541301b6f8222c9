"""Keep where people are paid, sealed, and note whoever opens it.

Account numbers are sealed under the person's own key and bound to them; those given before people
had keys, under a key of the instance. Only payroll opens them, each time with a reason that the
person can read. Where somebody's key is gone, so is their account: they give it again.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import NamedTuple

from django.db import transaction

from canut.actions.platform import encryption
from canut.actions.platform.person_keys import key_for, sealed_for
from canut.core.errors import BadInput, Incomplete
from canut.core.pay.payment_file import Account
from canut.core.proofs.sealed import unseal
from canut.store.models import BankDetails, BankReading, Person, PersonKey
from canut.store.platform.person_keys import sealers_numbered

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
    key = key_for(person.pk, PersonKey.Use.PAY)
    sealed = sealed_for(key, text, _of(person.pk))
    BankDetails.objects.update_or_create(
        person=person,
        defaults={"kind": kind, "sealed": sealed, "sealed_by": key.id, "set_at": now},
    )


def forget_account(person: Person) -> None:
    """Delete where somebody is paid, in the caller's transaction."""
    BankDetails.objects.filter(person=person).delete()


@transaction.atomic
def open_accounts(people: list[int], by: Person, why: str, now: datetime) -> dict[int, Account]:
    """Open people's accounts for payroll; each opening is noted for the person to read.

    Whose key is gone is not among them.

    Raises:
        Incomplete: no reason is given.
        NotReady: they were sealed with another secret key.
    """
    if not why.strip():
        raise Incomplete("say why an account is opened", code="reason-missing", field="why")
    found = _opened(BankDetails.objects.filter(person__in=people))
    BankReading.objects.bulk_create(
        BankReading(person_id=person, by=by, why=why.strip()[:200], at=now) for person in found
    )
    return found


def own_account(person: Person) -> Masked | None:
    """Return what a person sees of their own account; None before they gave one."""
    kept = BankDetails.objects.filter(person=person).first()
    account = _opened([kept]).get(person.pk) if kept else None
    if kept is None or account is None:
        return None
    number = account.iban or account.number
    return Masked(kept.kind, account.holder, number[-SHOWN_DIGITS:], kept.set_at)


def _opened(kept: Iterable[BankDetails]) -> dict[int, Account]:
    rows = list(kept)
    keys = sealers_numbered(one.sealed_by for one in rows if one.sealed_by is not None)
    found: dict[int, Account] = {}
    for one in rows:
        sealed, bound = bytes(one.sealed), _of(one.person_id)
        if one.sealed_by is None:
            text = encryption.unseal(sealed, LABEL, bound)
        elif one.sealed_by in keys:
            text = unseal(keys[one.sealed_by].key, sealed, bound)
        else:
            continue
        found[one.person_id] = Account(**json.loads(text))
    return found


def _of(person: int) -> bytes:
    return f"person/{person}".encode()
