"""What the AI Act asks about data: each line in both languages, with grades or "not kept here"."""

import re

import pytest

from canut.core.datasets.ai_act.data_duties import DUTIES, ai_act_of
from canut.core.datasets.card import FIELDS, CardFigure, Grade

FIGURES = {
    "items": CardFigure(1_250, Grade.PROVEN),
    "answers_per_item": CardFigure(3_000, Grade.PROVEN),
    "agreement": CardFigure(444, Grade.RECOMPUTED),
    "places": CardFigure({"CA": 20, "FR": 10}),
    "recruitment": CardFigure("by invitation | <b>"),
    "gold_accuracy": CardFigure(None, reason="gold tasks were not used"),
}
ARTICLE_10 = [*(f"10(2)({letter})" for letter in "abcdefgh"), "10(3)", "10(4)", "10(5)"]


def parts(*, is_simulated: bool = False) -> list[str]:
    """Return the English and the French part."""
    text = ai_act_of("Digits", FIGURES, is_simulated=is_simulated).decode()
    return re.split(r"^## ", text, flags=re.MULTILINE)[1:]


def rows(part: str) -> dict[str, str]:
    """Return the lines of a part by their provision."""
    cells = [line.split(" | ") for line in part.splitlines() if line.startswith("| ")][1:]
    return {cell[0].removeprefix("| "): cell[2] for cell in cells if cell[0] != "| ---"}


@pytest.mark.parametrize("side", [0, 1])
def test_each_provision_has_a_line_with_grades_or_says_that_it_is_not_kept(side: int) -> None:
    lines = rows(parts()[side])

    assert list(lines) == [*ARTICLE_10, "IV(2)(d)", "IV(2)(g)"]
    known, missing = (("PROVEN", "not kept"), ("PROUVÉ", "non conservé"))[side]
    assert known in lines["10(2)(c)"]
    for place in ("10(2)(d)", "10(2)(f)", "10(2)(g)", "IV(2)(g)"):
        assert lines[place].startswith(missing)
    assert all(line.strip(" |") for line in lines.values())


def test_unknown_figures_are_named_and_marks_of_others_are_escaped() -> None:
    english, french = parts()

    assert "Right on known answers: UNKNOWN (gold tasks were not used)" in english
    assert (
        "Justes aux tâches témoins\u00a0: INCONNU (aucune tâche témoin n’a été utilisée)" in french
    )
    assert "<b>" not in english + french
    assert "by invitation \\| &lt;b>" in english
    assert {name for duty in DUTIES for name in duty.figures} < set(FIELDS)


def test_it_says_that_a_lawyer_must_verify_it_and_who_is_simulated() -> None:
    english, french = parts()
    assert "to be verified by your lawyer" in english
    assert "à vérifier par votre juriste" in french
    assert "Simulat" not in english

    english, french = parts(is_simulated=True)
    assert "Simulated: nobody of this exists" in english
    assert "Simulé\u00a0: personne de tout cela n’existe" in french
