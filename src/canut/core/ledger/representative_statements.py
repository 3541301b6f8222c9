"""What the elected representatives say beside a release, a card, a file or an assessment.

A statement is bound to the election of who signed it and to the hash of what they read. It is
published as it was written; its SHA-256 is that of its canonical JSON.
"""

import hashlib
from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from canut.core.proofs.canonical import canonical

TYPE = "canut.representatives-statement/1"
LONGEST = 4_000
DRAFT_DAYS = 7
"""How long representatives have the draft of a release before it is released."""


class StatementAbout(StrEnum):
    """What a statement stands beside."""

    RELEASE = "release"
    CARD = "card"
    FILE = "inspect"
    ASSESSMENT = "effects"


class SpokenStatement(NamedTuple):
    """A statement as it is signed and hashed; nothing names the person.

    Args:
        about: what kind of document it stands beside.
        subject: which one, such as ``2026-Q3-1``.
        document: SHA-256 of what the representatives read; empty where nothing was made yet.
        election: number of the election that put them in office.
        signed_ms: when, in milliseconds since 1970 UTC.
        text_fr: in French; empty where they wrote in English alone.
        text_en: in English; empty where they wrote in French alone.
    """

    about: str
    subject: str
    document: str
    election: int
    signed_ms: int
    text_fr: str
    text_en: str

    def content(self) -> dict[str, object]:
        """Return the statement as JSON without its hash."""
        return {"type": TYPE, **self._asdict()}

    @property
    def sha256(self) -> str:
        """Return the hash of its canonical JSON."""
        return hashlib.sha256(canonical(self.content())).hexdigest()

    def document_entry(self) -> dict[str, object]:
        """Return what a release that bears it says of it: its content and its hash."""
        return {**self.content(), "sha256": self.sha256}

    def text_in(self, language: str) -> tuple[str, str]:
        """Return the text in a language, or in the other one, and the language it is in."""
        texts = {"fr": self.text_fr, "en": self.text_en}
        side = "fr" if language == "fr" else "en"
        if not texts[side]:
            side = "en" if side == "fr" else "fr"
        return texts[side], side


def read_statement(content: Mapping[str, object]) -> SpokenStatement:
    """Read a statement from the document that bears it.

    Raises:
        ValueError: its hash is not that of its content.
        KeyError, TypeError: a field is missing.
    """
    election, signed_ms = content["election"], content["signed_ms"]
    if not isinstance(election, int) or not isinstance(signed_ms, int):
        raise TypeError("a statement’s election and time are whole numbers")
    statement = SpokenStatement(
        str(content["about"]),
        str(content["subject"]),
        str(content["document"]),
        election,
        signed_ms,
        str(content["text_fr"]),
        str(content["text_en"]),
    )
    if content["type"] != TYPE or content["sha256"] != statement.sha256:
        raise ValueError("a statement of representatives is not the one that was signed")
    return statement
