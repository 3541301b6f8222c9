"""Statements of representatives: all of them, the section beside a document, and writing one."""

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from canut.actions.participation.representative_statements import write_statement
from canut.actions.platform.system_clock import now_ms
from canut.core.clock import from_ms
from canut.core.errors import BadInput
from canut.core.ledger.representative_statements import StatementAbout
from canut.store.models import Role
from canut.store.participation.representative_statements import (
    all_statements,
    card_slug,
    edition_of,
    office_of,
    open_drafts,
    statements_beside,
)
from canut.store.tables.participation import RepresentativesStatement
from canut.web.kit.access import get_person, roles_anywhere
from canut.web.kit.languages import two_sided
from canut.web.kit.messages import message_now

MOST_LISTED = 50
KINDS = {
    StatementAbout.RELEASE: "page.spoken.kind_release",
    StatementAbout.CARD: "page.spoken.kind_card",
    StatementAbout.FILE: "page.spoken.kind_inspect",
    StatementAbout.ASSESSMENT: "page.spoken.kind_effects",
}


class SpokenText(NamedTuple):
    """One statement as a page shows it.

    Args:
        text: in the page's language, or the only one it has.
        language: of ``text``.
        other: in the other language, if there is one.
        other_language: of ``other``.
        signed_ms: when it was signed.
        elected: the day of the count that put them in office.
        sha256: hash of the statement.
        is_later: written after the release beside which it stands.
        subject: what it is about, in words.
        address: of what it is about.
    """

    text: str
    language: str
    other: str
    other_language: str
    signed_ms: int
    elected: date
    sha256: str
    is_later: bool
    subject: str = ""
    address: str = ""


class SpokenSection(NamedTuple):
    """The statements beside one document, and whether this person may write one.

    ``size``: the class of the operator's text on the page, so that both have one size.
    """

    statements: list[SpokenText]
    may_write: bool
    about: str
    subject: str
    size: str


def spoken_section(
    request: HttpRequest,
    about: StatementAbout,
    subject: str,
    size: str = "measure",
    signed: Collection[str] | None = None,
) -> SpokenSection:
    """Return what stands beside a document.

    Args:
        request: of the page.
        about: what kind of document.
        subject: which one.
        size: the class of the operator's text on the page.
        signed: hashes of the statements that the document's own signature covers; None where
            nothing distinguishes them.
    """
    rows = statements_beside(about, subject)
    may_write = may_speak(request)
    texts = [
        _spoken_text(row)._replace(is_later=signed is not None and row.sha256 not in signed)
        for row in rows
    ]
    return SpokenSection(texts, may_write, about.value, subject, size)


def may_speak(request: HttpRequest) -> bool:
    """Return whether this person is an elected representative who does not run the instance."""
    if not request.user.is_authenticated:
        return False
    roles = roles_anywhere(request)
    return (
        Role.REPRESENTATIVE in roles
        and Role.OPERATOR not in roles
        and office_of(get_person(request)) is not None
    )


def statements(request: HttpRequest) -> HttpResponse:
    """List the newest statements; representatives and operators also see open drafts."""
    roles = roles_anywhere(request) if request.user.is_authenticated else frozenset[Role]()
    is_overseer = bool(roles & {Role.OPERATOR, Role.REPRESENTATIVE})
    context = {
        "drafts": open_drafts() if is_overseer else [],
        "statements": [
            _spoken_text(row)._replace(subject=_subject(row), address=_address(row))
            for row in all_statements(MOST_LISTED)
        ],
    }
    return render(request, "participation/spoken/statements.html", context)


def write(request: HttpRequest) -> HttpResponse:
    """Sign a statement, then show it where it stands.

    Raises:
        BadInput: there is no such kind of document.
    """
    name = request.POST.get("about", "")
    if name not in set(StatementAbout):
        raise BadInput(f"{name[:20]!r} is no kind of document", code="bad-request")
    texts = (request.POST.get("text_fr", ""), request.POST.get("text_en", ""))
    subject = request.POST.get("subject", "")
    row = write_statement(get_person(request), StatementAbout(name), subject, texts, now_ms())
    messages.success(request, message_now("page.spoken.is_signed"))
    return redirect(_address(row))


def _spoken_text(row: RepresentativesStatement) -> SpokenText:
    text, language = row.spoken().text_in(two_sided())
    other_language = "en" if language == "fr" else "fr"
    other = row.text_en if other_language == "en" else row.text_fr
    counted_ms = row.election.counted_ms or row.election.closes_ms
    return SpokenText(
        text,
        language,
        other,
        other_language,
        row.signed_ms,
        from_ms(counted_ms).date(),
        row.sha256,
        is_later=False,
    )


def _subject(row: RepresentativesStatement) -> str:
    about = StatementAbout(row.about)
    named = card_slug(row.subject) if about is StatementAbout.CARD else row.subject
    return message_now(KINDS[about], subject=named)


def _address(row: RepresentativesStatement) -> str:
    """Return where the document of a statement stands."""
    about = StatementAbout(row.about)
    if about is StatementAbout.CARD:
        slug = card_slug(row.subject)
        return reverse("card", args=[slug]) if slug else reverse("cards")
    if about is StatementAbout.FILE:
        return reverse("inspect")
    if about is StatementAbout.ASSESSMENT:
        return reverse("effects")
    released = edition_of(row.subject)
    if released is None:
        return reverse("portrait_draft", args=[row.subject])
    return reverse("portrait_edition", args=[released.period, released.edition])
