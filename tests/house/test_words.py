"""Every text of pages is in the catalogue, in every language; French has its typography.

What is still marked for gettext is translated as well.
"""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

from canut.core.messages import catalogue_files
from tests.house.tree import SOURCE, TEMPLATES, calls, dotted, files
from tools.words import LOCALE, missing_ids, unused_ids

CATALOGS = sorted((SOURCE / "locale").glob("*/LC_MESSAGES/django.po"))
FRENCH = SOURCE / "locale/fr/LC_MESSAGES/django.po"
MARKERS = {"_", "n_", "gettext", "gettext_lazy", "gettext_noop"}
PLURALS = {"ngettext", "ngettext_lazy"}
NAMES = {"Canut", "CSV", "JSONL", "Parquet", "Français", "English", "FR", "EN", "JSON"}
NAMES |= {"Label", "Studio", "Hugging", "Face"}
READ_ALOUD = {"alt", "aria-label", "aria-description", "placeholder", "title", "value", "label"}
BLOCKS = (
    re.compile(r"{%\s*comment\b.*?endcomment\s*%}", re.DOTALL),
    re.compile(r"{%\s*blocktrans(?:late)?\b.*?endblocktrans(?:late)?\s*%}", re.DOTALL),
    re.compile(r"{#.*?#}"),
)
TAG = re.compile(r"{%(.*?)%}|{{(.*?)}}", re.DOTALL)
QUOTED = re.compile(r'(date:|time:|_\()?"([^"]*)"')
UNCHECKED_TAGS = ("msg ", "url ", "extends ", "script ", "load ")
GETTEXT_TAG = re.compile(r"{%\s*(?:blocktrans(?:late)?|trans(?:late)?)\b")
OF_ALLAUTH = {"allauth/elements/fields.html"}  # it shows labels that come from the package
WORD = re.compile(r"[^\W\d_]{2,}")
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%[sd]|\{(\w*)\}")


def test_every_text_of_a_template_is_marked_for_translation() -> None:
    templates = files(".html", under="src/canut/web/templates")
    assert len(templates) > 20

    bare = {
        str(t.relative_to(TEMPLATES)): texts for t in templates if (texts := _bare(t.read_text()))
    }

    assert not bare


def test_templates_name_messages_by_their_ids() -> None:
    marked = {
        str(t.relative_to(TEMPLATES))
        for t in files(".html", under="src/canut/web/templates")
        if GETTEXT_TAG.search(t.read_text())
    }

    assert marked <= OF_ALLAUTH


def test_every_message_that_is_named_is_in_the_catalogue() -> None:
    assert not missing_ids()


def test_every_message_in_the_catalogue_is_named_by_a_page() -> None:
    assert not unused_ids()


def test_messages_are_of_a_wing_of_the_web_or_the_core() -> None:
    wings = {path.stem for path in catalogue_files(LOCALE / "en")}
    folders = {path.name for layer in ("web", "core") for path in (SOURCE / layer).iterdir()}

    assert wings <= folders


@pytest.mark.parametrize("po", CATALOGS, ids=lambda po: po.parts[-3])
def test_every_marked_text_has_its_translation(po: Path) -> None:
    said = _catalog(po)
    marked = {text: where.name for where, text in _marked()}

    missing = {
        text: where
        for text, where in marked.items()
        if text not in said or said[text].fuzzy or not all(_strings(said[text]))
    }

    assert not missing, "run make words, then write the translation"


@pytest.mark.parametrize("po", CATALOGS, ids=lambda po: po.parts[-3])
def test_translations_keep_the_places_that_facts_go_into(po: Path) -> None:
    broken = [
        message.id
        for message in _catalog(po).values()
        for said in _strings(message)
        if _places(said) - _places(*_ids(message)) or _places(_ids(message)[-1]) - _places(said)
    ]

    assert not broken


def test_french_has_its_own_spaces_and_apostrophes() -> None:
    wrong = [
        said
        for message in _catalog(FRENCH).values()
        for said in _strings(message)
        if re.search(r"(?<=\w) [;?!:»%](?!\()|« |(?<=\w)[;?!](?!\w)|\w'\w", said)
    ]

    assert not wrong, "narrow no-break space before ; ? !, no-break before : % and inside « »"


def _bare(template: str) -> list[str]:
    for block in BLOCKS:
        template = block.sub("", template)
    said = [text for tag in TAG.finditer(template) for text in _quoted(tag)]
    reader = _Reader()
    reader.feed(TAG.sub("", template))
    return [text for text in said + reader.texts if set(WORD.findall(text)) - NAMES]


def _quoted(tag: re.Match[str]) -> Iterator[str]:
    """Yield the literals of a tag that read like words: several of them, or a capital."""
    inside = (tag[1] or tag[2]).strip()
    if inside.startswith("include "):
        inside = inside.partition(" with ")[2]
    if inside.startswith(UNCHECKED_TAGS):
        return
    for prefix, text in QUOTED.findall(inside):
        if not prefix and " " in text.strip():
            yield text


class _Reader(HTMLParser):
    """Collects what a person would read or hear."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.silent = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        is_form_value = tag != "input" or given.get("type") != "submit"  # a button shows its text
        for name, value in attrs:
            if name in READ_ALOUD and value and not (name == "value" and is_form_value):
                self.texts.append(value)
        if tag in {"script", "style"}:
            self.silent = tag

    def handle_endtag(self, tag: str) -> None:
        if tag == self.silent:
            self.silent = ""

    def handle_data(self, data: str) -> None:
        if not self.silent and WORD.search(data):
            self.texts.append(data.strip())


def _marked() -> Iterator[tuple[Path, str]]:
    """Yield every text marked in code and templates; of a plural, the singular."""
    for page in files(".py", under="src/canut"):
        for call in calls(page):
            name = dotted(call.func).rsplit(".", 1)[-1]
            first = call.args[0] if call.args else None
            if name in MARKERS | PLURALS and isinstance(first, ast.Constant):
                yield page, str(first.value)
    for template in files(".html", under="src/canut/web/templates"):
        code = templatize(template.read_text(), origin=template.name)
        for literal in re.findall(
            r"\b(?:_|n?gettext)\(u?('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")", code
        ):
            yield template, ast.literal_eval(literal)


def _catalog(po: Path) -> dict[str, Message]:
    with po.open("rb") as source:
        catalog: Catalog = read_po(source, locale=po.parts[-3])
    return {_ids(message)[0]: message for message in catalog if message.id}


def _ids(message: Message) -> tuple[str, ...]:
    return tuple(message.id) if isinstance(message.id, list | tuple) else (str(message.id),)


def _strings(message: Message) -> tuple[str, ...]:
    said = message.string
    return tuple(said) if isinstance(said, list | tuple) else (str(said or ""),)


def _places(*texts: str) -> set[str]:
    return {m.group() for text in texts for m in PLACEHOLDER.finditer(text.replace("%%", ""))}
