"""Measure how hard the texts of pages are to read, in French and in English.

Words per sentence, words of more than six letters, and reading ease: Flesch's formula for English,
Kandel and Moles's for French. ``tools/reading_level.py`` prints one line a catalogue; with
``--long`` also each sentence over the limit. Reads only.

Sources: R. Flesch, "A new readability yardstick", 1948; L. Kandel and A. Moles, "Application de
l'indice de Flesch à la langue française", 1958; C. H. Björnsson, "Läsbarhet", 1968 (long words).
"""

import argparse
import json
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from canut.core.messages import PACKAGE_FOLDER, Part, catalogue_files, parse, read_catalogue

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from tools.words import texts_in

LONGEST_SENTENCE = 28
SHORTEST_SENTENCE = 4
"""Words from which a text with a full stop is a sentence, and not a label."""
LONG_WORD = 7
"""Letters from which a word is long: Björnsson's "more than six"."""
EASE = {"en": (206.835, 1.015, 84.6), "fr": (207.0, 1.015, 73.6)}
"""Constant, weight of words per sentence, weight of syllables per word."""
FACT = "Ana"
"""What stands for a fact when a message is measured: one short word."""
WORD = re.compile(r"[^\W_]+(?:[-’'./][^\W_]+)*")
SENTENCE_END = re.compile(r"(?<=[.!?…])[\s\u00a0\u202f]+(?=[\W_]*[A-ZÀ-Ý0-9])|\n+")
VOWELS = {
    "fr": re.compile(r"[aeiouyàâäéèêëîïôöùûüÿœæ]+"),
    "en": re.compile(r"[aeiouy]+"),
}
SILENT_END = {"fr": re.compile(r"(?<=.)(?:es?|ent)$"), "en": re.compile(r"(?:(?<![l])e|es|ed)$")}


@dataclass(frozen=True, slots=True)
class Level:
    """How hard a set of texts is to read.

    Attributes:
        sentences: how many were measured.
        words_per_sentence: their mean length.
        long_share: share of words of seven letters or more, 0 to 1.
        ease: reading ease, about 0 (a thesis) to 100 (a child's book).
    """

    sentences: int
    words_per_sentence: float
    long_share: float
    ease: float


def catalogues(language: str, locale: Path = PACKAGE_FOLDER) -> dict[str, dict[str, str]]:
    """Return every text of a language by catalogue and id; ``words/…`` are those of scripts."""
    folder = locale / language
    found = {path.stem: read_catalogue(path) for path in catalogue_files(folder)}
    for path in sorted((folder / "words").glob("*.json")):
        texts = texts_in(json.loads(path.read_text("utf-8")))
        found[f"words/{path.stem}"] = {".".join(where): text for where, text in texts}
    return found


def readings(text: str) -> list[str]:
    r"""Return the ways a message can read, each form of its choices in turn.

    >>> readings("{n, plural, one {# task} other {# tasks}} for {who}")
    ['Ana\xa0task for Ana', 'Ana\xa0tasks for Ana']
    """
    return list(dict.fromkeys(_readings(parse(text))))


def sentences(text: str) -> list[str]:
    """Split a text at full stops, exclamation and question marks, and line ends.

    >>> sentences("Take the next one. Your answer is kept.")
    ['Take the next one.', 'Your answer is kept.']
    """
    return [part for part in SENTENCE_END.split(text) if WORD.search(part)]


def words(text: str) -> list[str]:
    """List the words of a text, an elided article with its noun.

    >>> words("L’argent est là : 12 %")
    ['L’argent', 'est', 'là', '12']
    """
    return WORD.findall(text)


def syllables(word: str, language: str) -> int:
    """Estimate the syllables of a word by its groups of vowels; a silent end does not count.

    >>> syllables("réponse", "fr"), syllables("answered", "en")
    (2, 2)
    """
    low = word.lower()
    groups = len(VOWELS[language].findall(low))
    is_silent = groups > 1 and SILENT_END[language].search(low) is not None
    return max(1, groups - is_silent)


def measure(texts: Iterable[str], language: str) -> Level:
    """Measure texts that are already readings, not messages.

    Raises:
        ValueError: there is no sentence to measure.
    """
    parts = [part for text in texts for part in sentences(text)]
    listed = [word for part in parts for word in words(part)]
    if not listed:
        raise ValueError("no sentence to measure; give at least one text with a word")
    length = len(listed) / len(parts)
    constant, by_length, by_syllables = EASE[language]
    per_word = sum(syllables(word, language) for word in listed) / len(listed)
    long_words = sum(len(_longest_piece(word)) >= LONG_WORD for word in listed)
    return Level(
        len(parts),
        length,
        long_words / len(listed),
        constant - by_length * length - by_syllables * per_word,
    )


def is_prose(text: str) -> bool:
    """Return whether a text has a sentence: labels and names alone have no reading ease."""
    return len(words(text)) >= SHORTEST_SENTENCE and text.rstrip("”»\u202f\u00a0) ").endswith(
        (".", "?", "!", "…")
    )


def long_sentences(texts: Iterable[str], limit: int = LONGEST_SENTENCE) -> list[str]:
    """List the sentences that have more words than the limit."""
    parts = (part for text in texts for part in sentences(text))
    return list(dict.fromkeys(part for part in parts if len(words(part)) > limit))


def prose(texts: Iterable[str]) -> list[str]:
    """List the longest reading of each message that has a sentence."""
    longest = (max(readings(text), key=len, default="") for text in texts)
    return [text for text in longest if is_prose(text)]


def _readings(parts: tuple[Part, ...]) -> Iterator[str]:
    if not parts:
        yield ""
        return
    first, *others = parts
    starts = [first] if isinstance(first, str) else [FACT]
    if not isinstance(first, str) and first.forms:
        starts = [text for form in first.forms.values() for text in _readings(form)]
    yield from (start + end for start in starts for end in _readings(tuple(others)))


def _longest_piece(word: str) -> str:
    return max(re.split(r"[-’'./]", word), key=len)


def main() -> int:
    """Print the level of every catalogue; return 1 when a sentence is too long."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--long", action="store_true", help="list the sentences over the limit")
    shows_long = parser.parse_args().long
    too_long = 0
    for language in sorted(EASE):
        for name, texts in catalogues(language).items():
            if not (full := prose(texts.values())):
                continue
            level = measure(full, language)
            print(
                f"{language} {name:20} {level.sentences:5} sentences"
                f" {level.words_per_sentence:5.1f} words"
                f" {level.long_share:5.0%} long {level.ease:5.0f} ease"
            )
            for key, text in texts.items():
                for sentence in long_sentences(readings(text)):
                    too_long += 1
                    if shows_long:
                        print(f"    {key}: {len(words(sentence))} words: {sentence}")
    return 1 if too_long else 0


if __name__ == "__main__":
    sys.exit(main())
