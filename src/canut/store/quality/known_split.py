"""Split known labels: a third selects the model, the others measure it.

A model chosen and calibrated by the very answers that then say how often it is right looks better
than it is. Which part a task belongs to is a matter of its number alone, so it never changes. While
fewer than ``FEWEST`` are known, all of them measure: a third of so few could set nothing.
"""

from collections.abc import Mapping

from django.db.models import BigIntegerField, ExpressionWrapper, F, Q
from django.db.models.expressions import Combinable
from django.db.models.lookups import GreaterThanOrEqual

FEWEST = 30
WHOLE = 2**31
A_THIRD = WHOLE // 3
MULTIPLIER = 2_654_435_761  # 2^32 over the golden ratio, odd
SHIFT, SECOND = 1_013_904_223, 1_597_334_677


def scatter[Number: (int, Combinable)](number: Number) -> Number:
    """Hash a task id to a number below 2^31.

    Given a column, the same lines count in the database (``scattered`` says how wide the place is);
    no step outgrows 63 bits. Multiplying alone would come back nearly to the same place every 13,
    21, 34 … numbers, as the rows of a file may do too; the square breaks that, and a second round
    the runs it leaves among neighbours.

    Source:
        Knuth (1998), The Art of Computer Programming, volume 3, section 6.4; the square is RC6's,
        Rivest et al. (1998).
    """
    spread = number % WHOLE * MULTIPLIER % WHOLE
    once = spread * (spread * 2 + 1) % WHOLE
    again = (once + SHIFT) % WHOLE * SECOND % WHOLE
    return again * (again * 2 + 1) % WHOLE


def scattered(column: str) -> ExpressionWrapper[Combinable]:
    """Hash the ids of a column, in SQL.

    The place is said to take 64 bits: Django takes what is reckoned from whole numbers for 32 wide,
    and hands PostgreSQL a bound of 2^31 to compare it with as -2^31.
    """
    return ExpressionWrapper(scatter(F(column)), output_field=BigIntegerField())


def sets_the_model(task_id: int) -> bool:
    """Return whether a task's known label may select the model, never measure it."""
    return scatter(task_id) < A_THIRD


def that_set_the_model[Label](known_labels: Mapping[int, Label]) -> dict[int, Label]:
    """Return the known labels of answered tasks that select the model."""
    if len(known_labels) < FEWEST:
        return {}
    return {task_id: label for task_id, label in known_labels.items() if sets_the_model(task_id)}


def measuring() -> Q:
    """Select the ``Consensus`` rows whose known label had no part in their fit."""
    set_by_none = Q(estimate__known=0)
    return set_by_none | Q(GreaterThanOrEqual(scattered("task__id"), A_THIRD))
