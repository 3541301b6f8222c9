"""What a person may set, run, open or be refused is written down, in the words of the code."""

import argparse
import ast
import importlib
import re
import shlex
from pathlib import Path

from canut.commands import COMMANDS
from canut.options import SETTINGS
from tests.house.tree import ROOT, SOURCE, calls, dotted, files
from tools import tables

EN, FR = ROOT / "docs/en", ROOT / "docs/fr"


def test_every_setting_has_its_row_in_both_languages() -> None:
    assert SETTINGS
    pages = [EN / "developers/settings.md", FR / "settings.md"]

    missing = [
        (p.name, s.name) for p in pages for s in SETTINGS if f"| `{s.name}` |" not in _text(p)
    ]

    assert not missing


def test_every_variable_that_settings_read_is_told() -> None:
    read = {
        call.args[0].value
        for call in calls(SOURCE / "settings.py")
        if dotted(call.func) == "os.environ.get" and isinstance(call.args[0], ast.Constant)
    }

    assert read == {one.name for one in SETTINGS}


def test_every_command_has_its_heading_in_both_languages() -> None:
    assert COMMANDS
    pages = [EN / "developers/commands.md", FR / "commands.md"]

    missing = [
        (p.name, c.name)
        for p in pages
        for c in COMMANDS
        if f"\n## canut {c.name}\n" not in _text(p)
    ]

    assert not missing


def test_every_refusal_code_has_its_row() -> None:
    codes = {case.code for case in tables.cases()}
    assert len(codes) > 20
    page = _text(EN / "developers/refusals.md")

    missing = sorted(code for code in codes if f"| `{code}` |" not in page)

    assert not missing, "run .venv/bin/python tools/docs.py --write"


def test_every_address_has_its_row() -> None:
    from canut.web.urls import PAGES

    assert len(PAGES) > 20
    page = _text(EN / "developers/access.md")

    missing = [one.address for one in PAGES if f"| `/{one.address}` |" not in page]

    assert not missing, "run .venv/bin/python tools/docs.py --write"


def test_every_role_has_its_page_in_both_languages() -> None:
    english = {f.name for f in EN.glob("*.md")}
    assert {"people.md", "requesters.md", "reviewers.md", "operators.md", "auditors.md"} <= english

    assert english <= {f.name for f in FR.glob("*.md")}


def test_every_command_written_in_a_page_can_be_typed() -> None:
    typed = [
        line for page in _pages() for line in _typed(page) if line.startswith(".venv/bin/canut ")
    ]
    assert len(typed) > 10

    refused = [line for line in typed if not _is_understood(line)]

    assert not refused


def test_every_make_target_written_in_a_page_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", _text(ROOT / "Makefile"), re.MULTILINE))
    typed = [line for page in _pages() for line in _typed(page) if line.startswith("make ")]
    assert typed

    unknown = [line for line in typed if line.split()[1] not in targets]

    assert not unknown


def test_every_file_a_page_links_to_is_there() -> None:
    linked = [
        (page, link)
        for page in _pages()
        for link in re.findall(r"\]\(([^)#:\s]+)(?:#[\w-]+)?\)", _text(page))
    ]
    assert linked

    missing = [(page.name, link) for page, link in linked if not (page.parent / link).exists()]

    assert not missing


def test_news_are_named_as_the_changelog_expects() -> None:
    news = [f for f in (ROOT / "news").iterdir() if f.name != ".gitignore"]

    odd = [
        f.name
        for f in news
        if f.suffixes not in ([".added", ".md"], [".changed", ".md"], [".fixed", ".md"])
    ]

    assert not odd


def _pages() -> list[Path]:
    return [*files(".md", under="docs"), *ROOT.glob("*.md")]


def _typed(page: Path) -> list[str]:
    """List the lines of a page's shell blocks, without prompt and comment."""
    blocks = re.findall(r"^```(?:console|sh)\n(.*?)^```", _text(page), re.MULTILINE | re.DOTALL)
    lines = [line.removeprefix("$ ") for block in blocks for line in block.splitlines()]
    return [line.split("  #")[0].strip() for line in lines]


def _is_understood(line: str) -> bool:
    """Say whether the command and its options exist."""
    _program, name, *arguments = shlex.split(line.partition(" > ")[0])
    command = next((one for one in COMMANDS if one.name == name), None)
    if command is None:
        return False
    parser = argparse.ArgumentParser(exit_on_error=False, allow_abbrev=False)
    importlib.import_module(f"canut.commands.{command.module}").add_arguments(parser)
    try:
        parser.parse_args(arguments)
    except (argparse.ArgumentError, SystemExit):
        return False
    return True


def _text(path: Path) -> str:
    return path.read_text()
