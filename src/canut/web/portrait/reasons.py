"""Group the occupations that have no figure by the reason why.

The reasons of click work are computed in ``core.portrait.reasons`` from its codes; those of other
occupations come with their family.
"""

from collections.abc import Iterable
from typing import NamedTuple

from canut.core.portrait.language import Phrase, PortraitLanguage
from canut.core.portrait.occupations import Family, Occupation
from canut.core.portrait.unseen.reasons import Reason, reason_of

NO_CODE = Phrase("portrait.why_no_code")
NEAR_CODE = Phrase("portrait.why_near_code")
NO_EMPLOYER = Phrase("portrait.why_no_employer")
NO_NUMBER = Phrase("portrait.why_no_number")
TO_COME = Phrase("portrait.why_to_come")
NOT_IN_STUDY = Phrase("portrait.why_not_in_study")
HEADS = {
    NO_CODE.id: Phrase("portrait.kinds_no_code"),
    NEAR_CODE.id: Phrase("portrait.kinds_near_code"),
    NO_EMPLOYER.id: Phrase("portrait.kinds_no_employer"),
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
    reason = reason_of(occupation)
    if reason is not None:
        return {Reason.DIVIDED: NEAR_CODE, Reason.NO_EMPLOYER: NO_EMPLOYER}.get(reason, NO_CODE)
    return {
        Family.NAMED: NO_NUMBER,
        Family.EMERGING: TO_COME,
        Family.ABSENT: NOT_IN_STUDY,
    }[occupation.family]
