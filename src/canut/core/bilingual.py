"""A text in both languages, for what is part of a rule and so is not looked up in a catalogue."""

from typing import NamedTuple


class Bilingual(NamedTuple):
    """A text in English and in French."""

    en: str
    fr: str
