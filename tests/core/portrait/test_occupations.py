"""Everybody is in the table, in the same columns, and what nobody counted is said to be unknown."""

from decimal import Decimal
from pathlib import Path

import pytest

from canut.core.errors import BadFile, BadInput, Incomplete, Missing
from canut.core.portrait.cells import Cell, CellMeasure, CellState, Where
from canut.core.portrait.facts import FigureConfidence
from canut.core.portrait.occupations import (
    CLICK,
    EMERGING,
    NAMED,
    PLACE,
    Family,
    Match,
    cells_of,
    rings,
    table,
)
from canut.core.portrait.privacy import band_of
from canut.core.portrait.reading import (
    FACTS,
    OCCUPATIONS,
    SHIPPED,
    TERMS,
    read_facts,
    read_occupations,
    read_terms,
    shipped_facts,
    shipped_occupations,
    shipped_terms,
)
from canut.core.portrait.terms import TermTarget

ROWS, SAID = shipped_occupations(), shipped_facts()


def keys(*families: Family) -> set[str]:
    return {one.key for one in ROWS if one.family in families}


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / OCCUPATIONS
    path.write_text(text)
    return path


def test_the_seven_named_occupations_are_there() -> None:
    assert keys(Family.NAMED) == set(NAMED) == {"DS", "DA", "DE", "MLE", "RES", "CV", "DEV"}


def test_the_three_emerging_ones_and_ai_ethics_are_there() -> None:
    assert (
        keys(Family.EMERGING, Family.ABSENT) == {*EMERGING, "ETH"} == {"TRA", "HMI", "MNT", "ETH"}
    )


def test_every_kind_of_click_work_is_there() -> None:
    assert keys(Family.CLICK) == set(CLICK)
    assert len(CLICK) == 11


@pytest.mark.parametrize("key", CLICK)
def test_a_portrait_without_a_kind_of_click_work_cannot_be_built(tmp_path: Path, key: str) -> None:
    lines = (SHIPPED / OCCUPATIONS).read_text().splitlines()
    without = "\n".join(line for line in lines if not line.startswith(f"  {key}:"))
    assert len(without.splitlines()) == len(lines) - 1

    with pytest.raises(Incomplete, match=f"no row for {key}"):
        read_occupations(written(tmp_path, without))
    with pytest.raises(Missing, match=f"leaves out {key}"):
        table([one for one in ROWS if one.key != key], SAID)


def test_another_file_adds_an_occupation_without_code(tmp_path: Path) -> None:
    row = (
        "schema: canut.occupations/1\noccupations:\n  CAN-CAPTCHA: {family: click, ring: click, "
        "en: Solving captchas, fr: Captchas, people: F6.all, noc: none, esco: none, onet: none, "
        "ai_role: imitation, labour_kind: social_network}\n"
    )

    rows = read_occupations(SHIPPED / OCCUPATIONS, written(tmp_path, row))

    assert [one.key for one in rows if one not in ROWS] == ["CAN-CAPTCHA"]


def test_every_occupation_has_the_same_columns() -> None:
    assert {tuple(row.cells) for row in table(ROWS, SAID)} == {tuple(CellMeasure)}


def test_what_nobody_counted_is_unknown_and_never_0() -> None:
    cells = {cell.key: cell for cell in cells_of(table(ROWS, SAID))}

    assert cells["CAN-ANNOT.people.reference"].state is CellState.UNKNOWN
    assert cells["CV.people.reference"].state is CellState.UNKNOWN
    assert cells["DS.people.reference"].value == 700
    assert not [cell for cell in cells.values() if cell.value == 0]


def test_what_was_measured_here_stands_beside_what_sources_say() -> None:
    here = band_of("CAN-ANNOT", 32)

    rows = {row.occupation.key: row for row in table(ROWS, SAID, [here])}

    assert rows["CAN-ANNOT"].cells[CellMeasure.PEOPLE].here == here
    assert rows["CAN-ANNOT"].cells[CellMeasure.PEOPLE].reference.state is CellState.UNKNOWN


@pytest.mark.parametrize(
    ("cells", "refusal"),
    [
        ([band_of("BAKER", 32)], Missing),
        ([band_of("DS", 32), band_of("DS", 50)], BadInput),
        ([Cell("DS", CellMeasure.HOURS, Where.REFERENCE, CellState.UNKNOWN)], BadInput),
    ],
)
def test_a_cell_without_its_place_is_refused(
    cells: list[Cell], refusal: type[BadInput | Missing]
) -> None:
    with pytest.raises(refusal):
        table(ROWS, SAID, cells)


def test_the_rings_are_quebecs_and_add_up_to_no_more_than_the_whole() -> None:
    found = rings(ROWS, SAID)

    assert (PLACE, found.total.fact.place) == ("CA-QC", "CA-QC")
    assert found.core == 2155
    assert found.parts["CV"] is None
    assert found.core + found.rest == 45_000
    assert found.rest_parts["F3.programmer_analysts"] == 15_382
    assert sum(found.rest_parts.values()) == 25_434
    assert found.others == 17_411
    assert found.share == pytest.approx(0.048, abs=5e-4)


def test_rings_of_more_people_than_the_whole_are_refused() -> None:
    text = (SHIPPED / FACTS).read_text().replace('"15382"', '"45000"')

    with pytest.raises(BadInput, match="more than"):
        rings(ROWS, read_facts(FACTS, text.encode()))


def test_people_here_are_told_to_the_rings_as_a_band() -> None:
    assert rings(ROWS, SAID, band_of("ALL", 32)).here is not None
    with pytest.raises(BadInput, match="as a band"):
        rings(ROWS, SAID, Cell("ALL", CellMeasure.PEOPLE, Where.HERE, CellState.EXACT, Decimal(32)))


def test_every_fact_has_its_source_its_day_and_who_contests_it() -> None:
    for figure in SAID.figures():
        fact = figure.fact
        if figure.value is not None:
            assert fact.source is not None, figure.reference
            assert fact.source.title
            assert fact.period
        assert (fact.confidence is FigureConfidence.CONTESTED) == bool(fact.contested_by)
        assert fact.label.en
        assert fact.label.fr
        assert fact.label.fr != fact.label.en
        assert bool(fact.contested_by.fr) == bool(fact.contested_by)


def test_the_count_of_click_workers_in_quebec_is_unknown() -> None:
    figure = SAID.figure("F6.all")

    assert figure.value is None
    assert figure.confidence is FigureConfidence.UNKNOWN


def test_a_fact_nobody_wrote_is_missing() -> None:
    with pytest.raises(Missing, match=r"F2\.bakers"):
        SAID.figure("F2.bakers")


def test_click_work_says_what_it_is_to_a_model_and_its_nearest_code() -> None:
    for one in ROWS:
        assert bool(one.ai_role) == (one.family is Family.CLICK)
        assert set(one.codes) == {"noc", "esco", "onet"}
    imitation = next(one for one in ROWS if one.key == "CAN-IMIT")
    assert imitation.codes["noc"].match is Match.NONE


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (FACTS, "canut.portrait-facts/1", "other/1", "schema"),
        (FACTS, "place: CA-QC", "place: Québec", "F1 place"),
        (FACTS, "src: VITRINE", "src: RUMOUR", "F1 src"),
        (FACTS, 'all: "45000"', "all: 45000", "F1 all is 45000.*quotes"),
        (FACTS, 'values: {all: "45000"}', "values: {}", "F1 values"),
        (FACTS, "confidence: secondary", "confidence: sure", "F1 confidence"),
        (FACTS, "confidence: secondary", "confidence: unknown", "F1 confidence"),
        (FACTS, "confidence: secondary", "confidence: contested", "F1 contested_by"),
        (FACTS, "kind: press", "kind: hearsay", "sources.PRESSE kind"),
        (FACTS, "unit: people", "units: people", "F1 unit"),
        (OCCUPATIONS, "family: named", "family: noble", "DS family"),
        (OCCUPATIONS, "ring: core", "ring: middle", "DS ring"),
        (OCCUPATIONS, "  DS:", "  ds:", "ds is 'ds'"),
        (OCCUPATIONS, "ai_role: preparation, ", "", "CAN-ANNOT ai_role"),
        (OCCUPATIONS, "ring: core,", "ring: core, ai_role: preparation,", "DS ai_role"),
        (TERMS, 'esco: "0", esco_skills', 'esco: "0", isco: "0", esco_skills', "annotation hits"),
        (TERMS, "onet: null", 'onet: "0"', "annotation hits.onet"),
        (TERMS, '"3658"', '"36.58"', "esco rows"),
    ],
)
def test_a_reference_file_that_says_too_little_or_too_much_is_refused(
    tmp_path: Path, file: str, old: str, new: str, said: str
) -> None:
    text = (SHIPPED / file).read_text()
    assert old in text
    broken = text.replace(old, new, 1)

    with pytest.raises(BadFile, match=said):
        if file == OCCUPATIONS:
            read_occupations(written(tmp_path, broken))
        elif file == FACTS:
            read_facts(file, broken.encode())
        else:
            read_terms(file, broken.encode())


def test_esco_names_no_click_work_and_nobody_looked_into_onet() -> None:
    found = shipped_terms()

    assert found.naming("esco", TermTarget.CLICK) == (0, 6)
    assert found.naming("onet", TermTarget.CLICK) == (0, 0)
    assert found.naming("esco_skills", TermTarget.EMERGING) == (2, 4)
    assert "This service uses the ESCO classification of the European Commission." in (
        found.notices()
    )


def test_a_term_is_counted_once_an_entry_whatever_its_case() -> None:
    texts = ["Data annotation, annotating data", "moderates content", "bakes bread"]

    found = shipped_terms().counted(texts)

    assert (found["annotation"], found["moderation"], sum(found.values())) == (1, 1, 2)


@pytest.mark.parametrize(
    ("state", "value", "low", "high"),
    [
        (CellState.ESTIMATED, "5", None, None),
        (CellState.ESTIMATED, "5", "6", "7"),
        (CellState.UNKNOWN, "0", None, None),
        (CellState.HIDDEN, "3", None, None),
        (CellState.AT_LEAST, "20", None, None),
        (CellState.EXACT, None, None, None),
    ],
)
def test_a_figure_that_does_not_say_how_sure_it_is_is_refused(
    state: CellState, value: str | None, low: str | None, high: str | None
) -> None:
    said, least, most = (None if one is None else Decimal(one) for one in (value, low, high))

    with pytest.raises(BadInput):
        Cell("DS", CellMeasure.HOURS, Where.HERE, state, said, least, most)


def test_simulated_hands_cannot_be_a_number_of_people() -> None:
    with pytest.raises(BadInput, match="people are people"):
        Cell(
            "DS",
            CellMeasure.PEOPLE,
            Where.HERE,
            CellState.AT_LEAST,
            low=Decimal(20),
            is_simulated=True,
        )
