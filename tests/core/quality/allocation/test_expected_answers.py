"""How many answers a task is likely to get follows the very rule that stops it."""

import numpy as np
import pytest

from canut.core.quality.allocation.expected_answers import likely_answers
from canut.core.quality.allocation.overlap import Asking, answers_wanted, cautious, is_overruled
from canut.core.quality.allocation.running_label import running_consensus


def one_task(asking: Asking, choices: int, rng: np.random.Generator) -> int:
    votes: list[tuple[int, float | None]] = []
    while True:
        votes.append((0 if rng.random() < 0.8 else 1, None))
        label, confidence = running_consensus(choices, votes)
        counts = [sum(vote == each for vote, _ in votes) for each in (0, 1)]
        sure = cautious(confidence, is_measured=False)
        sure = 0.5 if is_overruled(label, counts) else sure
        if answers_wanted(asking, len(votes), 0, sure) <= len(votes):
            return len(votes)


@pytest.mark.parametrize("asking", [Asking(2, 5), Asking(3, 9), Asking(2, 50)])
@pytest.mark.parametrize("choices", [2, 10])
def test_expected_number_is_the_mean_of_tasks_played_out(asking: Asking, choices: int) -> None:
    rng = np.random.default_rng(7)

    played = [one_task(asking, choices, rng) for _ in range(4_000)]

    assert sum(played) / len(played) == pytest.approx(likely_answers(asking, choices), rel=0.05)


def test_same_number_for_each_is_that_number() -> None:
    assert likely_answers(Asking(4), 2) == 4
