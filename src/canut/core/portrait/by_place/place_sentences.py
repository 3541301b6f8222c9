"""Write where the work is done in sentences: hours and pay by place, and for whose clients.

Every number is an entry of the edition; a place of few people is among the other places.
"""

from collections.abc import Iterator

from canut.core.portrait.charts.places import place_words
from canut.core.portrait.entries import Entries
from canut.core.portrait.language import PortraitLanguage
from canut.core.portrait.measured import ALL_PLACES, NO_PLACE

HOURS = ".hours"


def place_sentences(entries: Entries, voice: PortraitLanguage) -> list[str]:
    """Write the hours and pay of each place beside its minimum wage, then those for abroad."""
    places = [
        key.removeprefix("place.").removesuffix(HOURS)
        for key in entries.by_key
        if key.startswith("place.") and key.endswith(HOURS) and entries.is_known(key)
    ]
    sentences = [_of_place(place, entries, voice) for place in places]
    sentences += _for_abroad(places, entries, voice)
    return sentences or [voice.message("portrait.hours_by_place_unknown")]


def _of_place(place: str, entries: Entries, voice: PortraitLanguage) -> str:
    stem = f"place.{place}"
    name = place_words(place, voice, is_short=True)
    figures = {
        "place": name[:1].upper() + name[1:],
        "hours": entries.told(entries.get(f"{stem}{HOURS}"), voice),
    }
    pay, floor = f"{stem}.pay_by_hour", f"{stem}.floor"
    if not entries.is_known(pay):
        return voice.message("portrait.hours_in_a_place", **figures)
    figures["pay"] = entries.told(entries.get(pay), voice)
    if not entries.is_known(floor):
        return voice.message("portrait.hours_and_pay_in_a_place", **figures)
    figures["floor"] = entries.told(entries.get(floor), voice)
    return voice.message("portrait.hours_pay_and_floor_in_a_place", **figures)


def _for_abroad(places: list[str], entries: Entries, voice: PortraitLanguage) -> Iterator[str]:
    """Yield the hours worked in one country for clients of another."""
    for place in places:
        stem = f"client.{place}."
        for key in entries.by_key:
            client = key.removeprefix(stem)
            is_abroad = client.partition("-")[0] != place.partition("-")[0]
            if not key.startswith(stem) or not entries.is_known(key) or not is_abroad:
                continue
            if NO_PLACE not in {client, place} and place != ALL_PLACES:
                yield voice.message(
                    "portrait.hours_for_clients_abroad",
                    place=place_words(place, voice, is_short=True),
                    client=place_words(client, voice, is_short=True),
                    hours=entries.told(entries.get(key), voice),
                )
