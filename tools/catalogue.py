"""Write messages into the catalogue: ``src/canut/locale/LANGUAGE/WING.json``, sorted by id."""

import json
from collections.abc import Mapping
from pathlib import Path

from canut.core.messages import PACKAGE_FOLDER, parse, read_catalogue


def add_messages(
    language: str, wing: str, texts: Mapping[str, str], locale: Path = PACKAGE_FOLDER
) -> None:
    """Add messages to the file of a wing, or replace them; the file is made where there is none.

    Raises:
        ValueError: a text cannot be parsed.
    """
    path = locale / language / f"{wing}.json"
    merged = (read_catalogue(path) if path.is_file() else {}) | dict(texts)
    for text in merged.values():
        parse(text)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(formatted(merged), "utf-8")


def formatted(texts: Mapping[str, str]) -> str:
    """Format a catalogue as its files are: sorted by id, one message on each line."""
    return json.dumps(texts, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
