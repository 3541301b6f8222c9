"""Disclosure control: show figures of groups so that nobody can be identified from them.

A figure covers at least ten people. A smaller group is hidden; where the total is published too, a
second group is hidden with it, so that nobody recovers the first by subtraction. Tables with
different cuts are not protected against each other: a page shows one cut at a time.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from canut.core.errors import BadInput

FEWEST = 10
DECILE = 10


@dataclass(frozen=True, slots=True)
class PersonGroup:
    """A group of people and its figures.

    Args:
        name: name of the group.
        people: number of different people behind its figures.
        figures: whole numbers by name; None if a figure is unknown.
    """

    name: str
    people: int
    figures: dict[str, int | None]


@dataclass(frozen=True, slots=True)
class DisclosedGroup:
    """A group as disclosed; a hidden one has neither people nor figures."""

    name: str
    people: int | None
    figures: dict[str, int | None]

    @property
    def is_hidden(self) -> bool:
        """Return whether the group is too small to disclose."""
        return self.people is None


@dataclass(frozen=True, slots=True)
class GroupSpread:
    """The median and the lowest decile of a group's figures."""

    people: int
    middle: int
    lowest_decile: int


def disclosed(groups: Iterable[PersonGroup], *, with_total: bool = True) -> list[DisclosedGroup]:
    """Hide groups that are too small, and those that would reveal them.

    Args:
        groups: disjoint groups that together contain everybody.
        with_total: whether a total is published too; then at least two groups are hidden, with at
            least ten people together, else nothing is shown.

    Raises:
        BadInput: the size of a group is below 0.

    Example:
        >>> groups = [PersonGroup("fr", 30, {}), PersonGroup("en", 4, {})]
        >>> [group.is_hidden for group in disclosed(groups)]
        [True, True]
    """
    rows = list(groups)
    if any(group.people < 0 for group in rows):
        raise BadInput("a group has fewer than no people", code="bad-group")
    hidden = {index for index, group in enumerate(rows) if 0 < group.people < FEWEST}
    if with_total:
        candidates = sorted(
            (index for index in range(len(rows)) if rows[index].people >= FEWEST),
            key=lambda index: rows[index].people,
        )
        while hidden and candidates and (_is_given_away(rows, hidden)):
            hidden.add(candidates.pop(0))
    return [
        DisclosedGroup(group.name, None, {})
        if index in hidden
        else DisclosedGroup(group.name, group.people, dict(group.figures))
        for index, group in enumerate(rows)
    ]


def spread(figures: Sequence[int]) -> GroupSpread | None:
    """Return the median and lowest decile of one figure per person; None under ten people.

    Both are figures of a person (the lower of two middle values), so nothing is interpolated.

    Example:
        >>> spread(range(1, 21))
        GroupSpread(people=20, middle=10, lowest_decile=2)
        >>> spread([5] * 9) is None
        True
    """
    if len(figures) < FEWEST:
        return None
    ordered = sorted(figures)
    count = len(ordered)
    return GroupSpread(count, ordered[(count - 1) // 2], ordered[-(-count // DECILE) - 1])


def per_mille(part: int, whole: int, people: int) -> int | None:
    """Return a share in thousandths; None for fewer than ten people, or if the total is 0."""
    if people < FEWEST or whole <= 0:
        return None
    return part * 1000 // whole


def _is_given_away(groups: Sequence[PersonGroup], hidden: set[int]) -> bool:
    """Return whether the hidden groups follow from the total."""
    people = sum(groups[place].people for place in hidden)
    return len(hidden) == 1 or people < FEWEST
