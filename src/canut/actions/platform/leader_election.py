"""Let one process at a time do what time calls for, on however many machines they run.

The turn is a fact in the database. Whoever has it keeps it while it is heard of; when it falls
silent for a minute, or ends, the next one that asks takes it. A job somebody asked for needs no
turn: each is claimed by itself.
"""

from django.db import transaction

from canut.store.operations.jobs import CLOCK, heard_of
from canut.store.tables.platform import Fact

TURN = "schedule-turn"


@transaction.atomic
def acquire_leadership(clock: str, now_ms: int) -> bool:
    """Take or keep the turn; false while another process that is heard of has it."""
    Fact.objects.get_or_create(name=TURN, defaults={"value": clock})
    row = Fact.objects.select_for_update().get(name=TURN)
    if row.value == clock:
        return True
    if row.value in heard_of(CLOCK, now_ms):
        return False
    row.value = clock
    row.save(update_fields=["value"])
    return True


def is_leader(clock: str) -> bool:
    """Say whether this process has the turn, without taking it."""
    return Fact.objects.filter(name=TURN, value=clock).exists()
