"""Score the answers to a HIT by its review policies, and say what follows from the scores.

``ScoreMyKnownAnswers`` compares each assignment with answers the requester knows.
``SimplePlurality`` compares the assignments of a HIT with each other. Approving and extending are
in favour of people and done; a rejection is only ever proposed, with its score.

Source:
    Amazon Mechanical Turk API Reference, Assignment Review Policies and HIT Review Policies.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, cast

from canut.core.outside_text import read_whole
from canut.core.turk.refusals import invalid

KNOWN, PLURALITY = "ScoreMyKnownAnswers/2011-09-01", "SimplePlurality/2011-09-01"
LONGEST_COMPARED = 256
MOST_SCORE = 101
CROWD_FIELD = "taskAnswers"
SEVERAL = "|"
NUMBERS: Mapping[str, tuple[int, int]] = {
    "ApproveIfKnownAnswerScoreIsAtLeast": (0, MOST_SCORE),
    "RejectIfKnownAnswerScoreIsLessThan": (0, MOST_SCORE),
    "ExtendIfKnownAnswerScoreIsLessThan": (0, MOST_SCORE),
    "QuestionAgreementThreshold": (0, MOST_SCORE),
    "DisregardAssignmentIfKnownAnswerScoreIsLessThan": (0, MOST_SCORE),
    "ExtendIfHITAgreementScoreIsLessThan": (0, MOST_SCORE),
    "ApproveIfWorkerAgreementScoreIsAtLeast": (0, MOST_SCORE),
    "RejectIfWorkerAgreementScoreIsLessThan": (0, MOST_SCORE),
    "ExtendMaximumAssignments": (2, 25),
    "ExtendMinimumTimeInSeconds": (3_600, 31_536_000),
}
"""The bounds of the parameters that are numbers."""
EXTENDING = frozenset({"ExtendMaximumAssignments", "ExtendMinimumTimeInSeconds"})
TAKES: Mapping[str, frozenset[str]] = {
    KNOWN: EXTENDING
    | {"AnswerKey", "ApproveReason", "RejectReason"}
    | {name for name in NUMBERS if "KnownAnswerScore" in name and "Disregard" not in name},
    PLURALITY: EXTENDING
    | {"QuestionIds", "RejectReason", "DisregardAssignmentIfRejected"}
    | {name for name in NUMBERS if "If" not in name or "Agreement" in name or "Disregard" in name},
}
"""The parameters of each policy."""
NEEDS: Mapping[str, tuple[str, ...]] = {
    KNOWN: ("AnswerKey",),
    PLURALITY: ("QuestionIds", "QuestionAgreementThreshold"),
}

type Fields = Mapping[str, Sequence[str]]


class PolicyLevel(StrEnum):
    """What a policy looks at; as the interface names it."""

    ASSIGNMENT = "Assignment"
    HIT = "HIT"


POLICY_OF = {PolicyLevel.ASSIGNMENT: KNOWN, PolicyLevel.HIT: PLURALITY}


@dataclass(frozen=True, slots=True)
class ReviewPolicy:
    """A policy as it was read.

    Args:
        name: with its version.
        numbers: parameters that are numbers, by name; those that were not sent are left out.
        answers: the known answers by question, any of which is right.
        questions: those that are compared.
        reject_reason: why a rejection is proposed.
        ignores_rejected: whether rejected assignments are left out.
    """

    name: str
    numbers: Mapping[str, int]
    answers: Mapping[str, tuple[str, ...]]
    questions: tuple[str, ...] = ()
    reject_reason: str = ""
    ignores_rejected: bool = False

    def reaches(self, parameter: str, score: int) -> bool:
        """Return whether a score is at least that of a parameter that was sent."""
        return parameter in self.numbers and score >= self.numbers[parameter]

    def falls_short(self, parameter: str, score: int) -> bool:
        """Return whether a score is less than that of a parameter that was sent."""
        return parameter in self.numbers and score < self.numbers[parameter]


@dataclass(frozen=True, slots=True)
class KnownScore:
    """How many of the known answers somebody gave: by question, and in a hundred."""

    right: Mapping[str, bool]
    score: int


@dataclass(frozen=True, slots=True)
class HitAgreement:
    """How far the assignments of a HIT agree.

    Args:
        scores: by question, how many in a hundred gave the answer most gave; without one where
            several answers lead.
        agreed: by question, the answer agreed on.
        hit: in a hundred questions, those with an agreed answer.
        workers: by assignment, in a hundred agreed answers, those they gave; None without any.
    """

    scores: Mapping[str, int]
    agreed: Mapping[str, str]
    hit: int
    workers: Mapping[int, int | None]


def read_policy(level: PolicyLevel, sent: Mapping[str, Any]) -> ReviewPolicy:
    """Read a policy as a program sends it.

    Raises:
        TurkError: its name is not that of this level, or a parameter is unknown, missing or out of
            its bounds.
    """
    name = str(sent["PolicyName"])
    if name != POLICY_OF[level]:
        raise invalid(f"{level}ReviewPolicy takes the policy {POLICY_OF[level]}, not {name[:60]}")
    parameters: dict[str, dict[str, Any]] = {}
    for row in sent.get("Parameters", []):
        key = str(row.get("Key", ""))
        if key not in TAKES[name] or key in parameters:
            raise invalid(f"{name} has no parameter {key[:60]!r}, or it was sent twice")
        parameters[key] = row
    for key in NEEDS[name]:
        if key not in parameters:
            raise invalid(f"{name} needs the parameter {key}")
    answers = {
        str(entry.get("Key", "")): tuple(str(text).strip() for text in entry.get("Values", []))
        for entry in parameters.get("AnswerKey", {}).get("MapEntries", [])
    }
    questions = tuple(dict.fromkeys(_texts(parameters, "QuestionIds")))
    if not (answers if name == KNOWN else questions) or not all(answers.values()):
        raise invalid(f"{NEEDS[name][0]} of {name} names no question, or one without an answer")
    numbers = {key: _number(parameters, key) for key in parameters if key in NUMBERS}
    extends = any(key.startswith("ExtendIf") for key in numbers)
    if extends and "ExtendMaximumAssignments" not in numbers:
        raise invalid(f"{name} extends a HIT only up to ExtendMaximumAssignments; send it")
    return ReviewPolicy(
        name,
        numbers,
        answers,
        questions,
        " ".join(_texts(parameters, "RejectReason")),
        _texts(parameters, "DisregardAssignmentIfRejected") == ["true"],
    )


def fields_compared(fields: Fields) -> dict[str, str]:
    """Return what is compared of an answer, by question.

    Blanks around an answer are left out, and so is an answer over 256 characters. The elements of
    a crowd-form are taken out of the one field it posts.

    Example:
        >>> fields_compared({"a": [" x "], "b": ["1", "2"]})
        {'a': 'x', 'b': '1|2'}
    """
    compared: dict[str, str] = {}
    for name, texts in {**fields, **_crowd_fields(fields)}.items():
        answer = SEVERAL.join(sorted(text.strip() for text in texts))
        if len(answer) <= LONGEST_COMPARED:
            compared[name] = answer
    return compared


def score_known(policy: ReviewPolicy, compared: Mapping[str, str]) -> KnownScore:
    """Score one assignment by the known answers.

    Example:
        >>> policy = ReviewPolicy(KNOWN, {}, {"a": ("x", "y"), "b": ("z",)})
        >>> score_known(policy, {"a": "y"})
        KnownScore(right={'a': True, 'b': False}, score=50)
    """
    right = {name: compared.get(name) in known for name, known in policy.answers.items()}
    return KnownScore(right, 100 * sum(right.values()) // len(right))


def agreement_of(
    policy: ReviewPolicy, assignments: Mapping[int, Mapping[str, str]]
) -> HitAgreement:
    """Compare the assignments of a HIT with each other.

    Args:
        policy: a plurality.
        assignments: what is compared, by number.

    Example:
        >>> policy = ReviewPolicy(PLURALITY, {"QuestionAgreementThreshold": 51}, {}, ("a", "b"))
        >>> agreement_of(policy, {1: {"a": "x"}, 2: {"a": "x", "b": "y"}, 3: {"b": "z"}})
        HitAgreement(scores={'a': 66}, agreed={'a': 'x'}, hit=50, workers={1: 100, 2: 100, 3: 0})
    """
    scores: dict[str, int] = {}
    agreed: dict[str, str] = {}
    for question in policy.questions:
        given_answers = [row[question] for row in assignments.values() if row.get(question)]
        leading = Counter(given_answers).most_common(2)
        is_tied = len(leading) > 1 and leading[0][1] == leading[1][1]
        if not leading or is_tied:
            continue
        answer, count = leading[0]
        scores[question] = 100 * count // len(assignments)
        if policy.reaches("QuestionAgreementThreshold", scores[question]):
            agreed[question] = answer
    workers = {
        number: _share(row.get(question) == answer for question, answer in agreed.items())
        for number, row in assignments.items()
    }
    return HitAgreement(scores, agreed, 100 * len(agreed) // len(policy.questions), workers)


def _share(hits: Iterable[bool]) -> int | None:
    """Return how many in a hundred are true, rounded down; None of none."""
    listed = list(hits)
    return 100 * sum(listed) // len(listed) if listed else None


def _crowd_fields(fields: Fields) -> dict[str, list[str]]:
    """Return the elements of a crowd-form by name, nested ones with a dot between the names."""
    posted = fields.get(CROWD_FIELD, ())
    try:
        content = json.loads(posted[0]) if posted else None
    except (ValueError, RecursionError):
        return {}
    first = content[0] if isinstance(content, list) and content else None
    return dict(_flat("", first)) if isinstance(first, dict) else {}


def _flat(before: str, content: object) -> Iterable[tuple[str, list[str]]]:
    if isinstance(content, dict):
        for name, inside in cast("dict[str, object]", content).items():
            yield from _flat(f"{before}.{name}" if before else name, inside)
    elif isinstance(content, list):
        yield before, [str(each) for each in cast("list[object]", content)]
    else:
        yield before, [content if isinstance(content, str) else json.dumps(content)]


def _texts(parameters: Mapping[str, Mapping[str, Any]], key: str) -> list[str]:
    return [str(text).strip() for text in parameters.get(key, {}).get("Values", [])]


def _number(parameters: Mapping[str, Mapping[str, Any]], key: str) -> int:
    texts, (least, most) = _texts(parameters, key), NUMBERS[key]
    number = read_whole(texts[0], most, least=least) if len(texts) == 1 else None
    if number is None:
        raise invalid(f"{key} takes one whole number from {least} to {most}")
    return number
