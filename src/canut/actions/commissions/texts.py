"""Write texts for people outside the trade, version after version, and put one to readers."""

from collections.abc import Sequence
from typing import NamedTuple

from django.db import IntegrityError, transaction

from canut.core.clock import Ms
from canut.core.commissions.reader_tests import (
    LONGEST_TEXT,
    ReaderQuestion,
    check_questions,
    readers_asked,
)
from canut.core.errors import BadInput, Conflict, Forbidden, Incomplete
from canut.store.commissions.commissions import commission_of
from canut.store.commissions.texts import next_version
from canut.store.tables.commissions import PlainText, ReaderTest
from canut.store.tables.people import Person
from canut.store.tables.projects import Project

LANGUAGES = ("fr", "en")
LONGEST_NAME = 80


class TextFields(NamedTuple):
    """A text as it is typed: what it tells of, its name, its language and its words."""

    of: str
    name: str
    language: str
    text: str


def write_text(project: Project, fields: TextFields, *, by: Person, now_ms: Ms) -> PlainText:
    """Store a text as its next version.

    Raises:
        Forbidden: a program writes none.
        BadInput: ``text-sort``: the sort or the language is none; ``too-long``.
        Incomplete: ``text-missing``: it has no name or no words.
    """
    if by.is_service:
        raise Forbidden("a person writes a text", code="service-actor")
    of, name, language, text = fields
    if of not in PlainText.Of.values or language not in LANGUAGES:
        raise BadInput(
            f"no text of {of[:20]!r} in {language[:5]!r}; choose what it tells of and a language",
            code="text-sort",
            field="of",
        )
    tidy, title = text.strip(), name.strip()
    if not tidy or not title:
        raise Incomplete("give the text a name and words", code="text-missing", field="text")
    for field, words, limit in (("text", tidy, LONGEST_TEXT), ("name", title, LONGEST_NAME)):
        if len(words) > limit:
            raise BadInput(
                f"the {field} has {len(words)} characters; at most {limit}",
                code="too-long",
                field=field,
                limit=limit,
            )
    commission = commission_of(project.pk)
    is_about_people = of == PlainText.Of.DECISION or (
        commission is not None and commission.is_about_people
    )
    with transaction.atomic():
        project = Project.objects.select_for_update().get(pk=project.pk)  # one version at a time
        return PlainText.objects.create(
            project=project,
            of=of,
            name=title,
            language=language,
            version=next_version(project.pk, of, title, language),
            text=tidy,
            is_about_people=is_about_people,
            by=by,
            at_ms=now_ms,
        )


def open_reader_test(
    text: PlainText, questions: Sequence[ReaderQuestion], *, by: Person, now_ms: Ms
) -> ReaderTest:
    """Put a version of a text to readers: five, or ten where it decides about people.

    Raises:
        Forbidden: a program opens none.
        Incomplete, BadInput: the questions cannot be asked; see ``check_questions``.
        Conflict: ``reader-test-open``: this version has its test.
    """
    if by.is_service:
        raise Forbidden("a person puts a text to readers", code="service-actor")
    check_questions(questions)
    try:
        with transaction.atomic():
            return ReaderTest.objects.create(
                text=text,
                questions=[[each.ask.strip(), list(each.options), each.key] for each in questions],
                asked=readers_asked(is_about_people=text.is_about_people),
                opened_ms=now_ms,
                by=by,
            )
    except IntegrityError as error:
        raise Conflict(
            "this version was put to readers; write its next version", code="reader-test-open"
        ) from error
