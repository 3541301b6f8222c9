"""Guess the language of a project's own words, so that screen readers pronounce them right.

No one has to set it: common short words in the aims tell French from English. If they do not, no
language is declared.
"""

import re

from canut.store.models import Project

SMALL_WORDS = {
    "fr": re.compile(
        r"\b(?:le|la|les|un|une|des|du|de|et|est|pour|dans|qui|que|sur|par|aux|ce)\b", re.IGNORECASE
    ),
    "en": re.compile(
        r"\b(?:the|a|an|of|and|is|are|for|in|to|who|that|by|with|this|it|from)\b", re.IGNORECASE
    ),
}
CLEAR = 2  # as many times more often than the other language
FEWEST = 2


def tongue_of(project: Project) -> str:
    """Return ``fr`` or ``en``, or an empty string if the project's words do not tell."""
    return tongue(f"{project.aim_business} {project.aim_social} {project.aim_ethical}")


def tongue(text: str) -> str:
    """Detect French or English from common short words."""
    counts = {language: len(small.findall(text)) for language, small in SMALL_WORDS.items()}
    first, second = sorted(counts, key=lambda language: -counts[language])
    is_clear = counts[first] >= FEWEST and counts[first] >= CLEAR * counts[second]
    return first if is_clear else ""
