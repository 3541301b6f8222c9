"""Show a requester their own page as a person at work will see it, with nothing taken.

As on Mechanical Turk, the page is given ``ASSIGNMENT_ID_NOT_AVAILABLE`` and no worker. It runs in
the frame and under the policy it will have, but its form may be sent nowhere. A signed address that
ends after an hour stands for the requester, whose session a page never sees.
"""

from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.clickjacking import (
    xframe_options_exempt,
    xframe_options_sameorigin,
)

from canut.core.clock import HOUR_MS
from canut.core.errors import Missing, Refusal
from canut.core.formats import ReadOptions, preview
from canut.core.formats.platforms.mturk_question import PageForm, sites_of
from canut.core.outside_text import read_whole
from canut.store.models import Project
from canut.store.own_pages.pages import first_tasks, page_of_question, page_of_task
from canut.store.own_pages.seats import hit_id_of
from canut.store.projects.drafts import current_import
from canut.store.projects.versions import question_or_none
from canut.store.tables.tasks import RequesterPage
from canut.web.own_pages.frame import add_parameters, framed, pages_origin
from canut.web.own_pages.hosted import page_body, serve

NOT_AVAILABLE = "ASSIGNMENT_ID_NOT_AVAILABLE"
SALT = "canut.own_pages.preview"
MOST_SAMPLES = 20
MOST_AGE_S = HOUR_MS // 1000


class Sample(NamedTuple):
    """A task as its page is filled in: its number from 1, the page, the cells, the id of the HIT.

    ``last`` is the number of the last sample.
    """

    number: int
    last: int
    page: RequesterPage
    row: dict[str, str]
    hit_id: str


def show_preview(request: HttpRequest, project: Project) -> HttpResponse:
    """Show the page of a task, the sites it loads from, and how it will be sent.

    Raises:
        Missing: the question names no page.
    """
    sample = _sample(project.pk, read_whole(request.GET.get("task", "")) or 1)
    page = sample.page
    context = {
        "project": project,
        "sample": sample,
        "before": sample.number - 1,
        "after": sample.number + 1 if sample.number < sample.last else 0,
        "hosts": sites_of(PageForm(page.form), page.body, page.hosts, sample.row),
        "is_outside": page.form == RequesterPage.Form.EXTERNAL,
    }
    return render(request, "own_pages/preview.html", context)


@xframe_options_sameorigin
def preview_frame(request: HttpRequest, project: Project) -> HttpResponse:
    """Frame the page of a task as the workbench does.

    Raises:
        Missing: the question names no page.
    """
    sample = _sample(project.pk, read_whole(request.GET.get("task", "")) or 1)
    origin = pages_origin(request)
    given = {"assignmentId": NOT_AVAILABLE, "hitId": sample.hit_id, "turkSubmitTo": origin}
    if sample.page.form == RequesterPage.Form.EXTERNAL:
        return framed(request, add_parameters(sample.page.body, given))
    token = signing.dumps([project.pk, sample.number], salt=SALT)
    path = reverse("own_page_preview", args=[token])
    return framed(request, f"{origin}{path}?{urlencode(given)}")


@xframe_options_exempt
def preview_page(request: HttpRequest, secret: str) -> HttpResponse:
    """Send the page of a signed address; what it posts goes nowhere.

    Raises:
        Missing: the address is not ours or over, or the question names no page now.
    """
    try:
        project, number = signing.loads(secret, salt=SALT, max_age=MOST_AGE_S)
    except signing.BadSignature as error:
        raise Missing("there is no such page, or its address is over; open it again") from error
    sample = _sample(project, number)
    return serve(request, page_body(pages_origin(request), sample.page, sample.row, ""), "")


def _sample(project: int, number: int) -> Sample:
    """Return a task of a project, or a row of its file before there are tasks.

    Raises:
        Missing: the question names no page, or there is no such task.
    """
    question = question_or_none(project)
    if question is None:
        raise Missing("the project asks no question yet; write one first")
    tasks = first_tasks(project, MOST_SAMPLES)
    page = page_of_question(project, question.schema)
    samples = tasks or [(0, row) for row in (_rows_of_file(page.project) if page else [{}])]
    last = max(1, len(samples))
    at = min(max(number, 1), last)
    task, row = samples[at - 1] if samples else (0, {})
    page = page_of_task(project, task, question.schema)
    if page is None:
        raise Missing("the question shows no page of your own; give it one first")
    return Sample(at, last, page, row, hit_id_of(task))


def _rows_of_file(project: Project) -> list[dict[str, str]]:
    """Return the first rows of the file of a draft; none if it cannot be read."""
    source = current_import(project)
    if source is None:
        return []
    try:
        shown = preview(Path(source.path), MOST_SAMPLES, ReadOptions.of_json(source.reading))
    except (Refusal, OSError):
        return []
    return list(shown.rows)[:MOST_SAMPLES]
