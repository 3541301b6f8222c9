"""Read a QuestionForm of Mechanical Turk and show it as a form without a script.

Its overview and questions hold titles, texts, lists, pictures, sounds, films and formatted text, of
which only the tags of ``FORMATTED`` are shown. Answers are texts or selections. A regular
expression of a question is not run here: no answer is refused for it. Uploads and applications are
refused, with line and column.

Source:
    Amazon Mechanical Turk API Reference, QuestionForm.
"""

import html
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser

from canut.core.formats.platforms.own_pages import refuse_page
from canut.core.formats.platforms.question_xml import XmlNode
from canut.core.outside_text import read_whole

FORMATTED = frozenset(
    {"a", "b", "big", "blockquote", "br", "cite", "code", "dd", "dfn", "dl", "dt", "em", "h1", "h2"}
    | {
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "i",
        "img",
        "kbd",
        "li",
        "ol",
        "p",
        "pre",
        "q",
        "samp",
        "small",
    }
    | {"span", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u"}
    | {"ul", "var", "div", "caption", "col", "colgroup"}
)
"""The tags of formatted text that are shown; of all others their text alone."""
KEEPS = {"a": ("href",), "img": ("src", "alt", "width", "height"), "td": ("colspan", "rowspan")}
NEVER = frozenset({"script", "style", "iframe", "object", "embed", "template"})
VOID = frozenset({"br", "hr", "img", "col"})
MOST_LINES = 40
MOST_CHARACTERS = 2**20
OTHER = "-OtherSelection"


@dataclass(frozen=True, slots=True)
class FormQuestion:
    """One question of a form: its name, and the HTML of what it shows and takes.

    ``selections``: what can be chosen, by identifier; empty for a question answered in text.
    """

    name: str
    content: str
    control: str
    selections: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class QuestionForm:
    """A form: what it shows before its questions, and the questions in order."""

    overview: str
    questions: tuple[FormQuestion, ...]

    def html(self, action: str, submit: str = "Submit", language: str = "en") -> str:
        """Return the form as a page that posts to an address."""
        parts = "".join(
            f'<section class="question">{each.content}{each.control}</section>'
            for each in self.questions
        )
        return (
            f'<!doctype html><html lang="{html.escape(language)}"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1"></head><body>'
            f'<form method="post" action="{html.escape(action)}">{self.overview}{parts}'
            '<input type="hidden" name="assignmentId" id="assignmentId">'
            f'<p><button type="submit">{html.escape(submit)}</button></p></form></body></html>'
        )


def read_question_form(root: XmlNode, field: str = "") -> QuestionForm:
    """Return the questions of a form.

    Args:
        root: the element ``QuestionForm``.
        field: what the name of each field begins with, before that of its question.

    Raises:
        BadFile: ``own-page-…``, with line and column: an element is missing, unknown or refused, or
            a question's name is there twice.
    """
    overview: list[str] = []
    questions: list[FormQuestion] = []
    for node in root.inside:
        if node.name == "Overview":
            overview.append(f'<section class="overview">{_content(node)}</section>')
        elif node.name == "Question":
            question = _question(node, field)
            if any(question.name == each.name for each in questions):
                refuse_page("own-page-twice", node.line, node.column, name=question.name)
            questions.append(question)
        else:
            refuse_page("own-page-tag", node.line, node.column, tag=node.name)
    if not questions:
        refuse_page("own-page-missing", root.line, root.column, tag=root.name, name="Question")
    return QuestionForm("".join(overview), tuple(questions))


def _question(node: XmlNode, field: str) -> FormQuestion:
    name = node.text_of("QuestionIdentifier")
    if not name:
        node.need("QuestionIdentifier")
        refuse_page("own-page-missing", node.line, node.column, tag="Question", name="Identifier")
    is_required = node.text_of("IsRequired") in {"true", "1"}
    title = node.text_of("DisplayName")
    heading = f"<h2>{html.escape(title)}</h2>" if title else ""
    content = heading + _content(node.need("QuestionContent"))
    specification = node.need("AnswerSpecification")
    if not specification.inside:
        specification.need("FreeTextAnswer")
    answer = specification.inside[0]
    control = ANSWERS.get(answer.name)
    if control is None:
        refuse_page("own-page-tag", answer.line, answer.column, tag=answer.name)
    required = " required" if is_required else ""
    return FormQuestion(
        name, content, control(answer, field + name, required), _selections_of(answer)
    )


def _selections_of(answer: XmlNode) -> tuple[str, ...]:
    """Return the identifiers that can be chosen in an answer; none where it is text."""
    selections = answer.child("Selections")
    return tuple(
        selection.need("SelectionIdentifier").text.strip()
        for selection in (selections.inside if selections else ())
        if selection.name == "Selection"
    )


def _content(node: XmlNode) -> str:
    return "".join(_content_part(part) for part in node.inside)


def _content_part(part: XmlNode) -> str:
    show = CONTENT.get(part.name)
    if show is None:
        refuse_page("own-page-tag", part.line, part.column, tag=part.name)
    return show(part)


def _list(node: XmlNode) -> str:
    return (
        f"<ul>{''.join(f'<li>{html.escape(each.text.strip())}</li>' for each in node.inside)}</ul>"
    )


def _binary(node: XmlNode) -> str:
    mime = node.need("MimeType")
    kind = mime.text_of("Type") or mime.text.strip().partition("/")[0]
    address, alt = node.need("DataURL").text.strip(), node.text_of("AltText")
    if not address.startswith(("https://", "http://", "//")):
        refuse_page("own-page-address", node.line, node.column, seen=address[:80])
    source, words = html.escape(address), html.escape(alt)
    if kind == "image":
        return f'<p><img src="{source}" alt="{words}"></p>'
    if kind not in {"audio", "video"}:
        refuse_page("own-page-tag", node.line, node.column, tag=f"{node.name} {kind}")
    return f'<p><{kind} src="{source}" controls aria-label="{words}"></{kind}></p>'


def _formatted(node: XmlNode) -> str:
    return f"<div>{clean_html(node.text)}</div>"


CONTENT: Mapping[str, Callable[[XmlNode], str]] = {
    "Title": lambda node: f"<h1>{html.escape(node.text.strip())}</h1>",
    "Text": lambda node: f'<p class="text">{html.escape(node.text.strip())}</p>',
    "List": _list,
    "Binary": _binary,
    "EmbeddedBinary": _binary,
    "FormattedContent": _formatted,
}
"""What may stand in an overview or a question."""


def _free_text(node: XmlNode, name: str, required: str) -> str:
    limits: dict[str, str] = {}
    kind = "text"
    constraints = node.child("Constraints")
    for constraint in constraints.inside if constraints else ():
        if constraint.name == "Length":
            for limit, attribute in (("minLength", "minlength"), ("maxLength", "maxlength")):
                if (count := _count(constraint, limit)) is not None:
                    limits[attribute] = str(count)
        elif constraint.name == "IsNumeric":
            kind = "number"
            bounds = (("minValue", "min"), ("maxValue", "max"))
            limits |= {
                attribute: constraint.attributes[bound]
                for bound, attribute in bounds
                if bound in constraint.attributes
            }
            limits["step"] = "any"
        elif constraint.name != "AnswerFormatRegex":
            refuse_page("own-page-tag", constraint.line, constraint.column, tag=constraint.name)
    is_needed = bool(required) or int(limits.get("minlength", "0")) > 0
    attributes = "".join(f' {each}="{html.escape(text)}"' for each, text in limits.items())
    attributes += " required" if is_needed else ""
    named = f'name="{html.escape(name)}" aria-label="{html.escape(name)}"'
    default = html.escape(node.text_of("DefaultText"))
    lines = read_whole(node.text_of("NumberOfLinesSuggestion", "1"), MOST_LINES) or 1
    if kind == "number" or lines == 1:
        return f'<p><input type="{kind}" {named}{attributes} class="inp" value="{default}"></p>'
    return (
        f'<p><textarea {named} class="inp area" rows="{lines}"{attributes}>{default}</textarea></p>'
    )


def _count(node: XmlNode, name: str) -> int | None:
    if name not in node.attributes:
        return None
    count = read_whole(node.attributes[name], MOST_CHARACTERS)
    if count is None:
        refuse_page("own-page-number", node.line, node.column, name=name)
    return count


def _selection(node: XmlNode, name: str, required: str) -> str:
    most = read_whole(node.text_of("MaxSelectionCount", "1"))
    kind = "radio" if most == 1 else "checkbox"
    needed = required if kind == "radio" else ""
    selections = node.need("Selections")
    field = html.escape(name)
    rows: list[str] = []
    for selection in selections.inside:
        if selection.name == "OtherSelection":
            rows.append(f'<p><label>… <input name="{field}{OTHER}"></label></p>')
            continue
        if selection.name != "Selection":
            refuse_page("own-page-tag", selection.line, selection.column, tag=selection.name)
        value = html.escape(selection.need("SelectionIdentifier").text.strip())
        shown = _words_of(selection)
        control = f'<input type="{kind}" name="{field}" value="{value}"{needed}>'
        rows.append(f"<p><label>{control} {shown}</label></p>")
    if not rows:
        refuse_page(
            "own-page-missing",
            selections.line,
            selections.column,
            tag="Selections",
            name="Selection",
        )
    return f'<div role="group" aria-label="{field}">{"".join(rows)}</div>'


def _words_of(selection: XmlNode) -> str:
    """Return what a selection shows: text without a paragraph of its own, or other content."""
    pieces: list[str] = []
    for part in selection.inside:
        if part.name == "Text":
            pieces.append(html.escape(part.text.strip()))
        elif part.name != "SelectionIdentifier":
            pieces.append(_content_part(part))
    return "".join(pieces)


ANSWERS: Mapping[str, Callable[[XmlNode, str, str], str]] = {
    "FreeTextAnswer": _free_text,
    "SelectionAnswer": _selection,
}
"""How a question may be answered."""


def clean_html(text: str) -> str:
    """Return formatted text with the tags and attributes that are shown, and no others.

    Example:
        >>> clean_html('<b onclick="x()">a</b><script>b</script><a href="javascript:c">d</a>')
        '<b>a</b><a>d</a>'
    """
    cleaner = _Cleaner()
    cleaner.feed(text)
    cleaner.close()
    return cleaner.whole()


class _Cleaner(HTMLParser):
    """HTML parser that writes allowed tags again, each closed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._pieces: list[str] = []
        self._open: list[str] = []
        self._never = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Write an allowed tag with its allowed attributes."""
        if tag in NEVER:
            self._never += 1
        if self._never or tag not in FORMATTED:
            return
        attributes = ""
        for name, text in attrs:
            is_address = name in {"href", "src"}
            is_safe = (text or "").strip().lower().startswith(("https://", "http://", "//"))
            if name in KEEPS.get(tag, ()) and (is_safe or not is_address):
                attributes += f' {name}="{html.escape(text or "")}"'
        self._pieces.append(f"<{tag}{attributes}>")
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close an open tag, and those inside it."""
        if tag in NEVER:
            self._never = max(0, self._never - 1)
        if not self._never and tag in self._open:
            while (last := self._open.pop()) != tag:
                self._pieces.append(f"</{last}>")
            self._pieces.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        """Write text."""
        if not self._never:
            self._pieces.append(html.escape(data, quote=False))

    def whole(self) -> str:
        """Return what was written, with all tags closed."""
        return "".join(self._pieces) + "".join(f"</{tag}>" for tag in reversed(self._open))
