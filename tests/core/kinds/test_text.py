import pytest

from canut.core.errors import BadAnswer, BadQuestion
from canut.core.kinds import text

QUESTION = text.check_question({"least": 2, "most": 5})


@pytest.mark.parametrize(
    ("question", "field"),
    [
        ({"mode": "song"}, "mode"),
        ({"most": 201}, "most"),
        ({"least": 9, "most": 8}, "most"),
        ({"mode": "correction"}, "column"),
        ({"language": "français du Québec"}, "language"),
        ({"column": " "}, "column"),
    ],
)
def test_question_nobody_could_answer_is_refused(question: dict[str, object], field: str) -> None:
    with pytest.raises(BadQuestion) as refusal:
        text.check_question(question)

    assert refusal.value.facts["field"] == field


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ("a", ""),
        ("abcdef", ""),
        ("  a  ", ""),
        ("a\nb", ""),
        ("ab\x00", ""),
        ("ab\ud800", ""),
        ("ab\x1b", ""),
        (12, ""),
        ("a" * 10**6, ""),
    ],
)
def test_answer_is_refused_with_the_field(value: object, field: str) -> None:
    with pytest.raises(BadAnswer) as refusal:
        text.check_answer(QUESTION, value)

    assert refusal.value.facts["field"] == field


def test_what_looks_the_same_is_the_same() -> None:
    assert text.check_answer(QUESTION, " e\N{COMBINING ACUTE ACCENT}té ") == "été"


def test_line_ends_are_line_feeds() -> None:
    long = text.check_question({"mode": "long"})

    assert text.check_answer(long, "a\r\nb\rc\n") == "a\nb\nc"


def test_text_nearest_the_others_was_written_by_somebody() -> None:
    long = text.check_question({"mode": "transcription"})

    assert text.merge(long, ["le fil casse", "le fil casse.", "un file"]) == "le fil casse"
    assert text.merge(long, ["le fil casse", "un file"], [1, 2]) == "un file"


def test_characters_beyond_the_first_plane_count_as_one() -> None:
    assert text.texts_apart("\U0001f9f5", "a") == pytest.approx(2 / 3)
    assert text.texts_apart("\U0001f9f5a", "a") == pytest.approx(0.5)
