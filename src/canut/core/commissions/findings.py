"""Tell results in sentences: which ones the figures allow, and what is not known.

The words are in the catalogues of texts; here is decided what is said, with which numbers. A share
is never told without its interval and the number it comes from.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from canut.core.commissions.acceptance import AcceptanceOutcome, AcceptanceVerdict
from canut.core.errors import Fact
from canut.core.learning.measure import ShareInterval, wilson

MOST_LABELS = 5
FEW = 20
"""Number under which a share is not told."""
PER_MILLE = 1000


class SentenceKind(StrEnum):
    """A sentence about results."""

    WORK = "work"
    NO_WORK = "no-work"
    LABEL = "label"
    FEW_LABELS = "few-labels"
    RIGHT = "right"
    AGREEMENT = "agreement"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNDECIDED = "undecided"
    UNFINISHED = "unfinished"
    UNSURE = "unsure"
    RIGHT_UNKNOWN = "right-unknown"
    AGREEMENT_UNKNOWN = "agreement-unknown"
    SLICE_UNKNOWN = "slice-unknown"
    MEASURE_UNKNOWN = "measure-unknown"
    OTHERS_UNKNOWN = "others-unknown"


class ResultSentence(NamedTuple):
    """One sentence with its facts; shares are in thousandths."""

    sentence: SentenceKind
    facts: Mapping[str, Fact]


@dataclass(frozen=True, slots=True)
class ResultFigures:
    """The figures of a project's results.

    Args:
        tasks: published tasks.
        finished: those that have all their answers.
        people: who answered.
        answers: that count.
        time_ms: that they took, in milliseconds.
        labels: number of finished tasks by label, most first; empty where labels are no choices.
        known: right labels of those with a hidden known one, and all of these.
        agreement: answers equal to what most others gave, and all that were compared.
        unsure: labels under the confidence threshold.
        outcome: of the acceptance test; None where there is none.
        groups: groups of people touched for whom no column tells them apart.
        measures: how each aim is measured, outside Canut.
    """

    tasks: int
    finished: int
    people: int
    answers: int
    time_ms: int
    labels: Sequence[tuple[str, int]] = ()
    known: tuple[int, int] = (0, 0)
    agreement: tuple[int, int] = (0, 0)
    unsure: int = 0
    outcome: AcceptanceOutcome | None = None
    groups: Sequence[str] = ()
    measures: Mapping[str, str] = field(default_factory=dict[str, str])


def what_is_known(figures: ResultFigures) -> list[ResultSentence]:
    """List the sentences about what was found, most important first."""
    if not figures.answers:
        return [ResultSentence(SentenceKind.NO_WORK, {"tasks": figures.tasks})]
    rows: list[ResultSentence] = []
    if figures.outcome is not None:
        rows.append(_of_outcome(figures.outcome))
    labelled = sum(count for _label, count in figures.labels)
    if labelled >= FEW:
        for label, count in figures.labels[:MOST_LABELS]:
            facts: dict[str, Fact] = {"label": label, "count": count, "tasks": labelled}
            rows.append(
                ResultSentence(SentenceKind.LABEL, {**facts, **_share(wilson(count, labelled))})
            )
    elif figures.labels:
        rows.append(ResultSentence(SentenceKind.FEW_LABELS, {"tasks": labelled, "least": FEW}))
    right, cases = figures.known
    if cases >= FEW:
        share = _share(wilson(right, cases))
        rows.append(ResultSentence(SentenceKind.RIGHT, {"right": right, "known": cases, **share}))
    equal, compared = figures.agreement
    if compared >= FEW:
        share = _share(wilson(equal, compared))
        rows.append(ResultSentence(SentenceKind.AGREEMENT, {"compared": compared, **share}))
    work = {
        "tasks": figures.finished,
        "answers": figures.answers,
        "people": figures.people,
        "time_ms": figures.time_ms,
    }
    rows.append(ResultSentence(SentenceKind.WORK, work))
    return rows


def what_is_not_known(figures: ResultFigures) -> list[ResultSentence]:
    """List the sentences about what is not known; never empty."""
    rows: list[ResultSentence] = []
    if figures.finished < figures.tasks:
        left = {"count": figures.tasks - figures.finished, "tasks": figures.tasks}
        rows.append(ResultSentence(SentenceKind.UNFINISHED, left))
    if figures.known[1] < FEW:
        rows.append(
            ResultSentence(SentenceKind.RIGHT_UNKNOWN, {"known": figures.known[1], "least": FEW})
        )
    if figures.unsure:
        rows.append(ResultSentence(SentenceKind.UNSURE, {"count": figures.unsure}))
    if figures.agreement[1] < FEW:
        rows.append(ResultSentence(SentenceKind.AGREEMENT_UNKNOWN, {}))
    rows.extend(
        ResultSentence(SentenceKind.SLICE_UNKNOWN, {"group": name}) for name in figures.groups
    )
    rows.extend(
        ResultSentence(SentenceKind.MEASURE_UNKNOWN, {"aim": aim, "measure": measure})
        for aim, measure in figures.measures.items()
        if measure
    )
    rows.append(ResultSentence(SentenceKind.OTHERS_UNKNOWN, {}))
    return rows


def _of_outcome(outcome: AcceptanceOutcome) -> ResultSentence:
    sentences = {
        AcceptanceVerdict.ACCEPTED: SentenceKind.ACCEPTED,
        AcceptanceVerdict.REFUSED: SentenceKind.REFUSED,
        AcceptanceVerdict.UNDECIDED: SentenceKind.UNDECIDED,
    }
    facts: dict[str, Fact] = {
        "right": outcome.right,
        "known": outcome.total,
        "needed": outcome.needed,
        "low": round(outcome.low * PER_MILLE),
        "high": round(outcome.high * PER_MILLE),
    }
    return ResultSentence(sentences[outcome.verdict], facts)


def _share(share: ShareInterval) -> dict[str, Fact]:
    return {
        "share": round(share.value * PER_MILLE),
        "low": round(share.low * PER_MILLE),
        "high": round(share.high * PER_MILLE),
    }
