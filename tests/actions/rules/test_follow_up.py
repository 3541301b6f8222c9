"""Tasks about a rule, and notes on it that are never changed."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.db import Error as DatabaseFault
from django.db import connection, transaction

from canut.actions.people.accounts import add_member
from canut.actions.rules.evaluation import evaluate
from canut.actions.rules.follow_up import (
    RuleAssignment,
    RuleNote,
    assign_rule,
    finish_task,
    note_rule,
)
from canut.core.clock import DAY_MS
from canut.core.errors import Forbidden
from canut.store.models import Organisation, Person, Role, RuleReview, RuleTask, RuleVerdict
from tests.support import rule_cases, rule_rows
from tests.support.factories import NOW, NOW_MS, make_person

pytestmark = pytest.mark.django_db
RULE = "PWD-15"
GUARDS = import_module("canut.store.migrations.0029_rule_notes")


@pytest.fixture
def operator() -> Person:
    return _member(Role.OPERATOR)


def _member(role: Role) -> Person:
    runs = Organisation.objects.create(name="La Coop", kind="operator", created_at=NOW)
    person = make_person()
    add_member(person, role, NOW_MS, organisation=runs)
    return person


def _assign(operator: Person, days: int = 10) -> RuleTask:
    due = NOW.date() + timedelta(days=days)
    return assign_rule(RULE, RuleAssignment(operator, due, "Open it"), operator, NOW_MS)


def test_task_that_is_late_turns_its_rule_red_and_one_in_time_does_not(operator: Person) -> None:
    rule_cases.terms(place="FR")
    rule_rows.ten_at_work(speak=False)
    _assign(operator)
    evaluate(NOW_MS)

    evaluate(NOW_MS + 11 * DAY_MS)

    verdicts = RuleVerdict.objects.filter(rule=RULE).order_by("pk")
    assert [(row.verdict, row.reason) for row in verdicts] == [
        ("needs_operator", "operator"),
        ("not_met", "late"),
    ]


def test_later_task_takes_the_place_of_an_open_one(operator: Person) -> None:
    first = _assign(operator)

    second = _assign(operator, 20)

    first.refresh_from_db()
    assert first.done_by == operator
    assert RuleTask.objects.filter(done_ms=None).get() == second
    assert finish_task(RULE, operator, NOW_MS + 1).done_ms == NOW_MS + 1


def test_program_takes_on_and_notes_nothing(operator: Person) -> None:
    robot = make_person(is_service=True)
    task = RuleAssignment(operator, NOW.date(), "x")

    for act in (
        lambda: assign_rule(RULE, task, robot, NOW_MS),
        lambda: finish_task(RULE, robot, NOW_MS),
        lambda: note_rule(RULE, RuleNote("jurist", "x"), robot, NOW_MS),
    ):
        with pytest.raises(Forbidden):
            act()


def test_database_refuses_to_change_a_note() -> None:
    review = note_rule(RULE, RuleNote("jurist", "We read it."), _member(Role.AUDITOR), NOW_MS)
    with connection.cursor() as cursor:
        cursor.execute(GUARDS.note_guard(connection.vendor))

    with pytest.raises(DatabaseFault, match=GUARDS.NOTE_STAYS), transaction.atomic():
        RuleReview.objects.filter(pk=review.pk).update(text_en="We did not.")

    review.refresh_from_db()
    assert review.text_en == "We read it."
