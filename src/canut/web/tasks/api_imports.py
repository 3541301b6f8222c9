"""Imports over the API: what waits, why rows were set aside, published or discarded."""

from typing import Annotated, Literal

from django.http import HttpRequest
from django.utils.translation import get_language
from ninja import Path, Query, Status
from pydantic import Field

from canut.actions.imports.lifecycle import discard_import
from canut.actions.imports.publishing import publish_waiting
from canut.actions.platform.system_clock import now_ms
from canut.core.errors import Missing
from canut.core.formats import Problem
from canut.core.formats.problems.catalogue import words_of
from canut.store.integrations.api_lists import import_of, imports_from, problems_from
from canut.store.models import Import
from canut.store.tables.tasks import ImportProblem
from canut.web.kit.api.gate import project_id_of
from canut.web.kit.api.schemas import ListQuery, Number, Out, Sought, page_of, place_of

Id = Annotated[Number, Path()]


class ImportOut(Out):
    """The result of an import."""

    id: int
    state: Literal["reading", "ready", "publishing", "published", "discarded", "failed"]
    tasks: int = Field(description="Rows that are tasks, or will be.")
    set_aside: int = Field(description="Rows that cannot be used, or are tasks already.")
    failure: str | None = Field(description="A refusal code, where nothing could be read.")
    name: str = Field(description="Of the file.")


class ImportPage(Out):
    """Imports, newest first."""

    items: list[ImportOut]
    next: str | None


class RowProblem(Out):
    """Why one row was set aside."""

    line: int = Field(description="Of the file, from 1; 0 where it has none.")
    column: str
    code: str
    text: str


class ProblemPage(Out):
    """Problems of rows, in the order they were met."""

    items: list[RowProblem]
    next: str | None


class PublishIn(Sought):
    """What becomes of rows that cannot be used."""

    keep: Literal["good", "nothing"] = Field(
        "nothing",
        description="good: the other rows become tasks; nothing: refused while there are any.",
    )


def list_imports(request: HttpRequest, project: str, page: Query[ListQuery]) -> dict[str, object]:
    """List the imports, newest first, also those of pages and commands."""
    (after,) = place_of(page.cursor, (0,))
    rows = imports_from(project_id_of(request), after, page.limit)
    return page_of(rows, page.limit, lambda source: (source.pk,), import_told)


def read_import(request: HttpRequest, project: str, number: Id) -> dict[str, object]:
    """Return the result of an import."""
    return import_told(_import_of(request, number))


def list_problems(
    request: HttpRequest, project: str, number: Id, page: Query[ListQuery]
) -> dict[str, object]:
    """List why rows of an import were set aside."""
    (after,) = place_of(page.cursor, (0,))
    rows = problems_from(_import_of(request, number).pk, after, page.limit)
    return page_of(rows, page.limit, lambda row: (row.pk,), _problem_told)


def publish(
    request: HttpRequest, project: str, number: Id, how: Query[PublishIn]
) -> Status[object]:
    """Publish an import that waits, wherever it came from; 202 while a job runs.

    Twice is once. Rows that cannot be used are refused first: `keep=good` leaves them out.
    """
    source = _import_of(request, number)
    source = publish_waiting(source, now_ms(), keeps_good=how.keep == "good", at_once=False)
    is_done = source.state == Import.State.PUBLISHED
    return Status(200 if is_done else 202, import_told(source))


def discard(request: HttpRequest, project: str, number: Id) -> dict[str, object]:
    """Discard an import that is not published; twice is once."""
    return import_told(discard_import(_import_of(request, number).pk, now_ms()))


def import_told(source: Import) -> dict[str, object]:
    """Return an import in API format."""
    return {
        "id": source.pk,
        "state": source.state,
        "tasks": source.rows_good,
        "set_aside": source.rows_bad,
        "failure": (source.failure or {}).get("code"),
        "name": source.name,
    }


def _problem_told(row: ImportProblem) -> dict[str, object]:
    language = "en" if (get_language() or "").startswith("en") else "fr"
    problem = Problem(row.line, row.column, row.code, row.facts)
    return {
        "line": row.line,
        "column": row.column,
        "code": row.code,
        "text": words_of(problem, language),
    }


def _import_of(request: HttpRequest, number: int) -> Import:
    source = import_of(project_id_of(request), number)
    if source is None:
        raise Missing("no such import in this project", code="import-missing")
    return source
