"""Ask people for an account to be paid into: they read it on their pages until they give one."""

from collections.abc import Iterable

from django.db import transaction

from canut.core.clock import Ms
from canut.store.models import BankDetails, Person
from canut.store.tables.pay import AccountRequest


@transaction.atomic
def request_accounts(people: Iterable[int], by: Person, now_ms: Ms) -> int:
    """Ask those of these people who gave no account for one; return how many.

    Args:
        people: their numbers.
        by: who asks.
        now_ms: the moment.
    """
    numbers = set(people)
    numbers -= set(
        BankDetails.objects.filter(person__in=numbers).values_list("person_id", flat=True)
    )
    for number in sorted(numbers):
        AccountRequest.objects.update_or_create(
            person_id=number, defaults={"by": by, "at_ms": now_ms}
        )
    return len(numbers)
