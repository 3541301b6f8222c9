"""Check that a text people must agree to is readable and does not bar contact or outside work.

Sentences are counted in words; long ones are listed, so that somebody splits them. Terms of use may
neither forbid nor charge for work that people find outside Canut.
"""

import re
from collections.abc import Iterator

from canut.core.errors import BadInput

MOST_WORDS = 25
_END = re.compile(r"(?<=[.!?:;])\s+|\n\s*\n|\n(?=[-#*])")
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_OUTSIDE = re.compile(
    r"\b(outside|elsewhere|directly|direct hire|off-platform|"
    r"hors de|ailleurs|directement|en dehors)\b",
    re.IGNORECASE,
)
_TAKES = re.compile(
    r"\b(fees?|penalt\w+|forbid\w*|forbidden|prohibit\w*|may not|must not|cannot|banned?|"
    r"frais|pénalités?|interdit\w*|ne pouvez pas|ne peut|ne doit|ne devez|défendu\w*)\b",
    re.IGNORECASE,
)
_NOT = re.compile(
    r"\b(no fee|no penalty|without (a )?fee|never|aucuns? frais|sans frais|jamais)\b", re.IGNORECASE
)


def sentences(text: str) -> Iterator[str]:
    """Yield the sentences of a text, including titles and list items."""
    for part in _END.split(text):
        tidy = part.strip().lstrip("#-* ")
        if tidy:
            yield tidy


def long_sentences(text: str, most: int = MOST_WORDS) -> list[str]:
    """List the sentences of more than ``most`` words.

    Example:
        >>> long_sentences("Short. " + "word " * 30)[0][:9]
        'word word'
    """
    return [sentence for sentence in sentences(text) if len(_WORD.findall(sentence)) > most]


def bars_contact(text: str) -> list[str]:
    """List the sentences that forbid or charge for work found outside the platform.

    Example:
        >>> bars_contact("You may not work directly for a client.")
        ['You may not work directly for a client.']
        >>> bars_contact("You may work directly for a client, without a fee.")
        []
    """
    return [
        sentence
        for sentence in sentences(text)
        if _OUTSIDE.search(sentence) and _TAKES.search(_NOT.sub("", sentence))
    ]


def check_terms(text: str) -> None:
    """Raise ``BadInput`` if terms are unreadable or bar contact."""
    long = long_sentences(text)
    if long:
        raise BadInput(
            f"a sentence has more than {MOST_WORDS} words: {long[0]!r}; split it",
            code="long-sentence",
            limit=MOST_WORDS,
            sentence=long[0][:120],
        )
    barred = bars_contact(text)
    if barred:
        raise BadInput(
            f"terms may not forbid or price work outside: {barred[0]!r}",
            code="terms-bar-contact",
            sentence=barred[0][:120],
        )
