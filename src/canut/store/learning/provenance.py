"""Provenance of final decisions: one row per task, with each act and its time.

A row is derived from answers, verdicts and what models proposed
(``actions.learning.provenance_report``), never written while somebody answers; what it says can be
derived again. A task that is asked anew has none.
"""

from collections.abc import Sequence
from typing import NamedTuple

from django.db import connection
from django.db.models import Count, QuerySet, Sum

from canut.core.portrait.decision_roles import Actor
from canut.store.tables.learning import Decided

FOREVER = 2**62


NEWEST = """
SELECT (SELECT max(id) FROM store_answer WHERE project_id = p.id),
  (SELECT max(id) FROM store_verdict WHERE project_id = p.id),
  (SELECT max(id) FROM store_estimate WHERE project_id = p.id),
  (SELECT max(id) FROM store_decision WHERE project_id = p.id),
  (SELECT max(id) FROM store_bulk WHERE project_id = p.id),
  (SELECT max(id) FROM store_trained WHERE project_id = p.id),
  (SELECT max(id) FROM store_incident WHERE project_id = p.id),
  (SELECT max(c.id) FROM store_goldchange c JOIN store_gold g ON g.task_id = c.gold_id
    WHERE g.project_id = p.id),
  (SELECT max(task_id) FROM store_proposal WHERE project_id = p.id AND is_hidden),
  (SELECT max(task_id) FROM store_proposal WHERE project_id = p.id AND NOT is_hidden),
  p.overlap_rule, p.models_vote, l.role, l.at_ms
FROM store_project p LEFT JOIN store_looprule l ON l.project_id = p.id WHERE p.id = %s
"""


OF_HANDS = ("label_ms", "correct_ms", "verify_ms", "adjudicate_ms", "impersonate_ms")


def newest_of(project_id: int) -> str:
    """Return the newest ids that a project's provenance comes from, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(NEWEST, (project_id,))
        return ",".join(str(number or 0) for number in cursor.fetchone())


def decided_in(
    projects: Sequence[int], begin_ms: int = 0, end_ms: int = FOREVER
) -> "QuerySet[Decided]":
    """Select the decisions of some projects between two times."""
    return Decided.objects.filter(
        project__in=projects, decided_ms__gte=begin_ms, decided_ms__lt=end_ms
    )


class Summed(NamedTuple):
    """Decisions of one outcome; ``hands``: milliseconds by kind of human act, as ``OF_HANDS``."""

    outcome: str
    is_simulated: bool
    decisions: int
    simulated_ms: int
    hands: tuple[int, ...]


def by_outcome(projects: Sequence[int], begin_ms: int = 0, end_ms: int = FOREVER) -> list[Summed]:
    """Count decisions by outcome, and by whether a simulated person took part."""
    sums = {f"sum_{name}": Sum(name) for name in (*OF_HANDS, "simulated_ms")}
    decisions = decided_in(projects, begin_ms, end_ms).values("outcome", "is_simulated")
    rows = decisions.annotate(decisions=Count("task_id"), **sums).order_by("outcome")
    names = [f"sum_{name}" for name in OF_HANDS]
    values = rows.values_list("outcome", "is_simulated", "decisions", "sum_simulated_ms", *names)
    return [
        Summed(outcome, simulated, n, ms, tuple(hands))
        for outcome, simulated, n, ms, *hands in values
    ]


def has_simulated_hands(project_id: int) -> bool:
    """Return whether a simulated person took part in any of a project's final decisions."""
    return Decided.objects.filter(project=project_id, is_simulated=True).exists()


def decided_by_hands(project_id: int) -> tuple[int, int]:
    """Count a project's final decisions, and those with a real person's part."""
    rows = Decided.objects.filter(project=project_id)
    return rows.count(), rows.filter(acts__contains=f'","{Actor.HUMAN}",').count()
