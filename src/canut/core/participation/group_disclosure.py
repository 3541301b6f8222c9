"""Show figures about groups of people so that nobody can be told from them.

A figure rests on at least ten people. A smaller group is hidden; and where the total is shown too,
so is a second group, so that nobody takes the hidden one back by subtraction. What two tables cut
in different ways tell together is not guarded here: a page shows one way of cutting at a time.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from canut.core.errors import BadInput

FEWEST = 10
DECILE = 10


@dataclass(frozen=True, slots=True)
class Group:
    """Some people and what is counted of them.

    Args:
        name: how the group is called.
        people: how many different people its figures rest on.
        figures: by name, whole numbers; None where a figure is unknown.
    """

    name: str
    people: int
    figures: dict[str, int | None]


@dataclass(frozen=True, slots=True)
class DisclosedGroup:
    """A group as it may be shown; a hidden one has neither people nor figures."""

    name: str
    people: int | None
    figures: dict[str, int | None]

    @property
    def is_hidden(self) -> bool:
        """Whether there are too few people to say."""
        return self.people is None


@dataclass(frozen=True, slots=True)
class GroupSpread:
    """Where the middle and the lowest tenth of some people's figures stand."""

    people: int
    middle: int
    lowest_decile: int


def disclosed(groups: Iterable[Group], *, with_total: bool = True) -> list[DisclosedGroup]:
    """Hide the groups that are too small, and what would give them away.

    Args:
        groups: which share no person and together are everybody.
        with_total: whether a total of them stands somewhere; then hidden groups are two at least
            and hold at least ten people together, else nothing is shown.

    Raises:
        BadInput: a group of fewer than no people.

    Example:
        >>> [one.is_hidden for one in disclosed([Group("fr", 30, {}), Group("en", 4, {})])]
        [True, True]
    """
    given = list(groups)
    if any(group.people < 0 for group in given):
        raise BadInput("a group has fewer than no people", code="bad-group")
    hidden = {place for place, group in enumerate(given) if 0 < group.people < FEWEST}
    if with_total:
        rest = sorted(
            (place for place in range(len(given)) if given[place].people >= FEWEST),
            key=lambda place: given[place].people,
        )
        while hidden and rest and (_is_given_away(given, hidden)):
            hidden.add(rest.pop(0))
    return [
        DisclosedGroup(group.name, None, {})
        if place in hidden
        else DisclosedGroup(group.name, group.people, dict(group.figures))
        for place, group in enumerate(given)
    ]


def spread(figures: Sequence[int]) -> GroupSpread | None:
    """Return the middle and lowest tenth of one figure a person; None for fewer than ten people.

    Both are figures somebody has (the lower of two middles), so nothing is made up between people.

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
    """Return a share in thousandths; None for fewer than ten people, or of nothing."""
    if people < FEWEST or whole <= 0:
        return None
    return part * 1000 // whole


def _is_given_away(groups: Sequence[Group], hidden: set[int]) -> bool:
    """Say whether the hidden groups are found from the total."""
    people = sum(groups[place].people for place in hidden)
    return len(hidden) == 1 or people < FEWEST
