"""Words of lessons for people: text with bold terms, units, results, states."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from canut.core.bilingual import Bilingual
from canut.core.lessons.lesson import LANGUAGES, Fact, FactMark, Item, Lesson
from canut.core.lessons.scoring import plain_number
from canut.core.lessons.screens import BOLD, parts
from canut.store.tables.lessons import LessonAttempt, LessonReview
from canut.web.kit.messages import message_now

UNITS = {"percent": "%", "CAD": "$", "minutes": "min", "seconds": "s", "hours": "h"}
STATES: Mapping[str, str] = {
    LessonAttempt.State.OPEN.value: "page.lessons.state_open",
    LessonAttempt.State.WAITING.value: "page.lessons.state_waiting",
    LessonAttempt.State.MARKED.value: "page.lessons.state_marked",
    LessonAttempt.State.ENDED.value: "page.lessons.state_ended",
}
ROLES: Mapping[str, str] = {
    LessonReview.As.TEACHER.value: "page.lessons.role_teacher",
    LessonReview.As.ETHICS.value: "page.lessons.role_ethics",
}
MARKS: Mapping[FactMark, str] = {
    FactMark.CONFIRMED: "page.lessons.mark_confirmed",
    FactMark.TO_VERIFY: "page.lessons.mark_to_verify",
    FactMark.LAWYER: "page.lessons.mark_lawyer",
}


UNBROKEN = (
    (re.compile("« "), "«\u00a0"),
    (re.compile(" (?=[»:%$])"), "\u00a0"),
    (re.compile(" (?=[?!;])"), "\u202f"),
    (re.compile(r"(?<=\d) (?=\d{3}\b|h\b)"), "\u00a0"),
    (re.compile("(?<=\u00a0h) (?=[0-9])"), "\u00a0"),
)


class FactLine(NamedTuple):
    """A fact as its screen lists it."""

    text: str
    source: str
    url: str
    mark: str
    is_to_verify: bool


def lesson_language() -> str:
    """Return the language a lesson is read in: the page's, or French where it has no other."""
    language = (get_language() or LANGUAGES[0])[:2]
    return language if language in LANGUAGES else LANGUAGES[0]


def in_language(text: Bilingual) -> str:
    """Return a text in the language of the lesson."""
    return text.en if lesson_language() == "en" else text.fr


def with_bold(text: str) -> SafeString:
    """Return a text with its terms in bold; French signs stay with their words."""
    pieces = BOLD.split(_unbroken(text) if lesson_language() == "fr" else text)
    return format_html_join(
        "",
        "{}",
        (
            (format_html("<strong>{}</strong>", piece) if number % 2 else piece,)
            for number, piece in enumerate(pieces)
        ),
    )


def _unbroken(text: str) -> str:
    """Return a French text whose signs and units do not part from their words."""
    for pattern, after in UNBROKEN:
        text = pattern.sub(after, text)
    return text


def as_paragraphs(text: str) -> SafeString:
    """Return the text of a screen as paragraphs, lists and tables."""
    return format_html_join("", "{}", ((piece,) for piece in _pieces(text)))


def _pieces(text: str) -> Iterator[SafeString]:
    for part in parts(text):
        if part.kind == "list":
            items = format_html_join("", "<li>{}</li>", ((with_bold(line),) for line in part.lines))
            yield format_html("<ul>{}</ul>", items)
        elif part.kind == "table":
            yield _table(part.lines)
        else:
            yield format_html("<p>{}</p>", with_bold(part.lines[0]))


def _table(lines: tuple[str, ...]) -> SafeString:
    """Return the rows of a table; the first is its head."""
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    head = format_html_join("", '<th scope="col">{}</th>', ((with_bold(cell),) for cell in rows[0]))
    body = format_html_join(
        "",
        "<tr>{}</tr>",
        (
            (format_html_join("", "<td>{}</td>", ((with_bold(cell),) for cell in row)),)
            for row in rows[1:]
        ),
    )
    return format_html(
        '<div class="scroll"><table class="tbl tight"><thead><tr>{}</tr></thead>'
        "<tbody>{}</tbody></table></div>",
        head,
        body,
    )


def number_text(value: Fraction) -> str:
    """Return a number as people write it in the page's language."""
    text = plain_number(value)
    return text.replace(".", ",") if lesson_language() == "fr" else text


def unit_text(item: Item) -> str:
    """Return the unit of a number, or nothing."""
    return UNITS.get(item.unit, "")


def is_unit_first(item: Item) -> bool:
    """Return whether the unit stands before its number: ``$6.61`` in English."""
    return item.unit == "CAD" and lesson_language() == "en"


def with_unit(value: Fraction, item: Item) -> str:
    """Return a number with the unit of its item: ``97,6 %``, ``6,61 $``; ``97.6%``, ``$6.61``."""
    number, unit = number_text(value), unit_text(item)
    if item.unit == "CAD":
        number = f"{float(value):.2f}"
        number = number if lesson_language() == "en" else number.replace(".", ",")
    if is_unit_first(item):
        return unit + number
    is_joined = item.unit == "percent" and lesson_language() == "en"
    return f"{number}{'' if is_joined else '\u00a0'}{unit}" if unit else number


def halves_text(halves: int) -> str:
    """Return points that are counted in halves: ``7,5``."""
    return number_text(Fraction(halves, 2))


def facts_of(lesson: Lesson, screen_id: str, day: date) -> list[FactLine]:
    """Return the facts that a screen rests on."""
    return [_fact_line(fact, day) for fact in lesson.facts if screen_id in fact.screens]


def _fact_line(fact: Fact, day: date) -> FactLine:
    is_to_verify = fact.is_to_verify(day)
    mark = FactMark.TO_VERIFY if is_to_verify and fact.mark is FactMark.CONFIRMED else fact.mark
    return FactLine(
        in_language(fact.text), fact.source, fact.url, message_now(MARKS[mark]), is_to_verify
    )
