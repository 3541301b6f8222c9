"""Signing keys of the Mechanical Turk interface, and the program behind each. Reads only."""

from typing import Any, NamedTuple

from canut.core.clock import Ms, from_ms
from canut.store.sql.written_once import FixedQuery
from canut.store.tables.turk.hits import TurkKey


class Signer(NamedTuple):
    """The program that signs with a key: its key, its person, its organisation, its profile.

    ``is_noted``: it is noted already that the key was used today.
    """

    key: int
    person: int
    organisation: int
    profile: dict[str, Any]
    is_noted: bool


_SIGNER = FixedQuery(
    lambda access_id, now: TurkKey.objects.filter(
        access_id=access_id,
        key__revoked_at=None,
        key__expires_at__gt=now,
        key__person__is_active=True,
    ).values_list("key_id", "key__person", "key__organisation", "profile", "key__used_on"),
    ["", from_ms(1)],
)


def find_signer(access_id: str, now_ms: Ms) -> Signer | None:
    """Return who signs with an access id; None if it is unknown, ended or revoked."""
    now = from_ms(now_ms)
    row = _SIGNER.first(access_id, now)
    if row is None:
        return None
    return Signer(row[0], row[1], row[2] or 0, row[3], row[4] == now.date())


def sealed_secret(access_id: str) -> bytes | None:
    """Return the sealed secret of an access id; None if it is unknown."""
    row = TurkKey.objects.filter(access_id=access_id).values_list("sealed", flat=True).first()
    return None if row is None else bytes(row)
