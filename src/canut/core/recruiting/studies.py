"""Studies on other sites: the link, what a completion code means, and a code for each person.

Canut sends a person to an address and knows when they left and came back. A code that is the same
for everybody is the requester's word, not proof; a code made for one person is. Whatever the code,
the time is paid; only what is paid besides depends on it.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from canut.core.errors import BadInput, Incomplete

LONGEST_ADDRESS = 500
LONGEST_CODE = 60
MOST_CODES = 20
OWN_CODE_LENGTH = 12
NAMES = ("participant", "study", "session")


class Meaning(StrEnum):
    """What a completion code says of a participation; ``UNKNOWN`` is a code nobody declared."""

    COMPLETED = "completed"
    SCREENED_OUT = "screened-out"
    NO_CONSENT = "no-consent"
    QUOTA_FULL = "quota-full"
    TROUBLE = "trouble"
    ATTENTION = "attention"
    UNKNOWN = "unknown"
    BROKEN_OFF = "broken-off"


DECLARED = (
    Meaning.COMPLETED,
    Meaning.SCREENED_OUT,
    Meaning.NO_CONSENT,
    Meaning.QUOTA_FULL,
    Meaning.TROUBLE,
    Meaning.ATTENTION,
)
"""Meanings that a study may give a code; the first two each study names."""
PAID_AS_DONE = frozenset({Meaning.COMPLETED, Meaning.ATTENTION, Meaning.UNKNOWN})
"""Meanings after which the price of the piece is paid: a missed check is an observation."""
COMPLETES = frozenset({Meaning.COMPLETED, Meaning.ATTENTION})
"""Meanings after which a next part is open, and a qualification is given."""
PRESETS: Mapping[str, str] = {
    "prolific": "PROLIFIC_PID={participant}&STUDY_ID={study}&SESSION_ID={session}",
    "otree": "participant_label={participant}",
    "qualtrics": "participant={participant}&study={study}&session={session}",
    "jspsych": "participant={participant}&study={study}&session={session}",
    "none": "",
}
"""Names of the query that survey tools read; ``none`` leaves the address as it is written."""


class CodeReading(NamedTuple):
    """What a code means, and whether it was made for this person alone."""

    meaning: Meaning
    is_own: bool


def check_codes(codes: Mapping[str, str]) -> dict[str, str]:
    """Return the codes of a study with their meanings, by code.

    Raises:
        Incomplete: ``study-codes``: no code for completed, or none for screened out.
        BadInput: ``study-code``: a code or a meaning that cannot be.
    """
    checked: dict[str, str] = {}
    for code, meaning in codes.items():
        plain = code.strip()
        if not plain:
            continue
        if len(plain) > LONGEST_CODE or not plain.isascii() or not plain.isprintable():
            raise BadInput(f"{plain[:60]!r} is no code; use letters and digits", code="study-code")
        if " " in plain or meaning not in DECLARED:
            raise BadInput(f"{plain!r} means {meaning!r}, which is not known", code="study-code")
        if plain.upper() in {earlier.upper() for earlier in checked}:
            raise BadInput(f"the code {plain!r} is there twice", code="study-code")
        checked[plain] = str(Meaning(meaning))
    if not {Meaning.COMPLETED, Meaning.SCREENED_OUT} <= set(checked.values()):
        raise Incomplete(
            "name at least a code for completed and one for screened out", code="study-codes"
        )
    return checked


def own_code(secret: str, participant: str, meaning: Meaning = Meaning.COMPLETED) -> str:
    """Return the code of one person: HMAC-SHA256 of ``participant:meaning``, base32, 12 signs.

    Example:
        >>> len(own_code("s", "p7")), own_code("s", "p7") == own_code("s", "p8")
        (12, False)
    """
    text = f"{participant}:{meaning}".encode()
    digest = hmac.new(secret.encode(), text, hashlib.sha256).digest()
    return base64.b32encode(digest).decode()[:OWN_CODE_LENGTH]


def read_code(text: str, codes: Mapping[str, str], secret: str, participant: str) -> CodeReading:
    """Return what a code means; ``UNKNOWN`` for one nobody declared, ``BROKEN_OFF`` for none."""
    plain = text.strip()
    if not plain:
        return CodeReading(Meaning.BROKEN_OFF, is_own=False)
    for meaning in DECLARED:
        own = own_code(secret, participant, meaning)
        if hmac.compare_digest(plain.upper().encode(), own.encode()):
            return CodeReading(meaning, is_own=True)
    for code, meaning_text in codes.items():
        if code.upper() == plain.upper():
            return CodeReading(Meaning(meaning_text), is_own=False)
    return CodeReading(Meaning.UNKNOWN, is_own=False)
