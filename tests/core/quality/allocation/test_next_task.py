import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from canut.core.errors import BadInput, ShapeError
from canut.core.quality.allocation.next_task import next_tasks, share_of_all
from canut.core.quality.allocation.stopping import Decision, StoppingRule, StopReason, decide


def decision(*confidence: float, people: int = 3) -> Decision:
    sure = np.array(confidence)
    posterior = np.stack([sure, 1 - sure], axis=1)
    return decide(posterior, np.full(len(sure), people), 0.7, StoppingRule())


def test_the_task_where_most_is_saved_comes_first() -> None:
    room = np.ones(4, dtype=np.bool_)

    chosen = next_tasks(decision(0.9, 0.5, 0.7, 1.0), room, 4, np.random.default_rng(0), 0)

    assert chosen.task.tolist() == [1, 2, 0]
    assert chosen.chance.tolist() == [0, 0, 0]


def test_tasks_with_too_few_people_come_before_all_others() -> None:
    found = decision(0.5, 0.99)
    found.reason[1], found.ask[1] = StopReason.TOO_FEW, True

    chosen = next_tasks(found, np.ones(2, dtype=np.bool_), 2, np.random.default_rng(0), 0)

    assert chosen.task.tolist() == [1, 0]


def test_what_one_has_seen_is_not_shown_again() -> None:
    room = np.array([False, True, True])

    chosen = next_tasks(decision(0.5, 0.6, 0.7), room, 9, np.random.default_rng(0), 0.5)

    assert sorted(chosen.task.tolist()) == [1, 2]


def test_random_tasks_are_drawn_whatever_they_are_worth() -> None:
    found, room = decision(0.5, *[1.0] * 9), np.ones(10, dtype=np.bool_)
    rng = np.random.default_rng(0)

    chosen = [next_tasks(found, room, 1, rng, 0.2) for _ in range(2_000)]

    drawn = [one.task[0] for one in chosen if one.at_random[0]]
    assert len(drawn) / len(chosen) == pytest.approx(0.2, abs=0.03)
    assert np.bincount(drawn, minlength=10).min() > 20
    assert {float(one.chance[0]) for one in chosen if one.at_random[0]} == {0.1}


def test_equal_tasks_are_shared_out() -> None:
    rng, room = np.random.default_rng(0), np.ones(5, dtype=np.bool_)

    first = [next_tasks(decision(*[0.6] * 5), room, 1, rng, 0).task[0] for _ in range(500)]

    assert np.bincount(first, minlength=5).min() > 60


def test_what_is_drawn_at_random_tells_the_whole_without_bias() -> None:
    rng = np.random.default_rng(1)
    sure = rng.uniform(0.5, 1, 300)
    hard, found = sure < 0.7, decision(*sure)

    shares = []
    for _ in range(60):
        chosen = next_tasks(found, np.ones(300, dtype=np.bool_), 60, rng, 0.5)
        shares.append(share_of_all(hard[chosen.task[chosen.at_random]]).value)

    assert np.mean(shares) == pytest.approx(hard.mean(), abs=0.15)


@given(
    sure=st.lists(st.floats(0.5, 1), min_size=1, max_size=8),
    wanted=st.integers(0, 9),
    seed=st.integers(0, 99),
)
def test_never_twice_and_never_more_than_wanted(sure: list[float], wanted: int, seed: int) -> None:
    room = np.arange(len(sure)) % 2 == 0

    chosen = next_tasks(decision(*sure), room, wanted, np.random.default_rng(seed), 0.3)

    assert len(set(chosen.task.tolist())) == len(chosen.task) <= wanted
    assert room[chosen.task].all()


def test_odd_wishes_are_refused() -> None:
    rng, room = np.random.default_rng(0), np.ones(1, dtype=np.bool_)

    with pytest.raises(BadInput, match="count is -1"):
        next_tasks(decision(0.5), room, -1, rng)
    with pytest.raises(ShapeError, match="may_show"):
        next_tasks(decision(0.5, 0.5), room, 1, rng)
    with pytest.raises(BadInput, match="at random"):
        share_of_all(np.empty(0, dtype=np.bool_))
