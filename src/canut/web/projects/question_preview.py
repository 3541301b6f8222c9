"""Preview of a question while it is being written."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.utils.translation import get_language

from canut.actions.imports.lifecycle import picture_columns
from canut.core.errors import Refusal
from canut.core.formats import ReadOptions, preview
from canut.core.kinds import cells_of, check_schema
from canut.core.kinds.chat import turns_of
from canut.store.models import Import, Project
from canut.store.projects.drafts import current_import
from canut.store.projects.versions import question_or_none
from canut.store.work.workbench import first_rows, sizes_of
from canut.web.kit.messages import message_now
from canut.web.kit.refusals import words_of
from canut.web.projects.draft_view import shown_as
from canut.web.projects.setup_sections import question_form
from canut.web.tasks.region_overlay import SCREEN
from canut.web.tasks.task_view import judged_now

TRIED = 3  # tasks that an author answers to measure their time
HASH = re.compile(r"[0-9a-f]{64}").fullmatch


def question_preview(request: HttpRequest, project: Project) -> JsonResponse:
    """Return the question in workbench format with the first tasks, or its errors.

    Stores nothing.
    """
    source = current_import(project)
    form = question_form(project, source, request)
    if not form.is_valid():
        return JsonResponse({"why": message_now("page.question_preview.the_preview_comes_when")})
    try:
        schema = check_schema(form.schema(*_judged(project, source)))
    except Refusal as refusal:
        return JsonResponse({"why": words_of(refusal).detail})
    columns = cells_of(schema) | {item["column"]: item["as"] for item in _displayed(schema)}
    samples = [
        {column: _cell(project, row, column, as_) for column, as_ in columns.items()}
        for row in _first_rows(project, source) or [{}]
    ]
    return JsonResponse(
        {"schema": schema, "cells": samples[0], "samples": samples, "language": get_language()}
    )


def _displayed(schema: Mapping[str, object]) -> list[dict[str, str]]:
    """Return what a schema shows above its questions."""
    return cast("list[dict[str, str]]", schema["show"])


def _judged(project: Project, source: Import | None) -> tuple[str, str, list[str]]:
    """Return the judged column, how it is shown, and the image columns."""
    if source is not None and "chosen" in source.reading:
        judged = str(source.reading["chosen"]["judged"])
        return judged, shown_as(source, judged), [*picture_columns(source)]
    stored = question_or_none(project.pk)
    return judged_now(stored.schema) if stored else ("", "text", [])


def _first_rows(project: Project, source: Import | None) -> list[dict[str, str]]:
    """Return the first tasks of a project, or the first rows of its file, as many as are tried."""
    rows = first_rows(project.pk, TRIED)
    if rows or source is None:
        return rows
    try:
        return [*preview(Path(source.path), TRIED, ReadOptions.of_json(source.reading)).rows][
            :TRIED
        ]
    except Refusal:
        return []


def _sound(project: Project, value: str) -> str:
    """Return the URL of a sound of the project; empty before it is imported."""
    return reverse("media", args=[project.slug, value]) if HASH(value) else ""


def _cell(project: Project, row: dict[str, str], column: str, shown_as_: str) -> dict[str, Any]:
    value = row.get(column, "")
    if shown_as_ == "image" and (size := sizes_of(project.pk, {value}).get(value)):
        address = reverse("media", args=[project.slug, value])
        width, height = size
        url, raw = f"{address}?size={SCREEN}", f"{address}?raw=1"
        return {"as": "image", "url": url, "raw": raw, "width": width, "height": height, "alt": ""}
    if shown_as_ == "audio":
        return {"as": "audio", "url": _sound(project, value)}
    if shown_as_ == "turns":
        return {"as": "turns", "turns": turns_of(value)}
    return {"as": "text", "value": value or column}
