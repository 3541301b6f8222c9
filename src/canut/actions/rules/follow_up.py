"""Take on what a rule asks for, say that it is done, and leave notes on rules.

A note is stored word for word and never changed; a correction is another note.
"""

from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import transaction
from django.utils import timezone

from canut.core.clock import Ms, from_ms, to_ms
from canut.core.errors import BadInput, Conflict, Forbidden, Missing
from canut.core.rules.reading import shipped_register
from canut.core.rules.verdicts import MOST_WORDS
from canut.store.rules.verdicts import owners
from canut.store.tables.people import Membership, Person, Role
from canut.store.tables.rules import RuleReview, RuleTask

MOST_DAYS = 365
NOTE_LENGTH = 500
ROLE_OF = {
    RuleReview.As.JURIST: Role.AUDITOR,
    RuleReview.As.INSPECTOR: Role.AUDITOR,
    RuleReview.As.REPRESENTATIVE: Role.REPRESENTATIVE,
}
"""The role that somebody needs to write as what."""


@dataclass(frozen=True, slots=True)
class RuleNote:
    """A note on a rule, in one language at least, and as what it is written."""

    role: str
    text_en: str = ""
    text_fr: str = ""


@dataclass(frozen=True, slots=True)
class RuleAssignment:
    """A task about a rule: who takes it on, until when, and what is to be done."""

    owner: Person
    due: date
    note: str


@transaction.atomic
def assign_rule(rule: str, task: RuleAssignment, by: Person, now_ms: Ms) -> RuleTask:
    """Give somebody who runs the instance a task about a rule; an open one is replaced.

    Raises:
        Missing: no such rule.
        BadInput: the day is past or more than a year away, the note is empty or too long, or the
            owner does not run the instance.
        Forbidden: a program takes on nothing.
    """
    _check_rule(rule)
    if by.is_service:
        raise Forbidden("a task is given by a named person", code="service-actor")
    today = from_ms(now_ms).date()
    if not 0 <= (task.due - today).days <= MOST_DAYS:
        raise BadInput(
            f"the task is due on {task.due}; choose a day within a year", code="rule-task-day"
        )
    words = task.note.strip()
    if not 0 < len(words) <= NOTE_LENGTH:
        raise BadInput(
            f"the note has {len(words)} characters; write 1 to {NOTE_LENGTH}",
            code="rule-task-note",
            limit=NOTE_LENGTH,
        )
    if task.owner not in owners([Role.OPERATOR]):
        raise BadInput("a task is taken on by an operator", code="rule-task-owner")
    open_task = RuleTask.objects.select_for_update().filter(rule=rule, done_ms=None).first()
    if open_task is not None:
        open_task.done_ms, open_task.done_by = now_ms, by
        open_task.save(update_fields=["done_ms", "done_by"])
    end = datetime.combine(task.due, time(12), tzinfo=timezone.get_current_timezone())
    return RuleTask.objects.create(
        rule=rule, owner=task.owner, due_ms=to_ms(end), note=words, set_by=by, set_ms=now_ms
    )


@transaction.atomic
def finish_task(rule: str, by: Person, now_ms: Ms) -> RuleTask:
    """Say that the open task of a rule is done; the next evaluation counts it.

    Raises:
        Missing: no such rule.
        Conflict: it has no open task.
        Forbidden: a program finishes nothing.
    """
    _check_rule(rule)
    if by.is_service:
        raise Forbidden("a task is done by a named person", code="service-actor")
    task = RuleTask.objects.select_for_update().filter(rule=rule, done_ms=None).first()
    if task is None:
        raise Conflict(f"{rule} has no open task", code="rule-task-none")
    task.done_ms, task.done_by = now_ms, by
    task.save(update_fields=["done_ms", "done_by"])
    return task


@transaction.atomic
def note_rule(rule: str, note: RuleNote, by: Person, now_ms: Ms) -> RuleReview:
    """Leave a note on a rule, word for word; it is never changed.

    Raises:
        Missing: no such rule.
        BadInput: no words, or more than 4,000 characters, or no such role.
        Forbidden: the person does not have the role, or is a program.
    """
    _check_rule(rule)
    if note.role not in RuleReview.As.values:
        raise BadInput(f"role is {note.role!r}", code="rule-note-role", seen=note.role)
    needed = ROLE_OF[RuleReview.As(note.role)]
    holds = Membership.objects.filter(person=by, role=needed, ended_at=None).exists()
    if by.is_service or not holds:
        raise Forbidden(f"a note as {note.role} is by: {needed}", role=str(needed.label))
    longest = max(len(note.text_en), len(note.text_fr))
    if not (note.text_en.strip() or note.text_fr.strip()) or longest > MOST_WORDS:
        raise BadInput(
            f"the note has {longest} characters; write 1 to {MOST_WORDS}",
            code="rule-note-words",
            limit=MOST_WORDS,
        )
    return RuleReview.objects.create(
        rule=rule,
        by=by,
        role=note.role,
        text_en=note.text_en,
        text_fr=note.text_fr,
        at_ms=now_ms,
    )


def _check_rule(rule: str) -> None:
    if rule not in shipped_register().rules:
        raise Missing(f"no rule {rule}", code="rule-missing")
