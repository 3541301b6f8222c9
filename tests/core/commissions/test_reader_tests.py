"""Who understood, what passes, what so few readers can tell, and hints on a text."""

from itertools import product

import pytest

from canut.core.commissions.acceptance import acceptance_of
from canut.core.commissions.findings import (
    FEW,
    ResultFigures,
    SentenceKind,
    what_is_known,
    what_is_not_known,
)
from canut.core.commissions.readability import hints_of
from canut.core.commissions.reader_tests import (
    ReaderQuestion,
    chance_to_pass,
    check_questions,
    has_understood,
    readers_asked,
    readers_to_pass,
    settle_marks,
)
from canut.core.errors import BadInput, Incomplete

OPEN = ReaderQuestion("What is not known?")
CLOSED = ReaderQuestion("How many?", ("2", "3"), 0)


def test_the_power_of_five_and_of_ten_readers_is_that_of_the_exact_count() -> None:
    for asked, percents in ((5, [19, 53, 92]), (10, [5, 38, 93])):
        chances = [chance_to_pass(asked, chance) for chance in (0.5, 0.7, 0.9)]
        assert [round(100 * chance) for chance in chances] == percents
        assert (chance_to_pass(asked, 0), chance_to_pass(asked, 1)) == (0, 1)
    outcomes = [row for row in product((0, 1), repeat=5) if sum(row) >= readers_to_pass(5)]
    assert chance_to_pass(5, 0.5) == len(outcomes) / 32
    with pytest.raises(BadInput):
        chance_to_pass(5, 1.1)


def test_ten_are_asked_about_decisions_on_people_and_two_right_answers_are_understanding() -> None:
    assert [readers_asked(is_about_people=each) for each in (False, True)] == [5, 10]
    assert [readers_to_pass(asked) for asked in (5, 10)] == [4, 8]
    assert [has_understood(row) for row in product((True, False), repeat=3)].count(True) == 4


def test_two_marks_settle_an_answer_where_they_agree_and_a_third_where_not() -> None:
    marks = [(), (True,), (True, True), (True, False), (True, False, True), (False, False)]

    assert [settle_marks(each) for each in marks] == [None, None, True, None, True, False]


@pytest.mark.parametrize(
    ("questions", "kind", "case"),
    [
        ([CLOSED, CLOSED], Incomplete, "reader-questions"),
        ([CLOSED, CLOSED, ReaderQuestion(" ")], Incomplete, "reader-questions"),
        ([CLOSED, OPEN, ReaderQuestion("?", ("2",), 0)], BadInput, "reader-options"),
        ([CLOSED, OPEN, ReaderQuestion("?", ("2", "2"), 0)], BadInput, "reader-options"),
        ([CLOSED, OPEN, ReaderQuestion("?", ("2", "3"), 2)], BadInput, "reader-options"),
        ([CLOSED, OPEN, ReaderQuestion("?", ("2", "3"))], BadInput, "reader-options"),
        ([CLOSED, OPEN, ReaderQuestion("?", (), 0)], BadInput, "reader-options"),
    ],
)
def test_questions_that_cannot_be_asked_are_refused(
    questions: list[ReaderQuestion], kind: type[Exception], case: str
) -> None:
    check_questions([CLOSED, OPEN, CLOSED])
    with pytest.raises(kind) as refusal:
        check_questions(questions)
    assert getattr(refusal.value, "case", "") == case


def test_hints_name_long_sentences_and_terms_that_are_not_explained() -> None:
    long = "Un mot " + "de plus " * 11 + "ici."
    text = f"Le consensus compte. {long} Le biais (une erreur d’un seul côté) est petit."

    hints = hints_of(text, "fr")

    assert hints.long_sentences == (long,)
    assert [term for term, _meaning in hints.terms] == ["consensus"]
    assert hints.is_hard
    assert hints_of("", "fr") == (0, 0, 0, (), ())
    assert not hints_of("We read 200 letters. Most are calm.", "en").is_hard
    hard = hints_of("International organisations systematically underestimate difficulties.", "en")
    assert hard.lix == 5 + 100


def test_results_are_told_with_their_interval_and_what_is_not_known_always() -> None:
    figures = ResultFigures(
        tasks=300,
        finished=240,
        people=6,
        answers=720,
        time_ms=3_600_000,
        labels=[("yes", 180), ("no", 60)],
        known=(122, 124),
        agreement=(600, 700),
        unsure=7,
        outcome=acceptance_of(122, 124, 124, 2),
        groups=["older people"],
        measures={"social": "days without heat", "business": ""},
    )

    known, unknown = what_is_known(figures), what_is_not_known(figures)

    first = known[0]
    assert (first.sentence, first.facts["low"], first.facts["high"]) == ("accepted", 950, 997)
    label = known[1].facts
    assert (label["share"], label["low"], label["high"]) == (750, 692, 801)
    assert [row.sentence for row in unknown] == [
        SentenceKind.UNFINISHED,
        SentenceKind.UNSURE,
        SentenceKind.SLICE_UNKNOWN,
        SentenceKind.MEASURE_UNKNOWN,
        SentenceKind.OTHERS_UNKNOWN,
    ]


def test_few_numbers_are_no_share_and_no_answer_is_no_result() -> None:
    few = ResultFigures(FEW, FEW - 1, 2, FEW, 1, [("yes", FEW - 1)], (5, 5), (3, 3))

    sentences = [row.sentence for row in (*what_is_known(few), *what_is_not_known(few))]

    assert SentenceKind.FEW_LABELS in sentences
    assert {SentenceKind.RIGHT_UNKNOWN, SentenceKind.AGREEMENT_UNKNOWN} <= set(sentences)
    assert not {SentenceKind.LABEL, SentenceKind.RIGHT, SentenceKind.AGREEMENT} & set(sentences)
    empty = ResultFigures(10, 0, 0, 0, 0)
    assert [row.sentence for row in what_is_known(empty)] == [SentenceKind.NO_WORK]
    assert what_is_not_known(empty)[-1].sentence is SentenceKind.OTHERS_UNKNOWN
