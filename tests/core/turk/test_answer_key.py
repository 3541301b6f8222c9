"""Scores of a qualification test by its answer key, in each of the documented mappings."""

import pytest

from canut.core.errors import BadFile
from canut.core.formats.platforms.mturk_question_form import QuestionForm, read_question_form
from canut.core.formats.platforms.question_xml import read_xml
from canut.core.turk.answer_key import Score, read_answer_key, score_answers
from canut.core.turk.answer_xml import write_answers
from tests.support.question_forms import answer_key, question_form

PERCENTAGE = (
    "<PercentageMapping><MaximumSummedScore>16</MaximumSummedScore></PercentageMapping>",
    {"move": ["C"], "rules": ["b", "a"]},
    Score(11, 69),
)
SCALE = (
    "<ScaleMapping><SummedScoreMultiplier>-2.5</SummedScoreMultiplier></ScaleMapping>",
    {"move": ["C"]},
    Score(4, -10),
)
RANGE = (
    "<RangeMapping><SummedScoreRange><InclusiveLowerBound>4</InclusiveLowerBound>"
    "<InclusiveUpperBound>5</InclusiveUpperBound><QualificationValue>8</QualificationValue>"
    "</SummedScoreRange><OutOfRangeQualificationValue>-3</OutOfRangeQualificationValue>"
    "</RangeMapping>"
)


@pytest.fixture
def form() -> QuestionForm:
    return read_question_form(read_xml(question_form()))


@pytest.mark.parametrize(
    ("mapping", "answers", "score"),
    [
        ("", {"move": ["D"], "rules": ["a", "b"]}, Score(11, 11)),
        ("", {"move": ["D"], "rules": ["a"]}, Score(4, 4)),  # not all that the option lists
        ("", {}, Score(-1, -1)),
        PERCENTAGE,
        SCALE,
        (RANGE, {"move": ["D"]}, Score(4, 8)),
        (RANGE, {"move": ["D"], "rules": ["b", "a"]}, Score(11, -3)),
    ],
)
def test_each_mapping_gives_its_value(
    form: QuestionForm, mapping: str, answers: dict[str, list[str]], score: Score
) -> None:
    assert score_answers(read_answer_key(answer_key(mapping), form), answers) == score


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("<QuestionIdentifier>move", "<QuestionIdentifier>why", "own-page-key-question"),
        ("<SelectionIdentifier>D", "<SelectionIdentifier>Z", "own-page-key-selection"),
        ("<AnswerScore>5<", "<AnswerScore>five<", "own-page-number"),
        ("2005-10-01", "2017-11-06", "own-page-key-root"),
        ("<QuestionIdentifier>rules", "<QuestionIdentifier>move", "own-page-twice"),
    ],
)
def test_key_that_does_not_fit_its_test_is_refused_with_its_place(
    form: QuestionForm, old: str, new: str, code: str
) -> None:
    document = answer_key("").replace(old, new, 1)
    if code == "own-page-twice":
        document = document.replace("<SelectionIdentifier>a<", "<SelectionIdentifier>C<")
        document = document.replace("<SelectionIdentifier>b<", "<SelectionIdentifier>D<")

    with pytest.raises(BadFile) as refusal:
        read_answer_key(document, form)

    assert refusal.value.case == code


def test_answers_to_selections_are_written_as_selections() -> None:
    fields = {"rules": ["a", "b"], "rules-OtherSelection": ["c"], "why": ["d"]}
    fields |= {"move-OtherSelection": ["e"]}

    written = write_answers(fields, frozenset({"rules", "move"}))

    assert written.count("<Answer>") == 3
    assert (
        "<QuestionIdentifier>rules</QuestionIdentifier><SelectionIdentifier>a</SelectionIdentifier>"
        "<SelectionIdentifier>b</SelectionIdentifier><OtherSelectionText>c</OtherSelectionText>"
    ) in written
    assert "<QuestionIdentifier>why</QuestionIdentifier><FreeText>d</FreeText>" in written
    assert "move</QuestionIdentifier><OtherSelectionText>e</OtherSelectionText>" in written
