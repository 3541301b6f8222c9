"""The question form: one question of any kind the page supports, or a question file.

It builds the schema that actions expect, and loads one back; ``core.kinds`` validates it. What the
fields cannot express (several questions, conditions) is written in a question file.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from canut.core.kinds import IN_PICTURES, cells_of, check_schema, questions_of
from canut.core.kinds.question_file import read_question_file, write_question_file
from canut.core.kinds.schema import SHOWS_ITSELF
from canut.web.kinds.names import KIND_NAMES, PAGE
from canut.web.kit.fields import select, tick
from canut.web.kit.forms import NEEDED, Choices, words
from canut.web.kit.messages import lazy_message
from canut.web.kit.numbers import NumberField
from canut.web.projects.question_marking_fields import MarkingFields, of_audio, of_spans, written
from canut.web.projects.question_page_fields import PageFields, page_initial
from canut.web.projects.question_region_fields import (
    RegionFields,
    is_said,
    regions_asked,
    regions_initial,
)

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LEAST_INPUTS = 3
STEP = " > "
FILE = "file"
PASTED = "question.yaml"
KINDS = (
    *((kind, lazy_message(name)) for kind, name in KIND_NAMES.items()),
    (FILE, lazy_message("form.question_form.several_questions")),
)
OURS = frozenset({"id", "kind", "ask"})

type Question = Mapping[str, Any]
type Listed = Sequence[Mapping[str, Any]]


def _number(label: "StrOrPromise") -> NumberField:
    return NumberField(
        label=label, required=False, widget=forms.NumberInput(attrs={"class": "inp num short"})
    )


def _date(label: "StrOrPromise") -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        max_length=10,
        widget=forms.DateInput(attrs={"class": "inp num", "type": "date"}, format="%Y-%m-%d"),
    )


def _select(
    label: "StrOrPromise", choices: Sequence[tuple[str, "StrOrPromise"]] = ()
) -> forms.ChoiceField:
    return select(label, choices, required=False)


def _lines(label: "StrOrPromise", hint: "StrOrPromise") -> forms.CharField:
    return words(label, hint, area=True, required=False, max_length=20_000)


class QuestionForm(MarkingFields, RegionFields, PageFields):
    """The question, its possible answers, and instructions."""

    ask = forms.CharField(
        label=lazy_message("form.question_form.what_you_ask"),
        max_length=500,
        required=False,
        widget=forms.TextInput(attrs={"class": "inp voice", "data-ask": ""}),
    )
    kind = _select(lazy_message("form.question_form.how_people_answer"), KINDS)
    choices = Choices(label=lazy_message("common.the_possible_answers"), required=False)
    multiple = forms.BooleanField(
        label=lazy_message("form.question_form.several_answers_may"),
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "check", "data-multiple": ""}),
    )
    rating_look = _select(
        lazy_message("form.question_form.drawn_as"),
        (
            ("scale", lazy_message("form.question_form.a_row_of_steps")),
            ("slider", lazy_message("form.question_form.a_slider")),
        ),
    )
    rating_least, rating_most = (
        _number(lazy_message("common.from")),
        _number(lazy_message("common.to")),
    )
    rating_low = words(
        lazy_message("form.question_form.what_the_low_end"), required=False, max_length=100
    )
    rating_high = words(
        lazy_message("form.question_form.what_the_high_end"), required=False, max_length=100
    )
    number_least, number_most = (
        _number(lazy_message("form.question_form.at_least")),
        _number(lazy_message("common.at_most")),
    )
    number_decimals = _number(lazy_message("form.question_form.decimals"))
    number_unit = words(lazy_message("form.question_form.unit"), required=False, max_length=20)
    date_earliest, date_latest = (
        _date(lazy_message("form.question_form.earliest_date")),
        _date(lazy_message("form.question_form.latest_date")),
    )
    date_tolerance = _number(lazy_message("form.question_form.days_that_agree"))
    text_mode = _select(
        lazy_message("form.question_form.what_is_written"),
        (
            ("short", lazy_message("form.question_form.a_line")),
            ("long", lazy_message("form.question_form.several_lines")),
            ("transcription", lazy_message("form.question_form.what_is_read")),
            ("translation", lazy_message("form.question_form.a_translation")),
            ("correction", lazy_message("form.question_form.a_correction")),
        ),
    )
    text_column = _select(lazy_message("form.question_form.column_it_begins"))
    text_most = _number(lazy_message("form.question_form.characters_at_most"))
    text_language = words(
        lazy_message("form.question_form.language_to_write"), required=False, max_length=35
    )
    pair_a, pair_b = (
        _select(lazy_message("form.question_form.column_a")),
        _select(lazy_message("form.question_form.column_b")),
    )
    pair_tie = tick(lazy_message("form.question_form.they_may"))
    pair_reasons = _lines(
        lazy_message("form.question_form.reasons_to_choose"), lazy_message("common.one_a_line")
    )
    ranking_items = _lines(
        lazy_message("form.question_form.what_is_put"),
        lazy_message("form.question_form.one_a_line"),
    )
    ranking_columns = tick(lazy_message("form.question_form.each_line_names"))
    chat_mode = _select(
        lazy_message("form.question_form.what_is_asked"),
        (
            ("rate", lazy_message("form.question_form.rate_its_turns")),
            ("compare", lazy_message("form.question_form.compare_two_replies")),
            ("write", lazy_message("form.question_form.write_the_reply")),
        ),
    )
    chat_column = _select(lazy_message("form.question_form.column_of_the_conversation"))
    chat_turns = _select(
        lazy_message("form.question_form.turns_to_rate"),
        (
            ("assistant", lazy_message("form.question_form.those_of_the_assistant")),
            ("last", lazy_message("form.question_form.the_last_one")),
            ("all", lazy_message("form.question_form.all_of_them")),
        ),
    )
    chat_least, chat_most = _number(lazy_message("common.from")), _number(lazy_message("common.to"))
    chat_a, chat_b = (
        _select(lazy_message("form.question_form.column_of_reply_a")),
        _select(lazy_message("form.question_form.column_of_reply_b")),
    )
    file = words(
        lazy_message("form.question_form.the_question_file"),
        lazy_message("form.question_form.yaml_or_json_several"),
        area=True,
        required=False,
        max_length=200_000,
    )
    upload = forms.FileField(
        label=lazy_message("form.question_form.or_its_file"),
        required=False,
        widget=forms.FileInput(attrs={"class": "inp", "accept": ".yaml,.yml,.json"}),
    )
    instructions = words(
        lazy_message("form.question_form.instructions_optional"),
        lazy_message("form.question_form.how_to_decide"),
        area=True,
        required=False,
        max_length=20_000,
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        files: MultiValueDict[str, Any] | None = None,
        *,
        initial: dict[str, Any] | None = None,
        columns: Sequence[str] = (),
        kept: Listed = (),
    ) -> None:
        super().__init__(data, initial={"kind": "choice", "pair_tie": True} | (initial or {}))
        self.files = files or MultiValueDict()
        self.kept = kept
        self.columns = columns
        for name in ("text_column", "pair_a", "pair_b", "chat_column", "chat_a", "chat_b"):
            self.offer(name, [("", "–"), *((column, column) for column in columns)])
        self.fields["file"].widget.attrs |= {"rows": 12, "spellcheck": "false", "class": "inp area"}

    @property
    def kind_now(self) -> str:
        """The selected kind; a choice by default."""
        return str(self["kind"].value() or "choice")

    def choice_rows(self) -> list[str]:
        """Return the inputs of choices: the submitted ones, at least three."""
        rows = [str(value) for value in self["choices"].value() or []]
        return rows + [""] * max(0, LEAST_INPUTS - len(rows))

    def clean(self) -> dict[str, Any]:
        """Add an error for each field this kind requires."""
        data = super().clean() or {}
        kind = data.get("kind") or "choice"
        if kind != FILE and not data.get("ask", "").strip():
            self.add_error("ask", NEEDED)
        if kind == "choice" and "choices" not in self.errors and not data.get("choices"):
            self.add_error("choices", NEEDED)
        if kind in {"spans", "audio"} and not written(data.get(f"{kind}_labels", "")):
            self.add_error(f"{kind}_labels", NEEDED)
        if kind in IN_PICTURES and not data.get("regions_labels", "").strip():
            self.add_error("regions_labels", NEEDED)
        if kind == "keypoints" and not data.get("keypoints_points", "").strip():
            self.add_error("keypoints_points", NEEDED)
        for name in _needed_columns(kind, data):
            if not data.get(name, "").strip():
                self.add_error(name, NEEDED)
        if kind == PAGE and not (
            self.tasks_have_pages
            or data.get("page_upload")
            or data.get("page_text", "").strip()
            or data.get("page_page")
        ):
            self.add_error("page_upload", NEEDED)
        if kind == FILE and not (data.get("upload") or data.get("file", "").strip()):
            self.add_error("file", NEEDED)
        return data

    def schema(self, judged: str, shown_as: str, pictures: Collection[str] = ()) -> dict[str, Any]:
        """Build the question's schema.

        Args:
            judged: the column to judge.
            shown_as: text, image or audio.
            pictures: the columns whose cells name pictures.

        Raises:
            BadFile: the question file cannot be used; it names the line.
            BadQuestion: a column that the kind needs is not chosen.
        """
        data = self.cleaned_data
        kind = data["kind"] or "choice"
        if kind == "ranking" and {*written(data["ranking_items"])} <= {*self.columns}:
            data["ranking_columns"] = True  # values of columns are put in order, not their names
        if kind == FILE:
            upload = data.get("upload")
            if upload:
                return read_question_file(str(upload.name), upload.read())
            return read_question_file(PASTED, data["file"].encode())
        question = {"id": "q", "kind": kind, "ask": data["ask"].strip()}
        if kind == PAGE:
            question |= self.page_question(self.columns)
        else:
            is_region = kind in IN_PICTURES
            question |= regions_asked(kind, data) if is_region else _OF[kind](data, pictures)
        if kind == "choice":
            question["choices"] = _with_values(question["choices"], self.kept)
        is_inside = kind in SHOWS_ITSELF and judged in cells_of(
            check_schema({"questions": [question], "show": []})
        )
        if kind == PAGE:
            return {"questions": [question], "show": []}
        shown_as = "audio" if kind == "audio" else shown_as
        show = [] if is_inside else [{"column": judged, "as": shown_as}]
        return {"questions": [question], "show": show}


def _needed_columns(kind: str, data: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the fields without which a question of this kind shows nothing."""
    if kind == "pair":
        return "pair_a", "pair_b"
    if kind == "ranking":
        return ("ranking_items",)
    if kind == "chat":
        is_compared = data.get("chat_mode") == "compare"
        return ("chat_column", "chat_a", "chat_b") if is_compared else ("chat_column",)
    return ()


def _said(data: Mapping[str, Any], prefix: str, *names: str) -> dict[str, Any]:
    """Return the filled fields of a kind; integers as such."""
    fields: dict[str, Any] = {}
    for name in names:
        value = data.get(f"{prefix}_{name}")
        if value not in {None, ""}:
            is_number = not isinstance(value, (str, bool))
            fields[name] = (
                (int(value) if value == int(value) else float(value)) if is_number else value
            )
    return fields


def _of_choice(data: Mapping[str, Any], _pictures: Collection[str]) -> dict[str, Any]:
    return {"multiple": data["multiple"], "choices": tree_of(data["choices"])}


def _ends(data: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    ends = [str(data.get(f"{prefix}_{name}") or "").strip() for name in ("low", "high")]
    return {"ends": ends} if any(ends) else {}


def _of_rating(data: Mapping[str, Any], _pictures: Collection[str]) -> dict[str, Any]:
    return _said(data, "rating", "look", "least", "most") | _ends(data, "rating")


def _of_number(data: Mapping[str, Any], _pictures: Collection[str]) -> dict[str, Any]:
    return _said(data, "number", "least", "most", "decimals", "unit")


def _of_date(data: Mapping[str, Any], _pictures: Collection[str]) -> dict[str, Any]:
    return _said(data, "date", "earliest", "latest", "tolerance")


def _of_text(data: Mapping[str, Any], _pictures: Collection[str]) -> dict[str, Any]:
    fields = _said(data, "text", "mode", "most", "language", "column")
    if fields.get("mode") not in {"correction", "translation"}:
        fields.pop("column", None)
    return fields


def _of_pair(data: Mapping[str, Any], pictures: Collection[str]) -> dict[str, Any]:
    fields = _said(data, "pair", "a", "b") | {"tie": data["pair_tie"]}
    fields["as"] = "image" if fields.get("a") in pictures else "text"
    return fields | {"reasons": written(data["pair_reasons"])}


def _of_ranking(data: Mapping[str, Any], pictures: Collection[str]) -> dict[str, Any]:
    items = written(data["ranking_items"])
    if not data["ranking_columns"]:
        return {"items": items}
    are_pictures = bool(items) and all(item in pictures for item in items)
    return {"items": items, "as": "image" if are_pictures else "text"}


def _of_chat(data: Mapping[str, Any], _pictures: Collection[str]) -> dict[str, Any]:
    fields = _said(data, "chat", "mode", "column")
    mode = fields.get("mode")
    if mode == "compare":
        reasons = {"reasons": written(data["pair_reasons"]), "tie": data["pair_tie"]}
        return fields | _said(data, "chat", "a", "b") | reasons
    if mode == "rate":
        return fields | _said(data, "chat", "turns", "least", "most") | _ends(data, "rating")
    return fields


_OF = {
    "choice": _of_choice,
    "rating": _of_rating,
    "number": _of_number,
    "date": _of_date,
    "text": _of_text,
    "pair": _of_pair,
    "ranking": _of_ranking,
    "chat": _of_chat,
    "spans": of_spans,
    "audio": of_audio,
}


def tree_of(rows: Sequence[str]) -> list[dict[str, Any]]:
    """Parse rows such as ``Animal > Bird`` into nested choices.

    >>> tree_of(["Animal > Bird", "Animal > Fish", "Plant"])[0]["choices"]
    [{'value': 'Bird'}, {'value': 'Fish'}]
    """
    if not any(STEP in row for row in rows):
        return [{"value": row} for row in rows]
    top: list[dict[str, Any]] = []
    for row in rows:
        level = top
        steps = [step.strip() for step in row.split(STEP.strip())]
        for depth, step in enumerate(steps):
            node = next((choice for choice in level if choice["value"] == step), None)
            if node is None:
                node = {"value": step}
                level.append(node)
            if depth < len(steps) - 1:
                level = node.setdefault("choices", [])
    return top


def initial_of(schema: Mapping[str, Any], instructions: str) -> dict[str, Any]:
    """Return the form's initial values for a schema: its fields, or the whole file."""
    questions = questions_of(schema)
    question = cast("dict[str, Any]", questions[0])
    first: dict[str, Any] = {"instructions": instructions, "file": write_question_file(schema)}
    kind = str(question["kind"])
    plain = len(questions) == 1 and not {"when", "optional", "role"} & {*question}
    rows = _rows_of(question.get("choices", ()))
    named = [
        entry
        for name in ("reasons", "items", "labels", "relations")
        for entry in question.get(name, ())
    ]
    is_lost = rows is None or any(entry["label"] != entry["value"] for entry in named)
    is_lost |= kind in IN_PICTURES and not is_said(question)
    if not plain or is_lost or question.get("anywhere"):
        return first | {"kind": FILE}
    first |= {"kind": kind, "ask": question["ask"], "choices": rows}
    first["multiple"] = question.get("multiple", False)
    ends = question.get("ends") or ["", ""]
    first |= {"rating_low": ends[0], "rating_high": ends[1]}
    first |= {f"{kind}_{name}": value for name, value in question.items() if name not in OURS}
    for name in ("labels", "relations"):
        first[f"{kind}_{name}"] = _lines_of(question.get(name, ()))
    first |= regions_initial(question)
    if kind == PAGE:
        first |= page_initial(question)
    first["pair_tie"] = question.get("tie", True)
    first["pair_reasons"] = _lines_of(question.get("reasons", ()))
    first["ranking_items"] = _lines_of(question.get("items", ()))
    first["ranking_columns"] = kind == "ranking" and "as" in question
    return first


def _lines_of(listed: Listed) -> str:
    return "\n".join(str(item["value"]) for item in listed)


def _with_values(choices: list[dict[str, Any]], stored: Listed) -> list[dict[str, Any]]:
    """Reuse the stored values of choices with the same label."""
    options: list[dict[str, Any]] = []
    for option in choices:
        same = next(
            (old for old in stored if old.get("label", old["value"]) == option["value"]), None
        )
        named = (
            {"value": same["value"], "label": option["value"]}
            if same
            else {"value": option["value"]}
        )
        if "choices" in option:
            named["choices"] = _with_values(
                option["choices"], same.get("choices", ()) if same else ()
            )
        options.append(named)
    return options


def _rows_of(choices: Listed, before: str = "") -> list[str] | None:
    """Return the labels of choices as rows; None if rows cannot express them."""
    labels = [str(option.get("label", option["value"])) for option in choices]
    if len({*labels}) < len(labels):
        return None
    rows: list[str] = []
    for option, label in zip(choices, labels, strict=True):
        if STEP.strip() in label:
            return None
        inner = _rows_of(option.get("choices", ()), f"{before}{label}{STEP}")
        if inner is None:
            return None
        rows += inner or [f"{before}{label}"]
    return rows
