"""The forms of a draft's setup, section by section, with what is typed and not stored yet.

One page carries the fields of every section. Whatever button is pressed, all of them are saved as
they are typed (``keep_typed``); a section is stored once it is valid.
"""

from collections.abc import Iterable
from itertools import pairwise
from typing import Any, NamedTuple, cast

from django import forms
from django.http import HttpRequest, QueryDict

from canut.actions.imports.lifecycle import picture_columns
from canut.actions.platform.system_clock import now_ms
from canut.actions.projects.draft_fields import PageTexts, mark_applied, save_fields, typed_fields
from canut.actions.projects.drafts import check_draft
from canut.actions.projects.price_proposals import Proposals, currency_of, propose_prices
from canut.core.formats import ReadOptions
from canut.core.kinds import questions_of
from canut.core.kinds.usual_times import usual_seconds
from canut.core.outside_text import read_whole
from canut.store.models import Import, Project
from canut.store.own_pages.pages import has_task_pages
from canut.store.pay.funds import chain_of
from canut.store.projects.drafts import current_import, setup_draft
from canut.store.projects.versions import question_or_none, rate_or_none
from canut.web.imports.forms import ColumnsForm
from canut.web.kit.access import get_person
from canut.web.kit.forms import ManyInputs
from canut.web.kit.messages import message_now
from canut.web.pay.price_forms import ChainForm, chain_initial, pay_initial
from canut.web.projects.question_form import Listed, QuestionForm, initial_of
from canut.web.projects.question_templates import guess_of
from canut.web.projects.setup_forms import (
    BETWEEN,
    CALM,
    DIRECTLY,
    OTHER,
    OWN,
    SOME,
    AimsForm,
    HardForm,
    NameOfProjectForm,
    SetupPriceForm,
)
from canut.web.tasks.task_view import columns_of

SOUNDS = "audio"
WHOLE = "whole"
VERSION = "draft_version"
CHAIN = "chain"


class Sections(NamedTuple):
    """The forms of one page, unbound unless one was submitted with errors."""

    title: NameOfProjectForm
    columns: ColumnsForm | None
    question: QuestionForm
    aims: AimsForm
    hard: HardForm
    price: SetupPriceForm
    chain: ChainForm

    def forms(self) -> list[forms.Form]:
        """Return the forms that are there."""
        return [form for form in self if form is not None]


def sections_of(project: Project, typed: dict[str, list[str]] | None = None) -> Sections:
    """Return the forms with the stored values, and over them what is typed and not stored.

    Args:
        project: a draft.
        typed: texts by field; by default what the draft has.
    """
    source = current_import(project)
    if typed is None:
        typed = typed_fields(setup_draft(project))
    whole = _stored_sections(project, source)
    for form in whole.forms():
        for name, field in form.fields.items():
            texts = typed.get(form.add_prefix(name))
            if texts is not None:
                form.initial[name] = _value_of(field, texts)
    return whole


def _stored_sections(project: Project, source: Import | None) -> Sections:
    columns = ReadOptions.of_json(source.reading).columns if source else ()
    return Sections(
        NameOfProjectForm(initial={"title": project.title}),
        columns_form(source),
        question_form(project, source),
        AimsForm(initial=_aims_initial(project)),
        HardForm(columns=columns, initial=_hard_initial(project, source)),
        price_form(project),
        ChainForm(initial=chain_initial(project, chain_of(project.id)), prefix=CHAIN),
    )


def _value_of(field: forms.Field, texts: list[str]) -> bool | str | list[str]:
    if isinstance(field.widget, forms.CheckboxInput):
        return bool(texts)
    if isinstance(field.widget, (ManyInputs, forms.CheckboxSelectMultiple)):
        return texts
    return texts[0] if texts else ""


def keep_typed(request: HttpRequest, project: Project) -> None:
    """Save every field that a request carries, valid or not.

    A whole page says so: there a missing field is one that was emptied.

    Raises:
        Conflict: the project is no draft any more.
        TooLarge: the texts are too long.
    """
    check_draft(project)
    if WHOLE not in request.POST:
        return
    version = read_whole(request.POST.get(VERSION) or "0") or 0
    names = field_names(project)
    typed = {name: request.POST.getlist(name) for name in names}
    if (upload := request.FILES.get("upload")) is not None:
        typed["file"] = [upload.read().decode("utf-8", "replace")]
        upload.seek(0)
    save_texts(request, project, typed, version)


def save_texts(
    request: HttpRequest, project: Project, typed: dict[str, list[str]], version: int
) -> None:
    """Save texts by field, those of known fields.

    Raises:
        Conflict: the project is no draft any more.
        TooLarge: the texts are too long.
    """
    check_draft(project)
    initial = initial_texts(project)
    texts = {name: values for name, values in typed.items() if name in initial}
    page = PageTexts(texts, initial, version)
    save_fields(project, page, by=get_person(request), now_ms=now_ms())


def field_names(project: Project) -> list[str]:
    """Return the names of all fields of the page, but files."""
    return list(initial_texts(project))


def initial_texts(project: Project) -> dict[str, list[str]]:
    """Return the texts that the page has where nothing is typed."""
    texts: dict[str, list[str]] = {}
    for form in _stored_sections(project, current_import(project)).forms():
        for name, field in form.fields.items():
            if not isinstance(field, forms.FileField):
                texts[form.add_prefix(name)] = _texts_of(form[name].value())
    return texts


def _texts_of(value: object) -> list[str]:
    if value is None or value is False or value == "":
        return []
    if value is True:
        return ["on"]
    if isinstance(value, (list, tuple)):
        return [str(item) for item in value]
    return [str(value)]


def names_of(*section: forms.Form) -> list[str]:
    """Return the names of the fields of forms, as the page has them."""
    return [form.add_prefix(name) for form in section for name in form.fields]


def mark_stored(project: Project, *section: forms.Form) -> None:
    """Note that a section is stored.

    What is typed and belongs to none of what was stored, such as labels of another kind of
    question, stays typed.
    """
    stored, typed = initial_texts(project), typed_fields(setup_draft(project))
    names = names_of(*section)
    mark_applied(project, [name for name in names if stored.get(name) or not typed.get(name)])


def has_typed(project: Project, section: Iterable[forms.Form]) -> bool:
    """Return whether something of a section is typed and not stored."""
    typed = typed_fields(setup_draft(project))
    return any(name in typed for name in names_of(*section))


def _aims_initial(project: Project) -> dict[str, str]:
    unknown = message_now("form.setup_forms.unknown")
    return {
        "business": project.aim_business,
        "social": project.aim_social or project.organisation.name,
        "ethical": project.aim_ethical,
        "whose": project.origin_whose or unknown,
        "consent": project.origin_consent or unknown,
        "paid": project.origin_paid or unknown,
    }


def _hard_initial(project: Project, source: Import | None) -> dict[str, Any]:
    level = project.severity
    if level is None:
        return {"modality": usual_modality(source) if source else Project.Modality.TEXT}
    return {
        "hard": CALM if level == 0 else SOME,
        "severity": str(level) if level else "",
        "categories": project.risk_categories,
        "modality": project.modality,
        "column": project.severity_column,
    }


def usual_modality(source: Import) -> str:
    """Return how people perceive what is judged: read, looked at or heard."""
    shows = picture_columns(source)
    judged = source.reading.get("chosen", {}).get("judged")
    if judged == SOUNDS:
        return Project.Modality.AUDIO
    is_picture = is_images(source) or judged in shows
    return Project.Modality.IMAGE if is_picture else Project.Modality.TEXT


def is_images(source: Import) -> bool:
    """Return whether the file holds pictures."""
    return source.format == "images"


def columns_form(source: Import | None, data: QueryDict | None = None) -> ColumnsForm | None:
    """Return the form of a file's columns with the stored choices."""
    if source is None:
        return None
    columns = ReadOptions.of_json(source.reading).columns
    chosen = source.reading.get("chosen", {})
    first = {"judged": columns[0]} if len(columns) == 1 or is_images(source) else {}
    return ColumnsForm(data, columns=columns, initial=first | chosen)


def hard_form(source: Import | None, data: QueryDict | None = None) -> HardForm:
    """Return the submitted form of how hard the material is to look at."""
    columns = ReadOptions.of_json(source.reading).columns if source else ()
    return HardForm(data, columns=columns)


def question_form(
    project: Project, source: Import | None, request: HttpRequest | None = None
) -> QuestionForm:
    """Return the question form with the stored question or the submitted data."""
    stored = question_or_none(project.id)
    shown_columns = columns_of(stored.schema) if stored else {}
    columns = tuple(
        dict.fromkeys([*(source.reading.get("columns", ()) if source else ()), *shown_columns])
    )
    old = cast("Listed", questions_of(stored.schema)[0].get("choices", ())) if stored else ()
    if request is not None:
        form = QuestionForm(request.POST, request.FILES, columns=columns, kept=old)
    elif stored is None:
        form = QuestionForm(initial=_guessed_question(source, columns), columns=columns)
    else:
        form = QuestionForm(initial=initial_of(stored.schema, stored.instructions), columns=columns)
    form.tasks_have_pages = has_task_pages(project.pk)
    return form


def _guessed_question(source: Import | None, columns: tuple[str, ...]) -> dict[str, Any]:
    """Return the kind that the file speaks for, with its answers and columns."""
    pairs = [(a, b) for a, b in pairwise(columns) if a[:-1] == b[:-1]]
    initial: dict[str, Any] = {"pair_a": pairs[0][0], "pair_b": pairs[0][1]} if pairs else {}
    guess = guess_of(source)
    if not guess:
        return initial
    initial["kind"] = guess["kind"]
    if guess["choices"]:
        initial["choices"] = list(guess["choices"])
    if guess["mode"]:
        initial["text_mode"] = guess["mode"]
    if guess["kind"] == "pair":
        initial |= {"pair_a": guess["column"], "pair_b": guess["other"]}
    if guess["kind"] == "chat":
        initial["chat_column"] = guess["column"]
    return initial


def proposals_of(project: Project) -> Proposals | None:
    """Return the three prices proposed for the place of the project's organisation."""
    return propose_prices(place_of(project), now_ms())


def place_of(project: Project) -> str:
    """Return where the client of a draft is: as typed, stored, or as its organisation says."""
    typed = typed_fields(setup_draft(project)).get(f"{CHAIN}-country")
    return (typed or [project.client_country or project.organisation.country])[0].upper()


def price_form(project: Project, data: QueryDict | None = None) -> SetupPriceForm:
    """Return the price form: the stored price, else what is proposed."""
    proposals, rate = proposals_of(project), rate_or_none(project.id)
    initial: dict[str, Any] = {"overlap": project.overlap}
    place = place_of(project)
    currency = proposals.minimum.currency if proposals else currency_of(place)
    if rate is not None:
        initial |= pay_initial(project, rate)
        initial["aim"] = _aim_of(str(initial["hourly"]), proposals)
        chain = chain_of(project.id)
        has_between = chain is not None and len(chain.parties) > 1
        initial["who"] = OWN if project.is_own_staff else BETWEEN if has_between else DIRECTLY
    else:
        question = question_or_none(project.id)
        kinds = [str(item["kind"]) for item in questions_of(question.schema)] if question else []
        initial |= {"seconds": str(usual_seconds(kinds)), "pays": "piece", "who": DIRECTLY}
        initial["aim"] = f"{proposals.suggested.decimal.normalize():f}" if proposals else OTHER
        if currency:
            initial["currency"] = currency
    if data is not None:
        return SetupPriceForm(data, initial=initial, proposals=proposals)
    return SetupPriceForm(initial=initial, proposals=proposals)


def _aim_of(hourly: str, proposals: Proposals | None) -> str:
    typed = hourly.replace(",", ".")
    amounts = [f"{amount.decimal.normalize():f}" for amount in proposals or ()]
    return typed if typed in amounts else OTHER
