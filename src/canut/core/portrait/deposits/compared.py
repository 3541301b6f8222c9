"""Lists of people that were compared without naming anybody, as a description tells them.

Who is on which lists is counted by a comparison that names nobody. Two lists are told with how much
being on one goes with being on the other (θ), and why so much; three or more give a lower bound.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import cast

from canut.core.errors import BadInput
from canut.core.outside_text import read_day, read_decimal
from canut.core.portrait.deposits.bounds import (
    LowerSource,
    ThreeListBound,
    TwoLists,
    bound_three_lists,
    bound_two_lists,
)
from canut.core.portrait.deposits.observations import PLACE, Concept
from canut.core.strict import FieldPath

TWO, MOST_LISTS = 2, 5
LARGEST_THETA = 20
LARGEST_LIST = 10**9
LONGEST = 300
HISTORY = re.compile("A?B?C?D?E?")
NEEDED = "concept place period lists people how"


@dataclass(frozen=True, slots=True)
class ComparedLists:
    """People by the lists they are on.

    Args:
        names: of the lists, by their letters.
        people: on exactly these lists: ``{"A": 150, "B": 200, "AB": 50}``.
        theta: how much the lists go together at most, for two lists; None for more.
        how_en: how the lists were compared, who agreed, and why θ is what it is.
    """

    concept: Concept
    place: str
    begin: date
    end: date
    names: tuple[str, ...]
    people: Mapping[str, int]
    theta: Decimal | None
    how_en: str
    how_fr: str

    @property
    def two(self) -> tuple[float, float] | None:
        """Return the population if two lists are independent, and at the largest θ."""
        if self.theta is None:
            return None
        lists = TwoLists(self.people["AB"], self.people["A"], self.people["B"])
        return bound_two_lists(lists, float(self.theta))

    @property
    def many(self) -> ThreeListBound | None:
        """Return the lower bound of three lists or more."""
        return bound_three_lists(dict(self.people)) if self.theta is None else None

    def source(self, publisher: str, grade: str) -> LowerSource | None:
        """Return the lower bound the lists give; None where they hold too little to tell one."""
        if self.two:
            return LowerSource(publisher, int(self.two[0]), int(self.two[1]), grade)
        bound = self.many
        if bound is None or not bound.is_tellable:
            return None
        return LowerSource(publisher, int(bound.corrected), None, grade)


def read_compared(at: FieldPath, value: object, today: date, minimum: int) -> ComparedLists | None:
    """Read compared lists; None where the description has none.

    Raises:
        BadFile: a field is missing or wrong.
        BadInput: a group is under the minimum.
    """
    if value is None:
        return None
    fields = at.mapping(value, needed=NEEDED, allowed="theta")
    first, _, last = at.text(fields, "period").partition("/")
    begin, end = read_day(first), read_day(last)
    if begin is None or end is None or not begin <= end <= today:
        at.refuse("period", fields["period"], "two days that are over")
    place = at.text(fields, "place")
    if not PLACE.fullmatch(place):
        at.refuse("place", place, "an ISO 3166 code, such as CA-QC")
    names = at.named(fields, "lists")
    letters = "".join(letter for letter, _name in names)
    if not TWO <= len(names) <= MOST_LISTS or not "ABCDE".startswith(letters):
        at.refuse("lists", letters, f"{TWO} to {MOST_LISTS} lists, A, B and so on")
    how = at.of(f"{at.parameter}.how").mapping(fields["how"], needed="en fr")
    compared = ComparedLists(
        concept=at.choice(Concept, fields["concept"], "concept"),
        place=place,
        begin=cast("date", begin),
        end=cast("date", end),
        names=tuple(_text(at, dict(names), letter) for letter in letters),
        people=_people(at, fields, letters, minimum),
        theta=_theta(at, fields, letters),
        how_en=_text(at, how, "en"),
        how_fr=_text(at, how, "fr"),
    )
    if not _gives_a_bound(compared):
        at.refuse("people", sorted(compared.people), "people on one list alone, and on two")
    return compared


def _gives_a_bound(compared: ComparedLists) -> bool:
    try:
        return bool(compared.two or compared.many)
    except BadInput:
        return False


def _people(
    at: FieldPath, fields: Mapping[str, object], letters: str, minimum: int
) -> dict[str, int]:
    people: dict[str, int] = {}
    for history, count in at.named(fields, "people"):
        is_known = bool(history) and HISTORY.fullmatch(history) and {*history} <= {*letters}
        if not is_known or type(count) is not int or not 0 < count <= LARGEST_LIST:
            at.refuse("people", {history[:20]: count}, "people by lists, such as AB")
        people[history] = cast("int", count)
    if {*letters} - {*"".join(people)} or (len(letters) == TWO and len(people) != TWO + 1):
        at.refuse("people", sorted(people), "people on each list alone, and on several")
    if people and min(people.values()) < minimum:
        raise BadInput(
            f"a group of the compared lists has {min(people.values())} people; at least {minimum}",
            code="deposit-few-compared",
            seen=min(people.values()),
            limit=minimum,
        )
    return people


def _theta(at: FieldPath, fields: Mapping[str, object], letters: str) -> Decimal | None:
    text = at.text(fields, "theta")
    theta = read_decimal(text, LARGEST_THETA) if text else None
    if (len(letters) == TWO) != (theta is not None and theta >= 1):
        at.refuse("theta", text, f'for two lists, a number from "1" to "{LARGEST_THETA}"')
    return theta


def _text(at: FieldPath, fields: Mapping[str, object], name: str) -> str:
    text = " ".join(at.text(fields, name).split())
    if not text or len(text) > LONGEST:
        at.refuse(name, text, f"1 to {LONGEST} characters")
    return text
