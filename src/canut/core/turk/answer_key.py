"""Read the answer key of a qualification test, and score answers by it.

A key gives points to selections of the questions of a test; what the points come to is the value
that is granted: their sum, a percentage, a multiple, or what a range of sums is worth. A question
that is answered in free text cannot be in a key.

Source:
    Amazon Mechanical Turk API Reference, AnswerKey data structure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from canut.core.formats.platforms.mturk_question_form import QuestionForm
from canut.core.formats.platforms.own_pages import refuse_page
from canut.core.formats.platforms.question_xml import XmlNode, read_xml
from canut.core.outside_text import read_whole

NAMESPACE = (
    "http://mechanicalturk.amazonaws.com/AWSMechanicalTurkDataSchemas/2005-10-01/AnswerKey.xsd"
)
MOST_POINTS = 1_000_000
HALF = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class KeyedOption:
    """The points of one set of selections: all of them and no others."""

    selections: frozenset[str]
    points: int


@dataclass(frozen=True, slots=True)
class KeyedQuestion:
    """The options of a question in order, and the points where none of them was chosen."""

    name: str
    options: tuple[KeyedOption, ...]
    otherwise: int

    def points(self, chosen: Sequence[str]) -> int:
        """Return the points of what was chosen: those of the first option that is the same set."""
        selections = frozenset(chosen)
        fitting = (option.points for option in self.options if option.selections == selections)
        return next(fitting, self.otherwise)


@dataclass(frozen=True, slots=True)
class SumRange:
    """The value of sums between two bounds, both included."""

    least: int
    most: int
    granted: int


@dataclass(frozen=True, slots=True)
class AnswerKey:
    """A key as it was read.

    Args:
        questions: those that give points.
        factor: what the sum is multiplied with; 100 over the maximum for a percentage.
        ranges: values by sum, where the key has them.
        otherwise: the value of a sum outside all ranges.
    """

    questions: tuple[KeyedQuestion, ...]
    factor: Fraction = Fraction(1)
    ranges: tuple[SumRange, ...] = ()
    otherwise: int = 0


@dataclass(frozen=True, slots=True)
class Score:
    """The points of a test added up, and the value they come to."""

    points: int
    granted: int


def read_answer_key(document: str, form: QuestionForm) -> AnswerKey:
    """Read a key and check it against its test.

    Args:
        document: XML of an AnswerKey, at most 65,535 bytes.
        form: the test.

    Raises:
        BadFile: ``own-page-…``, with line and column: it is no XML, an element is missing, or it
            names a question or a selection that the test does not have.
    """
    root = read_xml(document)
    if root.name != "AnswerKey" or root.namespace != NAMESPACE:
        refuse_page("own-page-key-root", root.line, root.column, tag=root.name)
    selections = {question.name: set(question.selections) for question in form.questions}
    questions = tuple(
        _keyed_question(node, selections) for node in root.inside if node.name == "Question"
    )
    names = [question.name for question in questions]
    for name in names:
        if names.count(name) > 1:
            refuse_page("own-page-twice", root.line, root.column, name=name)
    if not questions:
        root.need("Question")
    mapping = root.child("QualificationValueMapping")
    return _with_mapping(questions, mapping) if mapping is not None else AnswerKey(questions)


def score_answers(key: AnswerKey, answers: Mapping[str, Sequence[str]]) -> Score:
    """Add up the points of answers, and return the value that is granted for them.

    Args:
        key: of the test.
        answers: the selections by question; one that is missing was not answered.

    Example:
        >>> two = KeyedOption(frozenset({"a", "b"}), 3)
        >>> key = AnswerKey((KeyedQuestion("q", (two,), -1),), Fraction(100, 4))
        >>> score_answers(key, {"q": ["b", "a"]}), score_answers(key, {})
        (Score(points=3, granted=75), Score(points=-1, granted=-25))
    """
    points = sum(question.points(answers.get(question.name, ())) for question in key.questions)
    if key.ranges:
        fitting = (row.granted for row in key.ranges if row.least <= points <= row.most)
        return Score(points, next(fitting, key.otherwise))
    return Score(points, floor(points * key.factor + HALF))


def _keyed_question(node: XmlNode, selections: Mapping[str, set[str]]) -> KeyedQuestion:
    identifier = node.need("QuestionIdentifier")
    name = identifier.text.strip()
    if not selections.get(name):
        refuse_page("own-page-key-question", identifier.line, identifier.column, name=name[:80])
    options: list[KeyedOption] = []
    for option in node.inside:
        if option.name != "AnswerOption":
            continue
        chosen = [part for part in option.inside if part.name == "SelectionIdentifier"]
        if not chosen:
            option.need("SelectionIdentifier")
        for part in chosen:
            if part.text.strip() not in selections[name]:
                refuse_page(
                    "own-page-key-selection", part.line, part.column, name=part.text.strip()[:80]
                )
        options.append(
            KeyedOption(
                frozenset(part.text.strip() for part in chosen), _whole(option.need("AnswerScore"))
            )
        )
    if not options:
        node.need("AnswerOption")
    default = node.child("DefaultScore")
    return KeyedQuestion(name, tuple(options), 0 if default is None else _whole(default))


def _with_mapping(questions: tuple[KeyedQuestion, ...], mapping: XmlNode) -> AnswerKey:
    percentage, scale = mapping.child("PercentageMapping"), mapping.child("ScaleMapping")
    if percentage is not None:
        maximum = percentage.need("MaximumSummedScore")
        most = _whole(maximum)
        if most < 1:
            refuse_page("own-page-number", maximum.line, maximum.column, name=maximum.name)
        return AnswerKey(questions, Fraction(100, most))
    if scale is not None:
        return AnswerKey(questions, _decimal(scale.need("SummedScoreMultiplier")))
    by_range = mapping.need("RangeMapping")
    ranges = tuple(
        SumRange(
            _whole(row.need("InclusiveLowerBound")),
            _whole(row.need("InclusiveUpperBound")),
            _whole(row.need("QualificationValue")),
        )
        for row in by_range.inside
        if row.name == "SummedScoreRange"
    )
    if not ranges:
        by_range.need("SummedScoreRange")
    return AnswerKey(
        questions, ranges=ranges, otherwise=_whole(by_range.need("OutOfRangeQualificationValue"))
    )


def _whole(node: XmlNode) -> int:
    """Return a whole number, which may be negative."""
    number = read_whole(node.text.strip(), MOST_POINTS, least=-MOST_POINTS)
    if number is None:
        refuse_page("own-page-number", node.line, node.column, name=node.name)
    return number


def _decimal(node: XmlNode) -> Fraction:
    """Return a decimal such as 2.5, which may be negative."""
    text = node.text.strip()
    digits = text.removeprefix("-")
    before, _, after = digits.partition(".")
    whole = read_whole(before or "0", MOST_POINTS)
    part = read_whole(after, MOST_POINTS) if after else 0
    if whole is None or part is None or not digits.strip("."):
        refuse_page("own-page-number", node.line, node.column, name=node.name)
    size = whole + Fraction(part, 10 ** len(after))
    return -size if digits != text else size
