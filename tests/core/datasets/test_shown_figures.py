"""Every figure that log, rows or data show is counted again; a changed one is refused by both."""

from pathlib import Path

import pytest
from canut_verify import counted

from canut.core.datasets.bundle import verify_bundle
from canut.core.datasets.card import FIELDS, CardFigure, Grade
from canut.core.datasets.figures.shown_figures import nominal_alpha, shown_by_log
from canut.core.datasets.log_recount import Facts
from canut.core.proofs.policy import read_policy
from tests.core.datasets.test_signed_work import TWELVE
from tests.core.ledger.bundles import answers_log, make_bundle, our_exit, their_exit
from tests.core.ledger.shown_bundles import shown_bundle, shown_figures
from tests.core.ledger.signing import time_of
from tests.core.proofs.vectors import POLICY

SHOWN = shown_figures()
CONFIRMED = {"confirmed_people": 13, "confirmed_hours": time_of(TWELVE) + 360_000}


def test_every_figure_that_can_be_counted_again_has_the_grade_of_its_evidence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle = shown_bundle()

    assert our_exit(bundle)[0] == their_exit(bundle, tmp_path) == 0

    reached = dict(verify_bundle(bundle, read_policy(POLICY)).figures)
    expected = {name: shown.grade for name, shown in SHOWN.items()}
    expected |= dict.fromkeys(CONFIRMED, Grade.CONFIRMED)
    assert {name: reached[name] for name in expected} == expected
    assert len(expected) >= 20
    others = {name for name, grade in reached.items() if grade > Grade.ASSERTED} - set(expected)
    assert others == set()
    said = " ".join(capsys.readouterr().out.split())
    assert "Anyone can count again from the log and the files: People; Answers" in said
    assert "Said by the operator alone, and proven by nothing here: Active time" in said


@pytest.mark.parametrize("name", sorted([*SHOWN, *CONFIRMED]))
def test_changed_figure_is_refused_by_both(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = CONFIRMED[name] if name in CONFIRMED else SHOWN[name].other
    bundle = shown_bundle({name: other})

    code, why = our_exit(bundle)

    assert code == their_exit(bundle, tmp_path) == 1
    assert f"the card says {name} is " in why
    assert f"the card says {name} is " in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize("name", ["appeals", "instructions", "agreement"])
def test_figure_that_claims_no_more_than_the_operators_word_keeps_that_grade(
    name: str, tmp_path: Path
) -> None:
    bundle = make_bundle(figures={name: CardFigure(SHOWN[name].other)})

    assert our_exit(bundle)[0] == their_exit(bundle, tmp_path) == 0
    assert verify_bundle(bundle, read_policy(POLICY)).figures[name] == Grade.ASSERTED


def test_what_an_entry_hides_or_says_in_two_ways_is_not_shown() -> None:
    assert len(answers_log()) == 5
    two: Facts = {
        "price.set": [{"currency": "CAD"}, {"currency": "USD"}],
        "instructions.set": [{"n": 1}],
    }
    kinds = {"price.set": 2, "instructions.set": 1}

    shown = shown_by_log(kinds, two)
    hidden = shown_by_log({"price.set": 2}, {"price.set": [{"currency": "CAD"}]})

    assert set(shown) == set(hidden) == {"appeals"}
    assert set(FIELDS) > set(shown)


@pytest.mark.parametrize(
    ("rows", "alpha"),
    [
        ([], None),
        ([(1, "a"), (2, "b")], None),
        ([(1, "a"), (1, "a"), (2, "a"), (2, "a")], None),
        ([(1, "a"), (1, "b")], 0),
        ([(1, "a"), (1, "b"), (2, "a"), (2, "b")], -500),
        ([(1, "a"), (1, "a"), (2, "b"), (2, "b")], 1_000),
        ([(1, "a")] * 3 + [(2, "b")] * 2 + [(2, "a"), (3, "c"), (3, "c")], 650),  # 1 - 7 x 2 / 40
    ],
)
def test_agreement_of_labels_is_found_alike_by_both(
    rows: list[tuple[int, str]], alpha: int | None
) -> None:
    lines = [b'{"task":%d,"label":"%s"}' % (task, label.encode()) for task, label in rows]

    ours = nominal_alpha(lines)

    assert ours == counted.find_alpha(b"".join(line + b"\n" for line in lines))
    assert ours == alpha
