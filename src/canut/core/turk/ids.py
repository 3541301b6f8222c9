"""The names by which programs know types, tasks, leases and people.

They are random and never the number of a row. A person has another name at each requester.
"""

LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
WORKER_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
ID_LENGTH, WORKER_LENGTH, ACCESS_LENGTH = 29, 14, 17
RANDOM_BYTES = 24
"""How many random bytes one name takes; more than its letters hold."""


def object_id(random: bytes) -> str:
    """Return the name of a type, a HIT, an assignment or a qualification: 30 letters.

    Args:
        random: 24 random bytes.

    Example:
        >>> object_id(bytes(24))
        '300000000000000000000000000000'
    """
    return "3" + _spell(random, LETTERS, ID_LENGTH)


def worker_id(random: bytes) -> str:
    """Return the name of a person at one requester: A and 14 letters.

    Args:
        random: 24 random bytes.
    """
    return "A" + _spell(random, WORKER_LETTERS, WORKER_LENGTH)


def access_id(random: bytes) -> str:
    """Return the public half of a key: 20 letters that begin with CNT.

    Args:
        random: 24 random bytes.
    """
    return "CNT" + _spell(random, LETTERS, ACCESS_LENGTH)


def _spell(random: bytes, letters: str, length: int) -> str:
    number = int.from_bytes(random)
    spelled: list[str] = []
    for _ in range(length):
        number, digit = divmod(number, len(letters))
        spelled.append(letters[digit])
    return "".join(spelled)
