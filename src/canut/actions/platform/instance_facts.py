"""Store facts about this instance, such as that the demo created it."""

from django.db import transaction

from canut.core.clock import Ms
from canut.store.platform.instance import PROXY_SEEN
from canut.store.tables.platform import Fact

DAY_MS = 86_400_000


@transaction.atomic
def keep_fact(name: str, value: str) -> None:
    """Set one named fact, replacing its earlier value."""
    Fact.objects.update_or_create(name=name, defaults={"value": value})


def note_untrusted_proxy(now_ms: Ms) -> None:
    """Record that requests come through a proxy that is not trusted, once a day at most."""
    stored = Fact.objects.filter(name=PROXY_SEEN).values_list("value", flat=True).first()
    if stored is None or now_ms - int(stored) > DAY_MS:
        keep_fact(PROXY_SEEN, str(now_ms))
