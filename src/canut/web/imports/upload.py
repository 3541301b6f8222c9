"""Upload of a new project's file, and download of the rows that were set aside."""

from io import BytesIO

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language

from canut.actions.imports.lifecycle import write_problems
from canut.actions.platform.uploads import keep_uploads, upload_at
from canut.core.errors import Missing, TooLarge
from canut.core.outside_text import read_whole
from canut.store.models import Import, Project
from canut.store.projects.drafts import current_import

PASTED = "tableau.tsv"


def problems(request: HttpRequest, project: Project) -> HttpResponse:
    """Download the rows that were set aside, with reasons in the page's language."""
    out = BytesIO()
    write_problems(import_of(project).id, get_language() or "fr", out)
    answer = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{project.slug}-problems.csv"'
    return answer


def kept_upload(request: HttpRequest) -> str:
    """Store the uploaded files or a pasted table and return their token, or an upload's own.

    Raises:
        TooLarge: the files are over the limit of this instance.
        BadInput: no file was sent.
        Missing: the multipart upload has expired.
    """
    if token := request.POST.get("upload"):
        upload_at(token)
        return str(token)
    if (read_whole(request.META.get("CONTENT_LENGTH") or "0") or 0) > limit():
        raise TooLarge(f"at most {limit()} bytes", code="upload-too-large", limit=limit())
    sent = request.FILES.getlist("files")
    if pasted := request.POST.get("pasted", "").strip("\r\n"):
        return keep_uploads([(PASTED, [f"{pasted}\n".encode()])])
    return keep_uploads((upload.name or "file", upload.chunks()) for upload in sent)


def limit() -> int:
    """Return the largest upload allowed, in bytes."""
    return int(settings.UPLOAD_LIMIT_BYTES)


def import_of(project: Project) -> Import:
    """Return the import of a draft.

    Raises:
        Missing: it has none yet.
    """
    source = current_import(project)
    if source is None:
        raise Missing("this project has no file yet", code="file-lost")
    return source
