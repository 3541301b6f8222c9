"""Split tasks into train, validation and test, by their keys alone.

A task stays in its split whatever is added, removed or asked later, in every format, so that what
a model was tested on never becomes what it is trained on.
"""

import hashlib
from typing import NamedTuple

TRAIN, VALIDATION, TEST = "train", "validation", "test"
SPLITS = (TRAIN, VALIDATION, TEST)
WHOLE = 100


class SplitShares(NamedTuple):
    """Shares of the tasks in percent that go to validation and test; train gets the rest."""

    validation: int = 10
    test: int = 10


USUAL = SplitShares()


def split_of(key: str, shares: SplitShares = USUAL) -> str:
    """Return the split of a task.

    Args:
        key: names the task for good: its key in the file it came in.
        shares: in percent.

    Example:
        >>> [split_of(key) for key in ("a-3", "a-4", "a-5", "a-6")]
        ['test', 'train', 'train', 'train']
        >>> split_of("a-3", SplitShares(validation=100, test=0))
        'validation'
    """
    digest = hashlib.sha256(key.encode()).digest()
    place = int.from_bytes(digest[:8]) * WHOLE >> 64
    if place < shares.validation:
        return VALIDATION
    return TEST if place < shares.validation + shares.test else TRAIN
