"""What became of the answers, read from a platform's own export.

Lost: acknowledged to the annotator, absent from the export. Over: a task with more answers than
were asked for, and how many too many. Twice: a task that one person has more than one answer to.
"""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple


class Kept(NamedTuple):
    """One answer as an export holds it; all three as the platform numbers them."""

    answer: str
    task: str
    person: str


class Counted(NamedTuple):
    """Answers acknowledged; those lost; tasks over the overlap, answers too many; pairs twice."""

    acknowledged: int
    lost: int
    over: int
    surplus: int
    twice: int


def count(
    acknowledged: Iterable[tuple[str, str]], exported: Iterable[Kept], *, overlap: int
) -> Counted:
    """Compare what annotators were told with what the export holds.

    Args:
        acknowledged: task and answer, as the annotators were told. Only tasks among these are
            looked at, so that one project can carry several loads.
        exported: all that the export holds.
        overlap: answers asked for a task.

    Example:
        >>> kept = [Kept("1", "a", "ann"), Kept("2", "a", "bob"), Kept("3", "b", "bob")]
        >>> count([("a", "1"), ("a", "2"), ("b", "3"), ("b", "4")], kept, overlap=1)
        Counted(acknowledged=4, lost=1, over=1, surplus=1, twice=0)
    """
    pairs = list(acknowledged)
    touched = {task for task, _answer in pairs}
    relevant = [each for each in exported if each.task in touched]
    answers = {each.answer for each in relevant}
    by_task = Counter(each.task for each in relevant)
    by_person = Counter((each.task, each.person) for each in relevant)
    return Counted(
        acknowledged=len(pairs),
        lost=sum(answer not in answers for _task, answer in pairs),
        over=sum(number > overlap for number in by_task.values()),
        surplus=sum(max(0, number - overlap) for number in by_task.values()),
        twice=sum(number > 1 for number in by_person.values()),
    )
