"""Decide about choices that hold choices: which paths there are, and how far apart two of them are.

An answer is the path from the top to what is chosen, ``["animal", "bird"]``, or a list of paths.
``anywhere`` says whether one may stop before the last step. Flat choices are the matter of
``choice``.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import cast

from canut.core.kinds.shared.fields import ANSWER, QUESTION, FieldPath, canonical_json
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
    """Say whether some choice of a question holds choices."""
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
    at: FieldPath, seen: object, deep: int, left: list[int]
) -> list[dict[str, object]]:
    given = at.items(seen, 1 if deep < MOST_STEPS else 2, MOST_BESIDE)
    left[0] -= len(given)
    if left[0] < 0:
        at.refuse(f"more than {MOST_IN_ALL} choices in all", f"at most {MOST_IN_ALL}", "number")
    normal: list[dict[str, object]] = []
    for number, one in enumerate(given):
        here = at.of(number)
        said = here.mapping(one, ["value"], ["label", "choices"])
        value = here.of("value").name(said["value"])
        if any(value == before["value"] for before in normal):
            here.of("value").refuse(value, "each value once beside the others", "twice")
        label = here.of("label").text(said.get("label", value), least=0) or value
        inner: dict[str, object] = {}
        if "choices" in said:
            if deep == 1:
                here.of("choices").refuse("another level", f"at most {MOST_STEPS} levels", "number")
            inner["choices"] = _check_level(here.of("choices"), said["choices"], deep - 1, left)
        normal.append({"value": value, "label": label, **inner})
    return normal


def paths_of(question: Question) -> dict[Path, bool]:
    """Return every path of a checked question in order, and whether it is a last step."""
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
        BadAnswer: no path of this question, one that stops too early, or one twice.
    """
    known = paths_of(question)
    if not question["multiple"]:
        return list(_check_path(ANSWER, question, known, value))
    given = ANSWER.items(value, 0, MOST_IN_ALL)
    chosen = [_check_path(ANSWER.of(n), question, known, one) for n, one in enumerate(given)]
    for number, path in enumerate(chosen):
        if path in chosen[:number]:
            ANSWER.of(number).refuse(given[number], "each path once", "twice")
    made = set(chosen)
    return [list(path) for path in known if path in made]


def _check_path(at: FieldPath, question: Question, known: Tree, value: object) -> Path:
    steps = at.items(value, 1, MOST_STEPS)
    path = tuple(at.of(number).text(step) for number, step in enumerate(steps))
    if path not in known:
        at.refuse(" / ".join(path), "a path of the question's choices", "unknown")
    if not known[path] and not question["anywhere"]:
        at.refuse(" / ".join(path), "a path to its last step", "range")
    return path


def label_of(question: Question, value: object) -> str:
    """Write a path, or paths, as one text."""
    return canonical_json(check_answer(question, value))


def value_of(question: Question, label: str) -> list[object]:
    """Read it back.

    Raises:
        BadAnswer: the text does not come from ``label_of`` and this question.
    """
    return check_answer(question, value_of_json(label))


def distance(question: Question, one: object, other: object) -> float:
    """Return the share of steps that only one of both took; where one stopped is a step too."""
    return jaccard(
        _steps(_listed(question, check_answer(question, one))),
        _steps(_listed(question, check_answer(question, other))),
    )


def merge(
    question: Question, values: Sequence[object], weights: Sequence[float] | None = None
) -> list[object]:
    """Go down the weightiest way step by step, or keep the paths that more than half chose.

    Raises:
        BadInput: no answer, or not one weight for each.
    """
    answers, shares, _ = normalised_votes(
        values, weights, lambda value: check_answer(question, value)
    )
    known = paths_of(question)
    chosen = [_listed(question, cast("list[object]", each)) for each in answers]
    if question["multiple"]:
        return [list(path) for path in majority_choices(chosen, shares, known)]
    ways = [each[0] for each in chosen]
    here: Path = ()
    while True:
        near = [way for way in known if way[: len(here)] == here and len(way) == len(here) + 1]
        stop = sum(w for way, w in zip(ways, shares, strict=True) if way == here)
        on = {
            way: sum(w for v, w in zip(ways, shares, strict=True) if v[: len(way)] == way)
            for way in near
        }
        best = max(near, key=lambda way: on[way], default=here)
        if best == here or (here and stop > 0 and stop >= on[best]):
            return list(here)
        here = best


def _listed(question: Question, answer: list[object]) -> list[Path]:
    """Return the paths of an answer, one or several."""
    if question["multiple"]:
        return [tuple(cast("list[str]", path)) for path in answer]
    return [tuple(cast("list[str]", answer))]


def _steps(chosen: Iterable[Path]) -> set[tuple[Path, bool]]:
    """Return the places passed, and the places where one stopped."""
    made = list(chosen)
    passed = {(path[: n + 1], False) for path in made for n in range(len(path))}
    return passed | {(path, True) for path in made}
