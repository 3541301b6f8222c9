"""Nested choices: their paths, and the distance of two paths.

An answer is the path from the root to the selected choice, ``["animal", "bird"]``, or a list of
paths. With ``anywhere``, a path may stop before a leaf. Flat choices are in ``choice``.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import cast

from canut.core.kinds.shared.fields import ANSWER, QUESTION, QuestionPath, canonical_json
from canut.core.kinds.shared.merging import jaccard, majority_choices, normalised_votes
from canut.core.kinds.shared.reading import value_of_json

MOST_BESIDE = 100
MOST_STEPS = 8
MOST_IN_ALL = 2_000

type Question = Mapping[str, object]
type Path = tuple[str, ...]
type Tree = Mapping[Path, bool]
"""Every path there is, in question order, and whether it is a last step."""


def is_nested(question: Question) -> bool:
    """Return whether some choice of a question contains choices."""
    choices = question.get("choices")
    return isinstance(choices, list) and any(
        isinstance(each, dict) and "choices" in each for each in choices
    )


def check_question(question: Question) -> dict[str, object]:
    """Return the question in normal form: nested choices with labels, two booleans.

    Raises:
        BadQuestion: a field is malformed; too many choices beside each other, in all, or too deep.
    """
    multiple = QUESTION.of("multiple").flag(question.get("multiple", False))
    anywhere = QUESTION.of("anywhere").flag(question.get("anywhere", False))
    left = [MOST_IN_ALL]
    choices = _check_level(QUESTION.of("choices"), question["choices"], MOST_STEPS, left)
    return {"multiple": multiple, "choices": choices, "anywhere": anywhere}


def _check_level(
    at: QuestionPath, choices: object, deep: int, budget: list[int]
) -> list[dict[str, object]]:
    entries = at.items(choices, 1 if deep < MOST_STEPS else 2, MOST_BESIDE)
    budget[0] -= len(entries)
    if budget[0] < 0:
        at.refuse(f"more than {MOST_IN_ALL} choices in all", f"at most {MOST_IN_ALL}", "number")
    normal: list[dict[str, object]] = []
    for number, entry in enumerate(entries):
        here = at.of(number)
        fields = here.mapping(entry, ["value"], ["label", "choices"])
        value = here.of("value").name(fields["value"])
        if any(value == before["value"] for before in normal):
            here.of("value").refuse(value, "each value once per level", "twice")
        label = here.of("label").text(fields.get("label", value), least=0) or value
        inner: dict[str, object] = {}
        if "choices" in fields:
            if deep == 1:
                here.of("choices").refuse("another level", f"at most {MOST_STEPS} levels", "number")
            inner["choices"] = _check_level(here.of("choices"), fields["choices"], deep - 1, budget)
        normal.append({"value": value, "label": label, **inner})
    return normal


def paths_of(question: Question) -> dict[Path, bool]:
    """Return every path of a checked question in order, and whether it is a leaf."""
    return dict(_walk(cast("Sequence[Mapping[str, object]]", question["choices"]), ()))


def _walk(choices: Sequence[Mapping[str, object]], before: Path) -> Iterator[tuple[Path, bool]]:
    for each in choices:
        path = (*before, str(each["value"]))
        inner = cast("Sequence[Mapping[str, object]]", each.get("choices", ()))
        yield path, not inner
        yield from _walk(inner, path)


def check_answer(question: Question, value: object) -> list[object]:
    """Return an answer in normal form: a path, or a list of paths in question order.

    Raises:
        BadAnswer: not a path of this question, a path that stops too early, or a duplicate.
    """
    tree = paths_of(question)
    if not question["multiple"]:
        return list(_check_path(ANSWER, question, tree, value))
    entries = ANSWER.items(value, 0, MOST_IN_ALL)
    chosen = [_check_path(ANSWER.of(n), question, tree, entry) for n, entry in enumerate(entries)]
    for number, path in enumerate(chosen):
        if path in chosen[:number]:
            ANSWER.of(number).refuse(entries[number], "each path once", "twice")
    selected = set(chosen)
    return [list(path) for path in tree if path in selected]


def _check_path(at: QuestionPath, question: Question, tree: Tree, value: object) -> Path:
    steps = at.items(value, 1, MOST_STEPS)
    path = tuple(at.of(number).text(step) for number, step in enumerate(steps))
    if path not in tree:
        at.refuse(" / ".join(path), "a path of the question's choices", "unknown")
    if not tree[path] and not question["anywhere"]:
        at.refuse(" / ".join(path), "a path to its last step", "range")
    return path


def label_of(question: Question, value: object) -> str:
    """Encode a path, or paths, as one text."""
    return canonical_json(check_answer(question, value))


def value_of(question: Question, label: str) -> list[object]:
    """Decode a path, or paths, from that text.

    Raises:
        BadAnswer: the text does not come from ``label_of`` and this question.
    """
    return check_answer(question, value_of_json(label))


def distance(question: Question, first: object, second: object) -> float:
    """Return the Jaccard distance of the steps taken; a stop counts as a step."""
    return jaccard(
        _steps(_listed(question, check_answer(question, first))),
        _steps(_listed(question, check_answer(question, second))),
    )


def merge(
    question: Question, values: Sequence[object], weights: Sequence[float] | None = None
) -> list[object]:
    """Follow the path of most weight step by step, or return the majority paths.

    Raises:
        BadInput: no answer, or not one weight for each.
    """
    answers, shares, _ = normalised_votes(
        values, weights, lambda value: check_answer(question, value)
    )
    tree = paths_of(question)
    chosen = [_listed(question, cast("list[object]", each)) for each in answers]
    if question["multiple"]:
        return [list(path) for path in majority_choices(chosen, shares, tree)]
    branches = [each[0] for each in chosen]
    here: Path = ()
    while True:
        near = [
            branch
            for branch in tree
            if branch[: len(here)] == here and len(branch) == len(here) + 1
        ]
        stop = sum(w for branch, w in zip(branches, shares, strict=True) if branch == here)
        behind = {
            branch: sum(
                w for v, w in zip(branches, shares, strict=True) if v[: len(branch)] == branch
            )
            for branch in near
        }
        best = max(near, key=lambda branch: behind[branch], default=here)
        if best == here or (here and stop > 0 and stop >= behind[best]):
            return list(here)
        here = best


def _listed(question: Question, answer: list[object]) -> list[Path]:
    """Return the paths of an answer, one or several."""
    if question["multiple"]:
        return [tuple(cast("list[str]", path)) for path in answer]
    return [tuple(cast("list[str]", answer))]


def _steps(chosen: Iterable[Path]) -> set[tuple[Path, bool]]:
    """Return the nodes passed, and the nodes stopped at."""
    paths = list(chosen)
    passed = {(path[: n + 1], False) for path in paths for n in range(len(path))}
    return passed | {(path, True) for path in paths}
