"""Languages of pages: each is one folder, in the package or next to the data.

A folder is named as gettext names languages (``es``, ``pt_BR``) and says what it is in
``language.json``; messages, Django's translations and the words of scripts lie in it. Nothing else
lists the languages. Some texts are kept in French and English alone, by law or by design:
``two_sided`` says which of these two a page shows.
"""

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

from babel import Locale, UnknownLocaleError
from babel.numbers import format_decimal
from django.conf import settings
from django.utils.translation import get_language, to_locale

from canut.core.messages import ABOUT, FALLBACK, PACKAGE_FOLDER, WritingRules


class Language(NamedTuple):
    """A language of pages: its own name, number format and direction."""

    code: str
    name: str
    locale: str
    direction: str


def languages_in(folders: Iterable[Path]) -> dict[str, Language]:
    """Load the languages of some folders, by code, sorted by name; the first folder wins.

    Raises:
        ValueError: a ``language.json`` cannot be read, or lacks something; the file is named.
    """
    languages: dict[str, Language] = {}
    for folder in folders:
        for path in sorted(folder.glob(f"*/{ABOUT}")):
            code = path.parent.name.replace("_", "-").lower()
            languages.setdefault(code, _read(path, code))
    return dict(sorted(languages.items(), key=lambda item: item[1].name))


def _read(path: Path, code: str) -> Language:
    try:
        data = json.loads(path.read_text("utf-8"))
        language = Language(code, data["name"], data["locale"], data["direction"])
    except KeyError as lacking:
        raise ValueError(f"{path} lacks {lacking}") from lacking
    except (OSError, ValueError, TypeError) as failure:
        raise ValueError(f"{path} cannot be read: {failure}") from failure
    if language.direction not in {"ltr", "rtl"}:
        raise ValueError(f"{path}: direction is {language.direction!r}; expected ltr or rtl")
    return language


def language_now() -> Language:
    """Return the page's language."""
    every: dict[str, Language] = settings.LANGUAGES_KNOWN
    return every.get(get_language() or settings.LANGUAGE_CODE, every[settings.LANGUAGE_CODE])


def is_french() -> bool:
    """Return whether the page is in French."""
    return language_now().code == "fr"


def two_sided() -> Literal["fr", "en"]:
    """Return ``fr`` or ``en``: the language of content that exists in these two only."""
    return "fr" if is_french() else "en"


@cache
def words_of(code: str) -> dict[str, object]:
    """Return the script translations of a language by file, with English for missing ones."""
    folder = to_locale(code)
    own = next((p / folder for p in settings.LOCALE_PATHS if (p / folder / ABOUT).is_file()), None)
    texts: dict[str, object] = {}
    for path in sorted((PACKAGE_FOLDER / FALLBACK / "words").glob("*.json")):
        there = own / "words" / path.name if own else path
        translated = json.loads(there.read_text("utf-8")) if there.is_file() else {}
        texts[path.stem] = filled(json.loads(path.read_text("utf-8")), translated)
    return texts


def filled(english: object, own: object) -> object:
    """Return the English structure, with each text translated if possible."""
    if isinstance(english, dict):
        has = own if isinstance(own, dict) else {}
        return {name: filled(each, has.get(name)) for name, each in english.items()}
    if isinstance(english, list):
        items = own if isinstance(own, list) else []
        return [filled(each, items[n] if n < len(items) else "") for n, each in enumerate(english)]
    return own if isinstance(own, str) and own.strip() else english


@cache
def locale_of(name: str) -> str:
    """Return babel's name for a locale such as ``fr-CA``; without its country if unknown."""
    plain = name.partition("-u-")[0]
    for candidate in (plain, plain.partition("-")[0], FALLBACK):
        try:
            return str(Locale.parse(candidate, sep="-"))
        except (UnknownLocaleError, ValueError):
            continue
    return FALLBACK


def writing_rules(name: str) -> WritingRules:
    """Return the number format and plural forms of a locale such as ``pt-BR``."""
    locale = Locale.parse(locale_of(name))
    return WritingRules(
        lambda number: format_decimal(number, locale=locale, decimal_quantization=False),
        locale.plural_form,
        locale.ordinal_form,
    )
