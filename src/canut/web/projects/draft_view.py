"""The setup page of a project: five steps on the warp, one of them open.

A step that is complete folds to one line with what it holds; a coming one is one line with its
default. The fields of every step are in the page, so that whatever is pressed saves all of them.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple, cast

from django.conf import settings
from django.forms import Form
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language

from canut.actions.imports.lifecycle import picture_columns
from canut.actions.operations.jobs import are_jobs_run
from canut.actions.platform import system_clock
from canut.actions.projects.cost_preview import Cover, estimate_at, pilot_at
from canut.actions.projects.draft_fields import conflicts_of
from canut.actions.projects.price_proposals import basis_of
from canut.core.errors import Refusal
from canut.core.formats import Problem, ReadOptions, preview
from canut.core.formats.problems import catalogue as problem_words
from canut.store.models import Import, ImportProblem, Project, Role
from canut.store.projects.drafts import (
    current_import,
    first_pictures,
    first_problems,
    names_of_people,
    setup_draft,
)
from canut.store.projects.versions import question_or_none, rate_or_none
from canut.web.kit.access import get_person, roles_in
from canut.web.kit.refusals import words_of
from canut.web.projects.question_summary import summarise_question
from canut.web.projects.question_templates import templates_for, words_of_guess
from canut.web.projects.setup_forms import OTHER, OWN, SetupPriceForm
from canut.web.projects.setup_sections import Sections, is_images, place_of, sections_of
from canut.web.protection.risk_forms import risk_in_words

STEPS = ("file", "question", "told", "price", "invite")
PILOT_PEOPLE = 5
PREVIEW_ROWS = 3
PROBLEMS_SHOWN = 5
SOUNDS = "audio"
PICTURES_SHOWN, PICTURE_SIDE = 8, 480


class Described(NamedTuple):
    """A problem of a file: position and text."""

    line: int
    column: str
    words: str


class TwoTexts(NamedTuple):
    """A field with two texts, as the page says it."""

    name: str
    label: str
    theirs: str
    mine: str
    who: str
    at_ms: int


def show_draft(
    request: HttpRequest, project: Project, *, status: int = 200, at: str = "", **forms: Form
) -> HttpResponse:
    """Render the page; ``forms`` are the submitted forms with errors, by section."""
    context = draft_context(request, project, at=at, **forms)
    return render(request, "projects/setup.html", context, status=status)


def draft_context(
    request: HttpRequest, project: Project, *, at: str = "", **forms: Form
) -> dict[str, Any]:
    """Return what the page shows, with one step open."""
    source = current_import(project)
    sections = sections_of(project)._replace(**cast("dict[str, Any]", forms))
    open_step = at or step_asked(request, project, source)
    context: dict[str, Any] = {
        "project": project,
        "source": source,
        "limit": settings.UPLOAD_LIMIT_BYTES,
        "at": open_step,
        "stands": {
            step: "cur"
            if step == open_step
            else "done"
            if is_done(step, project, source)
            else "todo"
            for step in STEPS
        },
        "title_form": sections.title,
        "columns_form": sections.columns,
        "question_form": sections.question,
        "aims_form": sections.aims,
        "hard_form": sections.hard,
        "pay_form": sections.price,
        "chain_form": sections.chain,
        "operates": Role.OPERATOR in roles_in(get_person(request), project),
        "people": PILOT_PEOPLE,
        "question": summarise_question(project),
        "risk": risk_in_words(project),
        "rate": rate_or_none(project.id),
        "templates": templates_for(project, source),
        "guess": "" if question_or_none(project.id) else words_of_guess(source),
        "place": place_of(project),
        "basis": basis_of(place_of(project), system_clock.now_ms()),
    }
    context |= draft_state(project, sections)
    context |= money_of_draft(project, sections.price)
    if source:
        context |= _file_context(source)
    return context


def draft_state(project: Project, sections: Sections) -> dict[str, Any]:
    """Return the version of what is typed, and the fields with two texts."""
    draft = setup_draft(project)
    labels = {
        form.add_prefix(name): str(field.label)
        for form in sections.forms()
        for name, field in form.fields.items()
    }
    conflicts = conflicts_of(draft)
    names = names_of_people({text.person_id for text in conflicts if text.person_id})
    return {
        "draft_version": draft.version if draft else 0,
        "draft_changed": draft.changed_ms if draft else None,
        "conflicts": [
            TwoTexts(
                text.name,
                labels.get(text.name, text.name),
                "\n".join(text.theirs),
                "\n".join(text.mine),
                names.get(text.person_id or 0, ""),
                text.at_ms,
            )
            for text in conflicts
        ],
    }


def step_asked(request: HttpRequest, project: Project, source: Import | None) -> str:
    """Return the step to open: the one asked for, else the first that is not complete."""
    asked = request.GET.get("step", "")
    if asked in STEPS[:-1]:
        return asked
    return next((step for step in STEPS[:-2] if not is_done(step, project, source)), "price")


def is_done(step: str, project: Project, source: Import | None) -> bool:
    """Return whether a step is complete."""
    if step == "file":
        return source is not None and is_chosen(source)
    if step == "question":
        return question_or_none(project.id) is not None
    if step == "told":
        return project.severity is not None and all(
            (
                project.aim_business,
                project.aim_social,
                project.aim_ethical,
                project.origin_whose,
                project.origin_consent,
                project.origin_paid,
            )
        )
    if step == "price":
        return rate_or_none(project.id) is not None
    return project.state != Project.State.DRAFT


def is_chosen(source: Import) -> bool:
    """Return whether the columns are chosen and the file is read, or is being read."""
    states = {Import.State.READING, Import.State.READY, *PUBLISHING}
    is_empty = source.state == Import.State.READY and not source.rows_good
    return "chosen" in source.reading and source.state in states and not is_empty


PUBLISHING = (Import.State.PUBLISHING, Import.State.PUBLISHED)


def is_read(source: Import) -> bool:
    """Return whether all rows are read and the bad rows are decided on."""
    settled = not source.rows_bad or source.reading.get("keep") == "good"
    return source.state in {Import.State.READY, Import.State.PUBLISHED} and settled


def shown_as(source: Import, judged: str) -> str:
    """Return how the cells of a column are shown: as image, audio or text."""
    if judged not in picture_columns(source):
        return "text"
    return "audio" if judged == SOUNDS else "image"


def is_being_read(source: Import) -> bool:
    """Return whether rows are being read now."""
    if source.reading.get("starting"):
        return True
    busy = source.state in {Import.State.READING, Import.State.PUBLISHING}
    return busy and "chosen" in source.reading


def _file_context(source: Import) -> dict[str, Any]:
    reading = ReadOptions.of_json(source.reading)
    try:
        path = Path(source.path)  # gone once its rows are tasks
        rows, fault = preview(path, PREVIEW_ROWS, reading).rows if path.exists() else [], ""
    except Refusal as refusal:
        rows, fault = [], words_of(refusal).detail
    judged = source.reading.get("chosen", {}).get("judged")
    return {
        "reading": reading,
        "rows": [[row.get(column, "") for column in reading.columns] for row in rows],
        "fault": fault,
        "is_images": is_images(source),
        "pictures": [
            f"{reverse('media', args=[source.project.slug, sha])}?size={PICTURE_SIDE}"
            for sha in (first_pictures(source, PICTURES_SHOWN) if is_images(source) else ())
        ],
        "beside": picture_columns(source) if not is_images(source) else [],
        "is_reading": is_being_read(source),
        "are_jobs_run": are_jobs_run,
        "judged": judged,
        "sample": next((row.get(judged, "") for row in rows), "") if judged else "",
        "problems": described(first_problems(source, PROBLEMS_SHOWN)),
        "warnings": described(reading.warnings),
        "failure": described_failure(source),
    }


def described(problems: Iterable[Problem | ImportProblem]) -> list[Described]:
    """Describe each problem in the page's language."""
    language = get_language() or "fr"
    return [
        Described(
            p.line,
            p.column,
            problem_words.words_of(Problem(p.line, p.column, p.code, p.facts), language),
        )
        for p in problems
    ]


def described_failure(source: Import) -> str:
    """Describe why reading a file failed; empty if it did not."""
    if not source.failure:
        return ""
    facts = source.failure.get("facts", {})
    return problem_words.words(source.failure.get("code", ""), facts, get_language() or "fr")


def money_of_draft(project: Project, form: SetupPriceForm) -> dict[str, Any]:
    """Return what the price of the form would cost, and what a pilot of five people needs."""
    now_ms = system_clock.now_ms()
    if form.is_bound:
        bound = form
    else:
        texts = {name: form[name].value() for name in form.fields}
        bound = SetupPriceForm(_as_data(texts), proposals=form.proposals)
    if not bound.is_valid() or bound.is_own_staff():
        is_own = bound.cleaned_data.get("who") == OWN
        return {"estimate": None, "pilot": None, "is_own": is_own}
    price, overlap = bound.price_given(), bound.cleaned_data["overlap"]
    project.client_country = place_of(project)
    try:
        estimate = estimate_at(project, price, overlap, PILOT_PEOPLE, now_ms)
        pilot: Cover | None = pilot_at(project, price, overlap, PILOT_PEOPLE, now_ms)
    except Refusal:
        return {"estimate": None, "pilot": None, "is_own": False}
    is_other = bound.cleaned_data.get("aim") in {"", OTHER}
    return {
        "estimate": estimate,
        "pilot": pilot,
        "is_own": False,
        "is_other": is_other,
        "seconds": bound.cleaned_data.get("seconds"),
    }


def _as_data(texts: dict[str, Any]) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, value in texts.items():
        if value not in {None, False, ""}:
            data[name] = str(value)
    return data
