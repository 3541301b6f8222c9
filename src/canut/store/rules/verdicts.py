"""Read what verdicts rest on: counts, tasks, where people work, since when a verdict holds."""

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, OuterRef

from canut.core.clock import Ms, from_ms
from canut.core.rules.verdicts import QueryCount, RuleFacts, TaskState, WorkPlace
from canut.store.rules.queries.people import newest_terms
from canut.store.tables.people import Person
from canut.store.tables.platform import Fact
from canut.store.tables.rules import RuleEvidence, RuleReview, RuleTask, RuleVerdict
from canut.store.tables.work import Worker

WORK = "rules-work"
"""The fact that holds where people work and as what, as of the last evaluation."""
EVALUATED = "rules-evaluated-ms"


def work_places() -> list[WorkPlace]:
    """List where people work here and as what; unknown where somebody has no work terms."""
    rows = newest_terms().values_list("place", "status").distinct()
    places = {WorkPlace(*row) for row in rows}
    terms = newest_terms().filter(person=OuterRef("person"))
    without = Worker.objects.filter(
        ~Exists(terms), person__is_active=True, ended_at=None, project__is_own_staff=False
    ).exclude(kind=Worker.Kind.MODEL)
    return sorted(places | ({WorkPlace("", "")} if without.exists() else set()))


def stored_work_places() -> list[WorkPlace]:
    """List where people worked at the last evaluation."""
    stored = Fact.objects.filter(name=WORK).values_list("value", flat=True).first()
    return [WorkPlace(*row) for row in json.loads(stored)] if stored else []


def evaluated_ms() -> Ms | None:
    """Return when the register was last evaluated; None where it never was."""
    stored = Fact.objects.filter(name=EVALUATED).values_list("value", flat=True).first()
    return int(stored) if stored else None


def counts() -> dict[str, QueryCount]:
    """Return what each query counted last, over all periods."""
    rows: dict[str, list[RuleEvidence]] = defaultdict(list)
    for row in RuleEvidence.objects.all():
        rows[row.query].append(row)
    return {query: _sum(query, of) for query, of in rows.items()}


def _sum(query: str, rows: list[RuleEvidence]) -> QueryCount:
    """Add up the periods; people of several periods may be the same, so that the most counts."""
    return QueryCount(
        query,
        sum(row.cases for row in rows),
        sum(row.bad for row in rows),
        max(row.people for row in rows),
        max(row.at_ms for row in rows),
        is_complete=all(row.is_complete for row in rows),
        failed=any(row.failed for row in rows),
    )


def last_verdicts() -> dict[str, RuleVerdict]:
    """Return the newest stored verdict of each rule."""
    newer = RuleVerdict.objects.filter(rule=OuterRef("rule"), pk__gt=OuterRef("pk"))
    return {row.rule: row for row in RuleVerdict.objects.filter(~Exists(newer))}


def task_states() -> dict[str, TaskState]:
    """Return the newest task of each rule."""
    states: dict[str, TaskState] = {}
    for task in RuleTask.objects.order_by("pk"):
        due = from_ms(task.due_ms).date()
        states[task.rule] = TaskState(due, is_done=task.done_ms is not None)
    return states


def facts_at(today: date) -> RuleFacts:
    """Return what verdicts rest on, as of the last evaluation."""
    since = {rule: from_ms(row.at_ms).date() for rule, row in last_verdicts().items()}
    return RuleFacts(today, stored_work_places(), counts(), task_states(), since)


def tasks_of(rule: str) -> list[RuleTask]:
    """List the tasks of a rule, newest first."""
    tasks = RuleTask.objects.filter(rule=rule).select_related("owner", "done_by")
    return list(tasks.order_by("-pk")[:20])


def reviews_of(rule: str) -> list[RuleReview]:
    """List the notes on a rule, oldest first."""
    return list(RuleReview.objects.filter(rule=rule).select_related("by").order_by("pk")[:100])


def history_of(rule: str) -> list[RuleVerdict]:
    """List the verdicts on a rule, newest first."""
    return list(RuleVerdict.objects.filter(rule=rule).order_by("-pk")[:20])


def owners(roles: Iterable[str]) -> list[Person]:
    """List the people who may take on a task: those with one of these roles."""
    people = Person.objects.filter(
        memberships__role__in=list(roles),
        memberships__ended_at=None,
        is_active=True,
        is_service=False,
    )
    return list(people.distinct().order_by("username"))
