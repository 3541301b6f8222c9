"""A dataset is checked in its zip as in its folder, by both commands; bombs are not unpacked."""

import argparse
import os
import tracemalloc
from pathlib import Path

import pytest
from canut_verify.__main__ import main

from canut.commands import verify
from tests.core.ledger.bundles import make_bundle
from tests.core.ledger.zips import ZIPS, flat
from tests.core.proofs.vectors import LOG, POLICY

LEAST, MOST = 5, 50_000_000


def both(arguments: list[str]) -> tuple[int, int]:
    """Check with both commands."""
    parser = argparse.ArgumentParser()
    verify.add_arguments(parser)
    return verify.run(parser.parse_args(arguments)), main(arguments)


def given(place: Path, folder: Path, *more: str) -> list[str]:
    (folder / "policy.txt").write_bytes(POLICY)
    return [str(place), "--policy", str(folder / "policy.txt"), "--lang", "en", *more]


@pytest.mark.parametrize("name", ZIPS)
def test_zip_is_read_or_refused_by_both(name: str, tmp_path: Path) -> None:
    content, expected = ZIPS[name]()
    (tmp_path / "data.zip").write_bytes(content)

    tracemalloc.start()
    codes = both(given(tmp_path / "data.zip", tmp_path))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert codes == (expected, expected)
    assert peak < MOST


def test_earlier_release_may_be_a_zip(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content, _ = flat()
    for name in ("data.zip", "old.zip"):
        (tmp_path / name).write_bytes(content)
    more = ["--since", str(tmp_path / "old.zip")]

    assert both(given(tmp_path / "data.zip", tmp_path, *more)) == (0, 0)
    assert "same" in capsys.readouterr().out


@pytest.mark.parametrize("is_zip", [False, True], ids=["folder", "zip"])
def test_without_a_policy_both_name_the_keys_of_a_whole_bundle_and_exit_3(
    is_zip: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = make_bundle().write(tmp_path / "bundle")
    if is_zip:
        place = tmp_path / "data.zip"
        place.write_bytes(flat()[0])

    assert both([str(place), "--lang", "en"]) == (3, 3)

    said = capsys.readouterr().out
    assert said.count(f"log.example/one+{LOG.key.id.hex()}") == 2
    assert "PROVEN " not in said.replace("NOT PROVEN", "")


@pytest.mark.parametrize(
    ("names", "word"),
    [
        ({"LANG": "fr_CA.UTF-8"}, "PROUVÉ"),
        ({"LANG": "en_CA.UTF-8"}, "PROVEN"),
        ({"LANG": "en_CA.UTF-8", "LC_ALL": "fr_FR.UTF-8"}, "PROUVÉ"),
        ({"LANG": "fr_CA.UTF-8", "LC_MESSAGES": "C"}, "PROVEN"),
        ({"LANG": "de_DE.UTF-8"}, "PROVEN"),
    ],
)
def test_both_speak_the_language_of_the_terminal(
    names: dict[str, str],
    word: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in names.items():
        monkeypatch.setenv(name, value)
    assert {**os.environ}.items() >= names.items()
    arguments = given(make_bundle().write(tmp_path / "bundle"), tmp_path)
    arguments = [one for one in arguments if one not in {"--lang", "en"}]

    assert both(arguments) == (0, 0)

    lines = [line.split(" ")[0] for line in capsys.readouterr().out.splitlines()]
    assert lines.count(word) >= LEAST
    assert ({"PROVEN", "PROUVÉ"} - {word}).isdisjoint(lines)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_both_say_what_the_grades_mean(
    language: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = given(make_bundle().write(tmp_path / "bundle"), tmp_path)
    arguments[arguments.index("en")] = language

    assert both(arguments) == (0, 0)

    said = " ".join(capsys.readouterr().out.split())
    words = {
        "en": ["Proven: hashes and signatures show it.", "Asserted: the operator says so."],
        "fr": ["Prouvé : des empreintes et des signatures", "Affirmé : l’administration le dit."],
    }
    for sentence in words[language]:
        assert said.count(sentence) == 2
