"""The ten lines that tie a model to people, and which of them are missing.

Eight are written by the person who answers for the model, in both languages. Two are reckoned: whom
it learnt from, and where it is wrong. While one of the eight is missing, nothing may be taken over.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import NamedTuple

from canut.core.errors import BadInput, TooLarge
from canut.core.participation.message_deadlines import plain_text

LINES = (
    "decides",
    "sees",
    "how",
    "learnt_from",
    "wrong",
    "touches",
    "answers",
    "oppose",
    "stop",
    "limit",
)
"""In the order of the page."""
RECKONED = ("learnt_from", "wrong")
WRITTEN = tuple(name for name in LINES if name not in RECKONED)
LANGUAGES = ("fr", "en")
HOW_WORDS = 80
LONGEST = 1_200
LONGEST_NAME = 160


class LienText(NamedTuple):
    """A written line in both languages; empty where nothing is written."""

    fr: str
    en: str


def clean_lines(lines: Mapping[str, LienText]) -> dict[str, LienText]:
    """Return the written lines with their texts cleaned; missing ones are empty.

    Raises:
        BadInput: ``lien-line``: there is no such line; ``lien-words``: ``how`` is longer than 80
            words.
        TooLarge: ``lien-long``.
    """
    if unknown := set(lines) - set(WRITTEN):
        raise BadInput(f"{sorted(unknown)}: no lines of a lien to write", code="lien-line")
    cleaned: dict[str, LienText] = {}
    for name in WRITTEN:
        text = lines.get(name, LienText("", ""))
        cleaned[name] = LienText(*(_clean(name, language, text) for language in LANGUAGES))
    return cleaned


def missing_lines(lines: Mapping[str, LienText], responsible: str) -> list[str]:
    """Return the names of written lines that say nothing in either language, in their order.

    Args:
        lines: as written.
        responsible: name of the person who answers for the model; empty for nobody.

    Example:
        >>> missing_lines({"decides": LienText("Trie.", "Sorts.")}, "")[:2]
        ['sees', 'how']
    """
    missing = [name for name in WRITTEN if not all(lines.get(name, LienText("", "")))]
    if not responsible.strip() and "answers" not in missing:
        missing.append("answers")
    return [name for name in LINES if name in missing]


def lien_digest(lines: Mapping[str, LienText], responsible: str) -> str:
    """Return the SHA-256 of a version's words, in hexadecimal, as the log has it."""
    words = {name: list(lines.get(name, LienText("", ""))) for name in WRITTEN}
    text = json.dumps(
        {"lines": words, "responsible": responsible}, ensure_ascii=False, sort_keys=True
    )
    return hashlib.sha256(text.encode()).hexdigest()


def _clean(name: str, language: str, text: LienText) -> str:
    words = text.fr if language == "fr" else text.en
    if not words.strip():
        return ""
    field = f"{name}_{language}"
    if len(words) > LONGEST:
        raise TooLarge(
            f"{field} has {len(words)} characters; write at most {LONGEST}",
            code="lien-long",
            field=field,
            limit=LONGEST,
        )
    cleaned = plain_text(words, LONGEST)
    if name == "how" and len(cleaned.split()) > HOW_WORDS:
        raise BadInput(
            f"{field} has {len(cleaned.split())} words; write at most {HOW_WORDS}",
            code="lien-words",
            field=field,
            count=len(cleaned.split()),
            limit=HOW_WORDS,
        )
    return cleaned
