"""Who was asked for an account to be paid into, and has given none yet."""

from collections.abc import Iterable

from canut.core.clock import Ms
from canut.store.tables.pay import AccountRequest, BankDetails


def requested_since(people: Iterable[int]) -> dict[int, Ms]:
    """Return when these people were last asked for an account, by person."""
    rows = AccountRequest.objects.filter(person__in=list(people))
    return dict(rows.values_list("person_id", "at_ms"))


def is_account_requested(person_id: int) -> bool:
    """Return whether a person was asked for an account and has given none."""
    if BankDetails.objects.filter(person=person_id).exists():
        return False
    return AccountRequest.objects.filter(person=person_id).exists()
