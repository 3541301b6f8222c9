"""Decide which questions are asked, given the answers to earlier ones.

A question's ``when`` names an earlier question and what its answer must say. What an answer says is
a list of texts and numbers, found by the places in ``SAYS``; a hidden question has no answer and
says nothing. The page asks by the same tables: what both must give stands in
``tests/core/kinds/when.json``.

    {"question": "animal", "is": "bird"}            it says this
    {"question": "animal", "any": ["bird", "bat"]}  it says one of these
    {"question": "animal", "all": ["bird", "big"]}  it says all of these
    {"question": "animal", "not": ["bird"]}         it says something, and none of these
    {"question": "sure", "least": 3}                it says a number of 3 or more; "most" likewise
    {"question": "note", "answered": true}          it says something
    {"and": [...]}, {"or": [...]}                   all, or one, of these hold

A question that is asked of each region (``each``) sees, under the name of the question that marked
them, its own region alone, and of others asked of each region the answer for its own.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from canut.core.kinds.shared.fields import FieldPath, values_in
from canut.core.kinds.shared.paths import paths_of

SAYS: Mapping[str, tuple[str, ...]] = {
    "choice": ("**",),
    "rating": (".",),
    "number": (".",),
    "text": (".",),
    "boxes": ("*.label",),
    "polygons": ("*.label",),
    "keypoints": ("*.label",),
    "audio": ("*.label",),
    "spans": ("spans.*.label", "relations.*.label"),
    "pair": ("choice", "reasons.*"),
    "ranking": ("0",),
    "chat": (".", "*.rating", "choice", "reasons.*"),
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
    """Return what an answer says, empty where there is none.

    Example:
        >>> answer_text("boxes", [{"label": "cat", "x": 1}, {"label": "dog", "x": 5}])
        ['cat', 'dog']
    """
    found = [one for place in SAYS[kind] for one in _at(value, place.split("."))]
    return [one for one in found if one != ""]


def _at(value: object, steps: Sequence[str]) -> Iterator[object]:
    """Yield the texts and numbers at a place."""
    step = steps[0] if steps else ""
    if step in {"", "**"} and isinstance(value, (str, int, float)) and not isinstance(value, bool):
        yield value
    elif step == "**" and isinstance(value, (list, tuple)):
        for one in cast("Sequence[object]", value):
            yield from _at(one, steps)
    elif step == "*" and isinstance(value, (list, tuple)):
        for one in cast("Sequence[object]", value):
            yield from _at(one, steps[1:])
    elif step.isdigit() and isinstance(value, (list, tuple)):
        held = cast("Sequence[object]", value)
        yield from _at(held[int(step)] if int(step) < len(held) else None, steps[1:])
    elif step and isinstance(value, dict):
        yield from _at(cast("dict[str, object]", value).get(step), steps[1:])


def holds(condition: Condition, heard: Mapping[str, Said]) -> bool:
    """Say whether a condition holds.

    Args:
        condition: in normal form.
        heard: what each earlier question's answer says, by its id.

    Example:
        >>> holds({"question": "animal", "not": ["bird"]}, {"animal": ["bat"]})
        True
    """
    if "and" in condition:
        return all(holds(one, heard) for one in cast("list[Condition]", condition["and"]))
    if "or" in condition:
        return any(holds(one, heard) for one in cast("list[Condition]", condition["or"]))
    here = heard.get(str(condition["question"]), [])
    operator = next(name for name in OPERATORS if name in condition)
    return _tested(operator, condition[operator], here)


def _tested(operator: str, operand: object, here: Said) -> bool:
    if operator == "answered":
        return bool(here) == operand
    if operator == "is":
        return operand in here
    if operator in {"least", "most"}:
        numbers = [one for one in here if isinstance(one, (int, float))]
        bound = cast("float", operand)
        return any(one >= bound if operator == "least" else one <= bound for one in numbers)
    wanted = cast("list[object]", operand)
    if operator == "all":
        return all(one in here for one in wanted)
    found = any(one in here for one in wanted)
    return bool(here) and not found if operator == "not" else found


def is_asked(questions: Questions, values: Values) -> dict[str, Asked]:
    """Say which questions are asked: true or false, or one of both for each region.

    Args:
        questions: in normal form, in order.
        values: answers so far; those to questions that are not asked say nothing.
    """
    asking = _Asking(values)
    for question in questions:
        asking.add(question)
    return asking.found


@dataclass(slots=True)
class _Asking:
    """The questions gone through so far, which of them are asked, and what their answers say."""

    values: Values
    gone: list[Mapping[str, object]] = field(default_factory=list[Mapping[str, object]])
    found: dict[str, Asked] = field(default_factory=dict[str, Asked])
    heard: dict[str, Said] = field(default_factory=dict[str, Said])

    def add(self, question: Mapping[str, object]) -> None:
        """Go through one more question."""
        name, kind = str(question["id"]), str(question["kind"])
        condition = cast("Condition | None", question.get("when"))
        value = self.values.get(name)
        if "each" in question:
            regions = self._regions(str(question["each"]))
            each = [
                condition is None or holds(condition, self._near(question, region, place))
                for place, region in enumerate(regions)
            ]
            self.found[name] = each
            own = zip(each, _listed(value), strict=False)
            self.heard[name] = [
                one for shown, said_ in own if shown for one in answer_text(kind, said_)
            ]
        else:
            shown = condition is None or holds(condition, self.heard)
            self.found[name] = shown
            self.heard[name] = answer_text(kind, value) if shown else []
        self.gone.append(question)

    def _regions(self, marking: str) -> list[object]:
        if not self.found[marking]:
            return []
        kind = next(str(one["kind"]) for one in self.gone if one["id"] == marking)
        return regions_of(kind, self.values.get(marking))

    def _near(self, question: Mapping[str, object], region: object, place: int) -> dict[str, Said]:
        """Return what is heard where one region is looked at."""
        near = dict(self.heard)
        for one in self.gone:
            name, kind = str(one["id"]), str(one["kind"])
            if name == question["each"]:
                near[name] = answer_text(kind, {"spans": [region]} if kind == "spans" else [region])
            elif one.get("each") == question["each"]:
                own, shown = _listed(self.values.get(name)), cast("list[bool]", self.found[name])
                near[name] = (
                    answer_text(kind, own[place]) if shown[place] and place < len(own) else []
                )
        return near


def regions_of(kind: str, value: object) -> list[object]:
    """Return the regions an answer marks, none where there is no answer."""
    if kind == "spans" and isinstance(value, dict):
        return _listed(cast("dict[str, object]", value).get("spans"))
    return _listed(value)


def _listed(value: object) -> list[object]:
    return list(cast("Sequence[object]", value)) if isinstance(value, (list, tuple)) else []


def check_when(at: FieldPath, seen: object, earlier: Questions, each: object) -> dict[str, object]:
    """Return a condition in normal form; a list stands for all of it.

    Raises:
        BadQuestion: malformed, too many tests, no earlier question of that name, or a value that
            its answer can never say.
    """
    given = {"and": seen} if isinstance(seen, list) else seen
    return _Reading({str(one["id"]): one for one in earlier}, each).read(at, given, DEEPEST)


@dataclass(slots=True)
class _Reading:
    """The questions a condition may name, and how many tests it may still have."""

    earlier: Mapping[str, Mapping[str, object]]
    each: object
    left: int = MOST_TESTS

    def read(self, at: FieldPath, seen: object, deep: int) -> dict[str, object]:
        """Return a condition in normal form."""
        self.left -= 1
        if self.left < 0 or not deep:
            at.refuse("a longer condition", f"at most {MOST_TESTS} tests, {DEEPEST} deep", "number")
        if isinstance(seen, dict) and any(name in seen for name in JOINED):
            joint = "and" if "and" in seen else "or"
            here = at.of(joint)
            given = here.items(at.mapping(seen, [joint])[joint], 1, MOST_TESTS)
            return {joint: [self.read(here.of(n), one, deep - 1) for n, one in enumerate(given)]}
        test = at.mapping(seen, ["question"], OPERATORS)
        name = at.of("question").one_of(test["question"], tuple(self.earlier))
        operators = [one for one in OPERATORS if one in test]
        if len(operators) != 1:
            at.refuse(f"{len(operators)} tests", f"one of {', '.join(OPERATORS)}", "number")
        question = self.earlier[name]
        if "each" in question and self.each not in {None, question["each"]}:
            at.of("question").refuse(name, "a question about the same regions", "unknown")
        here = at.of(operators[0])
        return {"question": name, operators[0]: _operand(here, test[operators[0]], question)}


def _operand(at: FieldPath, seen: object, question: Mapping[str, object]) -> object:
    """Take what an operator compares with."""
    operator = at.path.rsplit(".", 1)[-1]
    if operator == "answered":
        return at.flag(seen)
    if operator in {"least", "most"}:
        if question["kind"] not in NUMBERS:
            at.refuse(seen, "a question whose answer is a number")
        return at.number(seen, places=6)
    if operator == "is":
        return _sayable(at, seen, question)
    given = [seen] if operator == "not" and not isinstance(seen, list) else seen
    values = [
        _sayable(at.of(n), one, question) for n, one in enumerate(at.items(given, 1, MOST_VALUES))
    ]
    return list(dict.fromkeys(values))


def _sayable(at: FieldPath, seen: object, question: Mapping[str, object]) -> str | float:
    """Take a text or number that an answer to this question can say."""
    if not isinstance(seen, str):
        seen = at.number(seen, places=6)
    known = sayable(question)
    if known is not None and seen not in known:
        at.refuse(seen, f"what its answer can say, such as {', '.join(known[:5])}", "unknown")
    return seen


def sayable(question: Mapping[str, object]) -> list[str] | None:
    """Return what an answer to a checked question can say, None where anything."""
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
