"""Read and write question files: YAML, or JSON, which is a subset of YAML.

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

The file may abbreviate a schema: ``show`` may be one column, as ``name as image``; ``kind``
defaults to choice if there are ``choices``, and to text otherwise; ``id`` defaults to q1, q2 …;
choices, labels, points, reasons and items may be plain words. An error names the line, and the
field as ``questions[1].choices[0]``.
"""

from collections.abc import Mapping, Sequence
from typing import Any, cast

import yaml

from canut.core.errors import BadFile, BadQuestion
from canut.core.kinds.schema import check_schema, refuse_unknown_fields
from canut.core.outside_text import LARGEST, LARGEST_FLOAT, read_number, read_whole

MOST_BYTES = 1_000_000
MOST_MARKS = 100_000
DEEPEST = 40
MOST_WORDS = 200
MOST_WIDTH = 100
LISTS = ("choices",)
TOP = ("questions", "show")
PLAIN = "tag:yaml.org,2002:"


def read_question_file(name: str, content: bytes) -> dict[str, object]:
    """Parse a question file; return its schema in normal form.

    Args:
        name: of the file, for refusals.
        content: UTF-8.

    Raises:
        BadFile: ``question-file``; the file is too large, not YAML, or an invalid schema. The facts
            are file, line (from 1) and field.

    Example:
        >>> said = b"{show: text as text, questions: [{ask: 'Nice?', choices: [yes, no]}]}"
        >>> read_question_file("nice.yaml", said)["questions"][0]["kind"]
        'choice'
    """
    if len(content) > MOST_BYTES:
        raise _refused(name, 1, "", f"has {len(content)} bytes; write at most {MOST_BYTES}")
    node = _node(name, content)
    fields = cast("dict[str, Any]", _plain(name, node))
    if not isinstance(node, yaml.MappingNode):
        raise _refused(name, 1, "", "holds no fields; expected 'show' and 'questions'")
    for field in fields:
        if field not in TOP:
            raise _refused(
                name, _line(node, field), field, "is not a field; expected questions or show"
            )
    try:
        return check_schema(_filled(fields))
    except BadQuestion as refusal:
        field = str(refusal.facts.get("field", ""))
        raise _refused(name, _line(node, field), field, str(refusal), refusal.case) from None


def write_question_file(schema: Mapping[str, object]) -> str:
    """Write a checked schema as a file that reads back equal; default labels omitted.

    Example:
        >>> said = b"{show: t as text, questions: [{ask: 'Nice?', choices: [yes, no]}]}"
        >>> schema = read_question_file("nice.yaml", said)
        >>> read_question_file("again.yaml", write_question_file(schema).encode()) == schema
        True
    """
    columns = cast("Sequence[Mapping[str, str]]", schema["show"])
    fields = {
        "show": [f"{column['column']} as {column['as']}" for column in columns],
        "questions": [
            _short(question) for question in cast("Sequence[object]", schema["questions"])
        ],
    }
    return yaml.safe_dump(fields, allow_unicode=True, sort_keys=False, width=MOST_WIDTH)


def _short(value: object) -> object:
    """Omit labels that repeat their value, and empty fields."""
    if isinstance(value, list):
        return [_short(item) for item in cast("list[object]", value)]
    if not isinstance(value, dict):
        return value
    fields = cast("dict[str, object]", value)
    usual: dict[str, object] = {"ends": ["", ""], "unit": "", "reasons": []}
    if "value" in fields:
        usual["label"] = fields["value"]
    return {
        name: _short(item)
        for name, item in fields.items()
        if name not in usual or usual[name] != item
    }


def _refused(name: str, line: int, field: str, why: str, case: str = "file") -> BadFile:
    where = f"{name}, line {line}" + (f", {field}" if field else "")
    return BadFile(
        f"{where}: {why}",
        code="question-file",
        file=name,
        line=line,
        field=field,
        why=case,
        at="field" if field else "line",
    )


def _node(name: str, content: bytes) -> yaml.Node:
    """Return the tree of a file, refusing aliases, which could make a small file huge."""
    try:
        text = content.decode("utf-8-sig")
        depth = 0
        for number, event in enumerate(yaml.parse(text, Loader=yaml.SafeLoader)):
            line = event.start_mark.line + 1 if event.start_mark else 1
            if isinstance(event, yaml.AliasEvent):
                raise _refused(name, line, "", "uses an alias; write the value out")
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
        reason = " ".join(str(problem).split())[:MOST_WORDS]
        raise _refused(name, line, "", f"is not YAML ({reason})") from None
    if node is None:
        raise _refused(name, 1, "", "is empty; expected 'show' and 'questions'")
    return node


def _plain(name: str, node: yaml.Node) -> object:
    """Return plain lists and objects, refusing a duplicate name."""
    if isinstance(node, yaml.MappingNode):
        fields: dict[str, object] = {}
        for key, inner in cast("list[tuple[yaml.Node, yaml.Node]]", node.value):
            field = str(key.value) if isinstance(key, yaml.ScalarNode) else ""
            if not field or field in fields:
                at = key.start_mark.line + 1
                raise _refused(name, at, field, "is not a name, or is a duplicate")
            fields[field] = _plain(name, inner)
        return fields
    if isinstance(node, yaml.SequenceNode):
        return [_plain(name, inner) for inner in cast("list[yaml.Node]", node.value)]
    return _scalar(name, node)


def _scalar(name: str, node: yaml.Node) -> object:
    """Return a text, number, boolean or None; yes, no, on, off and dates stay texts."""
    text, tag = str(node.value), str(node.tag).removeprefix(PLAIN)
    if tag not in {"null", "bool", "int", "float", "str", "timestamp", "value", "merge"}:
        line = node.start_mark.line + 1
        raise _refused(name, line, "", f"has the tag {node.tag}; write plain values")
    if tag == "null":
        return None
    if tag == "bool" and text.lower() in {"true", "false"}:
        return text.lower() == "true"
    if tag in {"int", "float"}:
        plain = text.replace("_", "").removeprefix("+")
        whole, number = read_whole(plain, least=-LARGEST), read_number(plain, LARGEST_FLOAT)
        read = whole if tag == "int" else number
        return text if read is None else read
    return text


def _filled(fields: Mapping[str, object]) -> dict[str, object]:
    """Expand the abbreviations a file may use."""
    questions = fields.get("questions")
    show = fields.get("show", [])
    parts = cast("Sequence[object]", show) if isinstance(show, list) else [show]
    return {
        "questions": [
            _filled_question(cast("dict[str, object]", question), number)
            if _is_object(question)
            else question
            for number, question in enumerate(cast("list[object]", questions), 1)
        ]
        if isinstance(questions, list)
        else questions,
        "show": [_shown(column) for column in parts if column is not None],
    }


def _is_object(value: object) -> bool:
    return isinstance(value, dict)


def _shown(part: object) -> object:
    """Parse "photo as image"; leave anything else to the check."""
    if not isinstance(part, str):
        return part
    column, _, shown_as = part.rpartition(" as ")
    return {"column": column.strip() or part, "as": shown_as.strip() if column else "text"}


def _filled_question(fields: Mapping[str, object], number: int) -> dict[str, object]:
    kind = "choice" if "choices" in fields else "text"
    question: dict[str, object] = {"id": f"q{number}", "kind": kind, **fields}
    for field in LISTS:
        if isinstance(question.get(field), list):
            question[field] = [_choice(choice) for choice in cast("list[object]", question[field])]
    if question["kind"] == "choice":
        try:
            refuse_unknown_fields(question)
        except BadQuestion as refusal:
            field = f"questions[{number - 1}].{refusal.facts['field']}"
            raise BadQuestion(str(refusal), code=refusal.case, field=field) from None
    return question


def _choice(value: object) -> object:
    """Expand a choice that is a plain word, at any depth; numbers become their digits."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return {"value": str(value)}
    if isinstance(value, str):
        return {"value": value}
    if isinstance(value, dict) and isinstance(value.get("choices"), list):
        return {**value, "choices": [_choice(each) for each in value["choices"]]}
    return value


def _line(node: yaml.Node, path: str) -> int:
    """Return the line of a field, or of the nearest field that encloses it."""
    here = node
    line = node.start_mark.line + 1
    for step in path.replace("[", ".[").split("."):
        if isinstance(here, yaml.MappingNode):
            pairs = cast("list[tuple[yaml.ScalarNode, yaml.Node]]", here.value)
            entry = next(((key, inner) for key, inner in pairs if key.value == step), None)
            if entry is None:
                return line
            line, here = entry[0].start_mark.line + 1, entry[1]
        elif isinstance(here, yaml.SequenceNode) and step.startswith("["):
            inner = cast("list[yaml.Node]", here.value)
            index = int(step.strip("[]"))
            if index >= len(inner):
                return line
            here = inner[index]
            line = here.start_mark.line + 1
    return line
