"""Who did the work of each final decision: one row a task, with every act and its time.

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
    """Name the newest of all that an act or a decision of a project comes from, in one read."""
    with connection.cursor() as cursor:
        cursor.execute(NEWEST, (project_id,))
        return ",".join(str(one or 0) for one in cursor.fetchone())


def decided_in(
    projects: Sequence[int], begin_ms: int = 0, end_ms: int = FOREVER
) -> "QuerySet[Decided]":
    """Return the decisions of some projects made in a stretch of time."""
    return Decided.objects.filter(
        project__in=projects, decided_ms__gte=begin_ms, decided_ms__lt=end_ms
    )


class Summed(NamedTuple):
    """Decisions of one outcome; ``hands``: milliseconds by what hands did, as ``OF_HANDS``."""

    outcome: str
    is_simulated: bool
    decisions: int
    simulated_ms: int
    hands: tuple[int, ...]


def by_outcome(projects: Sequence[int], begin_ms: int = 0, end_ms: int = FOREVER) -> list[Summed]:
    """Sum up decisions by outcome and by whether somebody simulated had a hand in them."""
    sums = {f"sum_{name}": Sum(name) for name in (*OF_HANDS, "simulated_ms")}
    found = decided_in(projects, begin_ms, end_ms).values("outcome", "is_simulated")
    rows = found.annotate(decisions=Count("task_id"), **sums).order_by("outcome")
    names = [f"sum_{name}" for name in OF_HANDS]
    told = rows.values_list("outcome", "is_simulated", "decisions", "sum_simulated_ms", *names)
    return [Summed(one, simulated, n, ms, tuple(hands)) for one, simulated, n, ms, *hands in told]


def decided_by_hands(project_id: int) -> tuple[int, int]:
    """Count a project's final decisions, and those in which somebody real had a hand."""
    rows = Decided.objects.filter(project=project_id)
    return rows.count(), rows.filter(acts__contains=f'","{Actor.HUMAN}",').count()
