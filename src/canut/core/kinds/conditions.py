"""Decide which questions apply, given the answers to earlier ones.

A question's ``when`` names an earlier question and a test of its answer. An answer is tested as a
list of texts and numbers, at the paths in ``SAYS``; for a hidden question the list is empty. The
page uses the same tables: the expected results of both are in ``tests/core/kinds/when.json``.

    {"question": "animal", "is": "bird"}            it contains this
    {"question": "animal", "any": ["bird", "bat"]}  it contains one of these
    {"question": "animal", "all": ["bird", "big"]}  it contains all of these
    {"question": "animal", "not": ["bird"]}         it is not empty, and contains none of these
    {"question": "sure", "least": 3}                it contains a number >= 3; "most" likewise
    {"question": "note", "answered": true}          it is not empty
    {"and": [...]}, {"or": [...]}                   all, or one, of these hold

For a question about each region (``each``), a condition on the marking question tests only this
region, and a condition on another question about each region tests its answer for this region.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from canut.core.kinds.shared.fields import QuestionPath, values_in
from canut.core.kinds.shared.paths import paths_of
from canut.core.outside_text import read_whole

SAYS: Mapping[str, tuple[str, ...]] = {
    "choice": ("**",),
    "rating": (".",),
    "number": (".",),
    "date": (".",),
    "text": (".",),
    "boxes": ("*.label",),
    "polygons": ("*.label",),
    "keypoints": ("*.label",),
    "audio": ("*.label",),
    "spans": ("spans.*.label", "relations.*.label"),
    "pair": ("choice", "reasons.*"),
    "ranking": ("0",),
    "chat": (".", "*.rating", "choice", "reasons.*"),
    "page": (),
}
"""Where an answer of each kind says something: ``.`` itself, ``*`` each of a list, ``**`` all that
is in it, a name or a number the field or place of that name."""
OPERATORS = ("is", "any", "all", "not", "least", "most", "answered")
JOINED = ("and", "or")
MOST_TESTS = 20
DEEPEST = 4
MOST_VALUES = 200
NUMBERS = frozenset({"rating", "number", "chat"})

type Condition = Mapping[str, object]
type Values = Mapping[str, object]
type Questions = Sequence[Mapping[str, object]]
type Said = list[object]
type Asked = bool | list[bool]
"""Whether a question is asked; of each region, where it is asked of each."""


def answer_text(kind: str, value: object) -> Said:
    """Return the texts and numbers in an answer, empty if there is no answer.

    Example:
        >>> answer_text("boxes", [{"label": "cat", "x": 1}, {"label": "dog", "x": 5}])
        ['cat', 'dog']
    """
    texts = [text for path in SAYS[kind] for text in _at(value, path.split("."))]
    return [text for text in texts if text != ""]


def _at(value: object, steps: Sequence[str]) -> Iterator[object]:
    """Yield the texts and numbers at a path of a value."""
    step = steps[0] if steps else ""
    if step in {"", "**"} and isinstance(value, (str, int, float)) and not isinstance(value, bool):
        yield value
    elif step == "**" and isinstance(value, (list, tuple)):
        for item in cast("Sequence[object]", value):
            yield from _at(item, steps)
    elif step == "*" and isinstance(value, (list, tuple)):
        for item in cast("Sequence[object]", value):
            yield from _at(item, steps[1:])
    elif (index := read_whole(step)) is not None and isinstance(value, (list, tuple)):
        items = cast("Sequence[object]", value)
        yield from _at(items[index] if index < len(items) else None, steps[1:])
    elif step and isinstance(value, dict):
        yield from _at(cast("dict[str, object]", value).get(step), steps[1:])


def holds(condition: Condition, heard: Mapping[str, Said]) -> bool:
    """Return whether a condition holds.

    Args:
        condition: in normal form.
        heard: texts and numbers of each earlier answer, by question id.

    Example:
        >>> holds({"question": "animal", "not": ["bird"]}, {"animal": ["bat"]})
        True
    """
    if "and" in condition:
        return all(holds(inner, heard) for inner in cast("list[Condition]", condition["and"]))
    if "or" in condition:
        return any(holds(inner, heard) for inner in cast("list[Condition]", condition["or"]))
    here = heard.get(str(condition["question"]), [])
    operator = next(name for name in OPERATORS if name in condition)
    return _tested(operator, condition[operator], here)


def _tested(operator: str, operand: object, here: Said) -> bool:
    if operator == "answered":
        return bool(here) == operand
    if operator == "is":
        return operand in here
    if operator in {"least", "most"}:
        numbers = [value for value in here if isinstance(value, (int, float))]
        bound = cast("float", operand)
        return any(value >= bound if operator == "least" else value <= bound for value in numbers)
    operands = cast("list[object]", operand)
    if operator == "all":
        return all(value in here for value in operands)
    has_any = any(value in here for value in operands)
    return bool(here) and not has_any if operator == "not" else has_any


def is_asked(questions: Questions, values: Values) -> dict[str, Asked]:
    """Return for each question whether it applies: one bool, or one per region.

    Args:
        questions: in normal form, in order.
        values: answers so far; answers to questions that do not apply are ignored.
    """
    asking = _Asking(values)
    for question in questions:
        asking.add(question)
    return asking.found


@dataclass(slots=True)
class _Asking:
    """The questions processed so far, which of them apply, and the texts of their answers."""

    values: Values
    gone: list[Mapping[str, object]] = field(default_factory=list[Mapping[str, object]])
    found: dict[str, Asked] = field(default_factory=dict[str, Asked])
    heard: dict[str, Said] = field(default_factory=dict[str, Said])

    def add(self, question: Mapping[str, object]) -> None:
        """Process one more question."""
        name, kind = str(question["id"]), str(question["kind"])
        condition = cast("Condition | None", question.get("when"))
        value = self.values.get(name)
        if "each" in question:
            regions = self._regions(str(question["each"]))
            are_shown = [
                condition is None or holds(condition, self._near(question, region, index))
                for index, region in enumerate(regions)
            ]
            self.found[name] = are_shown
            own = zip(are_shown, _listed(value), strict=False)
            self.heard[name] = [
                text for is_shown, answer in own if is_shown for text in answer_text(kind, answer)
            ]
        else:
            is_shown = condition is None or holds(condition, self.heard)
            self.found[name] = is_shown
            self.heard[name] = answer_text(kind, value) if is_shown else []
        self.gone.append(question)

    def _regions(self, marking: str) -> list[object]:
        if not self.found[marking]:
            return []
        kind = next(str(question["kind"]) for question in self.gone if question["id"] == marking)
        return regions_of(kind, self.values.get(marking))

    def _near(self, question: Mapping[str, object], region: object, index: int) -> dict[str, Said]:
        """Return the answers that apply to one region."""
        near = dict(self.heard)
        for earlier in self.gone:
            name, kind = str(earlier["id"]), str(earlier["kind"])
            if name == question["each"]:
                near[name] = answer_text(kind, {"spans": [region]} if kind == "spans" else [region])
            elif earlier.get("each") == question["each"]:
                own, are_shown = (
                    _listed(self.values.get(name)),
                    cast("list[bool]", self.found[name]),
                )
                near[name] = (
                    answer_text(kind, own[index]) if are_shown[index] and index < len(own) else []
                )
        return near


def regions_of(kind: str, value: object) -> list[object]:
    """Return the regions an answer marks, an empty list if there is no answer."""
    if kind == "spans" and isinstance(value, dict):
        return _listed(cast("dict[str, object]", value).get("spans"))
    return _listed(value)


def _listed(value: object) -> list[object]:
    return list(cast("Sequence[object]", value)) if isinstance(value, (list, tuple)) else []


def check_when(
    at: QuestionPath, value: object, earlier: Questions, each: object
) -> dict[str, object]:
    """Return a condition in normal form; a list means that all its parts must hold.

    Raises:
        BadQuestion: malformed, too many tests, no earlier question of that name, or a value that
            its answer can never contain.
    """
    condition = {"and": value} if isinstance(value, list) else value
    return _Reading({str(question["id"]): question for question in earlier}, each).read(
        at, condition, DEEPEST
    )


@dataclass(slots=True)
class _Reading:
    """The questions a condition may name, and how many tests it may still have."""

    earlier: Mapping[str, Mapping[str, object]]
    each: object
    left: int = MOST_TESTS

    def read(self, at: QuestionPath, value: object, deep: int) -> dict[str, object]:
        """Return a condition in normal form."""
        self.left -= 1
        if self.left < 0 or not deep:
            at.refuse("a longer condition", f"at most {MOST_TESTS} tests, {DEEPEST} deep", "number")
        if isinstance(value, dict) and any(name in value for name in JOINED):
            joint = "and" if "and" in value else "or"
            here = at.of(joint)
            entries = here.items(at.mapping(value, [joint])[joint], 1, MOST_TESTS)
            return {
                joint: [self.read(here.of(n), item, deep - 1) for n, item in enumerate(entries)]
            }
        test = at.mapping(value, ["question"], OPERATORS)
        name = at.of("question").one_of(test["question"], tuple(self.earlier))
        operators = [item for item in OPERATORS if item in test]
        if len(operators) != 1:
            at.refuse(f"{len(operators)} tests", f"one of {', '.join(OPERATORS)}", "number")
        question = self.earlier[name]
        if "each" in question and self.each not in {None, question["each"]}:
            at.of("question").refuse(name, "a question about the same regions", "unknown")
        here = at.of(operators[0])
        return {"question": name, operators[0]: _operand(here, test[operators[0]], question)}


def _operand(at: QuestionPath, value: object, question: Mapping[str, object]) -> object:
    """Return the checked operand of an operator."""
    operator = at.path.rsplit(".", 1)[-1]
    if operator == "answered":
        return at.flag(value)
    if operator in {"least", "most"}:
        if question["kind"] not in NUMBERS:
            at.refuse(value, "a question whose answer is a number")
        return at.number(value, places=6)
    if operator == "is":
        return _sayable(at, value, question)
    raw_values = [value] if operator == "not" and not isinstance(value, list) else value
    values = [
        _sayable(at.of(n), item, question)
        for n, item in enumerate(at.items(raw_values, 1, MOST_VALUES))
    ]
    return list(dict.fromkeys(values))


def _sayable(at: QuestionPath, value: object, question: Mapping[str, object]) -> str | float:
    """Return a checked text or number that this question's answer can contain."""
    if not isinstance(value, str):
        value = at.number(value, places=6)
    possible = sayable(question)
    if possible is not None and value not in possible:
        at.refuse(value, f"what its answer can say, such as {', '.join(possible[:5])}", "unknown")
    return value


def sayable(question: Mapping[str, object]) -> list[str] | None:
    """Return the texts an answer to a checked question can contain, None if any."""
    kind = question["kind"]
    if kind == "choice":
        if "anywhere" in question:
            return list(dict.fromkeys(step for path in paths_of(question) for step in path))
        return values_in(question, "choices")
    if kind == "ranking":
        return values_in(question, "items")
    if kind == "pair":
        return ["a", "b", *(["tie"] if question["tie"] else []), *values_in(question, "reasons")]
    labels = values_in(question, "labels")
    return [*labels, *values_in(question, "relations")] if labels else None
