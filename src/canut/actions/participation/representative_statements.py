"""Write what the elected representatives say beside a release, a card, a file or an assessment.

Only somebody whom an election put in office writes one, and nobody who also runs the instance. A
statement is signed with its time, entered in the platform log by its hash, and never changes: a
reply is another statement.
"""

from django.db import transaction

from canut.actions.ledger.entry_types import inscribe_spoken_statement
from canut.core.clock import Ms
from canut.core.errors import Forbidden, Incomplete, Missing, TooMany
from canut.core.ledger.representative_statements import (
    LONGEST,
    SpokenStatement,
    StatementAbout,
)
from canut.core.participation.message_deadlines import plain_text
from canut.store.participation.representative_statements import find_document, office_of
from canut.store.tables.participation import RepresentativesStatement
from canut.store.tables.people import Membership, Person, Role

MOST_BESIDE = 20


@transaction.atomic
def write_statement(
    by: Person, about: StatementAbout, subject: str, texts: tuple[str, str], now_ms: Ms
) -> RepresentativesStatement:
    """Sign a statement and enter it in the platform log; the same words again are no second one.

    Args:
        by: an elected representative.
        about: what kind of document it stands beside.
        subject: which one.
        texts: in French and in English; one of them may be empty.
        now_ms: the moment, in milliseconds since 1970 UTC.

    Raises:
        Forbidden: the person is in no office, or runs the instance.
        Missing: there is no such document.
        Incomplete, TooLarge: both texts are empty, or one is over 4,000 characters.
        TooMany: twenty statements stand beside it.
    """
    office = office_of(by)
    if office is None or office.election is None:
        raise Forbidden(
            "only elected representatives write this statement", code="not-a-representative"
        )
    operator_roles = Membership.objects.filter(person=by, role=Role.OPERATOR, ended_at=None)
    if operator_roles.exists():
        raise Forbidden(
            "who runs the instance writes no statement of representatives",
            code="statement-operator",
        )
    document = find_document(about, subject)
    if document is None:
        raise Missing(f"there is no {about.value} {subject!r}", code="statement-subject")
    french, english = clean_texts(*texts)
    beside = RepresentativesStatement.objects.filter(about=about, subject=subject)
    same = beside.filter(by=by, text_fr=french, text_en=english).first()
    if same is not None:
        return same
    if beside.count() >= MOST_BESIDE:
        raise TooMany(
            f"{MOST_BESIDE} statements stand beside it", code="statement-many", limit=MOST_BESIDE
        )
    spoken = SpokenStatement(
        about.value,
        subject,
        document.sha256,
        int(office.election.pk),
        now_ms,
        french,
        english,
    )
    row = RepresentativesStatement.objects.create(
        about=about,
        subject=subject,
        document=document.sha256,
        election=office.election,
        by=by,
        signed_ms=now_ms,
        text_fr=french,
        text_en=english,
        sha256=spoken.sha256,
    )
    inscribe_spoken_statement(spoken, now_ms)
    return row


def clean_texts(text_fr: str, text_en: str) -> tuple[str, str]:
    """Clean both texts; one of them may be empty.

    Raises:
        Incomplete: both are empty.
        TooLarge: one is over 4,000 characters.
    """
    if not text_fr.strip() and not text_en.strip():
        raise Incomplete("nothing is written", field="text")
    french, english = (
        plain_text(text, LONGEST) if text.strip() else "" for text in (text_fr, text_en)
    )
    return french, english
