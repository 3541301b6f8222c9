"""What the database itself refuses of appeals, limits and decisions, by raw INSERT."""

from collections.abc import Mapping

import pytest
from django.db import IntegrityError, connection, transaction

from canut.store.models import Decision, Person
from tests.support.decisions import Due, make_due
from tests.support.factories import NOW_MS

pytestmark = pytest.mark.django_db
DUE = NOW_MS + 14 * 86_400_000


@pytest.fixture
def due() -> Due:
    return make_due()


@pytest.fixture
def decision(due: Due) -> Decision:
    return due.reject()


def insert(table: str, row: Mapping[str, int | str | None]) -> None:
    """Write one row as nobody's code would."""
    columns = ", ".join(f'"{name}"' for name in row)
    places = ", ".join("%s" for _ in row)
    words = ["INSERT INTO", table, "(", columns, ") VALUES (", places, ")"]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(" ".join(words), list(row.values()))


def insert_appeal(decision: Decision, **changes: int | str | None) -> None:
    row: dict[str, int | str | None] = {
        "decision_id": decision.pk,
        "by_id": decision.person_id,
        "author_id": decision.made_by_id,
        "words": "It was irony.",
        "disputed": "{}",
        "at_ms": NOW_MS,
        "due_ms": DUE,
        "answer": "",
        "outcome": "",
    }
    insert("store_appeal", row | changes)


def answered(
    by: Person | None, outcome: str, at_ms: int = NOW_MS + 1
) -> dict[str, int | str | None]:
    return {
        "answered_by_id": by.pk if by else None,
        "answer": "Read again.",
        "outcome": outcome,
        "answered_ms": at_ms,
    }


def test_appeal_as_it_should_be_is_taken(due: Due, decision: Decision) -> None:
    insert_appeal(decision, **answered(due.independent, "upheld"))


def test_author_may_give_in(due: Due, decision: Decision) -> None:
    insert_appeal(decision, **answered(due.author, "overturned"))


def test_appeal_without_words_is_refused(decision: Decision) -> None:
    with pytest.raises(IntegrityError):
        insert_appeal(decision, words="")


@pytest.mark.parametrize("due_ms", [DUE - 1, DUE + 1])
def test_appeal_with_another_day_is_refused(decision: Decision, due_ms: int) -> None:
    with pytest.raises(IntegrityError):
        insert_appeal(decision, due_ms=due_ms)


def test_appeal_answered_by_whose_it_is_is_refused(due: Due, decision: Decision) -> None:
    with pytest.raises(IntegrityError):
        insert_appeal(decision, **answered(due.person, "overturned"))


def test_appeal_upheld_by_the_author_is_refused(due: Due, decision: Decision) -> None:
    with pytest.raises(IntegrityError):
        insert_appeal(decision, **answered(due.author, "upheld"))


def test_appeal_upheld_by_nobody_is_refused(decision: Decision) -> None:
    with pytest.raises(IntegrityError):
        insert_appeal(decision, **answered(None, "upheld"))


def test_appeal_won_by_waiting_too_soon_is_refused(decision: Decision) -> None:
    with pytest.raises(IntegrityError):
        insert_appeal(decision, **answered(None, "overturned", DUE))


def test_appeal_upheld_too_late_is_refused(due: Due, decision: Decision) -> None:
    with pytest.raises(IntegrityError):
        insert_appeal(decision, **answered(due.independent, "upheld", DUE + 1))


@pytest.mark.parametrize("lacking", [{"answer": ""}, {"outcome": ""}, {"answered_ms": None}])
def test_appeal_half_answered_is_refused(
    due: Due, decision: Decision, lacking: dict[str, int | str | None]
) -> None:
    with pytest.raises(IntegrityError):
        insert_appeal(decision, **(answered(due.independent, "upheld") | lacking))


@pytest.mark.parametrize("who", ["author", "person"])
def test_appeal_held_by_who_may_not_answer_is_refused(
    due: Due, decision: Decision, who: str
) -> None:
    with pytest.raises(IntegrityError):
        insert_appeal(decision, held_by_id=getattr(due, who).pk, held_until_ms=NOW_MS)


def test_appeal_held_for_ever_is_refused(due: Due, decision: Decision) -> None:
    with pytest.raises(IntegrityError):
        insert_appeal(decision, held_by_id=due.independent.pk)


def test_second_appeal_against_one_decision_is_refused(decision: Decision) -> None:
    insert_appeal(decision)

    with pytest.raises(IntegrityError):
        insert_appeal(decision)


def test_limit_that_ends_before_it_begins_is_refused(due: Due, decision: Decision) -> None:
    row = {"decision_id": decision.pk, "worker_id": due.made.worker.pk, "from_ms": 2, "until_ms": 2}

    with pytest.raises(IntegrityError):
        insert("store_sanction", row)


def test_second_rejection_of_one_answer_is_refused(due: Due, decision: Decision) -> None:
    row: dict[str, int | str | None] = {
        "person_id": decision.person_id,
        "answer_id": due.answer.pk,
        "kind": "rejection",
        "code": "no-answer",
        "system": "",
        "rule": "",
        "inputs": "{}",
        "factors": "[]",
        "text_en": "No.",
        "text_fr": "Non.",
        "evidence": "See.",
        "made_by_id": due.author.pk,
        "at_ms": NOW_MS,
    }

    with pytest.raises(IntegrityError):
        insert("store_decision", row)

    Decision.objects.update(undone_ms=NOW_MS)
    insert("store_decision", row)
