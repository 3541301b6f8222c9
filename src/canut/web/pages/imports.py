"""The file of a new project: sent, looked at, its columns chosen, its bad rows settled."""

from io import BytesIO

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language

from canut.actions.drafts import begin_import, choose_columns, keep_good_rows
from canut.actions.imports import discard_import
from canut.actions.jobs import are_jobs_run, read_soon
from canut.actions.problems import write_problems
from canut.actions.uploads import keep_uploads, upload_at
from canut.core.errors import BadInput, Missing, Refusal, TooLarge
from canut.store.drafts import current_import
from canut.store.models import Import, Project
from canut.web.access import person_of
from canut.web.draft import columns_form, is_being_read, show_draft
from canut.web.words import words_of


def file(request: HttpRequest, project: Project) -> HttpResponse:
    """Take another file in the place of the one before."""
    begin_import(project, kept_upload(request), by=person_of(request), now=timezone.now())
    return redirect("project_setup", project.slug)


def columns(request: HttpRequest, project: Project) -> HttpResponse:
    """Keep which columns mean what, and read every row."""
    source = _import_of(project)
    form = columns_form(source, request.POST)
    if form is not None and form.is_valid():
        try:
            read_soon(choose_columns(source, **form.cleaned_data))
        except Refusal as refusal:
            form.add_error("judged", words_of(refusal).detail)
        else:
            return redirect("project_setup", project.slug)
    return show_draft(request, project, status=422, **({"columns": form} if form else {}))


def rows(request: HttpRequest, project: Project) -> HttpResponse:
    """Keep the good rows, or nothing at all."""
    source, keep = _import_of(project), request.POST.get("keep", "")
    if keep == "good":
        keep_good_rows(source)
    elif keep == "nothing":
        discard_import(source.id, timezone.now())
    else:
        raise BadInput(f"keep is {keep!r}; expected good or nothing")
    return redirect("project_setup", project.slug)


def reading(request: HttpRequest, project: Project) -> HttpResponse:
    """Show how far the reading is, as a part of the page; lead on when it is done."""
    source = _import_of(project)
    if project.state != Project.State.DRAFT:
        return redirect("project", project.slug)
    if not is_being_read(source):
        return redirect("project_setup", project.slug)
    shown = {"project": project, "source": source, "are_jobs_run": are_jobs_run}
    return render(request, "projects/_reading.html", shown)


def problems(request: HttpRequest, project: Project) -> HttpResponse:
    """Download the rows that were set aside, with reasons in the page's language."""
    out = BytesIO()
    write_problems(_import_of(project).id, get_language() or "fr", out)
    answer = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{project.slug}-problems.csv"'
    return answer


def kept_upload(request: HttpRequest) -> str:
    """Keep the files a form brought and return their token, or that of one that came in parts.

    Raises:
        TooLarge: more came than this instance takes.
        BadInput: nothing came.
        Missing: what came in parts is no longer kept.
    """
    if token := request.POST.get("upload"):
        upload_at(token)
        return str(token)
    if int(request.META.get("CONTENT_LENGTH") or 0) > limit():
        raise TooLarge(f"at most {limit()} bytes", code="upload-too-large", limit=limit())
    sent = request.FILES.getlist("files")
    return keep_uploads((upload.name or "file", upload.chunks()) for upload in sent)


def limit() -> int:
    """Return how many bytes one upload may have."""
    return int(settings.UPLOAD_LIMIT_BYTES)


def _import_of(project: Project) -> Import:
    found = current_import(project)
    if found is None:
        raise Missing("this project has no file yet", code="file-lost")
    return found
