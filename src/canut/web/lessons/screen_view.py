"""Lay out one screen of a lesson: its items with what was typed, answered, and what is right."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.http import QueryDict
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

from canut.core.lessons.lesson import Item, ItemKind, ItemText, Lesson, Screen
from canut.core.lessons.scoring import match_key, score_item
from canut.core.lessons.screens import BOLD
from canut.web.kit.messages import message_now
from canut.web.lessons.wording import (
    as_paragraphs,
    is_unit_first,
    unit_text,
    with_bold,
    with_unit,
)

NUMBERED_PIECE = re.compile(r"^(?:Ligne|Line)\s\d{1,2}\s?:\s+")


@dataclass(frozen=True, slots=True)
class Option:
    """One option of an item: its id and words, whether it is chosen, and its printed number."""

    id: str
    words: SafeString
    is_chosen: bool = False
    number: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """A select of an item that matches or orders: what it is for, and its options."""

    name: str
    label: SafeString
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class ItemView:
    """An item as its screen shows it.

    Args:
        kind: how it is answered.
        selects: for ``match`` and ``order``.
        value: what was typed, for a number or a text.
        verdict: whether the answer is right, partly right or not; empty before it.
        right: the right answer in words, after it.
    """

    id: str
    kind: str
    question: SafeString
    options: tuple[Option, ...]
    selects: tuple[Choice, ...]
    unit: str
    is_unit_first: bool
    value: str
    is_answered: bool
    verdict: str
    right: tuple[SafeString, ...]


def answers_in(posted: QueryDict, lesson: Lesson, screen_id: str) -> dict[str, list[str]]:
    """Return the answers of a posted form, by item."""
    answers: dict[str, list[str]] = {}
    for item in lesson.items_of(screen_id):
        names = _select_names(item)
        answers[item.id] = (
            [posted.get(name, "") for name in names] if names else posted.getlist(item.id)
        )
    return answers


def _select_names(item: Item) -> list[str]:
    """Return the names of the selects of an item."""
    if item.kind is ItemKind.MATCH:
        return [f"{item.id}.{left}" for left in item.left]
    if item.kind is ItemKind.ORDER:
        return [f"{item.id}.{number}" for number in range(1, len(item.options) + 1)]
    return []


def item_views(
    lesson: Lesson,
    screen: Screen,
    stored: Mapping[str, Sequence[str]],
    typed: Mapping[str, Sequence[str]],
) -> list[ItemView]:
    """Return the items of a screen.

    Args:
        lesson: of the screen.
        screen: in the language of the page.
        stored: answers that are final, by item.
        typed: answers that were refused, to be shown again.
    """
    return [
        item_view(item, screen, stored.get(item.id), typed.get(item.id, ()))
        for item in lesson.items_of(screen.id)
    ]


def item_view(
    item: Item, screen: Screen, stored: Sequence[str] | None, typed: Sequence[str]
) -> ItemView:
    """Return one item."""
    text = screen.text_of(item.id)
    answer = stored if stored is not None else typed
    options = tuple(
        Option(key, _piece(item, words), key in answer, key if item.kind is ItemKind.FIND else "")
        for key, words in text.options.items()
    )
    return ItemView(
        id=item.id,
        kind=item.kind.value,
        question=with_bold(text.question),
        options=options,
        selects=_selects(item, text, answer),
        unit=unit_text(item),
        is_unit_first=is_unit_first(item),
        value=answer[0] if answer and item.kind in {ItemKind.NUMBER, ItemKind.FREE} else "",
        is_answered=stored is not None,
        verdict=_verdict(item, stored) if stored is not None and item.is_marked else "",
        right=right_words(item, text) if stored is not None and item.is_marked else (),
    )


def _piece(item: Item, words: str) -> SafeString:
    """Return the words of an option; a piece that is numbered does not say ``Ligne 4 :`` again."""
    return with_bold(NUMBERED_PIECE.sub("", words) if item.kind is ItemKind.FIND else words)


def _selects(item: Item, text: ItemText, answer: Sequence[str]) -> tuple[Choice, ...]:
    labels: list[SafeString] = []
    if item.kind is ItemKind.MATCH:
        labels = [with_bold(text.left[left]) for left in item.left]
    elif item.kind is ItemKind.ORDER:
        labels = [
            SafeString(message_now("page.lessons.position", n=number))
            for number in range(1, len(item.options) + 1)
        ]
    names = _select_names(item)
    selects: list[Choice] = []
    for number, (name, label) in enumerate(zip(names, labels, strict=True)):
        chosen = answer[number] if number < len(answer) else ""
        options = tuple(
            Option(key, conditional_escape(BOLD.sub(r"\1", words)), key == chosen)
            for key, words in text.options.items()
        )
        selects.append(Choice(name, label, options))
    return tuple(selects)


def _verdict(item: Item, answer: Sequence[str]) -> str:
    """Return ``right``, ``partly`` or ``not``."""
    score = score_item(item, answer)
    if score == 1:
        return "right"
    return "partly" if score > 0 else "not"


def right_words(item: Item, text: ItemText) -> tuple[SafeString, ...]:
    """Return the right answer of an item in words."""
    if item.kind is ItemKind.NUMBER:
        return (SafeString(with_unit(item.number or Fraction(0), item)),)
    if item.kind is ItemKind.MATCH:
        return tuple(
            SafeString(
                f"{with_bold(text.left[left].rstrip('.'))} → {with_bold(text.options[right])}"
            )
            for left, right in zip(item.left, match_key(item), strict=True)
        )
    if item.kind is ItemKind.FIND:
        return tuple(SafeString(f"{key}. {_piece(item, text.options[key])}") for key in item.key)
    return tuple(with_bold(text.options[key]) for key in item.key)


def explanation(screen: Screen) -> SafeString:
    """Return the explanation of a screen."""
    return as_paragraphs(screen.explanation)
