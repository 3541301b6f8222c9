"""Store facts about this instance, such as that the demo created it."""

from django.db import transaction

from canut.store.tables.platform import Fact


@transaction.atomic
def keep_fact(name: str, value: str) -> None:
    """Set one named fact, replacing its earlier value."""
    Fact.objects.update_or_create(name=name, defaults={"value": value})
