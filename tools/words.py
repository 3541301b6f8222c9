"""Refresh the French file from code and templates, and say what waits for a translation.

English is the language of the source. Needs gettext's programs. Dates are left out of the file, so
that a run that finds nothing new changes nothing.
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
FRENCH = PACKAGE / "web/locale/fr/LC_MESSAGES/django.po"
COMMAND = (
    *("makemessages", "--verbosity=0", "--no-obsolete", "--add-location=file", "--no-wrap"),
    *("--ignore=static/*", "--ignore=migrations/*", "--locale=fr"),
)
VARYING = re.compile(
    r'^"(POT-Creation-Date|PO-Revision-Date|Report-Msgid-Bugs-To|Last-Translator|Language-Team)'
    r": .*\n",
    re.MULTILINE,
)
FRESH = re.compile(r'\A.*?^msgid ""\nmsgstr ""\n.*?\n\n', re.MULTILINE | re.DOTALL)
HEAD = """\
# Canut en français.
msgid ""
msgstr ""
"Project-Id-Version: canut\\n"
"Language: fr\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\\n"

"""


def main() -> int:
    """Return 0 when every text has its French, 1 when some wait for it or gettext is absent."""
    FRENCH.parents[2].mkdir(exist_ok=True)
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
    _tidy(FRENCH)
    waiting = untranslated(FRENCH)
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


def _tidy(po: Path) -> None:
    """Give a new file its head; leave dates and other people's names out of an old one."""
    text = po.read_text()
    if "SOME DESCRIPTIVE TITLE" in text:
        text = FRESH.sub(lambda _: HEAD, text)
        text = re.sub(r"^msgstr\[2\] .*\n", "", text, flags=re.MULTILINE)
    po.write_text(VARYING.sub("", text))


if __name__ == "__main__":
    sys.exit(main())
