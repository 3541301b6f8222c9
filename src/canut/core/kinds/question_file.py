"""Read the small file in which a requester writes what is asked: YAML, or JSON, which is YAML.

    show: photo as image
    questions:
      - ask: Which animals are there?
        kind: boxes
        id: animals
        labels: [cat, dog]
      - ask: Is it awake?
        each: animals
        when: {question: animals, is: cat}
        choices: [yes, no]

What is said more shortly than a schema says it: ``show`` may be one column, as ``name as image``;
``kind`` is choice where there are ``choices``, and text where there is nothing else; ``id`` is q1,
q2 …; choices, labels, points, reasons and items may be plain words. A refusal names the line, and
the field as ``questions[1].choices[0]``.
"""

import contextlib
from collections.abc import Mapping, Sequence
from typing import Any, cast

import yaml

from canut.core.errors import BadFile, BadQuestion
from canut.core.kinds.schema import check_schema, refuse_unknown_fields

MOST_BYTES = 1_000_000
MOST_MARKS = 100_000
DEEPEST = 40
MOST_WORDS = 200
MOST_WIDTH = 100
LISTS = ("choices",)
TOP = ("questions", "show")
PLAIN = "tag:yaml.org,2002:"


def read_question_file(name: str, content: bytes) -> dict[str, object]:
    """Return the schema a file says, in normal form.

    Args:
        name: of the file, for refusals.
        content: UTF-8.

    Raises:
        BadFile: ``question-file``; it is too large, no YAML, or says what nobody could answer. The
            facts are file, line (from 1) and field.

    Example:
        >>> said = b"{show: text as text, questions: [{ask: 'Nice?', choices: [yes, no]}]}"
        >>> read_question_file("nice.yaml", said)["questions"][0]["kind"]
        'choice'
    """
    if len(content) > MOST_BYTES:
        raise _refused(name, 1, "", f"has {len(content)} bytes; write at most {MOST_BYTES}")
    node = _node(name, content)
    said = cast("dict[str, Any]", _plain(name, node))
    if not isinstance(node, yaml.MappingNode):
        raise _refused(name, 1, "", "holds no fields; expected 'show' and 'questions'")
    for field in said:
        if field not in TOP:
            raise _refused(name, _line(node, field), field, "is no field; known: questions, show")
    try:
        return check_schema(_filled(said))
    except BadQuestion as refusal:
        field = str(refusal.facts.get("field", ""))
        raise _refused(name, _line(node, field), field, str(refusal), refusal.case) from None


def write_question_file(schema: Mapping[str, object]) -> str:
    """Write a checked schema as a file that reads back as the same; labels alike are left out.

    Example:
        >>> said = b"{show: t as text, questions: [{ask: 'Nice?', choices: [yes, no]}]}"
        >>> schema = read_question_file("nice.yaml", said)
        >>> read_question_file("again.yaml", write_question_file(schema).encode()) == schema
        True
    """
    shown = cast("Sequence[Mapping[str, str]]", schema["show"])
    said = {
        "show": [f"{part['column']} as {part['as']}" for part in shown],
        "questions": [_short(one) for one in cast("Sequence[object]", schema["questions"])],
    }
    return yaml.safe_dump(said, allow_unicode=True, sort_keys=False, width=MOST_WIDTH)


def _short(said: object) -> object:
    """Leave out labels that only repeat their value, and what is empty."""
    if isinstance(said, list):
        return [_short(one) for one in cast("list[object]", said)]
    if not isinstance(said, dict):
        return said
    fields = cast("dict[str, object]", said)
    usual: dict[str, object] = {"ends": ["", ""], "unit": "", "reasons": []}
    if "value" in fields:
        usual["label"] = fields["value"]
    return {
        name: _short(one) for name, one in fields.items() if name not in usual or usual[name] != one
    }


def _refused(name: str, line: int, field: str, why: str, case: str = "file") -> BadFile:
    where = f"{name}, line {line}" + (f", {field}" if field else "")
    return BadFile(
        f"{where}: {why}", code="question-file", file=name, line=line, field=field, why=case
    )


def _node(name: str, content: bytes) -> yaml.Node:
    """Return the tree of a file, refusing aliases, which could make a small file huge."""
    try:
        text = content.decode("utf-8-sig")
        depth = 0
        for number, event in enumerate(yaml.parse(text, Loader=yaml.SafeLoader)):
            line = event.start_mark.line + 1 if event.start_mark else 1
            if isinstance(event, yaml.AliasEvent):
                raise _refused(name, line, "", "refers to another place; write it out")
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if depth > DEEPEST or number > MOST_MARKS:
                raise _refused(name, line, "", "is too deep, or has too many parts")
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except UnicodeDecodeError:
        raise _refused(name, 1, "", "is not UTF-8") from None
    except yaml.YAMLError as problem:
        mark = problem.problem_mark if isinstance(problem, yaml.MarkedYAMLError) else None
        line = mark.line + 1 if mark else 1
        why = " ".join(str(problem).split())[:MOST_WORDS]
        raise _refused(name, line, "", f"is not YAML ({why})") from None
    if node is None:
        raise _refused(name, 1, "", "is empty; expected 'show' and 'questions'")
    return node


def _plain(name: str, node: yaml.Node) -> object:
    """Return lists and objects of plain values, no name twice."""
    if isinstance(node, yaml.MappingNode):
        held: dict[str, object] = {}
        for key, inner in cast("list[tuple[yaml.Node, yaml.Node]]", node.value):
            field = str(key.value) if isinstance(key, yaml.ScalarNode) else ""
            if not field or field in held:
                at = key.start_mark.line + 1
                raise _refused(name, at, field, "is no name, or is written twice")
            held[field] = _plain(name, inner)
        return held
    if isinstance(node, yaml.SequenceNode):
        return [_plain(name, inner) for inner in cast("list[yaml.Node]", node.value)]
    return _scalar(name, node)


def _scalar(name: str, node: yaml.Node) -> object:
    """Return a text, a number, true, false or nothing; yes, no, on, off and days stay words."""
    text, tag = str(node.value), str(node.tag).removeprefix(PLAIN)
    if tag not in {"null", "bool", "int", "float", "str", "timestamp", "value", "merge"}:
        line = node.start_mark.line + 1
        raise _refused(name, line, "", f"has the tag {node.tag}; write plain values")
    if tag == "null":
        return None
    if tag == "bool" and text.lower() in {"true", "false"}:
        return text.lower() == "true"
    if tag in {"int", "float"}:
        with contextlib.suppress(ValueError):
            return int(text) if tag == "int" else float(text)
    return text


def _filled(said: Mapping[str, object]) -> dict[str, object]:
    """Write out what a file may say shortly."""
    questions = said.get("questions")
    show = said.get("show", [])
    parts = cast("Sequence[object]", show) if isinstance(show, list) else [show]
    return {
        "questions": [
            _filled_question(cast("dict[str, object]", one), number) if _is_object(one) else one
            for number, one in enumerate(cast("list[object]", questions), 1)
        ]
        if isinstance(questions, list)
        else questions,
        "show": [_shown(part) for part in parts if part is not None],
    }


def _is_object(seen: object) -> bool:
    return isinstance(seen, dict)


def _shown(part: object) -> object:
    """Read "photo as image"; anything else is left to the check."""
    if not isinstance(part, str):
        return part
    column, _, shown_as = part.rpartition(" as ")
    return {"column": column.strip() or part, "as": shown_as.strip() if column else "text"}


def _filled_question(said: Mapping[str, object], number: int) -> dict[str, object]:
    kind = "choice" if "choices" in said else "text"
    question: dict[str, object] = {"id": f"q{number}", "kind": kind, **said}
    for field in LISTS:
        if isinstance(question.get(field), list):
            question[field] = [_choice(one) for one in cast("list[object]", question[field])]
    if question["kind"] == "choice":
        try:
            refuse_unknown_fields(question)
        except BadQuestion as refusal:
            field = f"questions[{number - 1}].{refusal.facts['field']}"
            raise BadQuestion(str(refusal), code=refusal.case, field=field) from None
    return question


def _choice(one: object) -> object:
    """Read a choice that is a plain word, at any depth; numbers are read as their digits."""
    if isinstance(one, (int, float)) and not isinstance(one, bool):
        return {"value": str(one)}
    if isinstance(one, str):
        return {"value": one}
    if isinstance(one, dict) and isinstance(one.get("choices"), list):
        return {**one, "choices": [_choice(each) for each in one["choices"]]}
    return one


def _line(node: yaml.Node, path: str) -> int:
    """Return the line of a field, or of the nearest there is round it."""
    here = node
    line = node.start_mark.line + 1
    for step in path.replace("[", ".[").split("."):
        if isinstance(here, yaml.MappingNode):
            pairs = cast("list[tuple[yaml.ScalarNode, yaml.Node]]", here.value)
            found = next(((key, inner) for key, inner in pairs if key.value == step), None)
            if found is None:
                return line
            line, here = found[0].start_mark.line + 1, found[1]
        elif isinstance(here, yaml.SequenceNode) and step.startswith("["):
            inner = cast("list[yaml.Node]", here.value)
            place = int(step.strip("[]"))
            if place >= len(inner):
                return line
            here = inner[place]
            line = here.start_mark.line + 1
    return line
