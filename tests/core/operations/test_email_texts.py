"""An e-mail is in the language of the person who reads it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from canut.core.messages import ABOUT, PACKAGE_FOLDER, set_folders
from canut.core.operations.email_texts import Email, EmailKind, letter
from canut.core.operations.finding_texts import format_finding
from canut.core.operations.findings import Finding, Level


@pytest.fixture
def spanish(tmp_path: Path) -> Iterator[None]:
    """Add a language with two messages."""
    folder = tmp_path / "es"
    folder.mkdir()
    (folder / ABOUT).write_text(json.dumps({"locale": "es"}))
    texts = {
        "email.appeal.subject": "Canut: respuesta",
        "finding.copy-old.what": "Copia de {days} días.",
    }
    (folder / "operations.json").write_text(json.dumps(texts))
    before = set_folders([tmp_path, PACKAGE_FOLDER])
    yield
    set_folders(before)


def appeal(language: str) -> Email:
    """Compose the e-mail about an appeal."""
    return letter(EmailKind.APPEAL, "https://c.example/decisions/", "", language)


@pytest.mark.usefixtures("spanish")
def test_another_language_is_used_and_english_where_it_lacks_a_message() -> None:
    assert appeal("es") == Email("Canut: respuesta", appeal("en").text)


@pytest.mark.usefixtures("spanish")
def test_finding_is_in_another_language() -> None:
    finding = Finding("copy-old", Level.LOOK, {"days": 9})

    assert format_finding(finding, "es").what == "Copia de 9 días."
    assert format_finding(finding, "es").do == format_finding(finding, "en").do


def test_language_that_is_not_there_is_written_in_english() -> None:
    assert appeal("xx") == appeal("en")
    assert appeal("fr") != appeal("en")
