"""Write how many hours people spent on paid lessons and practice, place by place.

A place of few people is among the other places; what is suppressed of a place is left out.
"""

from collections.abc import Iterator

from canut.core.portrait.charts.places import place_words
from canut.core.portrait.entries import Entries, FigureEntry
from canut.core.portrait.language import PortraitLanguage
from canut.core.portrait.place_splits import SPLIT_OF_ACTIVITY, Activity

NAMES = {
    Activity.LESSON: "portrait.lessons_in_a_place",
    Activity.PRACTICE: "portrait.practice_in_a_place",
}


def learning_by_place(entries: Entries, voice: PortraitLanguage) -> Iterator[tuple[str, str, bool]]:
    """Yield the name of each known figure of paid learning in a place, and the figure in words."""
    for activity, place, entry in _known(entries):
        name = voice.message(NAMES[activity], place=place_words(place, voice, is_short=True))
        yield name, entries.told(entry, voice), True


def learning_sentences(
    entries: Entries, voice: PortraitLanguage, used: list[FigureEntry]
) -> list[str]:
    """Write one sentence for each known figure of paid learning in a place.

    Args:
        entries: of the edition.
        voice: the language.
        used: the figures formatted so far; each one written is added.
    """
    used += [entry for _activity, _place, entry in _known(entries)]
    return [
        voice.message("portrait.name_and_figure", name=name, figure=figure)
        for name, figure, _is_known in learning_by_place(entries, voice)
    ]


def _known(entries: Entries) -> Iterator[tuple[Activity, str, FigureEntry]]:
    for activity in NAMES:
        for key, entry in entries.by_key.items():
            split, _, rest = key.partition(".")
            place, _, part = rest.rpartition(".")
            if split == SPLIT_OF_ACTIVITY and part == activity and entry.is_known:
                yield activity, place, entry
