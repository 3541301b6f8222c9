"""Show a screen with data of this instance instead of its sample: fill its text, set its keys.

``labs/s03.fr.md`` is the screen in that form, with ``{names}`` of what its query gives and, around
what stands for each row of a list, ``{each}`` and ``{end}``. The filled screen is read by the same
rules as the lesson; what a query gives from outside cannot form a question, an option or bold text.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from canut.core.errors import BadInput
from canut.core.lessons.arithmetic import evaluate
from canut.core.lessons.lesson import LANGUAGES, Item, ItemKind, Lab, Lesson, Screen
from canut.core.lessons.queries import QUERIES, LabData, Word
from canut.core.lessons.screens import read_screen
from canut.core.outside_text import LARGEST, read_decimal
from canut.core.strict import FieldPath

LABS_FOLDER = "labs"
MOST_WORD = 60
DECIMALS = 2
_EACH = re.compile(r"\{each\}(.*?)\{end\}", re.DOTALL)
_NAME = re.compile(r"\{([a-z_]*)\}")
_UNSAFE = re.compile(r"[^\w\s.,'’«»“”&+=%$€/-]|_", re.UNICODE)
_DECIMAL = re.compile(r"-?\d+(?:\.\d+)?")
KEYED = frozenset({ItemKind.ONE, ItemKind.SEVERAL, ItemKind.FIND, ItemKind.NUMBER})


def read_labs(files: Mapping[str, bytes], items: tuple[Item, ...]) -> Mapping[str, Lab]:
    """Return the screens that can show data of this instance, by screen.

    Raises:
        BadFile: an item names an unknown query or key, two items of a screen name different
            queries, or the text of a screen is missing in a language.
    """
    labs: dict[str, Lab] = {}
    for item in items:
        if not item.key_from:
            continue
        at = FieldPath(f"lesson.yaml {item.id}")
        query = _check_key_from(at, item)
        lab = labs.get(item.screen)
        if lab is not None and lab.query != query:
            at.refuse("key_from", query, f"{lab.query}, as the other items of {item.screen}")
        labs[item.screen] = Lab(
            query,
            {language: _text(files, item.screen, language) for language in LANGUAGES},
        )
    return labs


def _check_key_from(at: FieldPath, item: Item) -> str:
    """Return the query of an item, after a check that it gives what the item needs."""
    query, _dot, key = item.key_from.partition(".")
    shape = QUERIES.get(query)
    if shape is None or item.kind not in KEYED:
        at.refuse("key_from", item.key_from, f"one of {sorted(QUERIES)}, for {sorted(KEYED)}")
    elif item.kind is ItemKind.NUMBER:
        missing = sorted(set(item.inputs or {}) - shape.numbers)
        if key or len(missing) == len(item.inputs or {}):
            at.refuse(
                "key_from", item.key_from, f"a query with a number of {sorted(item.inputs or {})}"
            )
    elif key not in shape.keys:
        at.refuse("key_from", item.key_from, f"{query} and one of its keys {sorted(shape.keys)}")
    return query


def _text(files: Mapping[str, bytes], screen: str, language: str) -> str:
    """Return the text of a screen on data of this instance."""
    name = f"{LABS_FOLDER}/{screen}.{language}.md"
    if name not in files:
        FieldPath(name).refuse("", name, "the text of the screen, with what its query gives")
    try:
        return files[name].decode("utf-8").replace("\r\n", "\n").strip()
    except UnicodeDecodeError:
        FieldPath(name).refuse("", name, "UTF-8 text")
        raise


def check_labs(lesson: Lesson) -> None:
    """Fill each screen with an example, to refuse a text that could not be shown.

    Raises:
        BadFile: a text names what its query does not give, or cannot be read once filled.
    """
    for screen, lab in lesson.labs.items():
        shape = QUERIES[lab.query]
        for language, text in lab.texts.items():
            at = FieldPath(f"{LABS_FOLDER}/{screen}.{language}.md")
            rows = " ".join(_EACH.findall(text))
            names = set(_NAME.findall(_EACH.sub("", text)))
            allowed = shape.numbers | shape.texts
            if not names <= allowed or not set(_NAME.findall(rows)) <= shape.row | {"n"}:
                at.refuse(
                    "",
                    sorted(names),
                    f"names of {sorted(allowed)}, and in rows {sorted(shape.row)}",
                )
    with_labs(lesson, example_data(lesson))


def example_data(lesson: Lesson) -> Mapping[str, LabData]:
    """Return what the queries of a lesson could give, by query."""
    return {lab.query: QUERIES[lab.query].example for lab in lesson.labs.values()}


def with_labs(lesson: Lesson, data_by_query: Mapping[str, LabData]) -> Lesson:
    """Return a lesson whose screens show what queries gave, with the keys that follow from it.

    Args:
        lesson: as it is written.
        data_by_query: what each gave; a screen without its query keeps its sample.

    Raises:
        BadFile: a filled text cannot be read.
        BadInput: a number does not follow, such as a division by 0.
    """
    labs = {screen: lab for screen, lab in lesson.labs.items() if lab.query in data_by_query}
    if not labs:
        return lesson
    items = tuple(
        _keyed(item, data_by_query[labs[item.screen].query])
        if item.key_from and item.screen in labs
        else item
        for item in lesson.items
    )
    screens = {
        language: tuple(
            _filled(screen, labs.get(screen.id), data_by_query, language, items)
            for screen in lesson.screens[language]
        )
        for language in lesson.screens
    }
    return replace(lesson, items=items, screens=screens)


def _keyed(item: Item, data: LabData) -> Item:
    """Return an item with the key that follows from what its query gave."""
    if item.kind is not ItemKind.NUMBER:
        return replace(item, key=data.keys[item.key_from.partition(".")[2]])
    inputs = dict(item.inputs or {})
    for name in inputs:
        if name in data.words:
            inputs[name] = _number(data.words[name])
    number = round(evaluate(item.calculation, inputs), DECIMALS)
    return replace(item, inputs=inputs, number=number)


def _number(word: Word) -> Fraction:
    """Return a word as an exact number.

    Raises:
        BadInput: it is none.
    """
    number = read_decimal(word, LARGEST) if isinstance(word, str) else None
    if number is None:
        raise BadInput(f"{word!r} is no number", code="bad-parameters")
    return Fraction(number)


def _filled(
    screen: Screen,
    lab: Lab | None,
    data_by_query: Mapping[str, LabData],
    language: str,
    items: tuple[Item, ...],
) -> Screen:
    """Return a screen with what its query gave; as it is where it has none."""
    if lab is None:
        return screen
    text = fill(lab.texts[language], data_by_query[lab.query], language)
    name = f"{LABS_FOLDER}/{screen.id}.{language}.md"
    return read_screen(name, text, screen.id, [item for item in items if item.screen == screen.id])


def fill(text: str, data: LabData, language: str) -> str:
    """Return a text with its names replaced.

    Example:
        >>> fill("{each}{n}) {sure}. {end}{errors}", QUERIES["bands"].example, "fr")
        '1) 50. 2) 70. 3) 90. 22'
    """

    def each(match: re.Match[str]) -> str:
        return "".join(
            _replaced(match[1], {**row, "n": str(number)}, language)
            for number, row in enumerate(data.rows, 1)
        )

    return _replaced(_EACH.sub(each, text), data.words, language)


def _replaced(text: str, words: Mapping[str, Word], language: str) -> str:
    return _NAME.sub(
        lambda match: _as_text(words[match[1]], language) if match[1] in words else match[0], text
    )


def _as_text(word: Word, language: str) -> str:
    """Return a word for a screen: a number as the language writes it, a text that is only text."""
    text = word if isinstance(word, str) else word[language]
    if _DECIMAL.fullmatch(text):
        return text.replace(".", ",") if language == "fr" else text
    return re.sub(r"\s+", " ", _UNSAFE.sub(" ", text)).strip()[:MOST_WORD] or "–"
