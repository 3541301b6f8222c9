"""Write in sentences what unpaid gestures lie under an hour that people were paid.

Every number is an entry of the edition. An interval is told by its ends, since nobody declared its
middle.
"""

from collections.abc import MutableSequence

from canut.core.portrait.cells import CellState
from canut.core.portrait.charts.places import CLIENT_UNKNOWN, place_words
from canut.core.portrait.entries import Entries, FigureEntry
from canut.core.portrait.language import Phrase, PortraitLanguage
from canut.core.portrait.measured import ALL_PLACES, NO_PLACE
from canut.core.portrait.unseen.gestures import ALL, NO_TIME, NOT_DECLARED, PER_HOUR, STEM

APART = {ALL, PER_HOUR, NO_TIME, NOT_DECLARED}
RATIO_DECIMALS, HOUR_DECIMALS = 2, 1


def gesture_sentences(
    entries: Entries, voice: PortraitLanguage, used: MutableSequence[FigureEntry]
) -> list[str]:
    """Write the gestures under an hour, then those of each client, then what is unknown and why.

    Args:
        entries: of the edition.
        voice: the language.
        used: the figures that sentences were made of; those of this passage are added.
    """
    stem = f"{STEM}.{ALL_PLACES}"
    ratio = entries.by_key.get(f"{stem}.{PER_HOUR}")
    if ratio is None:
        return [voice.message("portrait.gestures_unknown")]
    used.append(ratio)
    sentences = [_under_an_hour(ratio, voice)]
    for key, entry in entries.by_key.items():
        if not key.startswith(f"{STEM}.") or not entry.is_known:
            continue
        _stem, client, gesture = key.split(".")
        if gesture in APART or client == ALL_PLACES:
            continue
        sentences.append(
            voice.message(
                "portrait.gestures_of_a_client",
                client=_client(client, voice),
                gesture=voice.say(Phrase(f"gesture.{gesture}")),
                hours=_between(entry, voice, HOUR_DECIMALS),
            )
        )
    counts = [entries.by_key.get(f"{stem}.{name}") for name in (NOT_DECLARED, NO_TIME)]
    if all(counts) and any(count.value for count in counts if count):
        undeclared, untimed = (voice.number(count.value or 0) for count in counts if count)
        sentences.append(
            voice.message(
                "portrait.gestures_are_unknown_for", undeclared=undeclared, untimed=untimed
            )
        )
    return sentences


def _under_an_hour(ratio: FigureEntry, voice: PortraitLanguage) -> str:
    if ratio.low is None:
        is_hidden = ratio.state is CellState.HIDDEN
        return voice.message(f"portrait.gestures_{'kept_back' if is_hidden else 'unknown'}")
    if ratio.high == 0:
        return voice.message("portrait.gestures_none")
    return voice.message(
        "portrait.gestures_under_a_paid_hour", hours=_between(ratio, voice, RATIO_DECIMALS)
    )


def _between(entry: FigureEntry, voice: PortraitLanguage, decimals: int) -> str:
    least = voice.number(entry.low or 0, decimals)
    if entry.high is None:
        return voice.message("portrait.at_least", n=least)
    if entry.low == entry.high:
        return least
    most = voice.number(entry.high, decimals)
    return voice.message("portrait.least_to_most", least=least, most=most)


def _client(client: str, voice: PortraitLanguage) -> str:
    if client == NO_PLACE:
        return voice.say(CLIENT_UNKNOWN)
    name = place_words(client, voice, is_short=True)
    return name[:1].upper() + name[1:]
