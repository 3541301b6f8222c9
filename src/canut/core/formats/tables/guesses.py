"""Guess which column of a table people judge, which one names each row, and what could be asked.

A guess is shown and can be changed; nothing else rests on it.
"""

from collections.abc import Collection, Iterable, Sequence
from itertools import islice, pairwise
from statistics import median
from typing import Literal, NamedTuple

from canut.core.errors import Refusal
from canut.core.formats.tables.rows import Row
from canut.core.kinds.chat import turns_of
from canut.core.outside_text import read_number

type Basis = Literal["picture", "sound", "known", "chat", "pair", "long", "short"]

SAMPLE_ROWS = 200
ROWS_COMPARED = 20_000
KEY_LENGTH = 200
LONG_TEXT = 600  # characters: a page to search for passages rather than a remark to judge
PAIRED_TEXT = 25  # characters: shorter cells of two like columns are codes, not replies
MOST_CHOICES, CHOICE_LENGTH, USES_OF_A_CHOICE = 12, 60, 2


class QuestionGuess(NamedTuple):
    """What could be asked of the rows of a file.

    Args:
        kind: a kind of question.
        basis: what in the file speaks for it.
        mode: of a text: what is written.
        choices: the possible answers, most frequent first.
        column: the column that holds those answers, or the first of two to compare.
        other: the second column to compare.
    """

    kind: str
    basis: Basis
    mode: str = ""
    choices: tuple[str, ...] = ()
    column: str = ""
    other: str = ""


def guess_judged(columns: Sequence[str], rows: Sequence[Row], media: Collection[str] = ()) -> str:
    """Return the column that names pictures or sounds, else the one with the longest texts.

    >>> guess_judged(["id", "review"], [{"id": "1", "review": "Very good."}])
    'review'
    """
    for column in columns:
        if column in media:
            return column
    sample = rows[:SAMPLE_ROWS]
    sizes = [sum(len(row.get(column, "")) for row in sample) for column in columns]
    return columns[sizes.index(max(sizes))]


def guess_key(columns: Sequence[str], rows: Iterable[Row], judged: str) -> str:
    """Return the first column, besides the judged one, whose texts are never twice the same.

    Rows that are the same from end to end count once. Empty where no column is one.

    >>> guess_key(["tone", "id"], [{"tone": "a", "id": "1"}, {"tone": "a", "id": "2"}], "text")
    'id'
    """
    distinct = {tuple(sorted(row.items())): row for row in islice(rows, ROWS_COMPARED)}
    compared = list(distinct.values())
    for column in columns:
        texts = [row.get(column, "") for row in compared]
        is_named = all(texts) and max(map(len, texts), default=0) <= KEY_LENGTH
        if column != judged and is_named and len(set(texts)) == len(texts):
            return column
    return ""


def guess_question(
    columns: Sequence[str],
    rows: Sequence[Row],
    judged: str,
    *,
    medium: str = "text",
    known: str = "",
) -> QuestionGuess:
    """Return what could be asked: by the known answers, else by what the judged column holds.

    Args:
        columns: the columns of the file.
        rows: the first rows.
        judged: the column that people judge.
        medium: how its cells are perceived: text, image or audio.
        known: the column of known answers; empty for none.

    >>> rows = [{"text": "a", "tone": tone} for tone in ("good", "bad", "good", "bad", "good")]
    >>> guess_question(["text", "tone"], rows, "text", known="tone").choices
    ('good', 'bad')
    """
    choices = guess_choices(rows, known)
    if len(choices) > 1:
        return QuestionGuess("choice", "known", choices=choices, column=known)
    if medium == "audio":
        return QuestionGuess("text", "sound", mode="transcription")
    if medium == "image":
        return QuestionGuess("choice", "picture")
    return _guess_of_texts(columns, rows, judged)


def _guess_of_texts(columns: Sequence[str], rows: Sequence[Row], judged: str) -> QuestionGuess:
    texts = [text for row in rows if (text := row.get(judged, "").strip())]
    if _are_conversations(texts):
        return QuestionGuess("chat", "chat", column=judged)
    if pair := guess_pair(columns, rows):
        return QuestionGuess("pair", "pair", column=pair[0], other=pair[1])
    if texts and median(map(len, texts)) >= LONG_TEXT:
        return QuestionGuess("spans", "long")
    return QuestionGuess("choice", "short")


def guess_choices(rows: Sequence[Row], column: str) -> tuple[str, ...]:
    """Return the few distinct texts of a column, most frequent first; empty where it has many."""
    counts: dict[str, int] = {}
    for row in rows:
        if text := row.get(column, "").strip():
            counts[text] = counts.get(text, 0) + 1
    is_few = len(counts) <= MOST_CHOICES and max(map(len, counts), default=0) <= CHOICE_LENGTH
    is_repeated = sum(counts.values()) >= USES_OF_A_CHOICE * len(counts)
    return tuple(sorted(counts, key=lambda text: -counts[text])) if is_few and is_repeated else ()


def guess_labels(
    columns: Sequence[str], rows: Sequence[Row], besides: Collection[str]
) -> tuple[str, tuple[str, ...]]:
    """Return the first column whose texts look like answers, with them; empty where none is.

    >>> rows = [{"tone": tone} for tone in ("good", "bad", "good", "bad")]
    >>> guess_labels(["tone"], rows, ())
    ('tone', ('good', 'bad'))
    """
    for column in columns:
        choices = () if column in besides else guess_choices(rows, column)
        if len(choices) > 1 and not any(_is_number(text) for text in choices):
            return column, choices
    return "", ()


def guess_pair(columns: Sequence[str], rows: Sequence[Row]) -> tuple[str, str] | None:
    """Return two columns of one name, such as ``reply_a`` and ``reply_b``, that hold texts."""
    for first, second in pairwise(columns):
        is_like = len(first) > 1 and first[:-1] == second[:-1]
        sizes = [len(row.get(name, "")) for row in rows for name in (first, second)]
        if is_like and sizes and median(sizes) >= PAIRED_TEXT:
            return first, second
    return None


def _are_conversations(texts: Sequence[str]) -> bool:
    """Return whether the first cells hold the turns of conversations."""
    first = texts[:3]
    if not first or not all(text.startswith(("[", "{")) for text in first):
        return False
    try:
        return all(len(turns_of(text)) > 1 for text in first)
    except Refusal:
        return False


def _is_number(text: str) -> bool:
    return read_number(text.replace(",", ".")) is not None
