"""Create the keys of people when first needed, and destroy them.

A key is created in the transaction of what it encrypts. If two transactions need it at once, the
database keeps the first and the second reads it.
"""

import secrets
from collections.abc import Iterable

from django.db import connection

from canut.core.proofs.sealed import FRESH_BYTES, KEY_BYTES, seal
from canut.store.platform.person_keys import Sealer, bound, sealers_of, wrapper
from canut.store.sql.raw_cursor import open_cursor
from canut.store.tables.platform import PersonKey, under

NUMBER_BITS = 62
KEEP = """
INSERT INTO store_personkey (id, person, "use", under, wrapped) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (person, "use", under) DO NOTHING
"""
SET_ASIDE = (
    "CREATE TEMP TABLE keys_left AS SELECT * FROM store_personkey ORDER BY id",
    "DELETE FROM store_personkey",  # of all rows: each page is overwritten, slack included
    "INSERT INTO store_personkey SELECT * FROM keys_left ORDER BY id",
    "DROP TABLE keys_left",
)


def key_for(person: int, use: str = PersonKey.Use.WORK) -> Sealer:
    """Return a person's key, created if needed, in the caller's transaction."""
    return keys_for([person], use)[person]


def keys_for(people: Iterable[int], use: str) -> dict[int, Sealer]:
    """Return the keys of some people, creating missing ones, in the caller's transaction."""
    people_ids = set(people)
    sealers = sealers_of(people_ids, use)
    missing = sorted(people_ids - set(sealers))
    if not missing:
        return sealers
    with open_cursor() as cursor:
        for person in missing:
            number = secrets.randbits(NUMBER_BITS)
            wrapped = seal(
                wrapper(),
                secrets.token_bytes(FRESH_BYTES),
                secrets.token_bytes(KEY_BYTES),
                bound(number, person, use),
            )
            cursor.execute(KEEP, (number, person, use, under(), wrapped))
    return sealers | sealers_of(missing, use)


def sealed_for(sealer: Sealer, text: bytes, bound_to: bytes) -> bytes:
    """Encrypt bytes under a person's key."""
    return seal(sealer.key, secrets.token_bytes(FRESH_BYTES), text, bound_to)


def destroy_keys(person: int, uses: Iterable[str]) -> list[int]:
    """Delete a person's keys and return their ids; the caller erases the files.

    On SQLite the rest of the table is rewritten, with ``secure_delete`` on: a row that moved
    between pages left bytes there that deleting it does not overwrite.
    """
    doomed = PersonKey.objects.filter(person=person, use__in=list(uses))
    numbers = list(doomed.values_list("pk", flat=True))
    if not numbers:
        return []
    doomed.delete()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for words in SET_ASIDE:
                cursor.execute(words)
    return numbers
