"""Both readers say the same of an opening, good or forged, and name the label as the kinds do."""

import argparse
from pathlib import Path

import pytest
from canut_verify import opening as theirs
from canut_verify.__main__ import main

from canut.commands import verify
from canut.core.datasets.row_opening import check_opening, label_of_text
from canut.core.datasets.verdict_texts import said_in
from canut.core.kinds import check_schema, check_values, label_of_values
from canut.core.kinds.sample import samples
from canut.core.kinds.shared.fields import canonical_json
from tests.core.ledger.bundles import Memory
from tests.core.ledger.opened_bundles import (
    COUNT,
    FORGED,
    ROWS,
    UNREADABLE,
    Change,
    changed,
    first_row,
    opened_bundle,
    opening_of,
)
from tests.core.proofs.vectors import POLICY

BUNDLE = opened_bundle()
OPENING = opening_of(BUNDLE)


def both(
    bundle: Memory,
    opening: bytes,
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    language: str = "en",
) -> tuple[int, str]:
    """Check with both commands; return the exit and the lines that are about the opening."""
    place = bundle.write(folder / "bundle")
    (folder / "policy.txt").write_bytes(POLICY)
    (folder / "opening.json").write_bytes(opening)
    given = [str(place), "--policy", str(folder / "policy.txt"), "--lang", language]
    given += ["--opening", str(folder / "opening.json")]
    parser = argparse.ArgumentParser()
    verify.add_arguments(parser)

    ours = verify.run(parser.parse_args(given))
    our_lines = " ".join(capsys.readouterr().out.split())
    assert main(given) == ours
    their_lines = " ".join(capsys.readouterr().out.split())

    if ours == 0:
        for line in check_opening(bundle, opening):
            grade, text = said_in(language, line)
            text = " ".join(text.split())
            for lines in (our_lines, their_lines):
                assert f"{grade} {text}".strip() in lines
    elif ours == 1:
        assert our_lines == their_lines
    return ours, our_lines


@pytest.mark.parametrize("language", ["en", "fr"])
def test_rows_that_a_seed_drew_are_shown_by_both_in_the_same_words(
    language: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said = both(BUNDLE, OPENING, tmp_path, capsys, language)

    assert code == 0, said
    assert f"{COUNT} of {COUNT} rows" in said or f"{COUNT} lignes sur {COUNT}" in said


def test_rows_of_erased_people_are_counted_by_both(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said = both(BUNDLE, opening_of(BUNDLE, erased=[0, 1, 2], count=99), tmp_path, capsys)

    assert code == 0
    assert f"{ROWS - 3} of {ROWS} rows drawn" in said
    assert "3 drawn rows are of people who were erased" in said


@pytest.mark.parametrize("change", FORGED, ids=lambda change: change.__name__)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_forged_opening_is_refused_by_both_in_the_same_words(
    language: str, change: Change, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said = both(BUNDLE, changed(OPENING, change), tmp_path, capsys, language)

    assert code == 1, said
    if language == "en":
        assert FORGED[change].format(first=first_row(OPENING)) in said


@pytest.mark.parametrize("change", UNREADABLE, ids=lambda change: change.__name__)
def test_opening_that_is_none_cannot_be_read_by_either(
    change: Change, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert both(BUNDLE, changed(OPENING, change), tmp_path, capsys)[0] == 2


@pytest.mark.parametrize("row", range(3))
def test_label_changed_before_it_was_logged_is_told_by_both(
    row: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle = opened_bundle({row: "another"})

    code, said = both(bundle, opening_of(bundle, count=99), tmp_path, capsys)

    assert code == 1
    assert f"row {row} of the data has another label than was logged" in said


def labels() -> list[tuple[str, dict[str, object], str, str]]:
    """List sample questions with the text of an answer, and its label by its kind."""
    answered = [
        (sample.name, schema, check_values(schema, {"q": answer}))
        for sample in samples()
        for schema in sample.schema.values()
        for answer in sample.answers
    ]
    choices = [{"value": value, "label": value} for value in "ab"]
    several = check_schema(
        {
            "show": [{"column": "text", "as": "text"}],
            "questions": [
                {"id": "q", "kind": "choice", "choices": choices, "ask": "?"},
                {"id": "r", "kind": "number", "least": 0, "most": 9, "decimals": 2, "ask": "?"},
            ],
        }
    )
    answered.append(("several", several, check_values(several, {"q": "b", "r": 2.25})))
    return [
        (name, schema, canonical_json(values), label_of_values(schema, values))
        for name, schema, values in answered
    ]


def test_label_of_an_opened_row_is_that_of_its_kind() -> None:
    answered = labels()
    assert len(answered) > 100

    for name, schema, values, label in answered:
        assert label_of_text(schema, values) == theirs.label_of(schema, values) == label, name
