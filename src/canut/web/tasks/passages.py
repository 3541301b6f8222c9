"""Passages of several people in one text, and segments of several people over one sound.

A passage of the label of now is tinted in the colour of its label; each person has a line below
it: solid, dashed, dotted, then with a letter, each at its own height. Positions are those of the
kinds' answers: code points of a text, seconds of a sound.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple, cast

from canut.core.errors import BadInput
from canut.core.kinds import Question, Schema, marked_column, questions_of, values_of_label
from canut.store.models import Project
from canut.store.work.workbench import seconds_of
from canut.web.tasks.region_overlay import DYES, LINES

MOST_LINES = 6  # below a text; who comes after is read in the list of people
type Span = tuple[float, float, int]


class Line(NamedTuple):
    """What one person marked of a run: their letter, line style and the label's colour."""

    letter: str
    style: int
    dye: int
    begins: bool

    @property
    def has_letter(self) -> bool:
        """Return whether its letter is written where it begins."""
        return self.begins and self.style > LINES


class Run(NamedTuple):
    """A part of a text that everybody marked alike; ``name``: the label that ends here."""

    text: str
    dye: int
    lines: tuple[Line, ...]
    name: str


class MarkedText(NamedTuple):
    """A text with everybody's passages."""

    ask: str
    runs: list[Run]


class Bar(NamedTuple):
    """One segment of a sound, in per cent of its length."""

    left: str
    width: str
    dye: int
    name: str


class Track(NamedTuple):
    """The segments of one answer; the label of now has no letter."""

    letter: str
    style: int
    bars: list[Bar]


class MarkedSound(NamedTuple):
    """A sound with a track for each answer."""

    ask: str
    seconds: float
    tracks: list[Track]


def marked_texts(
    schema: Schema, row: Mapping[str, str], sides: Sequence[tuple[str, str]], consensus: str
) -> list[MarkedText]:
    """Return the text of each question of passages with those of each answer.

    Args:
        schema: checked.
        row: the task's columns.
        sides: the letter and the label of each answer, in the order shown.
        consensus: the label of now; empty where there is none.
    """
    texts = []
    for question in _asked(schema, "spans"):
        text = row.get(marked_column(schema, question), "")
        people = [
            (letter, at + 1, _passages(question, _answer(schema, question, label)))
            for at, (letter, label) in enumerate(sides[:MOST_LINES])
        ]
        label = _passages(question, _answer(schema, question, consensus))
        names = dict(enumerate(_labels(question), start=1))
        texts.append(MarkedText(str(question["ask"]), _runs(text, people, label, names)))
    return texts


def marked_sounds(
    project: Project,
    schema: Schema,
    row: Mapping[str, str],
    sides: Sequence[tuple[str, str]],
    consensus: str,
) -> list[MarkedSound]:
    """Return a track for each answer to each question of segments; see ``marked_texts``."""
    sounds = []
    for question in _asked(schema, "audio"):
        answers = [("", 0, _segments(question, _answer(schema, question, consensus)))]
        answers += [
            (letter, at + 1, _segments(question, _answer(schema, question, label)))
            for at, (letter, label) in enumerate(sides)
        ]
        sound = row.get(marked_column(schema, question), "")
        ends = [end for _letter, _style, spans in answers for _start, end, _dye in spans]
        seconds = max([seconds_of(project.pk, sound), *ends, 0.001])
        labels = _labels(question)
        tracks = [
            Track(letter, style, [_bar(span, seconds, labels) for span in spans])
            for letter, style, spans in answers
        ]
        sounds.append(MarkedSound(str(question["ask"]), seconds, tracks))
    return sounds


def snippet(schema: Schema, row: Mapping[str, str], label: str, longest: int) -> list[Run]:
    """Return the beginning of the first marked text with the passages of its label."""
    runs: list[Run] = []
    left = longest
    for text in marked_texts(schema, row, [], label)[:1]:
        for run in text.runs:
            if left <= 0:
                break
            is_cut = len(run.text) > left
            runs.append(run._replace(text=f"{run.text[:left]}…" if is_cut else run.text, name=""))
            left -= len(run.text)
    return runs


def _asked(schema: Schema, kind: str) -> list[Question]:
    return [question for question in questions_of(schema) if question["kind"] == kind]


def _labels(question: Question) -> list[str]:
    return [item["label"] for item in cast("list[dict[str, str]]", question["labels"])]


def _answer(schema: Schema, question: Question, label: str) -> object:
    """Return the answer to one question; None where the label has none."""
    try:
        return values_of_label(schema, label).get(str(question["id"])) if label else None
    except BadInput:
        return None


def _passages(question: Question, value: object) -> list[Span]:
    marking = cast("Mapping[str, Sequence[Mapping[str, object]]]", value or {"spans": []})
    return _spans(question, marking["spans"])


def _segments(question: Question, value: object) -> list[Span]:
    return _spans(question, cast("Sequence[Mapping[str, object]]", value or []))


def _spans(question: Question, items: Sequence[Mapping[str, object]]) -> list[Span]:
    """Return start, end and number of the label of each marked part."""
    labels = [item["value"] for item in cast("list[dict[str, str]]", question["labels"])]
    return [
        (
            cast("float", item["start"]),
            cast("float", item["end"]),
            labels.index(str(item["label"])) + 1,
        )
        for item in items
    ]


def _runs(
    text: str,
    people: Sequence[tuple[str, int, list[Span]]],
    label: list[Span],
    names: Mapping[int, str],
) -> list[Run]:
    """Cut a text wherever a passage begins or ends."""
    every = [span for _letter, _style, spans in people for span in spans] + label
    cuts = sorted({0, len(text), *(int(edge) for span in every for edge in span[:2])})
    runs = []
    for start, end in pairwise(cuts):
        lines = [
            Line(letter, style, _dye(span[2]), begins=span[0] == start)
            for letter, style, spans in people
            if (span := _covering(spans, start)) is not None
        ]
        own = _covering(label, start)
        is_end = own is not None and own[1] == end
        runs.append(
            Run(
                text[start:end],
                _dye(own[2]) if own else 0,
                tuple(lines),
                names[own[2]] if own and is_end else "",
            )
        )
    return runs


def _covering(spans: Iterable[Span], position: float) -> Span | None:
    return next((span for span in spans if span[0] <= position < span[1]), None)


def _dye(number: int) -> int:
    return (number - 1) % DYES + 1


def _bar(span: Span, seconds: float, labels: Sequence[str]) -> Bar:
    start, end, number = span
    left, width = (f"{100 * value / seconds:.2f}%" for value in (start, end - start))
    return Bar(left, width, _dye(number), labels[number - 1])
