"""The catalogue of messages is whole: every id in every language, with the same facts."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel import Locale

from canut.core.messages import (
    FALLBACK,
    PACKAGE_FOLDER,
    arguments,
    catalogue_files,
    parse,
    read_catalogue,
)
from tests.house.tree import SOURCE, TEMPLATES, calls, dotted, files
from tools.catalogue import formatted

LANGUAGES = sorted(p.name for p in PACKAGE_FOLDER.iterdir() if catalogue_files(p))
HUNDREDS = range(201)
SAME_IN_FRENCH = {
    "form.openings.organisation",
    "page.openings.exactly",
    "page.pathways.hours",
    *("page.texts.question", "page.texts.version"),
    *("audit.alpha", "audit.question", "page.export.excel_workbook"),
    *("page.accords.kind_in_place", "page.accords.signatures"),
    *("page.first_run.url_line", "page.first_run.backup_line", "page.first_run.backup_command"),
    "page.instance_state.command",
    *("page.ethics.ground_discrimination", "page.ethics.questions"),
    "capacity.number",
    *("common.client", "common.consensus", "common.licences", "common.messages", "common.note"),
    *("common.organisations", "common.panels", "common.pdf", "common.portrait"),
    *("common.question", "common.source", "common.version", "common.versions", "common.webhooks"),
    *("form.collection_forms.panel",),
    *("page.bill.part", "page.bundles.licence", "page.card_wording.protection"),
    *("page.dataset.zip", "page.deliveries.ms", "page.export.configuration_xml"),
    *("page.demo.enter_as_requester", "page.role.requester"),
    *("page.export.segments", "page.measures.exact", "page.pay_wording.canada"),
    *("page.pay_wording.france", "page.pay_wording.madagascar", "page.pay_wording.nairobi_kenya"),
    "page.pay_wording.kenya",
    *("page.pay_wording.venezuela", "page.period.first_last"),
    *("page.provenance.name_version_when", "page.record.messages"),
    *("page.style_actions.impossible", "page.systems.versions", "page.terms_of_use.version"),
    *("page.terms_of_use.version_one", "page.timeline.messages", "page.webhooks.secret"),
    *("portrait.id", "portrait.minutes", "portrait.percent_sign", "portrait.protection"),
    *("portrait.reason_and_evidence", "portrait.source", "portrait.vision"),
    *("problem_heading.code", "verdict.version", "verdict.versions"),
    *("verdict.hours_about", "verdict.hours_between", "verdict.material_version"),
}
"""Ids whose French is the English: names, signs and words that both languages have."""
WRITERS = {"message", "message_now", "lazy_message"}
TAG = re.compile(r"""{%\s*msg\s+"([^"]+)"(.*?)%}""")
FACT = re.compile(r"\b(\w+)=")
PLAIN_SPACES = ("decision.", "finding.", "lease_block.", "format_", "training_", "audit.")
"""Families with texts that were recorded or printed with plain spaces, and stay as they are."""
BAD_FRENCH = re.compile(r"(?<=\w) [;?!:»%](?!\()|« |(?<=\w)[;?!](?!\w)|\w'\w")

each_language = pytest.mark.parametrize("language", LANGUAGES)


def catalogue(language: str) -> dict[str, str]:
    """Return every text of a language by id."""
    folder = PACKAGE_FOLDER / language
    return {key: text for path in catalogue_files(folder) for key, text in _read(path).items()}


def _read(path: Path) -> dict[str, str]:
    return read_catalogue(path)


ENGLISH = catalogue(FALLBACK)
FAMILIES = sorted({key.partition(".")[0] for key in ENGLISH})


@pytest.mark.parametrize("family", FAMILIES)
def test_family_is_written_in_every_language_with_the_same_facts(family: str) -> None:
    english = {key: text for key, text in ENGLISH.items() if key.startswith(f"{family}.")}

    for language in LANGUAGES:
        texts = {key: t for key, t in catalogue(language).items() if key.startswith(f"{family}.")}
        assert texts.keys() == english.keys(), language
        assert not [key for key, text in texts.items() if not text.strip()], language
        assert not [key for key in texts if _facts(texts[key]) != _facts(english[key])], language


def test_french_is_not_the_english() -> None:
    french = catalogue("fr")

    assert {key for key in ENGLISH if ENGLISH[key] == french[key]} == SAME_IN_FRENCH


def test_french_has_its_own_spaces_and_apostrophes() -> None:
    wrong = [
        key
        for key, text in catalogue("fr").items()
        if BAD_FRENCH.search(_plain(text)) and not key.startswith(PLAIN_SPACES)
    ]

    assert not wrong, "narrow no-break space before ; ? !, no-break before : % and inside « »"


@each_language
def test_forms_are_those_of_the_language(language: str) -> None:
    known = Locale.parse(language)
    rules = {"plural": known.plural_form, "selectordinal": known.ordinal_form}
    expected = {by: {rule(n) for n in HUNDREDS} | {"other"} for by, rule in rules.items()}

    wrong = []
    for key, text in catalogue(language).items():
        for argument in arguments(parse(text)):
            forms = {form for form in argument.forms if not form.startswith("=")}
            if argument.by == "select":
                wrong += [] if "other" in forms else [key]
            elif argument.by and forms not in (expected.get(argument.by), {"other"}):
                wrong.append(key)

    assert not wrong


@each_language
def test_id_is_in_one_wing_and_files_are_sorted(language: str) -> None:
    paths = catalogue_files(PACKAGE_FOLDER / language)
    every = [key for path in paths for key in read_catalogue(path)]

    assert len(every) == len(set(every))
    assert not [p for p in paths if p.read_text("utf-8") != formatted(read_catalogue(p))]
    assert {p.name for p in paths} == {p.name for p in catalogue_files(PACKAGE_FOLDER / FALLBACK)}


def test_message_that_code_writes_is_in_the_catalogue_with_its_facts() -> None:
    wrong = [
        f"{where.name}: {key}"
        for where, key, facts in _uses()
        if key not in ENGLISH or (facts is not None and facts != _facts(ENGLISH[key]))
    ]

    assert not wrong


def _uses() -> Iterator[tuple[Path, str, set[str] | None]]:
    """Yield every id that stands in code or in a template, with the facts it is written with."""
    for path in files(".py", under="src/canut"):
        for call in calls(path):
            name = dotted(call.func).rsplit(".", 1)[-1]
            constants = [arg.value for arg in call.args if isinstance(arg, ast.Constant)]
            if name == "Phrase" and constants:
                yield path, str(constants[0]), None
            if name in WRITERS and constants and isinstance(call.args[-1], ast.Constant):
                facts = {keyword.arg for keyword in call.keywords}
                yield path, str(constants[-1]), None if None in facts else {str(f) for f in facts}
    for path in files(".html", under=str(TEMPLATES.relative_to(SOURCE.parents[1]))):
        for tag in TAG.finditer(path.read_text()):
            yield path, tag[1], set(FACT.findall(tag[2]))


def _facts(text: str) -> set[str]:
    return {argument.name for argument in arguments(parse(text))}


def _plain(text: str) -> str:
    """Return a message without its braces, which have spaces of their own."""
    return re.sub(r"\{\w+\}", "x", text)
