"""Draw which presentation a person sees: at random, balanced, once and for all.

People come one after the other; each four of them are two A and two B in an order that only the
comparison's own random bytes decide. So nobody can tell who comes next to which, and the groups
never differ by more than two.
"""

import hashlib
from enum import StrEnum
from itertools import combinations

BLOCK = 4
SEED_BYTES = 32
_A_PLACES = tuple(combinations(range(BLOCK), BLOCK // 2))


class Arm(StrEnum):
    """One of the two presentations; A is the usual one."""

    A = "a"
    B = "b"


def arm_of(seed: bytes, position: int) -> Arm:
    """Return the presentation of the person who came at a position.

    Args:
        seed: random bytes of the comparison.
        position: how many people came before, from 0.

    Source:
        Permuted blocks: Matts and Lachin (1988),
        https://doi.org/10.1016/0197-2456(88)90047-5

    Example:
        >>> "".join(arm_of(bytes(32), position) for position in range(8))
        'aabbabba'
    """
    block, place = divmod(position, BLOCK)
    digest = hashlib.sha256(seed + block.to_bytes(8, "big")).digest()
    pattern = int.from_bytes(digest[:8], "big") % len(_A_PLACES)
    return Arm.A if place in _A_PLACES[pattern] else Arm.B
