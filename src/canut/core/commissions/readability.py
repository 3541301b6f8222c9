"""Say where a text is hard to read: LIX, long sentences, technical terms that it does not explain.

Hints alone: they refuse nothing, and only readers say whether a text is understood.
"""

import re
from typing import NamedTuple

from canut.core.commissions.terms import TERMS

LONG_SENTENCE = 20
LONG_WORD = 7
HARD_LIX = 45
"""From here on texts read like those of a newspaper's business pages, and harder."""
_WORD = re.compile(r"[^\W_]+(?:[-’'./][^\W_]+)*")
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\s\u00a0\u202f]+|\n+")
_EXPLAINED = re.compile(
    r"^[\s\u00a0\u202f»”\"]*(?:\(|:|,?\s*(?:that is|which means|means|is when|c’est-à-dire"
    r"|c'est-à-dire|autrement dit|veut dire|soit|est le|est la|est l|is the|is a)\b)",
    re.IGNORECASE,
)


class ReadingHints(NamedTuple):
    """How hard a text is to read.

    Args:
        words: number of words.
        sentences: number of sentences.
        lix: words in a sentence plus long words in a hundred, rounded; 0 for an empty text.
        long_sentences: those of more than twenty words, in order.
        terms: technical terms that the text uses and does not explain, with what they mean.
    """

    words: int
    sentences: int
    lix: int
    long_sentences: tuple[str, ...]
    terms: tuple[tuple[str, str], ...]

    @property
    def is_hard(self) -> bool:
        """Whether something can be made easier."""
        return self.lix >= HARD_LIX or bool(self.long_sentences or self.terms)


def hints_of(text: str, language: str) -> ReadingHints:
    """Return how hard a text is to read.

    Args:
        text: of any length.
        language: ``fr`` or ``en``, for the technical terms.

    Source:
        C. H. Björnsson, Läsbarhet (1968): LIX.

    Example:
        >>> hints = hints_of("The consensus is right. We do not know more.", "en")
        >>> hints.words, hints.sentences, hints.lix, [term for term, _ in hints.terms]
        (9, 2, 16, ['consensus'])
        >>> hints_of("The consensus (what most people answer) is right.", "en").terms
        ()
    """
    sentences = [part for part in _SENTENCE_END.split(text) if _WORD.search(part)]
    words = _WORD.findall(text)
    if not words:
        return ReadingHints(0, 0, 0, (), ())
    long_words = sum(len(word) >= LONG_WORD for word in words)
    lix = len(words) / len(sentences) + 100 * long_words / len(words)
    return ReadingHints(
        len(words),
        len(sentences),
        round(lix),
        tuple(part.strip() for part in sentences if len(_WORD.findall(part)) > LONG_SENTENCE),
        _unexplained(text, language),
    )


def _unexplained(text: str, language: str) -> tuple[tuple[str, str], ...]:
    """List the technical terms of a text that are not explained where they first stand."""
    terms: list[tuple[str, str]] = []
    for term, meaning in TERMS.get(language, {}).items():
        first = re.search(rf"\b{re.escape(term)}\w{{0,2}}\b", text, re.IGNORECASE)
        if first is not None and not _EXPLAINED.match(text[first.end() :]):
            terms.append((term, meaning))
    return tuple(terms)
