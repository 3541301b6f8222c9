"""Format the messages that people read, in their language, from one catalogue of JSON files.

``canut/locale/LANGUAGE/WING.json`` holds the messages of a wing: flat ids and texts. An id is in
one wing only. A text is a part of ICU MessageFormat, the same that ``frontend/src/i18n/icu.ts``
reads: ``{name}`` is a fact; ``{n, plural, =0 {none} one {# task} other {# tasks}}`` chooses by a
number, ``selectordinal`` by its rank, ``select`` by a word; ``#`` is the number, and the space
after it does not break.

A folder beside the data of an instance comes before the package's (``set_folders``): it adds a
language, or changes single texts. A message that a language lacks is written in English. Files are
read at the first message of a language and each text is parsed once.

Which language a page is in is decided by the web layer.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import NamedTuple, cast

FALLBACK = "en"
ABOUT = "language.json"
PACKAGE_FOLDER = Path(__file__).resolve().parents[1] / "locale"
NO_BREAK = "\u00a0"
SMALLEST_PLURAL = 2  # French counts 1.99 in the singular
BLANKS = " ,\n\t"
WORD = re.compile(r"[\s,]*([^\s{},]+)[\s,]*")
TEXT = re.compile(r"[^{}]*")
COUNTED_TEXT = re.compile(r"[^{}#]*")

type Number = int | float | Decimal
type Part = str | Argument


class Argument(NamedTuple):
    """A placeholder for a fact, with one form per value if it chooses between texts."""

    name: str
    by: str
    forms: Mapping[str, tuple[Part, ...]]


class WritingRules(NamedTuple):
    """The number format and plural forms of a language, from CLDR."""

    format_number: Callable[[Number], str]
    cardinal: Callable[[Decimal], str]
    ordinal: Callable[[Decimal], str]


def message(language: str, message_id: str, /, **facts: object) -> str:
    """Format a message in a language, or in English where the language lacks it.

    Numbers are written as the language writes them; every other fact as ``str`` does.

    Raises:
        KeyError: no message has this id, or the message names a fact that is missing.
    """
    parts, text_language = _parsed(folder_name(language), message_id)
    return _write(parts, facts, text_language)


def has_message(message_id: str) -> bool:
    """Return whether the catalogue has a message in English, and so in every language."""
    return message_id in texts(FALLBACK)


@cache
def ids_by_text(family: str) -> Mapping[str, str]:
    """Return the ids of a family by the package's English text, for data recorded in English."""
    return {
        text: key
        for path in catalogue_files(PACKAGE_FOLDER / FALLBACK)
        for key, text in read_catalogue(path).items()
        if key.startswith(f"{family}.")
    }


@cache
def facts_of(language: str, message_id: str) -> frozenset[str]:
    """Return the names of the facts that a message takes."""
    parts, _ = _parsed(folder_name(language), message_id)
    return frozenset(argument.name for argument in arguments(parts))


def format_count(language: str, number: Number) -> str:
    """Format a number with the language's thousands separator, with all its decimals.

    >>> format_count("en", 1200), format_count("fr", 2.5)
    ('1,200', '2,5')
    """
    return _rules(folder_name(language)).format_number(number)


def folder_name(language: str) -> str:
    """Return the folder of a language: its own, without its country, or English.

    >>> folder_name("fr-BE"), folder_name("xx")
    ('fr', 'en')
    """
    base, _, country = language.replace("_", "-").partition("-")
    base = base.lower()
    names = (f"{base}_{country.upper()}", base) if country else (base,)
    return next((name for name in names if name in _language_names()), FALLBACK)


def set_folders(folders: Iterable[Path]) -> tuple[Path, ...]:
    """Set the catalogue folders; the first that has a message is used.

    Returns:
        The folders they replace.
    """
    before, _sources.folders = _sources.folders, tuple(folders)
    for cached in (_language_names, texts, ids_by_text, facts_of, _parsed, _rules):
        cached.cache_clear()
    return before


@cache
def texts(name: str) -> Mapping[str, str]:
    """Return the texts of one language by id, from all folders; blank texts are omitted.

    Args:
        name: its folder, such as ``pt_BR``.
    """
    merged: dict[str, str] = {}
    for folder in reversed(_sources.folders):
        for path in catalogue_files(folder / name):
            content = read_catalogue(path)
            merged.update({key: text for key, text in content.items() if text.strip()})
    return merged


def catalogue_files(folder: Path) -> list[Path]:
    """List the catalogues in the folder of a language, one for each wing."""
    return [path for path in sorted(folder.glob("*.json")) if path.name != ABOUT]


def read_catalogue(path: Path) -> dict[str, str]:
    """Read one file of messages.

    Raises:
        ValueError: the file cannot be read, or is not a flat object of texts; the file is named.
    """
    try:
        content: object = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as failure:
        raise ValueError(f"{path} cannot be read: {failure}") from failure
    flat = cast("dict[str, object]", content) if isinstance(content, dict) else {"": content}
    wrong = next((key for key, text in flat.items() if not isinstance(text, str)), None)
    if wrong is not None:
        raise ValueError(f"{path}: {wrong!r} is not a text; expected ids with one text each")
    return cast("dict[str, str]", flat)


def parse(text: str) -> tuple[Part, ...]:
    """Parse a message into texts and arguments.

    Raises:
        ValueError: a brace is missing, or there is one too many.
    """
    parts, at = _parse_parts(text, 0, "")
    if at < len(text):
        raise ValueError(f"a }} too many at {at} of {text}")
    return parts


def arguments(parts: Iterable[Part]) -> Iterator[Argument]:
    """Yield every argument of a message, including those inside forms."""
    for part in parts:
        if not isinstance(part, str):
            yield part
            for form in part.forms.values():
                yield from arguments(form)


def _parse_parts(text: str, at: int, counted: str) -> tuple[tuple[Part, ...], int]:
    """Parse to the end of the text or form; ``#`` stands for the fact ``counted``."""
    parts: list[Part] = []
    plain = ""
    literal = COUNTED_TEXT if counted else TEXT
    while at < len(text) and text[at] != "}":
        if text[at] == "{":
            argument, at = _parse_argument(text, at + 1)
        elif counted and text[at] == "#":
            argument, at = Argument(counted, "", {}), at + 1
        else:
            end = _end(literal, text, at)
            plain, at = plain + text[at:end], end
            continue
        if plain:
            parts.append(plain)
        parts.append(argument)
        plain = ""
        if text[at - 1] == "#" and text[at : at + 1] == " ":
            plain, at = NO_BREAK, at + 1
    if plain:
        parts.append(plain)
    return tuple(parts), at


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    match = pattern.match(text, at)
    return match.end() if match else at


def _parse_argument(text: str, at: int) -> tuple[Argument, int]:
    name, at = _parse_word(text, at)
    forms: dict[str, tuple[Part, ...]] = {}
    by = ""
    if at < len(text) and text[at] != "}":
        by, at = _parse_word(text, at)
        while at < len(text) and text[at] != "}":
            form, at = _parse_word(text, at)
            if text[at : at + 1] != "{":
                raise ValueError(f"a {{ is missing at {at} of {text}")
            forms[form], at = _parse_parts(text, at + 1, name)
            at = _close(text, at)
            at += len(text[at:]) - len(text[at:].lstrip(BLANKS))
    return Argument(name, by, forms), _close(text, at)


def _parse_word(text: str, at: int) -> tuple[str, int]:
    match = WORD.match(text, at)
    if not match:
        raise ValueError(f"a name is missing at {at} of {text}")
    return match[1], match.end()


def _close(text: str, at: int) -> int:
    if text[at : at + 1] != "}":
        raise ValueError(f"a }} is missing at {at} of {text}")
    return at + 1


@cache
def _language_names() -> frozenset[str]:
    """List the available languages: folders with a description, and English."""
    languages = {
        path.parent.name for folder in _sources.folders for path in folder.glob(f"*/{ABOUT}")
    }
    return frozenset(languages | OWN_RULES.keys())


@cache
def _parsed(name: str, message_id: str) -> tuple[tuple[Part, ...], str]:
    """Return a parsed message, with the language of its text."""
    for language in (name, FALLBACK):
        text = texts(language).get(message_id)
        if text is not None:
            return parse(text), language
    raise KeyError(f"no message has the id {message_id!r}")


def _write(parts: Iterable[Part], facts: Mapping[str, object], name: str) -> str:
    return "".join(
        part if isinstance(part, str) else _write_argument(part, facts, name) for part in parts
    )


def _write_argument(argument: Argument, facts: Mapping[str, object], name: str) -> str:
    fact = facts[argument.name]
    if argument.forms:
        return _write(_form(argument, fact, name), facts, name)
    if isinstance(fact, int | float | Decimal) and not isinstance(fact, bool):
        return format_count(name, fact)
    return str(fact)


def _form(argument: Argument, fact: object, name: str) -> tuple[Part, ...]:
    """Return the form for a fact: its exact value, its plural category, or ``other``."""
    forms = argument.forms
    exact = forms.get(str(fact) if argument.by == "select" else f"={fact}")
    if exact is not None:
        return exact
    if argument.by == "select":
        return forms.get("other", ())
    rules = _rules(name)
    rule = rules.ordinal if argument.by == "selectordinal" else rules.cardinal
    return forms.get(rule(Decimal(str(fact))), forms.get("other", ()))


def _english_number(number: Number) -> str:
    return f"{number:,}"


def _french_number(number: Number) -> str:
    return f"{number:,}".translate({ord(","): NO_BREAK, ord("."): ","})


def _one_alone(number: Number) -> str:
    return "one" if number == 1 else "other"


def _below_two(number: Number) -> str:
    return "one" if -SMALLEST_PLURAL < number < SMALLEST_PLURAL else "other"


def _english_rank(number: Number) -> str:
    if number % 100 in {11, 12, 13}:
        return "other"
    return {1: "one", 2: "two", 3: "few"}.get(int(number % 10), "other")


ENGLISH = WritingRules(_english_number, cardinal=_one_alone, ordinal=_english_rank)
FRENCH = WritingRules(_french_number, cardinal=_below_two, ordinal=_one_alone)
OWN_RULES = {FALLBACK: ENGLISH, "fr": FRENCH}


def _as_english(_locale: str) -> WritingRules:
    return ENGLISH


@dataclass
class _Sources:
    """The sources of messages: one catalogue per process, chosen from the settings."""

    folders: tuple[Path, ...]
    rules_of_locale: Callable[[str], WritingRules]


_sources = _Sources((PACKAGE_FOLDER,), _as_english)


def set_rules(rules_of_locale: Callable[[str], WritingRules]) -> None:
    """Set the function that returns the rules of languages other than French and English.

    Args:
        rules_of_locale: returns those of a BCP 47 name, such as ``pt-BR``.
    """
    _sources.rules_of_locale = rules_of_locale
    _rules.cache_clear()


@cache
def _rules(name: str) -> WritingRules:
    """Return the number and plural rules of a language, by the locale in ``language.json``."""
    if name in OWN_RULES:
        return OWN_RULES[name]
    paths = [folder / name / ABOUT for folder in _sources.folders]
    about: dict[str, object] = next(
        (json.loads(path.read_text("utf-8")) for path in paths if path.is_file()), {}
    )
    return _sources.rules_of_locale(str(about.get("locale", name)))
