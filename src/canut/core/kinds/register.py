"""Register of the kinds of question, one line per kind, and their protocol.

Every kind here has its question schema, answer check, distance and merge. The page draws each:
``web.kinds`` and ``frontend/src/kinds``.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol, cast

from canut.core.kinds import (
    audio,
    boxes,
    chat,
    choice,
    date,
    keypoints,
    number,
    page,
    pair,
    polygons,
    ranking,
    rating,
    spans,
    text,
)
from canut.core.kinds.shared.marked_items import MergedAnswer
from canut.core.kinds.shared.trades import Trade, with_role

type Schema = Mapping[str, object]
type Question = Mapping[str, object]


class Kind(Protocol):
    """The protocol of a kind of question."""

    QUESTION_SHAPE: Mapping[str, object]
    """The fields of its questions, as JSON Schema has properties."""
    ANSWER_SHAPE: Mapping[str, object]
    """Its answers, as JSON Schema."""
    AGREES_WITHIN: float
    """The largest distance of two answers that count as the same, 0 to 1."""

    def trade(self, question: Question, /) -> Trade:
        """Return the occupation of those who answer, and the answers' role for a model."""
        ...

    def check_question(self, question: Question, /) -> dict[str, object]:
        """Return the fields of this kind in normal form, or raise."""
        ...

    def check_answer(self, question: Question, value: object, /) -> object:
        """Return an answer in normal form, or raise."""
        ...

    def label_of(self, question: Question, value: object, /) -> str:
        """Encode an answer as one text."""
        ...

    def value_of(self, question: Question, label: str, /) -> object:
        """Decode an answer from that text."""
        ...

    def distance(self, question: Question, first: object, second: object, /) -> float:
        """Return the distance of two answers, from 0 if equal to 1."""
        ...

    def merge(
        self, question: Question, values: Sequence[object], weights: Sequence[float] | None, /
    ) -> object:
        """Merge several answers into one."""
        ...


class Marking(Protocol):
    """The additional protocol of kinds whose answers mark regions."""

    def arrange(self, question: Question, value: object, /) -> tuple[object, list[int]]:
        """Return an answer in normal form, and the original index of each region."""
        ...

    def gathered(
        self, question: Question, values: Sequence[object], weights: Sequence[float] | None, /
    ) -> MergedAnswer:
        """Merge several answers, and return the sources of each region."""
        ...


KINDS: Mapping[str, Kind] = {
    "choice": cast("Kind", choice),
    "rating": cast("Kind", rating),
    "number": cast("Kind", number),
    "date": cast("Kind", date),
    "text": cast("Kind", text),
    "spans": cast("Kind", spans),
    "boxes": cast("Kind", boxes),
    "polygons": cast("Kind", polygons),
    "keypoints": cast("Kind", keypoints),
    "audio": cast("Kind", audio),
    "pair": cast("Kind", pair),
    "ranking": cast("Kind", ranking),
    "chat": cast("Kind", chat),
    "page": cast("Kind", page),
}
MARKING: Mapping[str, Marking] = {
    "spans": cast("Marking", spans),
    "boxes": cast("Marking", boxes),
    "polygons": cast("Marking", polygons),
    "keypoints": cast("Marking", keypoints),
    "audio": cast("Marking", audio),
}
"""The kinds whose answers are regions."""
OF_REGIONS = frozenset({"choice", "rating", "number", "date", "text"})
"""The kinds that can be asked of each region."""
IN_PICTURES = frozenset({"boxes", "polygons", "keypoints"})
"""The kinds whose regions lie in a picture."""


def kind_of(question: Question) -> Kind:
    """Return the kind of a question."""
    return KINDS[str(question["kind"])]


def trade_of(question: Question) -> Trade:
    """Return the occupation of those who answer a question, and its role for a model.

    Example:
        >>> trade_of({"kind": "text", "mode": "transcription"})
        Trade(occupation='CAN-TRANSC', role=<Role.PREPARATION: 'preparation'>)
    """
    return with_role(kind_of(question).trade(question), question.get("role"))
