"""Keep a fact about this instance, such as that the demo made it."""

from django.db import transaction

from canut.store.tables.platform import Fact


@transaction.atomic
def keep_fact(name: str, value: str) -> None:
    """Write one named fact, over what it said before."""
    Fact.objects.update_or_create(name=name, defaults={"value": value})
