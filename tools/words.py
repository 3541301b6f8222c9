"""Check every language against code and templates, and list what waits for a translation.

``tools/words.py`` lists the messages that pages name and the catalogue lacks, those that nothing
names, and those that a language lacks; it also refreshes the ``.po`` files, which hold what is
still marked for gettext. ``tools/words.py --new es`` makes the folder of another language, with
everything still to be translated. English is the language of the source: it has no ``.po``. Needs
gettext's programs. Dates are left out of the files, so that a run that finds nothing new changes
nothing.
"""

import argparse
import ast
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from babel import Locale
from babel.messages.plurals import get_plural
from babel.messages.pofile import read_po

from canut.core.messages import catalogue_files, read_catalogue

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src/canut"
LOCALE = PACKAGE / "locale"
TEMPLATES = PACKAGE / "web/templates"
CATALOG = "LC_MESSAGES/django.po"
SOURCE = "en"
COMMAND = (
    *("makemessages", "--verbosity=0", "--no-obsolete", "--add-location=file", "--no-wrap"),
    *("--ignore=static/*", "--ignore=migrations/*"),
)
VARYING = re.compile(
    r'^"(POT-Creation-Date|PO-Revision-Date|Report-Msgid-Bugs-To|Last-Translator|Language-Team)'
    r": .*\n",
    re.MULTILINE,
)
FRESH = re.compile(r'\A.*?^msgid ""\nmsgstr ""\n.*?\n\n', re.MULTILINE | re.DOTALL)
FORMS = re.compile(r'(?:^msgstr\[\d+\] ""\n)+', re.MULTILINE)
HEAD = """\
# {name}
msgid ""
msgstr ""
"Project-Id-Version: canut\\n"
"Language: {code}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {forms};\\n"

"""
PAGE_ID = re.compile(r"(?:page|form|common)\.[a-z0-9_]+(?:\.[a-z0-9_]+)?")
"""An id of a page's own text; ids of refusals, decisions and the like are made from codes."""
MESSAGE_TAG = re.compile(r"""{%\s*msg\s+"([^"]+)\"""")

type Texts = str | list["Texts"] | dict[str, "Texts"]


def main() -> int:
    """Return 0 when no text is missing or unused, 1 when some is or gettext is absent."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--new", metavar="CODE", help="make the folder of a language, such as es")
    new = parser.parse_args().new
    if new:
        begin(new, LOCALE)
    if not refresh(LOCALE):
        print("makemessages did not run; it needs gettext (Debian: apt-get install gettext)")
        return 1
    waiting = [*waits(LOCALE)]
    for code, text in waiting:
        print(f"no {code} yet: {text}")
    missing, unused = missing_ids(), unused_ids()
    for message_id in missing:
        print(f"named by a page, not in the catalogue: {message_id}")
    for message_id in unused:
        print(f"in the catalogue, named by nothing: {message_id}")
    return 1 if (waiting and not new) or missing or unused else 0


def begin(code: str, locale: Path, english: Path = LOCALE / SOURCE) -> Path:
    """Make the folder of a language, to be filled in; what is there already stays."""
    language = Locale.parse(code, sep="-")
    folder = locale / str(language)
    (folder / CATALOG).parent.mkdir(parents=True, exist_ok=True)
    name = language.get_display_name(language) or code
    about = {
        "name": name[:1].upper() + name[1:],
        "locale": str(language).replace("_", "-"),
        "direction": "rtl" if language.character_order == "right-to-left" else "ltr",
    }
    _write(folder / "language.json", about)
    for path in _files(english):
        empty = _emptied(json.loads(path.read_text("utf-8")))
        _write(folder / path.relative_to(english), empty)
    catalog = folder / CATALOG
    if not catalog.exists():
        catalog.write_text(_head(folder.name))
    return folder


def refresh(locale: Path) -> bool:
    """Write what is new in the code and templates into every ``.po``; say whether it went well."""
    codes = sorted(path.parent.parent.name for path in locale.glob(f"*/{CATALOG}"))
    options = [f"--locale={code}" for code in codes]
    with tempfile.TemporaryDirectory(prefix="canut-words-") as data:
        env = os.environ | {"DJANGO_SETTINGS_MODULE": "canut.settings", "CANUT_DATA": data}
        done = subprocess.run(
            [sys.executable, "-m", "django", *COMMAND, *options], cwd=PACKAGE, env=env, check=False
        )
    for code in codes:
        _tidy(locale / code / CATALOG, code)
    return done.returncode == 0


def waits(locale: Path) -> Iterator[tuple[str, str]]:
    """Yield what no language but English says yet: its code, and the text or the word's name."""
    for folder in sorted(path.parent for path in locale.glob("*/language.json")):
        code = folder.name
        if code == SOURCE:
            continue
        yield from ((code, text) for text in untranslated(folder / CATALOG))
        yield from ((code, word) for word in unsaid(folder, locale / SOURCE))


def untranslated(po: Path) -> list[str]:
    """List the texts of a file that have no translation, or one that nobody has read over."""
    with po.open("rb") as source:
        catalog = read_po(source)
    missing = []
    for message in catalog:
        translations = message.string if isinstance(message.string, tuple) else (message.string,)
        if message.id and (message.fuzzy or not all(translations)):
            missing.append(message.id[0] if isinstance(message.id, tuple) else message.id)
    return [str(text) for text in missing]


def unsaid(folder: Path, english: Path) -> Iterator[str]:
    """Yield the messages and words that a language lacks: ``kinds.json: text, lacks``."""
    for path in _files(english):
        own = folder / path.relative_to(english)
        there = dict(texts_in(json.loads(own.read_text("utf-8")))) if own.is_file() else {}
        for where, _text in texts_in(json.loads(path.read_text("utf-8"))):
            if not there.get(where, "").strip():
                yield f"{path.name}: {', '.join(where)}"


def _files(folder: Path) -> list[Path]:
    """List the files of messages of a language, then those of words of scripts."""
    return [*catalogue_files(folder), *sorted((folder / "words").glob("*.json"))]


def missing_ids() -> list[str]:
    """List the ids that templates and code name and English lacks."""
    return sorted((ids_in_templates() | ids_in_code()) - _english_ids())


def unused_ids() -> list[str]:
    """List the ids of pages' texts that neither a template nor code names."""
    own = {message_id for message_id in _english_ids() if PAGE_ID.fullmatch(message_id)}
    return sorted(own - ids_in_templates() - ids_in_code())


def ids_in_templates() -> set[str]:
    """Return the ids of messages that templates show."""
    texts = (path.read_text("utf-8") for path in TEMPLATES.rglob("*.html"))
    return {message_id for text in texts for message_id in MESSAGE_TAG.findall(text)}


def ids_in_code() -> set[str]:
    """Return the ids of pages' texts that stand in Python, as arguments or in tables."""
    trees = (ast.parse(path.read_text("utf-8")) for path in PACKAGE.rglob("*.py"))
    nodes = (node for tree in trees for node in ast.walk(tree))
    texts = (node.value for node in nodes if isinstance(node, ast.Constant))
    return {text for text in texts if isinstance(text, str) and PAGE_ID.fullmatch(text)}


def _english_ids() -> set[str]:
    paths = catalogue_files(LOCALE / SOURCE)
    return {message_id for path in paths for message_id in read_catalogue(path)}


def texts_in(texts: Texts, where: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield every text of a file of words with where it stands."""
    if isinstance(texts, str):
        yield where, texts
    else:
        each = enumerate(texts) if isinstance(texts, list) else texts.items()
        for name, inside in each:
            yield from texts_in(inside, (*where, str(name)))


def _emptied(texts: Texts) -> Texts:
    if isinstance(texts, str):
        return ""
    if isinstance(texts, list):
        return [_emptied(each) for each in texts]
    return {name: _emptied(each) for name, each in texts.items()}


def _write(path: Path, content: object) -> None:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", "utf-8")


def _head(code: str) -> str:
    return HEAD.format(name=Locale.parse(code).english_name, code=code, forms=_rule(code))


def _rule(code: str) -> str:
    plural = get_plural(code)
    return f"nplurals={plural.num_plurals}; plural={plural.plural_expr}"


def _tidy(po: Path, code: str) -> None:
    """Give a new file its head and its plural forms; leave dates and other people's names out."""
    text = po.read_text()
    if "SOME DESCRIPTIVE TITLE" in text:
        text = FRESH.sub(lambda _: _head(code), text)
    match = re.search(r"nplurals=(\d+)", text)
    blank = "".join(f'msgstr[{n}] ""\n' for n in range(int(match[1]) if match else 2))
    text = FORMS.sub(lambda _: blank, text)
    po.write_text(VARYING.sub("", text))


if __name__ == "__main__":
    sys.exit(main())
