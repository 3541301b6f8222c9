"""Collect a person's whole record: work, pay, messages, decisions, imported records.

The rows hold no other person's name or id; messages from others show only the author's role.
"""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import QuerySet

from canut.core.clock import to_ms
from canut.core.pay.statement_input import RESALE_SHARE
from canut.core.work.work_record import TABLES, Cell, Record, Row
from canut.store.tables.commissions import Reader, Reading, ReadingMark
from canut.store.tables.comparisons import ComparedPerson
from canut.store.tables.datasets import ResaleShare
from canut.store.tables.decisions import Appeal, Decision
from canut.store.tables.ethics import (
    EthicsAssisted,
    EthicsNominee,
    EthicsOpinion,
    EthicsTerm,
)
from canut.store.tables.participation import ClientRating, Message, TermsAccepted
from canut.store.tables.pathways import Destination, FollowedPathway
from canut.store.tables.pay import Bonus, PayAdjustment, PayLine
from canut.store.tables.people import Membership, Person, PlaceWord, Terms, TermsChange
from canut.store.tables.quality import Verdict
from canut.store.tables.recruiting.crowd import PoolMember
from canut.store.tables.recruiting.prolific import TopUp
from canut.store.tables.recruiting.studies import Participation, PrescreenAnswer
from canut.store.tables.turk.people import WorkerAlias
from canut.store.tables.work import (
    Answer,
    Begun,
    BroughtRecord,
    PageSeat,
    QualificationAttempt,
    QualificationGrant,
    QualificationRequest,
    Worker,
)


def brought_by(person: Person) -> list[BroughtRecord]:
    """List the records a person imported, newest first, without their content."""
    return list(BroughtRecord.objects.filter(person=person).defer("content").order_by("-id"))


def record_of(person: Person, instance: str, now_ms: int) -> Record:
    """Collect the whole record of a person.

    Args:
        person: whose.
        instance: what this instance is called from outside.
        now_ms: when, in milliseconds since 1970 UTC.
    """
    reads: dict[str, Iterable[tuple[Any, ...]]] = {
        "roles": (
            (role, project or organisation, _ms(since), _ms(ended))
            for role, project, organisation, since, ended in Membership.objects.filter(
                person=person
            )
            .order_by("id")
            .values_list("role", "project__title", "organisation__name", "created_at", "ended_at")
        ),
        "projects": (
            (*names, _ms(joined), _ms(left_at), _thousandths(accuracy), agreed, compared)
            for *names, joined, left_at, accuracy, agreed, compared in Worker.objects.filter(
                person=person
            )
            .order_by("id")
            .values_list(
                "project__slug",
                "project__title",
                "project__organisation__name",
                "public_id",
                "created_at",
                "ended_at",
                "accuracy",
                "agreed",
                "compared",
            )
        ),
        "answers": Answer.objects.filter(worker__person=person)
        .order_by("id")
        .values_list(
            "id",
            "project__slug",
            "task",
            "author_kind",
            "question_version__number",
            "answered_ms",
            "elapsed_ms",
            "counted",
            "surplus",
            "replaces",
        ),
        "pay_lines": PayLine.objects.filter(worker__person=person)
        .order_by("id")
        .values_list(
            "answer",
            "project__slug",
            "rate_version__number",
            "piece_micro",
            "currency",
            "elapsed_ms",
            "time_basis",
            "at_ms",
        ),
        "reviews": Verdict.objects.filter(worker__person=person)
        .order_by("id")
        .values_list("project__slug", *list(TABLES["reviews"])[1:]),
        "adjustments": [
            *PayAdjustment.objects.filter(worker__person=person)
            .exclude(piece_micro=0)
            .order_by("id")
            .values_list("answer", "project__slug", "piece_micro", "currency", "reason", "at_ms"),
            *(
                (None, slug, micro, currency, RESALE_SHARE, at_ms)
                for slug, micro, currency, at_ms in ResaleShare.objects.filter(
                    worker__person=person
                )
                .exclude(micro=0)
                .order_by("id")
                .values_list("resale__card__project__slug", "micro", "currency", "at_ms")
            ),
        ],
        "decisions": _decisions(person),
        "appeals": Appeal.objects.filter(by=person)
        .order_by("id")
        .values_list("decision", "words", "outcome", "answer", "at_ms", "answered_ms"),
        "ratings": ClientRating.objects.filter(worker__person=person)
        .order_by("id")
        .values_list("project__slug", *list(TABLES["ratings"])[1:]),
        "messages": _messages(person),
        "requester_names": WorkerAlias.objects.filter(person=person)
        .order_by("id")
        .values_list("organisation__name", "public_id"),
        "bonuses": Bonus.objects.filter(adjustment__worker__person=person)
        .order_by("adjustment")
        .values_list(
            "adjustment__project__slug",
            "adjustment__piece_micro",
            "adjustment__currency",
            "reason",
            "at_ms",
        ),
        "pathways": FollowedPathway.objects.filter(person=person)
        .order_by("id")
        .values_list("target", "at_ms"),
        "ethics": _ethics(person),
        "destinations": Destination.objects.filter(person=person)
        .order_by("asked_ms", "id")
        .values_list(*TABLES["destinations"]),
        "pools": PoolMember.objects.filter(person=person)
        .order_by("id")
        .values_list("organisation__name", "since_ms"),
        "qualifications": QualificationGrant.objects.filter(person=person)
        .order_by("id")
        .values_list(
            "qualification__organisation__name",
            "qualification__name",
            *list(TABLES["qualifications"])[2:],
        ),
        "qualification_requests": QualificationRequest.objects.filter(person=person)
        .order_by("id")
        .values_list(
            "qualification__organisation__name",
            "qualification__name",
            *list(TABLES["qualification_requests"])[2:],
        ),
        "qualification_tests": (
            (organisation, name, json.dumps(answers, ensure_ascii=False), *moments)
            for organisation, name, answers, *moments in QualificationAttempt.objects.filter(
                person=person
            )
            .order_by("id")
            .values_list(
                "qualification__organisation__name",
                "qualification__name",
                *list(TABLES["qualification_tests"])[2:],
            )
        ),
        "prescreening": PrescreenAnswer.objects.filter(person=person)
        .order_by("id")
        .values_list(*TABLES["prescreening"]),
        "participations": Participation.objects.filter(worker__person=person)
        .order_by("id")
        .values_list("study__project__slug", *list(TABLES["participations"])[1:]),
        "top_ups": TopUp.objects.filter(person=person)
        .order_by("id")
        .values_list(
            "batch__study__project__slug",
            "micro",
            "batch__study__currency",
            "time_ms",
            "batch__sent_ms",
            "batch__state",
        ),
        "reading_pool": (
            (", ".join(languages), at_ms)
            for languages, at_ms in Reader.objects.filter(person=person).values_list(
                "languages", "at_ms"
            )
        ),
        "readings": (
            (*fields, json.dumps(answers, ensure_ascii=False))
            for *fields, answers in Reading.objects.filter(person=person)
            .order_by("id")
            .values_list(
                "test__text__project__slug",
                "test__text__name",
                "test__text__version",
                "begun_ms",
                "answered_ms",
                "answers",
            )
        ),
        "reading_marks": ReadingMark.objects.filter(marker=person)
        .order_by("id")
        .values_list(*TABLES["reading_marks"]),
        "drafts": _drafts(person),
        "comparisons": ComparedPerson.objects.filter(worker__person=person)
        .order_by("id")
        .values_list(
            "comparison__project__slug", "comparison__subject", *list(TABLES["comparisons"])[2:]
        ),
        "terms_of_use": (
            (str(number), *others)
            for number, *others in TermsAccepted.objects.filter(person=person)
            .order_by("number")
            .values_list("number", "language", "sha256", "at_ms")
        ),
        "working_terms": Terms.objects.filter(person=person)
        .order_by("number")
        .values_list("number", "place", "zone", "status", "at_ms"),
        "terms_changes": TermsChange.objects.filter(person=person)
        .order_by("id")
        .values_list("id", *list(TABLES["terms_changes"])[1:]),
        "place_words": PlaceWord.objects.filter(person=person)
        .order_by("id")
        .values_list("place", "at_ms"),
        "brought": BroughtRecord.objects.filter(person=person)
        .order_by("id")
        .values_list("instance", "sha256", "answers", "at_ms"),
    }
    person_row: Row = {
        "name": str(person),
        "language": person.language,
        "since_ms": _ms(person.created_at),
    }
    tables = {name: [_row(name, cells) for cells in reads.get(name, ())] for name in TABLES}
    return Record(instance=instance, made_ms=now_ms, person=person_row, tables=tables)


def _drafts(person: Person) -> list[tuple[Cell, ...]]:
    """List what a person began and did not hand in, on our page and on a requester's."""
    begun = Begun.objects.filter(worker__person=person).order_by("id")
    received = PageSeat.objects.filter(lease__worker__person=person, received__gt="")
    named = ("lease__project__slug", "lease__task_id", "received", "received_ms")
    return [
        *(
            (project, task, "work_page", text, at_ms)
            for project, task, text, at_ms in begun.values_list(
                "worker__project__slug", "task_id", "drafts", "kept_ms"
            )
        ),
        *(
            (project, task, "own_page", text, at_ms)
            for project, task, text, at_ms in received.order_by("pk").values_list(*named)
        ),
    ]


def _ethics(person: Person) -> list[tuple[Cell, ...]]:
    """List what a person wrote blind, was proposed with, and served as an ethics reviewer."""
    assisted = EthicsAssisted.objects.filter(by=person).order_by("id")
    opinions = EthicsOpinion.objects.filter(term__person=person).order_by("id")
    proposals = EthicsNominee.objects.filter(person=person)
    terms = EthicsTerm.objects.filter(person=person).order_by("id")
    named = ("review__slug", "verdict", "reasons", "at_ms")
    return [
        *(("blind", *row) for row in assisted.values_list(*named)),
        *(("opinion", *row) for row in opinions.values_list(*named)),
        *(("cv", "", "", *row) for row in proposals.values_list("cv", "at_ms")),
        *(("term", "", "", "", at_ms) for at_ms in terms.values_list("begins_ms", flat=True)),
    ]


def _decisions(person: Person) -> QuerySet[Decision, tuple[Any, ...]]:
    by_a_person = models.ExpressionWrapper(
        models.Q(made_by__isnull=False), output_field=models.BooleanField()
    )
    decisions = Decision.objects.filter(person=person).annotate(by_a_person=by_a_person)
    return decisions.order_by("id").values_list(
        "id", "project__slug", "answer", *list(TABLES["decisions"])[3:]
    )


def _messages(person: Person) -> Iterable[tuple[Cell, ...]]:
    """Yield a person's threads, and their messages in threads of others."""
    own = models.Q(thread__opened_by=person) | models.Q(author=person)
    rows = Message.objects.filter(own).order_by("thread", "id")
    for thread, project, task, author, voice, text, at_ms in rows.values_list(
        "thread", "thread__project__slug", "thread__task", "author", "voice", "text", "at_ms"
    ):
        yield thread, project, task, author == person.pk, voice, text, at_ms


def _row(table: str, cells: tuple[Any, ...]) -> Row:
    return dict(zip(TABLES[table], cells, strict=True))


def _thousandths(share: float | None) -> int | None:
    return None if share is None else round(1000 * share)


def _ms(at: datetime | None) -> int | None:
    return to_ms(at) if at else None
