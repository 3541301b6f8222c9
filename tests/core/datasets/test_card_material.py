"""The origin of the material on the signed card: checked and told the same by every reader."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from canut_verify import material_words
from canut_verify import words as their_words
from canut_verify.__main__ import main

from canut.core.datasets.bundle import CARD, ENTRIES, verify_bundle
from canut.core.datasets.card_material import hours_tenths, material_sha256
from canut.core.datasets.log_recount import write_entries
from canut.core.datasets.material import NOT_GESTURES, part_as_json, source_as_json
from canut.core.datasets.verdict_texts import said_in, value_in
from canut.core.messages import message, texts
from canut.core.proofs.policy import read_policy
from tests.core.ledger.bundles import (
    PARTS,
    SOURCES,
    Memory,
    answers_log,
    make_bundle,
    material_entry,
    our_exit,
    sealed,
    their_exit,
)
from tests.core.ledger.mutated_bundles import carded
from tests.core.proofs.vectors import POLICY

PAGE = Path(__file__).resolve().parents[3] / "frontend/src/proofs/material_words.ts"
WORDS = re.compile(
    r'^\s*"([\w.]+)": \[\s*("(?:[^"\\]|\\.)*"),\s*("(?:[^"\\]|\\.)*"),?\s*\]', re.MULTILINE
)
LANGUAGES = ("en", "fr")


def declared() -> Memory:
    return make_bundle(declared=PARTS)


def with_log(bundle: Memory, more: list[bytes]) -> Memory:
    """Put other entries into the project's log, and log the card beside it."""
    entries = b"".join(write_entries([*answers_log(), *more]))
    return Memory(sealed(carded({**bundle.files, ENTRIES: entries}, more)))


def with_card(change: Callable[[dict[str, Any]], None]) -> Memory:
    """Change the figures of a card, sign and log it again."""
    files = declared().files
    card = json.loads(files[CARD])
    change(card["credentialSubject"]["figures"])
    raw = json.dumps(card).encode()
    return Memory(sealed(carded({**files, CARD: raw}, [material_entry(PARTS)])))


def test_million_captchas_are_514_to_2861_hours_on_the_card() -> None:
    figure = json.loads(declared().files[CARD])["credentialSubject"]["figures"]["material"]

    assert hours_tenths(1_000_000, (10_300, 10_300)) == [28_611, 28_611]
    assert figure["value"]["parts"][0]["hours_tenths"] == [5_139, 28_611]
    assert "hours_tenths" not in figure["value"]["parts"][1]
    assert (figure["value"]["version"], figure["value"]["withdrawn"]) == (2, 3)
    assert figure["grade"] == "ASSERTED"


def test_hash_on_the_card_is_that_of_the_declaration_and_of_the_log(tmp_path: Path) -> None:
    bundle = declared()
    value = json.loads(bundle.files[CARD])["credentialSubject"]["figures"]["material"]["value"]

    code, said = our_exit(bundle)

    described = [part_as_json(part) for part in PARTS], [source_as_json(one) for one in SOURCES]
    assert value["sha256"] == material_sha256(*described)
    assert code == their_exit(bundle, tmp_path) == 0, said
    assert "PROVEN the origin of the material, version 2, is the last one in the project's" in said
    assert "ASSERTED material: " in said


def hours_doubled(figures: dict[str, Any]) -> None:
    figures["material"]["value"]["parts"][0]["hours_tenths"] = [10_278, 57_222]


def consent_improved(figures: dict[str, Any]) -> None:
    figures["material"]["value"]["parts"][0]["consent"] = "asked"


def source_dropped(figures: dict[str, Any]) -> None:
    figures["sources"]["value"].pop()


def declared_again(figures: dict[str, Any]) -> None:
    """Improve the consent and the hash with it: only the log still knows."""
    material = figures["material"]["value"]
    consent_improved(figures)
    parts = [{k: v for k, v in part.items() if k != "hours_tenths"} for part in material["parts"]]
    material["sha256"] = material_sha256(parts, [source_as_json(one) for one in SOURCES])


def left_out(figures: dict[str, Any]) -> None:
    figures["material"] = figures["sources"] = {"unknown": "not declared"}


def of_another_shape(figures: dict[str, Any]) -> None:
    figures["material"]["value"]["parts"][0]["count"] = -1


def sources_alone(figures: dict[str, Any]) -> None:
    figures["material"] = {"unknown": "not declared"}


@pytest.mark.parametrize(
    ("change", "exits", "why"),
    [
        (hours_doubled, 1, "the hours of 'captcha_image' on the card are not its count times"),
        (consent_improved, 1, "the hash of the material on the card is not that of its desc"),
        (source_dropped, 1, "the hash of the material on the card is not that of its desc"),
        (declared_again, 1, "the card says material is '2 "),
        (left_out, 1, "the card says material is 'none'; the bundle shows '2 "),
        (of_another_shape, 2, "the figure material of the card is not understood"),
        (sources_alone, 2, "the figure sources of the card stands without material"),
    ],
)
def test_card_that_changes_what_was_declared_is_refused(
    change: Callable[[dict[str, Any]], None], exits: int, why: str, tmp_path: Path
) -> None:
    bundle = with_card(change)

    code, said = our_exit(bundle)

    assert code == their_exit(bundle, tmp_path) == exits
    assert why in said


def test_card_that_keeps_silent_about_a_newer_declaration_is_refused(tmp_path: Path) -> None:
    newer = with_log(declared(), [material_entry(PARTS), material_entry(PARTS[1:], number=3)])
    none = with_log(declared(), [])

    for name, bundle in (("newer", newer), ("none", none)):
        code, said = our_exit(bundle)
        assert code == their_exit(bundle, tmp_path / name) == 1
        assert "the card says material is '2 " in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_verifiers_tell_the_material_in_the_same_words(
    language: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle = declared()
    (tmp_path / "policy.txt").write_bytes(POLICY)
    place = str(bundle.write(tmp_path / "bundle"))

    main([place, "--policy", str(tmp_path / "policy.txt"), "--lang", language])

    theirs = capsys.readouterr().out.splitlines()
    lines = verify_bundle(bundle, read_policy(POLICY)).lines
    ours = [
        said_in(language, line)
        for line in lines
        if line.kind == "material" or line.facts.get("name") in {"material", "sources"}
    ]
    assert len(ours) == 3
    for grade, text in ours:
        assert f"{grade:<11} {text}" in theirs
        assert not re.search(r"[{}\[\]_]|tenths|sha256", text.replace("\\x1b[31m", ""))


def test_material_is_said_as_people_read_it() -> None:
    figures = json.loads(declared().files[CARD])["credentialSubject"]["figures"]

    said = {
        (name, language): value_in(language, name, figures[name]["value"], "", "")
        for name in ("material", "sources")
        for language in LANGUAGES
    }

    assert said["material", "en"] == (
        "version 2; CAPTCHAs with pictures, 60.0%, a shop’s \\x1b[31mpage, CA, consent: not given,"
        " not paid, people may be recognisable, gestures: 1,000,000,"
        " 513.9 – 2,861.1 h (arXiv 2311.10911); Comments, 30.0%, consent: in the terms of a"
        " service, pay unknown, gestures: 12,000, hours unknown; Public registers and archives,"
        " 10.0%, consent: by law, not paid; withdrawn: 3"
    )
    assert "CAPTCHA d’images, 60,0\u00a0%" in said["material", "fr"]
    assert "513,9 – 2\u202f861,1 h (arXiv 2311.10911)" in said["material", "fr"]
    assert said["sources", "en"] == (
        "Taken from SQuAD, https://example.org/squad;"
        f" Written by a model that learnt from Avis, card {'ab' * 32}"
    )


def test_every_code_has_its_words_in_all_three_readers() -> None:
    page = {
        name: (json.loads(english), json.loads(french))
        for name, english, french in WORDS.findall(PAGE.read_text())
    }

    assert len(page) == 51
    assert page == material_words.CODES
    for name, words in page.items():
        assert words == tuple(message(language, name) for language in LANGUAGES)
    assert {gesture.value for gesture in NOT_GESTURES} == material_words.NO_GESTURES
    no_gestures = PAGE.read_text().partition("const NO_GESTURES = ")[2].partition(";")[0]
    assert set(json.loads(no_gestures)) == material_words.NO_GESTURES


def test_contributions_are_named_in_words_as_on_pages_of_pay() -> None:
    names = [{"name": code, "payer": "employer"} for code in ("qpp", "cnesst", "cnesst", "new")]
    value = {"names": names, "on_top_micro": 68_640_000}

    for language in LANGUAGES:
        ours = value_in(language, "contributions", value, "lines", "CAD")
        theirs = their_words.figure(
            language, "contributions", {"value": value, "unit": "lines"}, "CAD"
        )
        assert theirs.endswith(ours)
    english = value_in("en", "contributions", value, "lines", "CAD")
    assert english == (
        "Quebec pension (QPP), Work accidents (CNESST), new, 68.64 CAD on top of pay"
    )
    named = {name for name in texts("en") if name.startswith("contribution.")}
    assert named == {name for name in material_words.CODES if name.startswith("contribution.")}


def test_code_of_a_later_version_stays_as_it_is() -> None:
    value = {"version": 1, "parts": [{"gesture": "wink", "consent": "asked", "payment": "no"}]}

    ours = value_in("fr", "material", value, "parts", "")
    theirs = their_words.figure("fr", "material", {"value": value, "unit": "parts"}, "")

    assert "wink, consentement\u00a0: demandé pour cet usage" in ours
    assert theirs.endswith(ours)
