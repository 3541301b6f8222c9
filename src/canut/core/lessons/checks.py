"""Check what a lesson asks of its reader: plain sentences, equal numbers, keys that matter.

``reading`` has refused a folder that cannot be used. These checks list what a person would stumble
over, one line each; ``canut lessons check`` prints them and a shipped lesson has none.
"""

import re
from collections import Counter
from collections.abc import Iterator

from canut.core.lessons.calibration import ROUND_ANCHORS
from canut.core.lessons.labs import example_data, with_labs
from canut.core.lessons.length import MOST_APART, simulated_minutes
from canut.core.lessons.lesson import LANGUAGES, Item, ItemKind, Lesson, Screen
from canut.core.lessons.scoring import plain_number, right_answer, score_item
from canut.core.lessons.screens import bold_terms
from canut.core.outside_text import LARGEST, read_decimal, read_whole
from canut.core.people.readability import long_sentences

MOST_SENTENCE = 20
MOST_LIX = {"fr": 35.0, "en": 30.0}
MOST_SCREEN_WORDS = {"fr": 120, "en": 120}
LEAST_SCREENS, MOST_SCREENS = 8, 14
MINUTES = (20, 45)
LONG_WORD = 6
NOON = 12
BLAME = re.compile(
    r"\b(faute de votre part|vite|dernier|failed|hurry|warning)\b|attention !", re.IGNORECASE
)
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_SENTENCE_END = re.compile(r"[.!?:;](?=\s|$|»|”)")
_OPTION = re.compile(r"(?:(?<=\s)|^)(?:[a-z]|\d{1,2})\)\s+")
_MARKS = re.compile(r"\[[a-z]\d{1,2}\]|\*\*|→|^[-|]|\|", re.MULTILINE)
_SCREEN_ID = re.compile(r"\b[qrs]\d{1,2}\b")
_CLOCK = re.compile(r"\b(\d{1,2})[ \u00a0\u202f]?(?:h[ \u00a0\u202f]|:)(\d{2})\b")
_EVENING = re.compile(r"\b(\d{1,2}) p\.m\.")
_THOUSANDS = re.compile(r"\b(\d{1,3})(?:[\u0020\u00a0\u202f]\d{3})+\b|\b(\d{1,3})(?:,\d{3})+\b")
_NUMBER = re.compile(r"\d+:\d{2}|\d+(?:[.,]\d+)?")


def problems(lesson: Lesson) -> Iterator[str]:
    """Yield what is wrong with a lesson, one line a problem; nothing where all checks pass.

    Screens on data of the instance are checked with an example as well.
    """
    lines = list(_problems(lesson))
    yield from lines
    if lesson.labs:
        filled = _problems(with_labs(lesson, example_data(lesson)))
        yield from (f"labs: {line}" for line in filled if line not in lines)


def _problems(lesson: Lesson) -> Iterator[str]:
    """Yield what is wrong with a lesson as it is shown."""
    yield from _sizes(lesson)
    for item in lesson.items:
        if item.is_marked:
            yield from _key_problems(item)
    for french, english in zip(*(lesson.screens[code] for code in LANGUAGES), strict=True):
        yield from _number_problems(french, english)
    for language in LANGUAGES:
        for screen in lesson.screens[language]:
            yield from _screen_problems(language, screen)
        yield from _language_problems(lesson, language)


def _sizes(lesson: Lesson) -> Iterator[str]:
    """Yield sizes out of bounds."""
    count = len(lesson.screen_ids())
    if not LEAST_SCREENS <= count <= MOST_SCREENS:
        yield f"{count} screens; {LEAST_SCREENS} to {MOST_SCREENS} are read in one go"
    for language in LANGUAGES:
        anchors = sum(anchor.language == language for anchor in lesson.case.anchors)
        if anchors < ROUND_ANCHORS:
            yield f"{language}: {anchors} anchors; markers train on {ROUND_ANCHORS}"
    if not MINUTES[0] <= lesson.minutes <= MINUTES[1]:
        yield f"{lesson.minutes} minutes; {MINUTES[0]} to {MINUTES[1]} are expected"


def _key_problems(item: Item) -> Iterator[str]:
    """Yield an item whose key does not have the full score, or a changed key that still has it."""
    key = right_answer(item)
    if score_item(item, key) != 1:
        yield f"{item.id}: its own key does not have the full score"
    for changed in changed_answers(item):
        if score_item(item, changed) == 1:
            yield f"{item.id}: {' '.join(changed)} has the full score too"


def changed_answers(item: Item) -> Iterator[tuple[str, ...]]:
    """Yield answers that differ from the key in one point, so must not have the full score."""
    key = right_answer(item)
    if item.kind is ItemKind.NUMBER and item.number is not None:
        step = item.within * 2 or item.number / 10 or 1
        yield (plain_number(item.number + step),)
        yield (plain_number(item.number - step),)
    elif item.kind is ItemKind.ONE:
        yield from ((option,) for option in item.options if (option,) != key)
    elif item.kind in {ItemKind.SEVERAL, ItemKind.FIND}:
        yield key[1:]
        extra = [option for option in item.options if option not in key] or ["99"]
        yield (*key, extra[0])
    elif item.kind is ItemKind.ORDER:
        yield (key[1], key[0], *key[2:])
    else:
        other = next(option for option in item.options if option != key[0])
        yield (other, *key[1:])


def _screen_problems(language: str, screen: Screen) -> Iterator[str]:
    """Yield long sentences, long screens, and words of blame or hurry."""
    name = f"{language} {screen.id}"
    for sentence in long_sentences(_OPTION.sub(". ", plain_text(screen)), MOST_SENTENCE):
        yield f"{name}: a sentence of more than {MOST_SENTENCE} words: {sentence[:60]}"
    if screen.words > MOST_SCREEN_WORDS[language] + 20 * len(screen.questions):
        yield f"{name}: {screen.words} words on one screen"
    blame = BLAME.search(screen.raw)
    if blame:
        yield f"{name}: a word of blame or hurry: {blame[0]}"
    if "](" in screen.raw or "![" in screen.raw:
        yield f"{name}: links and pictures are not shown; name the page in words"


def _language_problems(lesson: Lesson, language: str) -> Iterator[str]:
    """Yield a text that is hard to read, terms that are not bold, and a wrong length."""
    text = "\n\n".join(_OPTION.sub(". ", plain_text(screen)) for screen in lesson.screens[language])
    score = lix(text)
    if score > MOST_LIX[language]:
        yield f"{language}: LIX {score:.1f}; at most {MOST_LIX[language]:.0f}"
    bold = bold_terms(lesson.screens[language])
    for term in lesson.terms[language]:
        if term.lower() not in bold:
            yield f"{language}: the term {term} is not in bold"
    minutes = simulated_minutes(lesson, language)
    if abs(minutes - lesson.minutes) > MOST_APART * lesson.minutes:
        yield (
            f"{language}: {lesson.minutes} minutes are announced; a simulated reader takes"
            f" {minutes:.0f}"
        )


def plain_text(screen: Screen) -> str:
    """Return the text of a screen without marks."""
    return _MARKS.sub(" ", screen.raw)


def lix(text: str) -> float:
    """Return the readability index LIX: words per sentence plus per cent of words over six letters.

    Source: C. H. Björnsson, Läsbarhet (1968).
    """
    words = _WORD.findall(text)
    if not words:
        return 0.0
    count = max(1, len(_SENTENCE_END.findall(text)))
    long = sum(len(word.replace("’", "").replace("'", "")) > LONG_WORD for word in words)
    return len(words) / count + 100 * long / len(words)


def _number_problems(french: Screen, english: Screen) -> Iterator[str]:
    """Yield numbers that stand in one language only."""
    differing = Counter(numbers(french.raw, "fr"))
    differing.subtract(numbers(english.raw, "en"))
    for number, count in differing.items():
        if count:
            yield f"{french.id}: {number} stands {count:+d} times in French against English"


def numbers(text: str, language: str) -> list[str]:
    """Return the numbers of a text in one form, whatever the language: ``9 h 12`` is ``9:12``."""
    tidy = _SCREEN_ID.sub(" ", _MARKS.sub(" ", re.sub(r"\[[a-z]\d{1,2}\]", " ", text)))
    tidy = _OPTION.sub(" ", tidy)
    tidy = _EVENING.sub(lambda match: str((read_whole(match[1]) or 0) % NOON + NOON), tidy)
    tidy = _CLOCK.sub(lambda match: f"{match[1]}:{match[2]}", tidy)
    tidy = _THOUSANDS.sub(lambda match: re.sub(r"[\s\u00a0\u202f,]", "", match[0]), tidy)
    return [_normal(number, language) for number in _NUMBER.findall(tidy)]


def _normal(number: str, language: str) -> str:
    """Return a number without trailing zeros and with a point."""
    if ":" in number:
        return number
    decimal = read_decimal(
        number.replace(",", ".") if language == "fr" else number.replace(",", ""), LARGEST
    )
    return number if decimal is None else format(decimal.normalize(), "f")
