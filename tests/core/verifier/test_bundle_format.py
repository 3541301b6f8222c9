"""A format, not a program: four readers say the same of every test bundle, exit code included.

The fourth was written from ``docs/en/bundle-format.md`` and the shipped schemas alone. The page of
a browser is asked in ``tests/browser/test_bundle_format.py``.
"""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from canut_verify.__main__ import main as canut_verify

from canut.__main__ import main as canut
from canut.core.datasets.bundle import verify_bundle
from canut.core.datasets.card import EARLIER, FIELDS, Grade, fields_of
from canut.core.proofs.policy import read_policy
from tests.core.datasets.test_bundle import earlier_format
from tests.core.ledger.bundles import Memory, our_exit, their_exit
from tests.core.ledger.mutated_bundles import mutated_bundle
from tests.core.proofs.vectors import POLICY
from tests.core.verifier import fourth
from tests.core.verifier.fourth.reader import judge
from tests.core.verifier.fourth.shapes import SCHEMAS
from tests.support.format_bundles import CASES, FIGURES, MAKER, bundle_of, policy_of

MUTATED = 4_000 if os.environ.get("CANUT_SOAK") else 60
FINE, REFUSED, UNREADABLE, NO_POLICY = range(4)
DOCS = Path(__file__).parents[3] / "docs"


def exits_of(bundle: Memory, folder: Path, policy: bytes) -> tuple[int, int, int]:
    """Return what canut, canut-verify and the fourth reader make of a bundle."""
    theirs = their_exit(bundle, folder, policy)
    return our_exit(bundle, policy)[0], theirs, judge(folder / "bundle", policy).code


@pytest.mark.parametrize("name", CASES)
def test_readers_agree_on_every_test_bundle(tmp_path: Path, name: str) -> None:
    expected = CASES[name][0]

    assert exits_of(bundle_of(name), tmp_path, policy_of()) == (expected, expected, expected)


def test_there_are_forty_bad_bundles_of_both_kinds_and_some_good_ones() -> None:
    codes = [code for code, _why, _change in CASES.values()]

    assert codes.count(REFUSED) >= 20
    assert codes.count(UNREADABLE) >= 20
    assert codes.count(FINE) >= 5


@pytest.mark.parametrize("name", [name for name in CASES if CASES[name][0] == FINE])
def test_readers_give_each_figure_the_same_grade(tmp_path: Path, name: str) -> None:
    bundle = bundle_of(name)

    ours = verify_bundle(bundle, read_policy(policy_of())).figures
    fourth_reader = judge(bundle.write(tmp_path), policy_of()).figures

    assert {figure: grade for figure, (grade, _value) in fourth_reader.items()} == {
        figure: grade.name for figure, grade in ours.items()
    }


def test_figures_of_the_good_bundle_are_those_that_are_published() -> None:
    card = json.loads(bundle_of("good").files["labour-card.json"])
    figures = card["credentialSubject"]["figures"]
    ours = verify_bundle(bundle_of("good"), read_policy(policy_of())).figures

    assert json.loads(FIGURES.read_text(encoding="utf-8")) == {
        name: {"grade": grade.name, "value": figures[name]["value"]} for name, grade in ours.items()
    }


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("name", ["made", "exported"])
def test_bundles_of_earlier_formats_are_read_by_all(
    tmp_path: Path, version: int, name: str
) -> None:
    bundle, policy = earlier_format(version, name)

    assert exits_of(bundle, tmp_path, policy) == (FINE, FINE, FINE)


@pytest.mark.slow
def test_fourth_reader_says_the_same_of_damaged_bundles(tmp_path: Path) -> None:
    for number in range(MUTATED):
        bundle = mutated_bundle(11, number)

        code, reason = our_exit(bundle)

        place = bundle.write(tmp_path / str(number))
        assert judge(place, POLICY).code == code, f"{number}: {reason}"


@pytest.mark.parametrize("is_link", [True, False])
def test_a_link_or_a_pipe_in_a_folder_is_not_read(tmp_path: Path, *, is_link: bool) -> None:
    place = bundle_of("good").write(tmp_path / "bundle")
    odd, policy = place / "data" / "more.csv", tmp_path / "policy.txt"
    if is_link:
        odd.symlink_to(odd.parent)
    else:
        os.mkfifo(odd)
    policy.write_bytes(policy_of())
    arguments = [str(place), "--policy", str(policy)]

    ours = canut(["verify", *arguments])

    assert ours == canut_verify(arguments) == judge(place, policy_of()).code == UNREADABLE


def test_without_a_policy_nothing_is_proved(tmp_path: Path) -> None:
    place = bundle_of("good").write(tmp_path)

    assert canut(["verify", str(place)]) == judge(place, None).code == NO_POLICY


def test_fourth_reader_shares_no_code_with_the_others() -> None:
    allowed = {"cryptography", "tests"}
    for path in Path(fourth.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [str(node.module)]
                if isinstance(node, ast.ImportFrom)
                else []
            )
            for name in names:
                root = name.partition(".")[0]
                assert root in allowed or root in sys.stdlib_module_names
                assert root != "tests" or name.startswith(fourth.__name__)


def test_test_bundles_need_nothing_but_the_standard_library_and_cryptography(
    tmp_path: Path,
) -> None:
    subprocess.run([sys.executable, "-I", str(MAKER), str(tmp_path)], check=True)

    expected = json.loads((tmp_path / "expected.json").read_text(encoding="utf-8"))
    assert set(expected) == set(CASES) == {p.name for p in tmp_path.iterdir() if p.is_dir()}
    assert {name: case["exit"] for name, case in expected.items()} == {
        name: code for name, (code, _why, _change) in CASES.items()
    }
    policy = (tmp_path / "policy.txt").read_bytes()
    assert judge(tmp_path / "good", policy).code == FINE
    assert judge(tmp_path / "one-witness", policy).code == REFUSED


def test_schema_of_the_card_names_every_figure_with_its_units_and_grades() -> None:
    schema = json.loads((SCHEMAS / "labour-card.schema.json").read_text(encoding="utf-8"))
    figures = schema["properties"]["credentialSubject"]["properties"]["figures"]

    assert set(figures["properties"]) == set(FIELDS)
    assert set(figures["required"]) == set(fields_of(1))
    for name, field in FIELDS.items():
        known = figures["properties"][name]["oneOf"][1]["properties"]
        assert known["unit"]["enum"] == [
            field.unit,
            *([EARLIER[name]] if name in EARLIER else []),
        ]
        assert known["grade"]["enum"] == [grade.name for grade in Grade if grade <= field.best]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_page_names_every_figure_with_its_unit_and_best_grade(language: str) -> None:
    page = (DOCS / language / "bundle-format.md").read_text(encoding="utf-8")

    for name, field in FIELDS.items():
        assert f"| `{name}` | {field.unit} | {field.best.name} |" in page
