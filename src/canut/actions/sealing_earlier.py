"""Seal entries of answers from before people had keys, some thousands an hour, out of the way.

So what is copied from then on holds them shut. It goes from the oldest entry to the newest and
remembers where it was; each chunk is one short transaction. An entry erased meanwhile stays erased.
"""

from django.db import connection

from canut.actions.facts import keep_fact
from canut.actions.pace import Pace
from canut.actions.person_keys import keys_for, sealed_for
from canut.store.hot.direct import open_cursor
from canut.store.instance import Fact
from canut.store.models import Answer, EntryPending, PersonKey

UNTIL = "sealed-until"
AT_MOST = 50_000
SEAL = """
UPDATE store_entrypending SET payload = '', nonce = %s, sealed_by = %s, sealed = %s
WHERE id = %s AND length(nonce) > 0
"""


def seal_earlier(most: int = AT_MOST) -> int:
    """Seal some entries of answers that lie in the open; returns how many.

    Args:
        most: how many entries to look at.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete=ON")  # what lay in the open is overwritten
    kept = Fact.objects.filter(name=UNTIL).values_list("value", flat=True).first()
    until, looked, sealed = int(kept or 0), 0, 0
    with Pace() as pace:
        while looked < most:
            numbers = EntryPending.objects.filter(pk__gt=until).order_by("pk")
            some = list(numbers.values_list("pk", flat=True)[: min(pace.rows, most - looked)])
            if not some:
                break
            with pace.chunk(len(some)):
                sealed += _seal(until, some[-1])
                keep_fact(UNTIL, str(some[-1]))
            until, looked = some[-1], looked + len(some)
    return sealed


def _seal(after: int, until: int) -> int:
    """Seal the entries of answers within these numbers, in the open transaction."""
    found = EntryPending.objects.filter(pk__gt=after, pk__lte=until, sealed_by=None)
    rows = list(found.exclude(answer=None).exclude(nonce=b""))
    given = Answer.objects.filter(pk__in=[one.answer for one in rows], worker__person__isnull=False)
    people = dict(given.values_list("pk", "worker__person"))
    keys = keys_for((one for one in people.values() if one is not None), PersonKey.Use.WORK)
    count = 0
    with open_cursor() as cursor:
        for one in rows:
            person = people.get(one.answer or 0)
            if person is not None:
                text = bytes(one.nonce) + one.payload.encode()
                shut = sealed_for(keys[person], text, bytes(one.commitment))
                cursor.execute(SEAL, (b"", keys[person].id, shut, one.pk))
                count += 1
    return count
