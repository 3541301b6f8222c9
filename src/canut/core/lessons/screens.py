"""Read the text of a lesson in one language: screens, questions, options, explanations.

A screen begins with ``**s01 · Title.**``. Then comes its text, each item as ``[q1] Question
a) … b) …``, and one explanation after ``→``. Blank lines part paragraphs, ``- `` begins an item of
a list, ``|`` a row of a table.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from canut.core.lessons.lesson import Item, ItemKind, ItemText, Part, Screen
from canut.core.strict import FieldPath

SCREEN = re.compile(r"^\*\*(s\d{2}) · (.+?)\*\*[ \n]?", re.MULTILINE)
ITEM = re.compile(r"\[([a-z]\d{1,2})\]\s*")
OPTION = re.compile(r"(?:(?<=\s)|^)([a-z]|\d{1,2})\)\s+")
NUMBERED_LINE = re.compile(r"\b(?:Ligne|Line)\s+(\d{1,2})\s?:\s+")
ARROW = "→"
BOLD = re.compile(r"\*\*(.+?)\*\*")


def read_screens(file: str, content: str, items: Sequence[Item]) -> tuple[Screen, ...]:
    """Read all screens of a lesson in one language.

    Raises:
        BadFile: a screen is numbered out of order, an item is missing, on another screen, or has
            other options than its key names.
    """
    at = FieldPath(file)
    starts = list(SCREEN.finditer(content))
    if not starts:
        at.refuse("", content[:40], 'screens that begin with "**s01 · Title.**"')
    screens: list[Screen] = []
    for number, start in enumerate(starts, 1):
        end = starts[number].start() if number < len(starts) else len(content)
        screen_id = start[1]
        if screen_id != f"s{number:02d}":
            at.refuse("", screen_id, f"s{number:02d}: screens are numbered in order")
        expected = [item for item in items if item.screen == screen_id]
        screens.append(
            _screen(at.of(screen_id), start[2], content[start.end() : end].strip(), expected)
        )
    known_ids = {screen.id for screen in screens}
    for item in items:
        if item.screen not in known_ids:
            at.of(item.id).refuse("screen", item.screen, "a screen of this file")
    return tuple(screens)


def read_screen(file: str, content: str, screen_id: str, items: Sequence[Item]) -> Screen:
    """Read a file that holds one screen.

    Raises:
        BadFile: it holds another screen or several, or an item is missing or has other options.
    """
    at = FieldPath(file)
    starts = list(SCREEN.finditer(content))
    if [start[1] for start in starts] != [screen_id]:
        at.refuse("", content[:40], f'one screen that begins with "**{screen_id} · Title.**"')
    body = content[starts[0].end() :].strip()
    return _screen(at.of(screen_id), starts[0][2], body, items)


def _screen(at: FieldPath, title: str, body: str, items: Sequence[Item]) -> Screen:
    """Read one screen."""
    before, _arrow, explanation = body.partition(ARROW)
    starts = list(ITEM.finditer(before))
    text = before[: starts[0].start()] if starts else before
    questions: dict[str, ItemText] = {}
    by_id = {item.id: item for item in items}
    for number, start in enumerate(starts):
        end = starts[number + 1].start() if number + 1 < len(starts) else len(before)
        item = by_id.get(start[1])
        if item is None:
            at.refuse("", start[1], f"an item that lesson.yaml puts here: {sorted(by_id)}")
        elif item.id in questions:
            at.refuse(item.id, item.id, "an item asked once")
        else:
            questions[item.id] = _item_text(
                at.of(f"{at.parameter} {item.id}"), item, before[start.end() : end], text
            )
    for item in items:
        if item.is_marked and item.id not in questions:
            at.refuse("", body[-40:], f"[{item.id}] and its question")
    return Screen(
        at.parameter, title.strip().rstrip("."), text.strip(), questions, explanation.strip(), body
    )


def _item_text(at: FieldPath, item: Item, passage: str, text: str) -> ItemText:
    """Read the question of an item and the words of its options."""
    starts = list(OPTION.finditer(passage))
    question = (passage[: starts[0].start()] if starts else passage).strip()
    words = _pieces(passage, starts)
    if item.kind is ItemKind.FIND and not words:
        words = _pieces(text, list(NUMBERED_LINE.finditer(text)))
    if not question:
        at.refuse("", passage[:40], "a question")
    letters = tuple(words)
    if item.kind is ItemKind.FIND:
        _check_pieces(at, item, letters)
    elif letters != (*item.left, *item.options):
        at.refuse("", list(letters), f"the options {[*item.left, *item.options]}, in this order")
    left = {letter: words[letter] for letter in item.left}
    options = {letter: word for letter, word in words.items() if letter not in item.left}
    return ItemText(question, options, left)


def _check_pieces(at: FieldPath, item: Item, numbers: tuple[str, ...]) -> None:
    """Check that pieces are numbered in order and hold those of the key."""
    if numbers != tuple(str(number) for number in range(1, len(numbers) + 1)):
        at.refuse("", list(numbers), "pieces numbered 1) 2) 3) … in order")
    if not set(item.key) < set(numbers):
        at.refuse("", list(numbers), f"more pieces than the planted {list(item.key)}")


def _pieces(passage: str, starts: Sequence[re.Match[str]]) -> dict[str, str]:
    """Return the words after each option letter."""
    pieces: dict[str, str] = {}
    for number, start in enumerate(starts):
        end = starts[number + 1].start() if number + 1 < len(starts) else len(passage)
        pieces[start[1]] = passage[start.end() : end].strip()
    return pieces


def parts(text: str) -> Iterator[Part]:
    """Yield the paragraphs, lists and tables of a screen's text."""
    for block in re.split(r"\n\s*\n", text.strip()):
        group: list[str] = []
        kind = "paragraph"
        for line in block.splitlines():
            line_kind = _line_kind(line)
            if line_kind != kind and group:
                yield Part(kind, tuple(group))
                group = []
            kind = line_kind
            if not re.fullmatch(r"\|[\s|:-]+\|", line):
                group.append(line.strip().removeprefix("- "))
        if group:
            yield Part(kind, (" ".join(group),) if kind == "paragraph" else tuple(group))


def _line_kind(line: str) -> str:
    """Return what a line is a part of."""
    if line.startswith("- "):
        return "list"
    return "table" if line.startswith("|") else "paragraph"


def bold_terms(screens: Sequence[Screen]) -> set[str]:
    """Return the words set in bold, in lower case."""
    return {term.lower() for screen in screens for term in BOLD.findall(screen.raw)}


def option_words(screen: Screen) -> Mapping[str, Mapping[str, str]]:
    """Return the words of all options of a screen, by item."""
    return {key: {**item.left, **item.options} for key, item in screen.questions.items()}
