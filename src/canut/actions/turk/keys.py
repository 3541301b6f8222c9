"""Create signing keys of the Mechanical Turk interface, and return what verifies a signature.

Such a key is an API key of a program with two more parts: an access id, and a secret that is shown
once. A signature needs the secret itself, so it is kept sealed, bound to its access id. The key of
one day is kept in memory for five minutes; the secret never is.
"""

import secrets
import threading
import time
from dataclasses import replace
from typing import NamedTuple

from django.db import transaction

from canut.actions.integrations.api_keys import KeyIn, create_key
from canut.actions.platform import encryption
from canut.core.clock import Ms
from canut.core.errors import BadInput
from canut.core.turk.ids import RANDOM_BYTES, access_id
from canut.core.turk.profile import TurkProfile
from canut.core.turk.signatures import SERVICE, day_key
from canut.store.models import Person, Role
from canut.store.tables.turk.hits import TurkKey
from canut.store.turk.keys import sealed_secret

LABEL = b"canut/turk-keys/v1"
SECRET_BYTES = 30  # 40 characters, as programs expect them
KEPT_SECONDS = 300
MOST_KEPT = 1000
NOBODYS_SECRET = "0" * 40
"""What an unknown access id is verified against: the same work is done for it."""


class NewTurkKey(NamedTuple):
    """A key just created; ``secret`` is shown once."""

    turk_key: TurkKey
    secret: str


class DayKey(NamedTuple):
    """A signing key of a day, and until when this process keeps it."""

    key: bytes
    until: float


_kept: dict[tuple[str, str, str, str], DayKey] = {}
_lock = threading.Lock()


@transaction.atomic
def create_turk_key(
    key_in: KeyIn, profile: TurkProfile, *, by: Person | None, now_ms: Ms
) -> NewTurkKey:
    """Create a key of an organisation that signs requests of the Mechanical Turk interface.

    Args:
        key_in: name, organisation and days; its role is a requester's.
        profile: what the projects of its programs state.
        by: who makes it, checked by the caller; None for a command of the instance.
        now_ms: from when it works.

    Raises:
        BadInput: ``turk-organisation``: it names no organisation.
        Incomplete, BadInput, Forbidden: as ``create_key``.
    """
    if key_in.organisation is None:
        raise BadInput(
            "a Mechanical Turk key belongs to an organisation; name one", code="turk-organisation"
        )
    created = create_key(replace(key_in, role=Role.REQUESTER, project=None), by=by, now_ms=now_ms)
    public, secret = (
        access_id(secrets.token_bytes(RANDOM_BYTES)),
        secrets.token_urlsafe(SECRET_BYTES),
    )
    turk_key = TurkKey.objects.create(
        key=created.key,
        access_id=public,
        sealed=encryption.seal(secret.encode(), LABEL, public.encode()),
        profile=profile.to_json(),
    )
    return NewTurkKey(turk_key, secret)


@transaction.atomic
def change_profile(turk_key: TurkKey, profile: TurkProfile) -> None:
    """Replace what the next projects of a key state; those that exist keep theirs."""
    TurkKey.objects.filter(pk=turk_key.pk).update(profile=profile.to_json())


def signing_key(public: str, day: str, region: str, service: str = SERVICE) -> bytes:
    """Return the key that verifies requests of a day; for an unknown access id, nobody's.

    Args:
        public: the access id.
        day: eight digits, UTC.
        region: as the client named it.
        service: what the key is used for.
    """
    now = time.monotonic()
    with _lock:
        cached = _kept.get((public, day, region, service))
    if cached is not None and cached.until > now:
        return cached.key
    sealed = sealed_secret(public)
    if sealed is None:
        return day_key(NOBODYS_SECRET, day, region, service)
    secret = encryption.unseal(sealed, LABEL, public.encode()).decode()
    key = day_key(secret, day, region, service)
    with _lock:
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        _kept[public, day, region, service] = DayKey(key, now + KEPT_SECONDS)
    return key
