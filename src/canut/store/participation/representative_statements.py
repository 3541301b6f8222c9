"""Statements of representatives, the documents they stand beside, and who may write one.

Reads only.
"""

from typing import NamedTuple

from canut.core.ledger.representative_statements import StatementAbout
from canut.core.outside_text import read_whole
from canut.store.tables.datasets import Card
from canut.store.tables.participation import (
    ImpactAssessment,
    InspectorFile,
    RepresentativesStatement,
)
from canut.store.tables.people import Membership, Person, Role
from canut.store.tables.portrait import PortraitDraft, PortraitRelease

MOST_NUMBER = 1_000_000
LONGEST_SUBJECT = 64


class SubjectDocument(NamedTuple):
    """A document that a statement may stand beside: its hash, empty where none was made yet."""

    sha256: str


def statements_beside(about: StatementAbout, subject: str) -> list[RepresentativesStatement]:
    """List the statements beside a document, oldest first."""
    rows = RepresentativesStatement.objects.filter(about=about, subject=subject)
    return list(rows.select_related("election").order_by("id"))


def all_statements(limit: int) -> list[RepresentativesStatement]:
    """List the newest statements."""
    rows = RepresentativesStatement.objects.select_related("election").order_by("-id")
    return list(rows[:limit])


def office_of(person: Person) -> Membership | None:
    """Return the office of somebody whom an election put in office; None for anybody else."""
    return (
        Membership.objects.filter(
            person=person, role=Role.REPRESENTATIVE, ended_at=None, election__isnull=False
        )
        .select_related("election")
        .order_by("id")
        .first()
    )


def is_anybody_in_office() -> bool:
    """Return whether workers have a representative now."""
    return Membership.objects.filter(
        role=Role.REPRESENTATIVE, ended_at=None, election__isnull=False
    ).exists()


def open_drafts() -> list[PortraitDraft]:
    """List the drafts of releases that are not released yet, oldest first."""
    return list(PortraitDraft.objects.filter(released_ms=None).order_by("made_ms", "id"))


def find_document(about: StatementAbout, subject: str) -> SubjectDocument | None:
    """Return the document of a subject; None where there is no such document."""
    if not subject.isprintable() or len(subject) > LONGEST_SUBJECT:
        return None
    if about is StatementAbout.RELEASE:
        return _release(subject)
    if about is StatementAbout.CARD:
        is_public = Card.objects.filter(sha256=subject, is_public=True).exists()
        return SubjectDocument(subject) if is_public else None
    if about is StatementAbout.ASSESSMENT:
        assessment = ImpactAssessment.objects.filter(number=_number(subject)).first()
        return SubjectDocument(assessment.sha256) if assessment else None
    files = InspectorFile.objects.order_by("-id")
    newest = next((row for row in files if file_subject(row) == subject), None)
    return SubjectDocument(newest.sha256) if newest else None


def file_subject(row: InspectorFile) -> str:
    """Name the scope of an inspector's file, as a statement beside it does."""
    return scope_subject(row.first_day.isoformat(), row.last_day.isoformat(), row.place)


def scope_subject(first: str, last: str, place: str) -> str:
    """Name the days and the place of an inspector's file.

    Example:
        >>> scope_subject("2026-07-01", "2026-12-31", "FR")
        '2026-07-01/2026-12-31/FR'
    """
    return f"{first}/{last}/{place}"


def _number(text: str) -> int:
    """Return the number in a text; 0, which nothing has, where it is none."""
    return read_whole(text, MOST_NUMBER) or 0


def _release(subject: str) -> SubjectDocument | None:
    """Return an edition that is out, or the draft of one."""
    period, _, edition = subject.rpartition("-")
    named = {"period": period, "edition": _number(edition)}
    row = (
        PortraitRelease.objects.filter(**named).first()
        or PortraitDraft.objects.filter(**named).first()
    )
    return None if row is None else SubjectDocument(row.sha256)


def edition_of(subject: str) -> PortraitRelease | None:
    """Return the edition of that name, if it is out."""
    period, _, edition = subject.rpartition("-")
    return PortraitRelease.objects.filter(period=period, edition=_number(edition)).first()


def card_slug(sha256: str) -> str:
    """Return the dataset of a card by the card's hash; empty where there is none."""
    slugs = Card.objects.filter(sha256=sha256).values_list("project__slug", flat=True)
    return slugs.first() or ""


def count_drafts_to_read(person: Person) -> int:
    """Count the drafts beside which this representative has written nothing yet."""
    written = RepresentativesStatement.objects.filter(by=person, about=StatementAbout.RELEASE)
    subjects = set(written.values_list("subject", flat=True))
    return sum(draft.name not in subjects for draft in open_drafts())
