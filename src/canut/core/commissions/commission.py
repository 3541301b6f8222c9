"""Check the words of a commission: need, aims, who is touched.

An aim counts once it says who would notice that it is reached, and how that is measured. A social
aim that speaks of speed alone is refused: speed serves the client, and says nothing of others.
"""

import re
from collections.abc import Container
from typing import NamedTuple

from canut.core.errors import BadInput, Incomplete

MOST_NEED_WORDS = 120
LONGEST, LONGEST_AIM, LONGEST_SHORT, LONGEST_GROUP = 1200, 600, 300, 80
MOST_TOUCHED = 8
LEAST_RISK = 2
"""Risk level from which a project needs a commission."""
AIMS = ("business", "social", "ethical")
FEWEST_WORDS = 3
"""Words from which a part of a sentence says something of its own."""
LONG_WORD = 3
"""Letters above which a word of a group's name has to be in the aim."""
MOST_PRECISION, MOST_PEOPLE, MOST_HOURS = 200, 10_000, 12

_WORD = re.compile(r"[^\W_]+(?:[-’'][^\W_]+)*")
_PARTS = re.compile(
    r"[.;:,!?()\n]|\b(?:and|so that|in order to|so as|et|afin que|afin de|afin d|pour que)\b",
    re.IGNORECASE,
)
_SPEED = re.compile(
    r"\b(?:fast|faster|fastest|quick|quicker|quickly|speed|sooner|rapid|rapidly|delays?|promptly"
    r"|time saved|save time|saves time|saving time|less time"
    r"|vite|rapides?|rapidement|rapidité|vitesse|accélér\w*|délais?|plus tôt|prompt\w*"
    r"|gagner du temps|gain de temps|moins de temps)\b",
    re.IGNORECASE,
)


class Aim(NamedTuple):
    """One aim: what it is, who would notice that it is reached, and how that is measured."""

    text: str
    noticed_by: str
    measure: str

    @property
    def is_whole(self) -> bool:
        """Whether all three are written."""
        return all(part.strip() for part in self)


class TouchedGroup(NamedTuple):
    """People whom the results touch, and the column of the file that tells them apart."""

    name: str
    column: str


def count_words(text: str) -> int:
    """Return the number of words of a text; an elided article counts with its noun.

    Example:
        >>> count_words("L’argent est là : 12 %")
        4
    """
    return len(_WORD.findall(text))


def check_need(text: str) -> str:
    """Return the need in the client's words, tidied.

    Raises:
        Incomplete: ``need-missing``: it is empty.
        BadInput: ``need-words``: it has more than 120 words.
    """
    tidy = text.strip()
    if not tidy:
        raise Incomplete("write the need in the client's words", code="need-missing", field="need")
    n_words = count_words(tidy)
    if n_words > MOST_NEED_WORDS or len(tidy) > LONGEST:
        raise BadInput(
            f"the need has {n_words} words; at most {MOST_NEED_WORDS}",
            code="need-words",
            field="need",
            words=n_words,
            most=MOST_NEED_WORDS,
        )
    return tidy


def check_aim(name: str, aim: Aim) -> Aim:
    """Return an aim, tidied; parts of it may still be missing.

    Raises:
        BadInput: ``too-long``: a part is too long; ``aim-speed``: the social aim is speed alone.
    """
    tidy = Aim(*(part.strip() for part in aim))
    for part, limit in zip(tidy, (LONGEST_AIM, LONGEST_SHORT, LONGEST_SHORT), strict=True):
        if len(part) > limit:
            raise BadInput(
                f"the {name} aim has {len(part)} characters; at most {limit}",
                code="too-long",
                field=name,
                limit=limit,
            )
    if name == "social" and is_speed_alone(tidy.text):
        raise BadInput(
            "the social aim speaks of speed alone; say what people gain by it",
            code="aim-speed",
            field=name,
        )
    return tidy


def is_speed_alone(text: str) -> bool:
    """Return whether a text says that something is faster, and nothing else.

    Each part of a sentence is looked at: one of three words or more without a word of speed says
    something else.

    Example:
        >>> is_speed_alone("Answer letters faster"), is_speed_alone("Répondre vite et bien")
        (True, True)
        >>> is_speed_alone("Answer faster, so that no family waits without heat")
        False
        >>> is_speed_alone("")
        False
    """
    if not _SPEED.search(text):
        return False
    return not any(
        count_words(part) >= FEWEST_WORDS and not _SPEED.search(part) for part in _PARTS.split(text)
    )


def read_touched(text: str, columns: Container[str]) -> tuple[TouchedGroup, ...]:
    """Read the groups of people who are touched: one a line, with its column after a colon.

    Args:
        text: as typed.
        columns: of the project's file.

    Raises:
        BadInput: ``touched-most``: too many; ``touched-column``: the file has no such column.

    Example:
        >>> read_touched("people over 65: age", {"age"})
        (TouchedGroup(name='people over 65', column='age'),)
    """
    groups: list[TouchedGroup] = []
    for line in text.splitlines():
        name, _, column = (part.strip() for part in line.partition(":"))
        if not name:
            continue
        if column and column not in columns:
            raise BadInput(
                f"the file has no column {column!r}; name one it has, or none",
                code="touched-column",
                field="touched",
                column=column[:LONGEST_GROUP],
            )
        groups.append(TouchedGroup(name[:LONGEST_GROUP], column))
    if len(groups) > MOST_TOUCHED:
        raise BadInput(
            f"{len(groups)} groups of people; at most {MOST_TOUCHED}",
            code="touched-most",
            field="touched",
            most=MOST_TOUCHED,
        )
    return tuple(groups)


def names_group(text: str, group: str) -> bool:
    """Return whether a text names a group: it has every longer word of the group's name.

    Example:
        >>> names_group("No older person is put last", "older person")
        True
        >>> names_group("Nobody is put last", "older person")
        False
    """
    words = {word.casefold() for word in _WORD.findall(text)}
    name = {word.casefold() for word in _WORD.findall(group)}
    needed = {word for word in name if len(word) > LONG_WORD} or name
    return bool(needed) and needed <= words
