"""Fields of the question form about a page of the requester's own: upload or paste it."""

from collections.abc import Collection, Mapping
from typing import Any

import msgspec
from django import forms

from canut.actions.own_pages.pages import page_digest
from canut.core.errors import BadQuestion
from canut.core.formats.platforms.mturk_question import (
    PageForm,
    ParsedPage,
    parse_layout,
    parse_question,
)
from canut.core.formats.platforms.own_pages import check_columns
from canut.web.kit.forms import PlainForm, words
from canut.web.kit.messages import lazy_message

LONGEST_PAGE = 2**20
IN_XML = ("<?xml", "<HTMLQuestion", "<ExternalQuestion", "<QuestionForm")
type Question = Mapping[str, Any]


class PageFields(PlainForm):
    """The page, the fields that are choices, and the schema of the answer."""

    page_upload = forms.FileField(
        label=lazy_message("form.question_page_fields.the_page"),
        help_text=lazy_message(
            "form.question_page_fields.html_or_question", brace_open="{", brace_close="}"
        ),
        required=False,
        widget=forms.FileInput(attrs={"class": "inp", "accept": ".html,.htm,.xml"}),
    )
    page_text = words(
        lazy_message("form.question_page_fields.or_paste_it"),
        area=True,
        required=False,
        max_length=LONGEST_PAGE,
    )
    page_fields = words(
        lazy_message("form.question_page_fields.fields_that_are_choices"),
        lazy_message("form.question_page_fields.agreement_by_field"),
        area=True,
        required=False,
        max_length=20_000,
    )
    page_page = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    page_answer = words(
        lazy_message("form.question_page_fields.schema_of_the_answer"),
        area=True,
        required=False,
        max_length=20_000,
    )
    own_page: ParsedPage | None = None
    """The page that came with the form, once its schema was built."""
    sent_page = ""
    tasks_have_pages = False
    """Each task came with a page of its own; none is given with the question."""

    def page_text_sent(self) -> str:
        """Return the page that came as a file or as text; empty if none did."""
        upload = self.cleaned_data.get("page_upload")
        if upload:
            return str(upload.read().decode("utf-8-sig", "replace"))
        return str(self.cleaned_data.get("page_text") or "")

    def page_question(self, columns: Collection[str]) -> dict[str, Any]:
        """Return the fields of a question that is answered on an own page.

        Raises:
            BadFile: the page cannot be shown; with line and column.
            BadQuestion: the schema of the answer is not JSON.
        """
        data = self.cleaned_data
        fields: dict[str, Any] = {}
        text = "" if self.tasks_have_pages else self.page_text_sent()
        if text.strip():
            self.own_page = parse_page(text, columns)
            self.sent_page = "" if self.own_page.body == text else text
            fields["page"] = page_digest(self.own_page.form, text)
        elif data.get("page_page"):
            fields["page"] = data["page_page"]
        choices = [line.strip() for line in data.get("page_fields", "").splitlines()]
        if any(choices):
            fields["fields"] = [line for line in choices if line]
        if data.get("page_answer", "").strip():
            fields["answer"] = _json(data["page_answer"])
        return fields


def parse_page(text: str, columns: Collection[str] = ()) -> ParsedPage:
    """Return a page from HTML or from a Question document of Mechanical Turk.

    Raises:
        BadFile: it cannot be shown, or names a column that the file lacks.
    """
    if text.lstrip("\ufeff \t\r\n").startswith(IN_XML):
        return parse_question(text)
    page, facts = parse_layout(text)
    if page.form == PageForm.LAYOUT and columns:
        check_columns(facts, columns)
    return page


def page_initial(question: Question) -> dict[str, Any]:
    """Return the form's initial values of a question on an own page."""
    fields: dict[str, Any] = {
        "page_fields": "\n".join(str(each["value"]) for each in question.get("fields", ()))
    }
    if "answer" in question:
        encoded = msgspec.json.encode(question["answer"])
        fields["page_answer"] = msgspec.json.format(encoded).decode()
    return fields


def _json(text: str) -> object:
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError as error:
        raise BadQuestion(
            "the schema of the answer is not JSON",
            code="question-malformed",
            field="answer",
            where="answer",
        ) from error
