"""Parse the form of a Mechanical Turk batch (HTML with ``${variables}``) as one choice question.

The form is parsed, never run and never shown: only texts, choices and names of variables are taken
from its tags. Scripts, styles and frames are skipped and listed. Forms that cannot become a
question are refused with tag and line: several fields, free text, drawing on pictures. The caller
decides which file fills the variables.
"""

import ast
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import NamedTuple

from canut.core.errors import BadFile
from canut.core.formats.platforms.crowd_elements import (
    BOXES,
    CLASSIFIERS,
    HOLDERS,
    INSTRUCTIONS,
    TEXTS,
)
from canut.core.formats.problems.catalogue import words

LONGEST_ASK = 500
LONGEST_INSTRUCTIONS = 20_000
MOST_BYTES = 2**20
VARIABLE = re.compile(r"\$\{([^{}$]+)\}")
NEVER = frozenset({"script", "style", "iframe", "object", "embed", "applet", "svg", "template"})
VOID = frozenset(
    {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
BREAKS = frozenset(
    {"p", "div", "br", "li", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "section", "legend", "label"}
)
FREE_TEXTS = TEXTS | {"textarea"}
UNUSED_INPUTS = frozenset({"hidden", "submit", "button", "reset", "image"})


class FormVariable(NamedTuple):
    """One variable of the form, shown as text or as an image, and its line."""

    column: str
    shown_as: str
    line: int
    tag: str


@dataclass(frozen=True, slots=True)
class MturkForm:
    """The question of a form.

    Args:
        name: the field, as it stands after ``Answer.`` in results.
        ask: the words of the question.
        choices: value and label of each answer.
        multiple: whether several may be chosen.
        shows: the variables, in the order they stand.
        instructions: how to decide.
        passed_over: tags that were not taken, with their lines.
    """

    name: str
    ask: str
    choices: tuple[tuple[str, str], ...]
    multiple: bool
    shows: tuple[FormVariable, ...]
    instructions: str
    passed_over: tuple[tuple[int, str], ...]

    def schema(self) -> dict[str, object]:
        """Return the question as a schema."""
        choices = [{"value": value, "label": label} for value, label in self.choices]
        question = {
            "id": self.name,
            "kind": "choice",
            "ask": self.ask,
            "multiple": self.multiple,
            "choices": choices,
        }
        return {
            "questions": [question],
            "show": [{"column": part.column, "as": part.shown_as} for part in self.shows],
        }


def read_form(html: str, columns: Iterable[str], leave_out: Iterable[str] = ()) -> MturkForm:
    """Parse a form whose variables are filled from a file's columns.

    Args:
        html: the form, as Mechanical Turk takes it.
        columns: the columns of the input file.
        leave_out: names of fields to ignore.

    Raises:
        BadFile: ``template-…``, with line and tag: it cannot become one choice question.
    """
    if len(html) > MOST_BYTES:
        raise BadFile(
            f"the form has {len(html)} characters, at most {MOST_BYTES}", code="template-too-large"
        )
    reader = _Reader(frozenset(leave_out))
    try:
        reader.feed(html)
        reader.close()
    except (ValueError, AssertionError) as error:  # a reference or declaration that is none
        raise refused("broken", reader.getpos()[0], "form") from error
    choice_field = reader.only_field()
    shows = reader.shown(tuple(columns))
    return MturkForm(
        name=choice_field.name,
        ask=reader.ask_of(choice_field),
        choices=tuple(choice_field.choices),
        multiple=choice_field.multiple,
        shows=shows,
        instructions=reader.instructions()[:LONGEST_INSTRUCTIONS],
        passed_over=tuple(reader.passed_over),
    )


@dataclass(slots=True)
class _Field:
    """One field of the form while it is parsed."""

    name: str
    line: int
    tag: str
    multiple: bool
    choices: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    header: str = ""
    after: int = 0


def refused(reason: str, line: int, tag: str, name: str = "") -> BadFile:
    """Build the error for a tag; its texts are in ``problems``."""
    code = f"template-{reason}"
    sentence = words(code, {"line": line, "tag": tag, "name": name}, "en")
    return BadFile(sentence, code=code, line=line, tag=tag, name=name)


class _Reader(HTMLParser):
    """HTML parser that collects texts, fields and variables."""

    def __init__(self, leave_out: frozenset[str]) -> None:
        super().__init__(convert_charrefs=True)
        self.passed_over: list[tuple[int, str]] = []
        self._leave_out = leave_out
        self._fields: dict[str, _Field] = {}
        self._parts: dict[str, FormVariable] = {}
        self._text: list[str] = [""]
        self._told: list[str] = []
        self._never = 0
        self._told_depth = 0
        self._groups: list[str] = []
        self._waiting: tuple[_Field, str] | None = None
        self._label = ""
        self._labels: dict[str, str] = {}
        self._label_for = ""
        self._in_label = False
        self._ids: dict[str, tuple[_Field, int]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Process a start tag; attributes that run scripts are ignored."""
        line = self.getpos()[0]
        if tag in NEVER:
            self.passed_over.append((line, tag))
            self._never += tag not in VOID
            return
        if self._never:
            return
        attributes = {name: value or "" for name, value in attrs}
        if tag in BREAKS:
            self._break()
        if tag in INSTRUCTIONS:
            self._told_depth += 1
        self._variables(tag, attributes, line)
        self._take(tag, attributes, line)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Process a self-closing tag."""
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        """Process an end tag."""
        if tag in NEVER:
            self._never = max(0, self._never - 1)
        if self._never:
            return
        if tag in INSTRUCTIONS:
            self._told_depth = max(0, self._told_depth - 1)
        if tag == "crowd-radio-group" and self._groups:
            self._groups.pop()
        if tag in {"option", "crowd-radio-button", "crowd-checkbox", "label"}:
            self._settle(tag)
        if tag == "select" and self._groups:
            self._groups.pop()
        if tag in BREAKS:
            self._break()

    def handle_data(self, data: str) -> None:
        """Process text, and the variables in it."""
        if self._never:
            return
        line = self.getpos()[0]
        counted = 0
        for variable in VARIABLE.finditer(data):
            line += data.count("\n", counted, variable.start())
            counted = variable.start()
            self._show(variable[1].strip(), "text", line, "text")
        words = VARIABLE.sub("", data)
        if self._told_depth:
            self._told.append(words)
        elif self._in_label or self._waiting is not None:
            self._label += words
        else:
            self._text[-1] += words

    def _break(self) -> None:
        if self._told_depth:
            self._told.append("\n")
        elif self._text[-1].strip():
            self._text.append("")

    def _variables(self, tag: str, attributes: dict[str, str], line: int) -> None:
        is_picture = tag == "img" or tag.startswith("crowd-image-classifier")
        for name, value in attributes.items():
            for variable in VARIABLE.finditer(value):
                if tag in {"audio", "video", "source"}:
                    raise refused("media", line, tag, variable[1].strip())
                as_image = is_picture and name == "src"
                self._show(variable[1].strip(), "image" if as_image else "text", line, tag)

    def _show(self, column: str, shown_as: str, line: int, tag: str) -> None:
        before = self._parts.get(column)
        if before is None or shown_as == "image":
            self._parts[column] = FormVariable(column, shown_as, line, tag)

    def _take(self, tag: str, attributes: dict[str, str], line: int) -> None:
        name = attributes.get("name", "")
        if name and name in self._leave_out:
            return
        if tag in CLASSIFIERS:
            self._classifier(tag, attributes, line)
        elif tag == "crowd-radio-group":
            self._groups.append(name or f"group at line {line}")
        elif tag == "select":
            self._groups.append(name)
            self._field(name, line, tag, multiple="multiple" in attributes)
        elif tag == "option" and self._groups and attributes.get("value", "-"):  # empty: no choice
            self._choice(self._fields[self._groups[-1]], attributes.get("value"), "")
        elif tag == "label":
            self._in_label, self._label, self._label_for = True, "", attributes.get("for", "")
        else:
            self._take_field(tag, attributes, line)

    def _take_field(self, tag: str, attributes: dict[str, str], line: int) -> None:
        """Process a tag that is one choice of a field, or raise if it cannot be a choice."""
        name, kind = attributes.get("name", ""), attributes.get("type", "text").lower()
        if tag == "crowd-radio-button":
            group = self._groups[-1] if self._groups else name
            choice_field = self._field(group, line, tag, multiple=False)
            self._choice(choice_field, attributes.get("value") or name, "")
        elif tag in BOXES or (tag == "input" and kind == "checkbox"):
            self._box(tag, attributes, line)
        elif tag == "input" and kind == "radio":
            choice_field = self._field(name, line, tag, multiple=False)
            self._choice(choice_field, attributes.get("value", "on"), attributes.get("id", ""))
        elif tag in FREE_TEXTS or (tag == "input" and kind not in UNUSED_INPUTS):
            raise refused("free-text", line, tag, name)
        elif tag.startswith("crowd-") and tag not in HOLDERS | INSTRUCTIONS:
            raise refused("element", line, tag, name)

    def _classifier(self, tag: str, attributes: dict[str, str], line: int) -> None:
        try:
            categories: object = ast.literal_eval(attributes.get("categories", ""))
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            categories = None
        if not isinstance(categories, list) or not all(
            isinstance(each, str) for each in categories
        ):
            raise refused("categories", line, tag, attributes.get("name", ""))
        end = "labels" if CLASSIFIERS[tag] else "label"
        named = f"{attributes.get('name', 'category')}.{end}"
        choice_field = self._field(named, line, tag, multiple=CLASSIFIERS[tag])
        choice_field.header = attributes.get("header", "")
        choice_field.choices += [(str(each), str(each)) for each in categories]

    def _box(self, tag: str, attributes: dict[str, str], line: int) -> None:
        """Process a checkbox: boxes with one name, or one name prefix, are one field."""
        name, value = attributes.get("name", ""), attributes.get("value", "")
        stem, _, last = name.rpartition(".")
        if stem and tag in BOXES | {"input"} and value in {"", "on", "true"}:
            name, value = stem, last
        elif not value or value in {"on", "true"}:
            name, value = "boxes", name
        choice_field = self._field(name, line, tag, multiple=True)
        self._choice(choice_field, value, attributes.get("id", ""))

    def _field(self, name: str, line: int, tag: str, *, multiple: bool) -> _Field:
        if not name:
            raise refused("no-name", line, tag)
        if name not in self._fields:
            self._break()
            above = len(self._text) - (not self._text[-1].strip())
            self._fields[name] = _Field(name, line, tag, multiple, after=above)
        return self._fields[name]

    def _choice(self, choice_field: _Field, value: str | None, element: str) -> None:
        if self._waiting is not None and self._waiting[0] is choice_field:
            self._settle("")
        choice_field.choices.append((value or "", ""))
        if element:
            self._ids[element] = (choice_field, len(choice_field.choices) - 1)
        if not self._in_label:
            self._label = ""
        self._waiting = (choice_field, value or "")

    def _settle(self, tag: str) -> None:
        """Assign the collected label text to its choice."""
        label = " ".join(self._label.split())
        if tag == "label" and self._label_for:
            self._labels[self._label_for] = label
        elif self._waiting is not None:
            choice_field, value = self._waiting
            choice_field.choices[-1] = (value or label, label or value)
            self._waiting = None
        elif tag == "label" and label:
            self._text[-1] += label
            self._break()
        self._label, self._label_for, self._in_label = "", "", False

    def only_field(self) -> _Field:
        """Return the only field of the form.

        Raises:
            BadFile: there is none, or several.
        """
        if self._waiting is not None:
            self._settle("")
        for element, (choice_field, at) in self._ids.items():
            if label := self._labels.get(element):
                choice_field.choices[at] = (choice_field.choices[at][0], label)
        fields = [each for each in self._fields.values() if each.choices]
        for each in fields:
            each.choices = [(value, label or value) for value, label in each.choices if value]
        if not fields:
            raise refused("no-field", 1, "form")
        if len(fields) > 1:
            second = fields[1]
            raise refused("several", second.line, second.tag, ", ".join(f.name for f in fields))
        return fields[0]

    def shown(self, columns: tuple[str, ...]) -> tuple[FormVariable, ...]:
        """Return the variables, once each.

        Raises:
            BadFile: the file has no such column, or the form shows nothing of it.
        """
        for part in self._parts.values():
            if part.column not in columns:
                raise refused("variable", part.line, part.tag, part.column)
        if not self._parts:
            raise refused("shows-nothing", 1, "form")
        return tuple(self._parts.values())

    def ask_of(self, choice_field: _Field) -> str:
        """Return the question's text: its own header, or the text just before it."""
        texts = [" ".join(words.split()) for words in self._text]
        before = [words for words in texts[: choice_field.after] if words]
        questions = [words for words in before if words.rstrip(" :*").endswith("?")]
        ask = choice_field.header or (questions or before or [choice_field.name])[-1]
        return VARIABLE.sub("", ask)[:LONGEST_ASK].strip() or choice_field.name

    def instructions(self) -> str:
        """Return the instructions: their own section, or all other text."""
        text = "".join(self._told) if "".join(self._told).strip() else "\n".join(self._text)
        lines = (" ".join(line.split()) for line in text.splitlines())
        return "\n".join(line for line in lines if line)
