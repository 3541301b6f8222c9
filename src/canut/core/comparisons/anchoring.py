"""Measure anchoring: how much a wrong proposal draws people's answers towards it.

Wrong proposals are planted on tasks whose answer is known, at most one in ten, as people are told.
Half are shown, half are not: what people say unseen is what they would have said anyway.
"""

from math import ceil
from typing import NamedTuple

from canut.core.learning.health import Fall, fall_between

Z95 = 1.959963984540054
POWER = 0.8416212335729143
PLANTED_AT_MOST = 10  # one shown proposal in so many may be a planted one
BAR = 0.10
FEWEST = 20


class Anchoring(NamedTuple):
    """The effect of shown wrong proposals, with its 95 % interval; None below ``FEWEST`` a side.

    ``wrong_shown`` of ``shown`` answers said the planted label where it was seen, and
    ``wrong_hidden`` of ``hidden`` where it was not. ``needed``: answers a side that would show an
    effect of ``BAR``.
    """

    wrong_shown: int
    shown: int
    wrong_hidden: int
    hidden: int
    effect: Fall | None
    needed: int

    @property
    def is_shown_effect(self) -> bool:
        """Whether the interval excludes no effect."""
        return self.effect is not None and self.effect.low > 0

    @property
    def is_too_strong(self) -> bool:
        """Whether an effect above the bar is shown, so that proposals are to be hidden."""
        return self.effect is not None and self.effect.value > BAR and self.effect.low > 0


def measure_anchoring(shown: tuple[int, int], hidden: tuple[int, int]) -> Anchoring:
    """Return how much more often people say a wrong label where it was proposed to them.

    Args:
        shown: answers that said the planted label, and all, where it was shown.
        hidden: the same where it was not.

    Raises:
        BadInput: more answers said it than there are.

    Source:
        Newcombe (1998), method 10; see ``learning.health.fall_between``.

    Example:
        >>> strong, weak = measure_anchoring((18, 60), (4, 60)), measure_anchoring((6, 60), (4, 60))
        >>> [round(number, 3) for number in strong.effect], strong.is_too_strong
        ([0.233, 0.096, 0.365], True)
        >>> [round(number, 3) for number in weak.effect], weak.is_shown_effect
        ([0.033, -0.074, 0.143], False)
    """
    enough = min(shown[1], hidden[1]) >= FEWEST
    effect = fall_between(shown, hidden, Z95) if enough else None
    base = (hidden[0] + 1) / (hidden[1] + 2)
    return Anchoring(*shown, *hidden, effect, answers_needed_for(base))


def answers_needed_for(base: float, effect: float = BAR) -> int:
    """Return how many answers, shown and hidden each, show an effect: 80 % power, 5 % error.

    Args:
        base: share that says the wrong label unseen, from 0 to 1.
        effect: by how much the share would rise.

    Example:
        >>> answers_needed_for(0.05)
        138
    """
    raised = min(base + effect, 1.0)
    spread = base * (1 - base) + raised * (1 - raised)
    return ceil(spread * ((Z95 + POWER) / max(raised - base, 0.01)) ** 2)


def may_plant(planted: int, proposals: int) -> int:
    """Return how many more wrong proposals may be shown beside real ones.

    Args:
        planted: wrong ones that are shown now.
        proposals: real ones that are shown now.

    Example:
        >>> may_plant(0, 90), may_plant(10, 90), may_plant(0, 5)
        (10, 0, 0)
    """
    return max(0, proposals // (PLANTED_AT_MOST - 1) - planted)
