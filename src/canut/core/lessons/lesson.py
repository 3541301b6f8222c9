"""What a lesson is once its folder was read: screens, items with keys, one case, facts.

The folder is read in ``reading``, its texts in ``screens``, its items are scored in ``scoring``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from canut.core.bilingual import Bilingual

LANGUAGES = ("fr", "en")
LEVELS = (0, 1, 2, 3)
CRITERIA = 4
MOST_MARK = CRITERIA * LEVELS[-1]


class ItemKind(StrEnum):
    """How an item is answered."""

    ONE = "one"
    SEVERAL = "several"
    MATCH = "match"
    ORDER = "order"
    NUMBER = "number"
    FIND = "find"
    FREE = "free"
    QUESTION = "question"


UNMARKED = frozenset({ItemKind.FREE, ItemKind.QUESTION})


class FactMark(StrEnum):
    """How sure the source of a fact is."""

    CONFIRMED = "confirmed"
    TO_VERIFY = "to_verify"
    LAWYER = "lawyer"


class Part(NamedTuple):
    """A piece of the text of a screen: a paragraph, the items of a list, or the rows of a table."""

    kind: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ItemText:
    """An item in one language: its question and the words of its options."""

    question: str
    options: Mapping[str, str]
    left: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Screen:
    """One screen in one language."""

    id: str
    title: str
    text: str
    questions: Mapping[str, ItemText]
    explanation: str
    raw: str

    def text_of(self, item_id: str) -> ItemText:
        """Return the words of an item; empty ones where it is asked without words."""
        return self.questions[item_id] if item_id in self.questions else ItemText("", {}, {})

    @property
    def words(self) -> int:
        """Number of words a person reads here."""
        return len(self.raw.split())


@dataclass(frozen=True, slots=True)
class Item:
    """One question with its key.

    Attributes:
        key: the ids in the key; for ``one`` a single id, for ``order`` all of them in order.
        pairs: the key of ``match``, left to right.
        number: the key of ``number``, right within ``within``.
        calculation: how the number follows from ``inputs``.
        key_from: the query that gives another key where the screen shows data of this instance,
            with the name of its key: ``task.label``; for ``number`` the query alone.
    """

    id: str
    screen: str
    kind: ItemKind
    options: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    key: tuple[str, ...] = ()
    pairs: Mapping[str, str] | None = None
    number: Fraction | None = None
    within: Fraction = Fraction(0)
    unit: str = ""
    calculation: str = ""
    inputs: Mapping[str, Fraction] | None = None
    key_from: str = ""

    @property
    def is_marked(self) -> bool:
        """Whether the item counts in the score."""
        return self.kind not in UNMARKED


@dataclass(frozen=True, slots=True)
class Fact:
    """A statement about the world that screens rest on, with its source."""

    id: str
    text: Bilingual
    source: str
    url: str
    mark: FactMark
    screens: tuple[str, ...]
    read_at: date | None
    review_by: date | None

    def is_to_verify(self, day: date) -> bool:
        """Return whether the fact must be marked as unverified on this day."""
        return self.mark is not FactMark.CONFIRMED or (
            self.review_by is not None and day > self.review_by
        )


class Criterion(NamedTuple):
    """One criterion of the case: its name, and what each level from 0 to 3 means."""

    id: str
    name: Bilingual
    levels: tuple[Bilingual, Bilingual, Bilingual, Bilingual]


@dataclass(frozen=True, slots=True)
class Anchor:
    """An invented answer to the case with its reference marks, to train markers on."""

    id: str
    language: str
    text: str
    marks: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """The open question, answered in words and marked by people."""

    id: str
    screen: str
    least_words: int
    most_words: int
    criteria: tuple[Criterion, ...]
    markers: int
    third_if_apart: int
    anchors: tuple[Anchor, ...]


@dataclass(frozen=True, slots=True)
class Lab:
    """A screen that can show data of this instance: the query, and its text in each language."""

    query: str
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Lesson:
    """One version of a lesson."""

    id: str
    number: int
    version: int
    minutes: int
    title: Bilingual
    skills: Mapping[str, int]
    serves: tuple[str, ...]
    occupations: tuple[str, ...]
    pass_share: Fraction
    pass_case: int
    paid_attempts: int
    every_days: int
    items: tuple[Item, ...]
    case: Case
    facts: tuple[Fact, ...]
    lawyer_screens: tuple[str, ...]
    terms: Mapping[str, tuple[str, ...]]
    screens: Mapping[str, tuple[Screen, ...]]
    authors: tuple[str, ...]
    sha256: str
    labs: Mapping[str, Lab]

    def screen_ids(self) -> tuple[str, ...]:
        """Return the ids of the screens, in order."""
        return tuple(screen.id for screen in self.screens[LANGUAGES[0]])

    def screen(self, screen_id: str, language: str) -> Screen | None:
        """Return a screen in a language the lesson has, else in French; None if unknown."""
        screens = self.screens.get(language) or self.screens[LANGUAGES[0]]
        return next((screen for screen in screens if screen.id == screen_id), None)

    def items_of(self, screen_id: str) -> tuple[Item, ...]:
        """Return the items asked on a screen."""
        return tuple(item for item in self.items if item.screen == screen_id)

    def needs_check(self, screen_id: str, day: date) -> bool:
        """Return whether a screen rests on something nobody has verified."""
        return screen_id in self.lawyer_screens or any(
            screen_id in fact.screens and fact.is_to_verify(day) for fact in self.facts
        )
