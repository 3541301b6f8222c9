"""Measure how often each two people agree on the tasks that both answered."""

from collections.abc import Callable, Iterable, Mapping
from itertools import combinations


class PairTable(dict[tuple[int, int], tuple[int, int]]):
    """Tasks on which two people agree, and tasks both answered, by the pair, lower id first."""

    def of(self, first: int, second: int) -> tuple[int, int]:
        """Return both counts of a pair in either order; zeros where they share no task."""
        return self.get((min(first, second), max(first, second)), (0, 0))


def pair_table[V](
    tasks: Iterable[Mapping[int, V]], agree: Callable[[V, V], bool], most: int
) -> PairTable:
    """Count agreements of each two people, task by task.

    Args:
        tasks: the answer of each person to each task, by the person's id.
        agree: whether two answers agree, by the measure of their kind.
        most: how many pairs of answers to compare at most.

    Returns:
        Counts by pair of ids.

    Example:
        >>> table = pair_table([{1: "a", 2: "a", 3: "b"}, {1: "a", 2: "b"}], str.__eq__, 99)
        >>> table.of(2, 1), table.of(1, 3), table.of(3, 4)
        ((1, 2), (0, 1), (0, 0))
    """
    table = PairTable()
    compared = 0
    for answers in tasks:
        for first, second in combinations(sorted(answers), 2):
            if compared >= most:
                return table
            compared += 1
            agreed, both = table.get((first, second), (0, 0))
            is_same = agree(answers[first], answers[second])
            table[first, second] = agreed + is_same, both + 1
    return table
