"""Store pages that requesters wrote, each once in a project, and give tasks pages of their own.

Reading and refusing a page is in ``core.formats.platforms``; here it is stored as it was read.
"""

import hashlib
import secrets
import string
from collections.abc import Iterable

from django.db import transaction

from canut.core.clock import Ms
from canut.core.errors import Missing
from canut.core.formats.platforms.mturk_question import PageForm, ParsedPage
from canut.core.kinds import Schema, questions_of
from canut.store.own_pages.pages import page_stored
from canut.store.own_pages.seats import PUBLIC_ID_LENGTH
from canut.store.sql.written_once import FixedInsert
from canut.store.tables.tasks import RequesterPage, TaskPage

PAGES = FixedInsert(RequesterPage)
_FIRST = "3"
_LETTERS = string.ascii_uppercase + string.digits


def new_public_id() -> str:
    """Return a new id as Mechanical Turk writes those of HITs and assignments."""
    return _FIRST + "".join(secrets.choice(_LETTERS) for _ in range(PUBLIC_ID_LENGTH - 1))


def page_digest(form: PageForm, document: str) -> str:
    """Return the SHA-256 under which a page is stored: of its form, a line end, and the document.

    Example:
        >>> page_digest(PageForm.HTML, "<p>a</p>")[:8]
        '6a0b3d62'
    """
    return hashlib.sha256(f"{form.value}\n{document}".encode("utf-8", "surrogatepass")).hexdigest()


def add_page(project_id: int, page: ParsedPage, now_ms: Ms, sent: str = "") -> RequesterPage:
    """Store a page in a project, or return the one that is there.

    Args:
        project_id: the project that shows it.
        page: as ``parse_question`` or ``parse_layout`` returned it.
        now_ms: the moment, in milliseconds since 1970 UTC.
        sent: the document it came in, where the page is a part of that.
    """
    new = RequesterPage(
        project_id=project_id,
        sha256=page_digest(page.form, sent or page.body),
        form=page.form.value,
        body=page.body,
        sent="" if sent == page.body else sent,
        frame_height=page.frame_height,
        hosts=list(page.hosts),
        at_ms=now_ms,
    )
    if not PAGES.add(new, or_ignore=True):  # the same document is there, with the same columns
        new.pk = page_stored(project_id, new.sha256)
    return new


@transaction.atomic
def assign_page(page: RequesterPage, tasks: Iterable[int], public_ids: Iterable[str] = ()) -> None:
    """Let tasks show a page of their own, with the ids under which programs know them, if any."""
    ids = list(public_ids)
    numbers = list(tasks)
    TaskPage.objects.bulk_create(
        TaskPage(task_id=task, page=page, public_id=public_id)
        for task, public_id in zip(numbers, ids or [""] * len(numbers), strict=True)
    )


def check_pages(project_id: int, schema: Schema) -> None:
    """Raise if a question names a page that its project does not have.

    Raises:
        Missing: it has none of this SHA-256; upload it first.
    """
    for question in questions_of(schema):
        digest = question.get("page") if question["kind"] == "page" else None
        pages = RequesterPage.objects.filter(project_id=project_id, sha256=digest)
        if digest is not None and not pages.exists():
            raise Missing(
                f"the project has no page {str(digest)[:12]}…; upload the page first",
                code="own-page-unknown",
                sha256=str(digest),
            )
