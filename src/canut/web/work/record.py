"""A person's work record: read, print, download, share, import from elsewhere."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, override

from canut.actions.platform.system_clock import now_ms
from canut.actions.work.work_record import (
    FORMS,
    bring_record,
    create_share_token,
    handed_over,
    record_file,
    whole_record,
)
from canut.core.errors import Incomplete, Missing
from canut.core.work.work_record import Record
from canut.store.work.work_record import brought_by, record_of
from canut.web.kit.access import get_person
from canut.web.kit.messages import message_now
from canut.web.work.record_layout import pdf_of_record, record_paper, with_reasons, with_titles

SHOWN = 200
PDF, LANGUAGES = "pdf", ("fr", "en")


def record(request: HttpRequest) -> HttpResponse:
    """Show my whole record; long tables are cut, files are not."""
    person = get_person(request)
    whole = with_reasons(with_titles(record_of(person, settings.URL, now_ms())))
    tables = {name: rows[-SHOWN:] for name, rows in whole.tables.items()}
    context = {
        "record": whole,
        "pay": whole.pay_by_currency(),
        "tables": tables,
        "counts": {name: len(rows) for name, rows in whole.tables.items()},
        "most": SHOWN,
        "handed": request.session.pop("record_handed", ""),
        "brought": brought_by(person),
    }
    return render(request, "work/record.html", context)


def record_as(request: HttpRequest, form: str) -> HttpResponse:
    """Send my whole record as a file."""
    language, _dot, last = form.rpartition(".")
    if last not in FORMS or (language and (last != PDF or language not in LANGUAGES)):
        raise Missing(f"no record as {form}; there are {', '.join(FORMS)}")
    person, at_ms = get_person(request), now_ms()
    if last == PDF:
        content = _printed(whole_record(person, at_ms), language)
    else:
        content = record_file(person, form, at_ms)
    answer = HttpResponse(content, content_type=FORMS[last])
    answer["Content-Disposition"] = f'attachment; filename="canut-record.{form}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def _printed(record: Record, language: str) -> bytes:
    """Print a record in a language; the page's by default."""
    with override(language or get_language()):
        return pdf_of_record(record_paper(record), record.made_ms // 1000)


def share_record(request: HttpRequest) -> HttpResponse:
    """Create a link to my record, valid for a week."""
    path = reverse("record_handed", args=[create_share_token(get_person(request))])
    request.session["record_handed"] = f"{settings.URL.rstrip('/')}{path}"
    return redirect("record")


def handed(request: HttpRequest, token: str) -> HttpResponse:
    """Send a shared record to the holder of its link."""
    answer = HttpResponse(handed_over(token, now_ms()), content_type=FORMS["zip"])
    answer["Content-Disposition"] = 'attachment; filename="canut-record.zip"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def bring(request: HttpRequest) -> HttpResponse:
    """Store a record from another instance with mine."""
    upload = request.FILES.get("file")
    if upload is None:
        raise Incomplete("no file came", code="upload-empty", field="file")
    bring_record(get_person(request), upload.read(), now_ms())
    messages.success(request, message_now("page.record.your_record_from_elsewhere"))
    return redirect("record")
