"""Judge whether evidence against a person says something that they can answer.

Evidence is words, or names a task that shows it. Dots, one letter again and again, and a word alone
say nothing. Whether what it says is true, a person judges when an appeal is heard.
"""

import re
from collections.abc import Collection

LEAST_LENGTH = 20
LEAST_LETTERS = 5
_WORD = re.compile(r"\w+")
_EDGES = ".,;:!?()[]{}«»“”\"'’ \u00a0\u202f"


def says_something(evidence: str, task_keys: Collection[str] = ()) -> bool:
    """Return whether evidence has at least 20 characters of words, or names one of these tasks.

    Example:
        >>> says_something("...................."), says_something("Toujours la première.")
        (False, True)
        >>> says_something("See 0007.", ["0007"]), says_something("aaaaaaaaaaaaaaaaaaaaaaaa")
        (True, False)
    """
    text = " ".join(_WORD.findall(evidence))
    letters = {letter for letter in text.casefold() if letter.isalpha()}
    is_in_words = len(text) >= LEAST_LENGTH and len(letters) >= LEAST_LETTERS
    return is_in_words or not set(task_keys).isdisjoint(possible_keys(evidence))


def possible_keys(evidence: str) -> set[str]:
    """Return what in a text may be the key of a task: each word without its punctuation."""
    return {word.strip(_EDGES) for word in evidence.split()} - {""}
