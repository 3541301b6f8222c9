"""A language nobody speaks, made by machine from English: every text bracketed, from right to left.

It takes the code, the locale and the six plural forms of Arabic, so that whatever holds for it
holds for a language unlike French and English.
"""

import json
import re
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from canut.core.messages import catalogue_files, read_catalogue
from canut.web.kit.catalogs import compile_catalogs
from tools.words import CATALOG, LOCALE, Texts, begin

CODE = "ar"
FORMS = ("zero", "one", "two", "few", "other", "many")  # as gettext numbers them
CLDR_FORMS = ("zero", "one", "two", "few", "many", "other")
PLURAL = re.compile(r"\{(\w+), plural, (?:one \{.*\} )?other \{(.*)\}\}", re.DOTALL)
OPEN, CLOSE = "⟦", "⟧"
ABOUT = {"name": "⟦Pseudo⟧", "locale": "ar-EG", "direction": "rtl"}


def make(folder: Path) -> Path:
    """Make its folder in a folder of languages."""
    made = begin(CODE, folder)
    (made / "language.json").write_text(json.dumps(ABOUT), "utf-8")
    for path in (LOCALE / "en/words").glob("*.json"):
        said = _bracketed(json.loads(path.read_text("utf-8")))
        (made / "words" / path.name).write_text(json.dumps(said), "utf-8")
    for path in catalogue_files(LOCALE / "en"):
        texts = {key: _bracketed_message(text) for key, text in read_catalogue(path).items()}
        (made / path.name).write_text(json.dumps(texts), "utf-8")
    with (made / CATALOG).open("wb") as target:
        write_po(target, _catalog(), width=0)
    compile_catalogs(folder)
    return made


def bracket(text: str) -> str:
    """Show that a text was translated; blanks around it stay outside."""
    inside = text.strip()
    return text.replace(inside, f"{OPEN}{inside}{CLOSE}", 1) if inside else text


def _bracketed_message(text: str) -> str:
    """Bracket a message; one that is a plural begins with the name of its form."""
    plural = PLURAL.fullmatch(text)
    if not plural:
        return bracket(text)
    forms = (f"{form} {{{bracket(f'{form} {plural[2]}')}}}" for form in CLDR_FORMS)
    return f"{{{plural[1]}, plural, {' '.join(forms)}}}"


def _bracketed(texts: Texts) -> Texts:
    if isinstance(texts, str):
        return bracket(texts)
    if isinstance(texts, list):
        return [_bracketed(each) for each in texts]
    return {name: _bracketed(each) for name, each in texts.items()}


def _catalog() -> Catalog:
    """Translate what the French file lists: a plural begins with the name of its form."""
    catalog = Catalog(locale=CODE)
    with (LOCALE / "fr/LC_MESSAGES/django.po").open("rb") as source:
        for message in read_po(source):
            if isinstance(message.id, list | tuple):
                said = [bracket(f"{form} {message.id[-1]}") for form in FORMS]
                catalog.add(tuple(message.id), tuple(said), context=message.context)
            elif message.id:
                catalog.add(message.id, bracket(message.id), context=message.context)
    return catalog
