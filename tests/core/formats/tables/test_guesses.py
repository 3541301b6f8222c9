"""What a file speaks for is proposed: the kind of question, and its answers."""

import json

import pytest

from canut.core.formats.tables.guesses import guess_labels, guess_question
from canut.core.formats.tables.rows import Row

LONG = "Une page entière de texte où chercher des passages. " * 20
TALK = json.dumps([{"role": "user", "text": "Qui ?"}, {"role": "assistant", "text": "Moi."}])
TONES = [{"text": "Très bien", "tone": tone} for tone in ("bon", "nul", "bon", "nul", "bon")]
REPLIES = [{"ask": "Pourquoi ?", "reply_a": "Parce que " * 9, "reply_b": "Voici pourquoi " * 9}]


@pytest.mark.parametrize(
    ("rows", "judged", "medium", "known", "kind", "basis"),
    [
        ([{"text": "Très bien"}] * 3, "text", "text", "", "choice", "short"),
        ([{"text": LONG}] * 3, "text", "text", "", "spans", "long"),
        ([{"image": "a" * 64}] * 3, "image", "image", "", "choice", "picture"),
        ([], "image", "image", "", "choice", "picture"),
        ([], "audio", "audio", "", "text", "sound"),
        (TONES, "text", "text", "tone", "choice", "known"),
        ([{"talk": TALK}] * 3, "talk", "text", "", "chat", "chat"),
        (REPLIES, "ask", "text", "", "pair", "pair"),
        ([{"x": "12", "y": "14"}] * 3, "x", "text", "", "choice", "short"),
        ([], "text", "text", "", "choice", "short"),
        ([{"text": "[pas du JSON"}], "text", "text", "", "choice", "short"),
    ],
)
def test_kind_is_guessed_from_what_the_judged_column_holds(
    rows: list[Row], judged: str, medium: str, known: str, kind: str, basis: str
) -> None:
    columns = list(rows[0]) if rows else [judged]

    guess = guess_question(columns, rows, judged, medium=medium, known=known)

    assert (guess.kind, guess.basis) == (kind, basis)


def test_few_known_answers_are_proposed_most_frequent_first() -> None:
    guess = guess_question(["text", "tone"], TONES, "text", known="tone")

    assert (guess.choices, guess.column) == (("bon", "nul"), "tone")


@pytest.mark.parametrize(
    "texts",
    [
        [f"réponse {n}" for n in range(40)],
        ["toujours la même"] * 9,
        ["x" * 90, "y" * 90] * 5,
        ["une", "deux", "trois"],
    ],
)
def test_known_texts_that_are_many_long_or_single_propose_nothing(texts: list[str]) -> None:
    rows = [{"text": "a", "tone": text} for text in texts]

    assert guess_question(["text", "tone"], rows, "text", known="tone").choices == ()


def test_column_of_few_words_is_offered_and_one_of_numbers_is_not() -> None:
    rows = [{"year": "1806", "tone": tone} for tone in ("bon", "nul", "bon", "nul")]
    rows += [{"year": "1807", "tone": "bon"}] * 2

    assert guess_labels(["year", "tone"], rows, ()) == ("tone", ("bon", "nul"))
    assert guess_labels(["year", "tone"], rows, ("tone",)) == ("", ())
