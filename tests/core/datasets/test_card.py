import json
from pathlib import Path
from typing import Any

import pytest
from canut_verify import UnreadableError
from canut_verify.card import parse_card

from canut.core.datasets.card import (
    EARLIER,
    FIELDS,
    NEVER_PROVED,
    CardFigure,
    CardSubject,
    Grade,
    build_card,
    read_card,
    sign_card,
)
from canut.core.datasets.file_tree import File
from canut.core.errors import BadInput, BadProof, NotProven
from canut.core.proofs.canonical import canonical
from canut.core.proofs.data_integrity import sign_document
from canut.core.proofs.did_key import did_of
from canut.core.proofs.signing import public_of

PAGE = Path(__file__).resolve().parents[3] / "frontend/src/proofs/card.ts"
SECRET = bytes(range(32))
ISSUER = public_of(SECRET)
FILES = (File("labels.csv", "0" * 64, 12), File("croissant.json", "1" * 64, 7))
SUBJECT = CardSubject("digits", "2026-01-31T12:00:00Z", 120, FILES)
FIGURES = {
    "people": CardFigure(120, Grade.RECOMPUTED),
    "answers": CardFigure(5391, Grade.PROVEN),
    "pay_people_p50": CardFigure(22_100_000, Grade.RECOMPUTED),
    "pay_people_p90": CardFigure(29_000_000, Grade.RECOMPUTED),
    "floor_respected": CardFigure("yes", Grade.RECOMPUTED),
    "workforce": CardFigure("contractors"),
    "recruitment": CardFigure(None, reason="the operator did not say"),
}


def figures_of(
    subject: CardSubject, figures: dict[str, CardFigure] | None = None
) -> dict[str, Any]:
    card: dict[str, Any] = build_card(subject, figures or FIGURES, did_of(ISSUER))
    found: dict[str, Any] = card["credentialSubject"]["figures"]
    return found


def signed(change: dict[str, object], **figures: object) -> bytes:
    """Sign a card somebody made otherwise than this house would."""
    card: dict[str, Any] = build_card(SUBJECT, FIGURES, did_of(ISSUER))
    card.update(change)
    if figures:
        card["credentialSubject"]["figures"].update(figures)
    return canonical(sign_document(card, SECRET, SUBJECT.valid_from))


def test_a_card_reads_back_with_every_figure_known_or_unknown() -> None:
    about: dict[str, Any] = read_card(sign_card(SUBJECT, FIGURES, SECRET), ISSUER)

    figures = about["figures"]
    assert set(figures) == set(FIELDS)
    assert figures["answers"] == {"value": 5391, "unit": "answers", "grade": "PROVEN"}
    assert figures["recruitment"] == {"unknown": "the operator did not say"}
    assert figures["chain"] == {"unknown": "not measured"}
    assert about["neverProved"] == list(NEVER_PROVED)
    assert [one["path"] for one in about["files"]] == ["croissant.json", "labels.csv"]


def test_the_same_card_is_the_same_bytes() -> None:
    backwards = dict(reversed(FIGURES.items()))

    assert sign_card(SUBJECT, backwards, SECRET) == sign_card(SUBJECT, FIGURES, SECRET)


@pytest.mark.parametrize(
    ("people", "hidden"),
    [
        (4, {"people", "pay_people_p50", "pay_people_p90"}),
        (19, {"pay_people_p50", "pay_people_p90"}),
        (99, {"pay_people_p90"}),
        (100, set()),
    ],
)
def test_what_few_people_would_show_is_left_out(people: int, hidden: set[str]) -> None:
    figures = figures_of(SUBJECT._replace(people=people))

    left_out = {name for name in FIGURES if "people on" in figures[name].get("unknown", "")}
    assert left_out == hidden
    assert figures["floor_respected"]["value"] == "yes"


def test_a_show_says_so_on_every_figure_and_counts_nobody() -> None:
    show = SUBJECT._replace(people=0, is_simulated=True)
    figures = figures_of(show, {**FIGURES, "people": CardFigure(0, Grade.RECOMPUTED)})

    known = [one for one in figures.values() if "value" in one]
    assert len(known) == 6
    assert all(one["simulated"] is True for one in known)
    assert figures["people"]["value"] == 0
    with pytest.raises(BadInput, match="simulated people are no people"):
        figures_of(show)


def test_no_figure_is_better_known_than_it_can_be() -> None:
    with pytest.raises(BadInput, match="workforce can be ATTESTED at best; got PROVEN"):
        figures_of(SUBJECT, {"workforce": CardFigure("contractors", Grade.PROVEN)})


def test_figures_and_subjects_no_card_has_are_refused() -> None:
    with pytest.raises(BadInput, match="no figure 'happiness'"):
        figures_of(SUBJECT, {"happiness": CardFigure(10)})
    with pytest.raises(BadInput, match="names its dataset"):
        figures_of(SUBJECT._replace(dataset=""))
    with pytest.raises(BadInput, match="expected texts, whole numbers"):
        figures_of(SUBJECT, {"agreement": CardFigure([0.8])})


def test_a_card_by_another_issuer_or_changed_is_not_believed() -> None:
    card = sign_card(SUBJECT, FIGURES, SECRET)
    better = card.replace(b"22100000", b"25100000")

    with pytest.raises(NotProven, match="the card is not by"):
        read_card(card, public_of(bytes(32)))
    with pytest.raises(NotProven, match="is not what"):
        read_card(better, ISSUER)


def share_in(unit: str) -> dict[str, object]:
    return {"human_share": {"value": 976, "unit": unit, "grade": "PROVEN"}}


@pytest.mark.parametrize("unit", ["thousandths of labels", "thousandths of answers"])
def test_card_signed_before_a_unit_changed_still_holds(unit: str) -> None:
    raw = signed({}, **share_in(unit))

    about: dict[str, Any] = read_card(raw, ISSUER)

    assert about["figures"]["human_share"]["unit"] == unit
    assert parse_card(raw, ISSUER)["figures"] == about["figures"]


def test_figure_in_a_unit_it_never_had_is_refused() -> None:
    raw = signed({}, **share_in("thousandths of people"))

    with pytest.raises(BadProof, match="the figure human_share"):
        read_card(raw, ISSUER)
    with pytest.raises(UnreadableError, match="the figure human_share"):
        parse_card(raw, ISSUER)


def test_the_page_knows_the_same_figures_grades_and_units() -> None:
    page = PAGE.read_text()
    table = page.partition("const TABLE = `")[2].partition("`")[0].strip().splitlines()
    earlier = page.partition("const EARLIER = new Map(")[2].partition(");")[0]

    assert table == [f"{name} {one.best.name} {one.unit}" for name, one in FIELDS.items()]
    assert dict(json.loads(earlier)) == EARLIER


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"[]", "a JSON object"),
        (json.dumps({"a": 1}).encode(), "not written canonically"),
        (b'{"a":1}', "has no proof"),
        (signed({"issuer": "did:key:z1"}), "the card is not by"),
        (signed({"type": ["VerifiableCredential"]}), "no labour card"),
        (signed({"@context": ["https://www.w3.org/ns/credentials/v2"]}), "no labour card"),
        (signed({"credentialSubject": {"figures": {}, "simulated": False}}), "no labour card"),
        (signed({}, happiness={"unknown": "x"}), "odd: 'happiness'"),
        (signed({}, chain={"unknown": ""}), "the figure chain"),
        (signed({}, chain={"value": 1, "unit": "lines", "grade": "TRUE"}), "the figure chain"),
        (signed({}, chain={"value": 1, "unit": "cuts", "grade": "ASSERTED"}), "the figure chain"),
        (signed({}, chain={"value": 1, "unit": "lines", "grade": "PROVEN"}), "can never be"),
        (
            signed({}, chain={"value": 1, "unit": "lines", "grade": "ATTESTED", "simulated": True}),
            "does not say what the card says",
        ),
    ],
)
def test_a_signed_card_that_is_no_card_is_refused(raw: bytes, said: str) -> None:
    with pytest.raises((BadProof, NotProven), match=said):
        read_card(raw, ISSUER)
