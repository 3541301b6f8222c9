"""What a check says to people, in both languages, by both verifiers."""

import re
from pathlib import Path

import pytest
from canut_verify import words as their_words
from canut_verify.__main__ import main

from canut.core.datasets.bundle import VerdictLine, verify_bundle
from canut.core.datasets.card import FIELDS, CardFigure, Grade
from canut.core.datasets.verdict_texts import (
    LANGUAGES,
    never_in,
    plain,
    said_in,
    unknown_in,
    value_in,
)
from canut.core.messages import ids_by_text, message
from canut.core.proofs.policy import read_policy
from tests.core.ledger.bundles import make_bundle
from tests.core.proofs.vectors import POLICY

CHAIN = {
    "client": "Atelier",
    "country": "CA",
    "price_micro": 45_000,
    "undisclosed_links": 0,
    "parties": [
        {"role": "operator", "name": "not disclosed", "country": "CA", "share_micro": 11_666},
        {"role": "worker", "name": "", "country": "unknown", "share_micro": 33_334},
    ],
}
EVERY = {
    "active_time": CardFigure(20_880_000),
    "pay_basis": CardFigure("statements of closed pay periods"),
    "floor": CardFigure({"from": 16_600_000, "to": 17_200_000}),
    "floor_basis": CardFigure("law, or higher by the operator's choice"),
    "top_ups_sum": CardFigure(1_234_500_000),
    "contributions": CardFigure(
        {"names": [{"name": "qpp", "payer": "employer"}], "on_top_micro": 12_300_000}
    ),
    "places": CardFigure({"CA": 20, "unknown": 10}),
    "workforce": CardFigure("employee, self_employed"),
    "recruitment": CardFigure("by invitation"),
    "chain": CardFigure(CHAIN),
    "rejections": CardFigure(1_204, Grade.PROVEN),
    "exposure": CardFigure({"0": 4_988, "2": 15}),
    "training": CardFigure({"practice": 3, "lessons": 15}),
    "protections": CardFigure(["breaks", "limits on hard material"]),
    "instructions": CardFigure(["a" * 64, "b" * 64]),
    "human_share": CardFigure(976),
    "machines": CardFigure([]),
    "agreement": CardFigure(790),
    "period": CardFigure(["2026-01-01", "2026-01-31"]),
}


def told(language: str) -> dict[str, str]:
    """Say every line of a bundle that knows nearly everything; figures by their names."""
    verdict = verify_bundle(make_bundle(figures=EVERY), read_policy(POLICY))
    return {
        str(line.facts.get("name", line.kind)): " ".join(said_in(language, line))
        for line in verdict.lines
        if line.kind != "unknown"
    }


def test_figures_are_said_as_people_read_them() -> None:
    said = told("en")

    assert said["people"] == "RECOMPUTED People: 30"
    assert said["active_time"] == "ASSERTED Active time: 5 h 48"
    assert re.fullmatch(
        r"RECOMPUTED Pay an hour, median of people: \d+\.\d\d CAD/h", said["pay_people_p50"]
    )
    assert said["floor"] == "ASSERTED Floor an hour: 16.60 – 17.20 CAD/h"
    assert said["top_ups_sum"] == "ASSERTED Sum of top-ups: 1,234.50 CAD"
    assert said["chain"] == (
        "ASSERTED Who is paid between, for one answer: Atelier → not disclosed 0.011666 CAD"
        " → whoever answers 0.033334 CAD"
    )
    assert said["workforce"] == "ASSERTED Status at work: employee, self-employed"
    assert said["human_share"] == "ASSERTED Labels with a human hand: 97.6%"
    assert said["machines"] == "ASSERTED Models: none"
    assert said["rejections"] == (
        "ASSERTED Answers rejected: 1,204 (the card says PROVEN; nothing here shows it)"
    )
    assert said["instructions"] == "ASSERTED Instructions: 2 versions"


def test_figures_are_said_in_french_to_who_reads_french() -> None:
    said = told("fr")

    assert said["active_time"] == "AFFIRMÉ Temps actif\u00a0: 5 h 48"
    assert said["floor"] == "AFFIRMÉ Plancher à l’heure\u00a0: 16,60 – 17,20 CAD/h"
    assert said["top_ups_sum"] == "AFFIRMÉ Somme des compléments\u00a0: 1\u202f234,50 CAD"
    assert said["human_share"] == "AFFIRMÉ Étiquettes de main humaine\u00a0: 97,6\u00a0%"
    assert said["protections"].endswith("pauses, limites au contenu difficile")
    assert said["floor_basis"].endswith("la loi, ou plus haut par choix de l’opérateur")
    assert "la fiche dit PROUVÉ" in said["rejections"]
    assert said["logged"].startswith("PROUVÉ La fiche est l’inscription 1 sur 2")


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_said_as_data(language: str) -> None:
    for name, said in told(language).items():
        assert not re.search(r"[{}\[\]_]|micro|thousandths|sha256", said), (name, said)


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_verifiers_say_the_same_figures(
    language: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle = make_bundle(figures=EVERY)
    (tmp_path / "policy.txt").write_bytes(POLICY)
    place = str(bundle.write(tmp_path / "bundle"))

    code = main([place, "--policy", str(tmp_path / "policy.txt"), "--lang", language])

    theirs = {" ".join(one.split(" ")).strip() for one in capsys.readouterr().out.splitlines()}
    lines = [
        one
        for one in verify_bundle(bundle, read_policy(POLICY)).lines
        if one.kind in {"figure", "unknown", "recounted", "seen", "files"}
    ]
    ours = {f"{grade:<11} {said}" for grade, said in (said_in(language, one) for one in lines)}
    assert code == 0
    assert len(ours) > len(FIELDS)
    assert ours - theirs == set()


def test_simulated_is_said_of_every_figure_in_both_languages() -> None:
    verdict = verify_bundle(make_bundle(is_simulated=True), read_policy(POLICY))
    figures = [one for one in verdict.lines if one.kind == "figure"]

    assert all("(simulated)" in said_in("en", one)[1] for one in figures)
    assert all("(simulé)" in said_in("fr", one)[1] for one in figures)


def test_unknown_is_said_once_for_each_reason() -> None:
    verdict = verify_bundle(make_bundle(), read_policy(POLICY))
    unknown = [one for one in verdict.lines if one.kind == "unknown"]

    said = unknown_in("fr", unknown)

    assert len(said) < len(unknown)
    assert all(grade == "INCONNU" for grade, _ in said)
    assert any(one.endswith("non mesuré") for _, one in said)


def test_what_a_stranger_wrote_cannot_steer_a_terminal() -> None:
    written = value_in("en", "platform", "a\x1b[31mb\u202ec\nd", "text", "")

    assert written == "a\\x1b[31mb\\u202ec\\nd"
    assert plain("é’\u202f") == "é’\\u202f"


@pytest.mark.parametrize("value", [{"client": 5}, {"from": "x"}, [1, {"a": 2}], True, {"CA": "x"}])
@pytest.mark.parametrize(
    "name",
    [
        "chain",
        "floor",
        "contributions",
        "exposure",
        "training",
        "places",
        "period",
        "material",
        "sources",
    ],
)
def test_value_of_another_shape_is_shown_and_never_stops_the_check(
    name: str, value: object
) -> None:
    assert value_in("en", name, value, "lines", "CAD")
    assert their_words.figure("fr", name, {"value": value, "unit": "lines"}, "CAD")


def test_every_figure_and_grade_has_its_words_in_all_three_tables() -> None:
    table = Path(__file__).parents[3] / "frontend/src/proofs/verify_words.ts"
    names = table.read_text().partition("const NAMES = [")[2].partition("]")[0]

    figures = {
        name: tuple(message(language, f"card.{name}") for language in LANGUAGES) for name in FIELDS
    }
    grades = {text: message("fr", key) for text, key in ids_by_text("grade").items()}
    assert list(FIELDS) == list(their_words.NAMES)
    assert re.findall(r'"(\w+)"', names) == list(FIELDS)
    assert {one.name for one in Grade} < set(grades)
    assert grades == their_words.GRADES
    assert figures == their_words.NAMES


def test_both_languages_of_the_verifier_say_the_same_facts() -> None:
    for kind, (english, french) in their_words.SAID.items():
        asked = [sorted(re.findall(r"\{\w+\}", one)) for one in (english, french)]
        assert asked[0] == asked[1], kind
        assert not re.search(r"[^\u00a0]:( |$)|[^\u202f][;?!]", french), kind


def test_what_nothing_can_prove_is_said_in_french() -> None:
    verdict = verify_bundle(make_bundle(), read_policy(POLICY))

    said = never_in("fr", verdict.never)

    assert all(one in ids_by_text("card_phrase") for one in verdict.never)
    assert said.startswith("Rien ici ne peut prouver\u00a0: qu’une clé est une personne\u202f; ")


@pytest.mark.parametrize("language", LANGUAGES)
def test_share_of_answers_on_an_earlier_card_has_its_own_name(language: str) -> None:
    figure = {"value": 976, "unit": "thousandths of answers", "grade": "ASSERTED"}
    line = VerdictLine(
        Grade.ASSERTED,
        "",
        "figure",
        {**figure, "name": "human_share", "currency": "", "simulated": False},
    )

    said = said_in(language, line)[1]

    assert said == their_words.figure(language, "human_share", figure, "")
    assert said.startswith(message(language, "card.answered_by_humans"))
