import threading
from collections.abc import Iterator
from contextlib import closing

import pytest

from canut.actions.platform.prefetch import BATCHES_AHEAD, prefetch
from canut.core.errors import BadFile

pytestmark = pytest.mark.dialect


def counting(made: list[int], until: int = 10**9) -> Iterator[int]:
    for number in range(until):
        made.append(number)
        yield number


def preparing() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "prepare-ahead"]


def test_batches_come_in_their_order_and_no_thread_stays() -> None:
    batches = list(prefetch(counting([], until=500)))

    assert batches == list(range(500))
    assert not preparing()


def test_few_batches_are_prepared_before_they_are_wanted() -> None:
    made: list[int] = []

    with closing(prefetch(counting(made))) as batches:
        wanted = [next(batches) for _ in range(5)]

    assert wanted == [0, 1, 2, 3, 4]
    assert len(made) <= 5 + BATCHES_AHEAD + 2


def test_whoever_stops_early_leaves_no_thread() -> None:
    with closing(prefetch(counting([]))) as batches:
        next(batches)

    assert not preparing()


def test_what_preparing_raises_is_raised_after_the_batches_before_it() -> None:
    def broken() -> Iterator[int]:
        yield 1
        raise BadFile("the file ends in the middle", code="file-empty")

    seen: list[int] = []

    with pytest.raises(BadFile, match="ends in the middle"):
        seen.extend(prefetch(broken()))

    assert seen == [1]
