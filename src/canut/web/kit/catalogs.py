"""Compile translations: a ``.mo`` next to each ``.po``, with English for missing messages.

Django would say in French what a third language lacks; a text that waits is better in the language
it was written in. Used by the build for the package's languages, and at the start of an instance
for those beside its data. Knows nothing else of Canut.
"""

from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

UNDATED = datetime(1980, 1, 1, tzinfo=UTC)
"""Stands where Babel would write the moment of building: the same words are the same bytes."""


def compile_catalogs(folder: Path, base: Path | None = None) -> None:
    """Update the ``.mo`` files of all languages in a folder, without gettext.

    A language that ``base``, the package's folder, does not have is filled up with every text that
    French has: it may have been written for an older Canut.
    """
    for po in folder.glob("*/LC_MESSAGES/*.po"):
        mo, is_new = po.with_suffix(".mo"), bool(base and not (base / po.parts[-3]).is_dir())
        every = base / "fr/LC_MESSAGES/django.po" if base and is_new else po
        since = max(po.stat().st_mtime, every.stat().st_mtime)
        if mo.exists() and mo.stat().st_mtime >= since:
            continue
        catalog = _read(po)
        for message in _read(every) if is_new else ():
            if message.id and catalog.get(message.id, message.context) is None:
                catalog.add(message.id, context=message.context)
        _fill(catalog)
        catalog.creation_date = UNDATED
        with mo.open("wb") as target:
            write_mo(target, catalog)


def _read(po: Path) -> Catalog:
    with po.open("rb") as source:
        return read_po(source)


def _fill(catalog: Catalog) -> None:
    for message in catalog:
        texts = message.string if isinstance(message.string, list | tuple) else [message.string]
        if not message.id or (all(texts) and not message.fuzzy):
            continue
        message.flags.discard("fuzzy")
        if isinstance(message.id, list | tuple):
            forms = catalog.num_plurals
            singular, many = message.id[0], message.id[-1]
            message.string = (many,) if forms == 1 else (singular, *[many] * (forms - 1))
        else:
            message.string = message.id
