"""Refresh the translation files from code and templates, and say what waits for French.

Needs gettext's programs. Dates are left out of the files, so that a run that finds nothing new
changes nothing.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src/canut"
LOCALE = PACKAGE / "web/locale"
LANGUAGES = ("fr", "en")
COMMAND = (
    *("makemessages", "--verbosity=0", "--no-obsolete", "--add-location=file", "--no-wrap"),
    *("--ignore=static/*", "--ignore=migrations/*"),
    *(f"--locale={language}" for language in LANGUAGES),
)
VARYING = re.compile(
    r'^"(POT-Creation-Date|PO-Revision-Date|Report-Msgid-Bugs-To|Last-Translator|Language-Team)'
    r": .*\n",
    re.MULTILINE,
)
FRESH = re.compile(r'\A.*?^msgid ""\nmsgstr ""\n.*?\n\n', re.MULTILINE | re.DOTALL)
HEAD = """\
# Canut, {language}.
msgid ""
msgstr ""
"Project-Id-Version: canut\\n"
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n {one});\\n"

"""
ONE = {"fr": "> 1", "en": "!= 1"}


def main() -> int:
    """Return 0 when every text has its French, 1 when some wait for it or gettext is absent."""
    LOCALE.mkdir(exist_ok=True)
    env = os.environ | {
        "DJANGO_SETTINGS_MODULE": "canut.settings",
        "CANUT_DATA": tempfile.mkdtemp(prefix="canut-words-"),
    }
    done = subprocess.run(
        [sys.executable, "-m", "django", *COMMAND], cwd=PACKAGE, env=env, check=False
    )
    if done.returncode:
        print("makemessages did not run; it needs gettext (Debian: apt-get install gettext)")
        return 1
    for language in LANGUAGES:
        _tidy(LOCALE / language / "LC_MESSAGES/django.po", language)
    waiting = untranslated(LOCALE / "fr/LC_MESSAGES/django.po")
    for text in waiting:
        print(f"no French yet: {text}")
    return 1 if waiting else 0


def untranslated(po: Path) -> list[str]:
    """List the texts of a file that have no translation, or one that nobody has read over."""
    with po.open("rb") as source:
        catalog = read_po(source)
    found = []
    for message in catalog:
        said = message.string if isinstance(message.string, tuple) else (message.string,)
        if message.id and (message.fuzzy or not all(said)):
            found.append(message.id[0] if isinstance(message.id, tuple) else message.id)
    return [str(text) for text in found]


def _tidy(po: Path, language: str) -> None:
    """Give a new file its head; leave dates and other people's names out of an old one."""
    text = po.read_text()
    if "SOME DESCRIPTIVE TITLE" in text:
        head = HEAD.format(language=language, one=ONE[language])
        text = re.sub(r"^msgstr\[2\] .*\n", "", FRESH.sub(lambda _: head, text), flags=re.MULTILINE)
    po.write_text(VARYING.sub("", text))


if __name__ == "__main__":
    sys.exit(main())
