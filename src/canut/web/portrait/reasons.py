"""Group the occupations that have no figure by the reason why, from the data of today.

One function does it, ``reasons_of``: a better source of reasons replaces its body alone.
"""

from collections.abc import Iterable
from typing import NamedTuple

from canut.core.portrait.language import Phrase, PortraitLanguage
from canut.core.portrait.occupations import Family, Match, Occupation

NO_CODE = Phrase("portrait.why_no_code")
NEAR_CODE = Phrase("portrait.why_near_code")
NO_NUMBER = Phrase("portrait.why_no_number")
TO_COME = Phrase("portrait.why_to_come")
NOT_IN_STUDY = Phrase("portrait.why_not_in_study")
HEADS = {
    NO_CODE.id: Phrase("portrait.kinds_no_code"),
    NEAR_CODE.id: Phrase("portrait.kinds_near_code"),
    NO_NUMBER.id: Phrase("portrait.kinds_no_number"),
    TO_COME.id: Phrase("portrait.kinds_to_come"),
    NOT_IN_STUDY.id: Phrase("portrait.kinds_not_in_study"),
}


class WithoutFigure(NamedTuple):
    """Occupations, by code and name, that have no figure for the same reason."""

    head: str
    reason: str
    occupations: tuple[tuple[str, str], ...]


def reasons_of(occupations: Iterable[Occupation], voice: PortraitLanguage) -> list[WithoutFigure]:
    """Group occupations by why nobody counts them, the largest group first."""
    groups: dict[str, list[Occupation]] = {}
    phrases: dict[str, Phrase] = {}
    for occupation in occupations:
        why = why_uncounted(occupation)
        phrases[why.id] = why
        groups.setdefault(why.id, []).append(occupation)
    return [
        WithoutFigure(
            voice.say(HEADS[key], n=str(len(listed))),
            voice.say(phrases[key]),
            tuple((item.key, voice.say(item.label)) for item in listed),
        )
        for key, listed in sorted(groups.items(), key=lambda item: -len(item[1]))
    ]


def why_uncounted(occupation: Occupation) -> Phrase:
    """Return why nobody counts an occupation, as far as its codes and family tell."""
    if occupation.family is Family.CLICK:
        matches = {code.match for code in occupation.codes.values()}
        return NEAR_CODE if matches & {Match.EXACT, Match.CLOSE} else NO_CODE
    return {
        Family.NAMED: NO_NUMBER,
        Family.EMERGING: TO_COME,
        Family.ABSENT: NOT_IN_STUDY,
    }[occupation.family]
