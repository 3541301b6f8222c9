"""The setup page of a project: all steps up to the current one.

A step is complete once its values are stored; the first incomplete one is the current step. Any
step can be reopened. Submitted values stay in their form until they are valid.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple, cast

from django.conf import settings
from django.forms import Form
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import get_language

from canut.actions.imports.lifecycle import picture_columns
from canut.actions.operations.jobs import are_jobs_run
from canut.actions.platform import system_clock
from canut.actions.projects.cost_preview import before_pilot, estimate_at
from canut.actions.projects.setup import Price
from canut.core.errors import Refusal
from canut.core.formats import Problem, ReadOptions, preview
from canut.core.formats.problems import catalogue as problem_words
from canut.core.kinds import questions_of
from canut.store.models import Import, ImportProblem, Project, Role
from canut.store.pay.funds import chain_of
from canut.store.projects.drafts import current_import, first_problems
from canut.store.projects.versions import question_or_none, rate_or_none
from canut.web.imports.forms import ColumnsForm
from canut.web.kit.access import get_person, roles_in
from canut.web.kit.refusals import words_of
from canut.web.pay.price_forms import ChainForm, DepositForm, PayForm, chain_initial, pay_initial
from canut.web.projects.question_form import Listed, QuestionForm, initial_of
from canut.web.projects.setup_forms import AimsForm
from canut.web.protection.risk_forms import RiskForm
from canut.web.tasks.task_view import columns_of

STEPS = ("file", "columns", "question", "aims", "risk", "pay", "chain", "start")
PREVIEW_ROWS = 4
PROBLEMS_SHOWN = 5
SOUNDS = "audio"


class Described(NamedTuple):
    """A problem of a file: position and text."""

    line: int
    column: str
    words: str


def show_draft(
    request: HttpRequest, project: Project, *, status: int = 200, **forms: Form
) -> HttpResponse:
    """Render the page; ``forms`` are the submitted forms with errors, by step."""
    source = current_import(project)
    reading = ReadOptions.of_json(source.reading) if source else None
    at = next((step for step in STEPS[:-1] if not is_done(step, project, source)), "start")
    context: dict[str, Any] = {
        "project": project,
        "source": source,
        "reading": reading,
        "limit": settings.UPLOAD_LIMIT_BYTES,
        "at": at,
        "stands": {
            step: "cur" if step == at else "done" if is_done(step, project, source) else "todo"
            for step in STEPS
        },
        "columns_form": forms.get("columns") or columns_form(source),
        "question_form": forms.get("question") or question_form(project, source),
        "aims_form": forms.get("aims") or _aims_form(project),
        "risk_form": forms.get("risk") or risk_form(project, source),
        "pay_form": forms.get("pay") or _pay_form(project),
        "chain_form": forms.get("chain") or _chain_form(project),
        "operates": Role.OPERATOR in roles_in(get_person(request), project),
        "start_error": forms.get("start"),
    }
    context |= money_of_draft(project, at)
    if source and reading:
        context |= _seen(source, reading)
    return render(request, "projects/setup.html", context, status=status)


def is_done(step: str, project: Project, source: Import | None) -> bool:
    """Return whether a step is complete."""
    if step in {"file", "columns"}:
        return source is not None and (step == "file" or is_read(source))
    if step == "question":
        return question_or_none(project.id) is not None
    if step == "aims":
        return all(
            (
                project.aim_business,
                project.aim_social,
                project.aim_ethical,
                project.origin_whose,
                project.origin_consent,
                project.origin_paid,
            )
        )
    if step == "risk":
        return project.severity is not None
    if step == "chain" and not project.is_own_staff:
        return chain_of(project.id) is not None
    return rate_or_none(project.id) is not None


def risk_form(project: Project, source: Import | None, data: QueryDict | None = None) -> RiskForm:
    """Return the risk form with the stored values."""
    columns = ReadOptions.of_json(source.reading).columns if source else ()
    has_said = project.severity is not None
    first = {
        "severity": str(project.severity) if has_said else None,
        "categories": project.risk_categories,
        "modality": project.modality if has_said or not source else _usual(source),
        "column": project.severity_column,
    }
    return RiskForm(data, columns=columns, initial=first)


def _usual(source: Import) -> str:
    shows = picture_columns(source)
    judged = source.reading.get("chosen", {}).get("judged")
    if judged == SOUNDS:
        return Project.Modality.AUDIO
    is_picture = is_images(source) or judged in shows
    return Project.Modality.IMAGE if is_picture else Project.Modality.TEXT


def shown_as(source: Import, judged: str) -> str:
    """Return how the cells of a column are shown: as image, audio or text."""
    if judged not in picture_columns(source):
        return "text"
    return "audio" if judged == SOUNDS else "image"


def is_read(source: Import) -> bool:
    """Return whether all rows are read and the bad rows are decided on."""
    settled = not source.rows_bad or source.reading.get("keep") == "good"
    return source.state in {Import.State.READY, Import.State.PUBLISHED} and settled


def columns_form(source: Import | None, data: QueryDict | None = None) -> ColumnsForm | None:
    """Return the form of a file's columns with the stored choices."""
    if source is None:
        return None
    columns = ReadOptions.of_json(source.reading).columns
    chosen = source.reading.get("chosen", {})
    first = {"judged": columns[0]} if len(columns) == 1 or is_images(source) else {}
    return ColumnsForm(data, columns=columns, initial=first | chosen)


def is_images(source: Import) -> bool:
    """Return whether the file holds pictures."""
    return source.format == "images"


def _seen(source: Import, reading: ReadOptions) -> dict[str, Any]:
    try:
        rows, fault = preview(Path(source.path), PREVIEW_ROWS, reading).rows, ""
    except Refusal as refusal:
        rows, fault = [], words_of(refusal).detail
    cells = [[row.get(column, "") for column in reading.columns] for row in rows]
    judged = source.reading.get("chosen", {}).get("judged")
    return {
        "rows": cells,
        "fault": fault,
        "is_images": is_images(source),
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


def is_being_read(source: Import) -> bool:
    """Return whether rows are being read now."""
    if source.reading.get("starting"):
        return True
    busy = source.state in {Import.State.READING, Import.State.PUBLISHING}
    return busy and "chosen" in source.reading


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
        return QuestionForm(request.POST, request.FILES, columns=columns, kept=old)
    first = {} if stored is None else initial_of(stored.schema, stored.instructions)
    return QuestionForm(initial=first, columns=columns)


def _aims_form(project: Project) -> AimsForm:
    return AimsForm(
        initial={
            "business": project.aim_business,
            "social": project.aim_social,
            "ethical": project.aim_ethical,
            "whose": project.origin_whose,
            "consent": project.origin_consent,
            "paid": project.origin_paid,
        }
    )


def _pay_form(project: Project) -> PayForm:
    return PayForm(initial=pay_initial(project, rate_or_none(project.id)))


def _chain_form(project: Project) -> ChainForm:
    return ChainForm(initial=chain_initial(project, chain_of(project.id)))


def money_of_draft(project: Project, at: str) -> dict[str, Any]:
    """Return the estimate at the stored price, and the funds the pilot needs."""
    rate, now_ms = rate_or_none(project.id), system_clock.now_ms()
    if rate is None or project.is_own_staff:
        return {}
    price = Price(
        rate.currency,
        rate.piece_micro,
        rate.hourly_micro,
        rate.task_ms,
        project.floor_micro,
        rate.by_hour_micro,
    )
    context: dict[str, Any] = {"estimate": estimate_at(project, price, project.overlap, now_ms)}
    if at == "start":
        context |= funds_before_pilot(project, now_ms)
    return context


def funds_before_pilot(project: Project, now_ms: int) -> dict[str, Any]:
    """Return the required and available funds; explain an unknown jurisdiction."""
    try:
        return {"funds": before_pilot(project, now_ms), "deposit_form": DepositForm()}
    except Refusal as refusal:
        return {"funds_error": words_of(refusal).detail}
