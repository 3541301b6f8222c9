"""Store people's bank accounts encrypted, and log every access.

Account numbers are encrypted under the person's own key and bound to them; those given before
people had keys, under a key of the instance. Only payroll decrypts them, each time with a reason
that the person can read. Once a person's key is destroyed, the account cannot be read any more.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import NamedTuple

from django.db import transaction

from canut.actions.platform import encryption
from canut.actions.platform.person_keys import key_for, sealed_for
from canut.core.clock import Ms, from_ms
from canut.core.errors import BadInput, Incomplete
from canut.core.pay.payment_file import Account, check_account
from canut.core.proofs.sealed import unseal
from canut.store.models import BankDetails, BankReading, Person, PersonKey
from canut.store.platform.person_keys import sealers_numbered

LABEL = b"canut/bank-details/v1"
SHOWN_DIGITS = 4
KINDS = ("bank", "mobile")


class Masked(NamedTuple):
    """The displayable part of an account: its kind, its holder, its last digits."""

    kind: str
    holder: str
    ends: str
    set_at: datetime


@transaction.atomic
def set_account(person: Person, kind: str, account: Account, now_ms: Ms) -> None:
    """Set a person's bank account, replacing the earlier one.

    Raises:
        BadInput: the kind is not ``bank`` or ``mobile``, or no bank has such an account.
    """
    if kind not in KINDS:
        raise BadInput(f"kind of account is {kind!r}; expected bank or mobile", code="bad-account")
    if kind == "bank":
        check_account(account)
    text = json.dumps(asdict(account)).encode()
    key = key_for(person.pk, PersonKey.Use.PAY)
    sealed = sealed_for(key, text, _of(person.pk))
    BankDetails.objects.update_or_create(
        person=person,
        defaults={"kind": kind, "sealed": sealed, "sealed_by": key.id, "set_at": from_ms(now_ms)},
    )


def forget_account(person: Person) -> None:
    """Delete a person's bank account, in the caller's transaction."""
    BankDetails.objects.filter(person=person).delete()


@transaction.atomic
def open_accounts(people: list[int], by: Person, reason: str, now_ms: Ms) -> dict[int, Account]:
    """Decrypt people's accounts for payroll; each access is logged for them to read.

    Whose key is gone is not among them.

    Raises:
        Incomplete: no reason is given.
        NotReady: they were sealed with another secret key.
    """
    if not reason.strip():
        raise Incomplete("say why an account is opened", code="reason-missing", field="why")
    accounts = _opened(BankDetails.objects.filter(person__in=people))
    BankReading.objects.bulk_create(
        BankReading(person_id=person, by=by, why=reason.strip()[:200], at=from_ms(now_ms))
        for person in accounts
    )
    return accounts


def own_account(person: Person) -> Masked | None:
    """Return what a person sees of their own account; None without one."""
    stored = BankDetails.objects.filter(person=person).first()
    account = _opened([stored]).get(person.pk) if stored else None
    if stored is None or account is None:
        return None
    number = account.iban or account.number
    return Masked(stored.kind, account.holder, number[-SHOWN_DIGITS:], stored.set_at)


def _opened(details: Iterable[BankDetails]) -> dict[int, Account]:
    rows = list(details)
    keys = sealers_numbered(row.sealed_by for row in rows if row.sealed_by is not None)
    accounts: dict[int, Account] = {}
    for row in rows:
        sealed, bound = bytes(row.sealed), _of(row.person_id)
        if row.sealed_by is None:
            text = encryption.unseal(sealed, LABEL, bound)
        elif row.sealed_by in keys:
            text = unseal(keys[row.sealed_by].key, sealed, bound)
        else:
            continue
        accounts[row.person_id] = Account(**json.loads(text))
    return accounts


def _of(person: int) -> bytes:
    return f"person/{person}".encode()
