"""Look whether time is held back more often from some than from others, and whose pace drifts.

Groups are by language, place or assistive technology; one of fewer than ten people is never shown.
A group stands apart where holding back strikes it far more, or less, often than everybody else put
together. What follows is for humans: nothing here changes anybody's time.
"""

from collections.abc import Sequence
from math import sqrt
from typing import NamedTuple

from canut.core.errors import BadInput

LEAST_PEOPLE = 10
FAR_APART = 3.0
DRIFT_PERCENT = 125


class Seen(NamedTuple):
    """One person's time in a stretch of work.

    Args:
        group: which group they are in.
        ms: measured, in milliseconds.
        held_ms: of it, held back.
        pace: time they need, in thousandths of the usual.
        pace_before: the same in the stretch before; None where it is not known.
    """

    group: str
    ms: int
    held_ms: int
    pace: int
    pace_before: int | None = None


class Group(NamedTuple):
    """A group of at least ten: how often and how much of its time is held back, how it differs.

    ``apart`` is in standard errors from everybody else; ``drifting`` counts people whose pace rose
    by a quarter or more.
    """

    group: str
    people: int
    held_people: int
    held_share: float
    pace: int
    drifting: int
    apart: float

    @property
    def is_apart(self) -> bool:
        """Whether a human should look into it."""
        return abs(self.apart) >= FAR_APART


def audit(seen: Sequence[Seen], least: int = LEAST_PEOPLE) -> list[Group]:
    """Compare each group with everybody else; smaller groups are left out.

    Args:
        seen: one a person.
        least: how many people a group must have to be shown.

    Raises:
        BadInput: more is held back than was measured.

    Source:
        Difference of two proportions, pooled, of people struck; three standard errors are far.
    """
    wrong = next((one for one in seen if not 0 <= one.held_ms <= one.ms), None)
    if wrong is not None:
        raise BadInput(f"{wrong.held_ms} ms held back of {wrong.ms}; expected a part of it")
    groups = sorted({one.group for one in seen})
    found = [_group(name, seen) for name in groups]
    return [one for one in found if one.people >= least]


def _group(name: str, seen: Sequence[Seen]) -> Group:
    own = [one for one in seen if one.group == name]
    others = [one for one in seen if one.group != name]
    measured = sum(one.ms for one in own)
    return Group(
        group=name,
        people=len(own),
        held_people=_struck(own),
        held_share=sum(one.held_ms for one in own) / measured if measured else 0.0,
        pace=sum(one.pace for one in own) // len(own),
        drifting=sum(
            one.pace_before is not None and 100 * one.pace >= DRIFT_PERCENT * one.pace_before
            for one in own
        ),
        apart=_apart((_struck(own), len(own)), (_struck(others), len(others))),
    )


def _struck(people: Sequence[Seen]) -> int:
    return sum(one.held_ms > 0 for one in people)


def _apart(own: tuple[int, int], others: tuple[int, int]) -> float:
    """Return by how many standard errors two shares differ; none without people or cases."""
    (hits, people), (other_hits, other_people) = own, others
    if not people or not other_people:
        return 0.0
    pooled = (hits + other_hits) / (people + other_people)
    error = sqrt(pooled * (1 - pooled) * (1 / people + 1 / other_people))
    return (hits / people - other_hits / other_people) / error if error else 0.0
