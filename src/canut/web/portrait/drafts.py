"""The draft of a release, for representatives and whoever runs the instance; not public."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from canut.core.errors import Missing
from canut.core.ledger.representative_statements import StatementAbout
from canut.core.portrait.language import PortraitLanguage
from canut.store.portrait.drafts import draft_named
from canut.store.tables.portrait import PortraitDraft
from canut.web.kit.messages import message_now
from canut.web.participation.representative_statements import spoken_section
from canut.web.portrait.chapter import FORMS, draft_chapter
from canut.web.portrait.wording import language_now

FORM_NAMES = {
    "html": "page.draft.form_html",
    "pdf": "page.draft.form_pdf",
    "csv": "page.draft.form_csv",
}


def portrait_draft(request: HttpRequest, name: str) -> HttpResponse:
    """Show a draft: until when it is read, its figures, and what representatives wrote."""
    draft = _draft(name)
    context = {
        "draft": draft,
        "period": PortraitLanguage(language_now()).period(draft.period),
        "forms": [
            (message_now(FORM_NAMES[form]), reverse("portrait_draft_file", args=[name, form]))
            for form in FORMS
        ],
        "spoken": spoken_section(request, StatementAbout.RELEASE, name, "lead"),
    }
    return render(request, "participation/spoken/release_draft.html", context)


def portrait_draft_file(request: HttpRequest, name: str, form: str) -> HttpResponse:
    """Send the chapter of a draft as it would be released, in the page's language."""
    content, kind = draft_chapter(_draft(name), form, language_now())
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="canut-draft-{name}.{form}"'
    return answer


def _draft(name: str) -> PortraitDraft:
    draft = draft_named(name)
    if draft is None:
        raise Missing("there is no such draft")
    return draft
