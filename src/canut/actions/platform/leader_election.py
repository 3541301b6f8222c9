"""Elect one scheduler process across all machines.

The leader's name is a fact in the database. A process stays leader while its heartbeats come; once
it is silent for a minute, or ends, the next process that asks becomes leader. Jobs that somebody
requested need no leader: each is claimed by itself.
"""

from django.db import transaction

from canut.store.operations.jobs import CLOCK, heard_of
from canut.store.tables.platform import Fact

LEADER_FACT = "schedule-turn"  # its name in the database, since the first version


@transaction.atomic
def acquire_leadership(clock: str, now_ms: int) -> bool:
    """Become or stay leader; return False while another live process is leader."""
    Fact.objects.get_or_create(name=LEADER_FACT, defaults={"value": clock})
    row = Fact.objects.select_for_update().get(name=LEADER_FACT)
    if row.value == clock:
        return True
    if row.value in heard_of(CLOCK, now_ms):
        return False
    row.value = clock
    row.save(update_fields=["value"])
    return True


def is_leader(clock: str) -> bool:
    """Return whether this process is leader, without becoming it."""
    return Fact.objects.filter(name=LEADER_FACT, value=clock).exists()
