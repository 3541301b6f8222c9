"""Everybody is in the table, in the same columns, and what nobody counted is said to be unknown."""

from decimal import Decimal
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from canut.core.errors import BadFile, BadInput, Incomplete, Missing
from canut.core.kinds.shared.trades import (
    ANNOTATING,
    IMITATING,
    RATING,
    TRANSCRIBING,
    VERIFYING,
    WRITING_DIALOGUE,
    Role,
    with_role,
)
from canut.core.portrait.cells import Cell, CellMeasure, CellState, Where
from canut.core.portrait.facts import FactState, FigureConfidence, ReadIn, WorkRead
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
    shipped_works,
)
from canut.core.portrait.terms import TermTarget

ROWS, SAID = shipped_occupations(), shipped_facts()
LA_PRESSE = (
    '"https://www.lapresse.ca/affaires/portfolio/2022-11-30/intelligence-artificielle/'
    'l-ia-quebecoise-en-quelques-chiffres.php"'
)
RESTORED = {
    "F27.montreal": "41.3",
    "F27.monteregie": "17.3",
    "F28.all": "11",
    "F19.under_monthly_lowest": "1.9",
    "F19.under_monthly_highest": "2.4",
    "F21.none": "4",
    "F29.lowest": "12",
    "F29.highest": "18",
    "F30.half_life": "7",
    "F31.all": "4",
    "F25.english": "5",
    "F34.rated": "16",
    "F34.minimum_wage": "4",
    "F35.all": "31",
}


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
    assert found.rest_parts["F3.programmer_analysts"] == 15_382
    assert sum(found.rest_parts.values()) == 25_434
    assert found.core + sum(found.rest_parts.values()) + found.others_range.low <= 45_500
    assert found.share == pytest.approx(0.048, abs=5e-4)


def test_the_rest_is_derived_with_the_interval_of_the_rounding() -> None:
    found = rings(ROWS, SAID)

    # 45,000 is rounded to the thousand and 2,200 to the hundred, of which 2,155 were counted
    assert found.rest_range == (42_800, 44_500 - 2_250, 45_500 - 2_155)
    assert found.others_range == (17_400, 42_250 - 25_434, 43_345 - 25_434)
    assert (found.rest, found.others) == (42_800, 17_400)


def test_the_core_is_five_of_the_seven_named_occupations() -> None:
    found = rings(ROWS, SAID)

    assert found.n_counted == 5
    assert len(keys(Family.NAMED)) == 7
    assert "DEV" not in found.parts


def test_people_in_information_technology_are_in_addition_to_the_rings() -> None:
    found = rings(ROWS, SAID)

    assert found.beside.value == 230_000
    assert "in addition" in found.beside.fact.label.en


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


def test_every_source_is_a_page_with_both_titles_its_publisher_and_who_read_it() -> None:
    sources = {fact.source.key: fact.source for fact in SAID.by_key.values() if fact.source}

    for source in sources.values():
        assert source.titles.en
        assert source.titles.fr
        assert source.titles.en != source.titles.fr
        assert source.publisher
        assert source.read_in in set(ReadIn)
        parts = urlsplit(source.url)
        assert source.is_lost or parts.path.strip("/") or parts.query, source.url
    assert [key for key, source in sources.items() if source.is_lost] == ["WESO"]


def test_a_page_not_found_again_leaves_its_figures_to_verify() -> None:
    lost = [fact for fact in SAID.by_key.values() if fact.source and fact.source.is_lost]

    assert [fact.key for fact in lost] == ["F19"]
    assert lost[0].confidence is FigureConfidence.TO_VERIFY
    assert "page not found again" in lost[0].note.en
    assert "page non retrouvée" in lost[0].note.fr


def test_every_figure_says_where_on_its_page_it_is_and_how_its_source_gives_it() -> None:
    for figure in SAID.figures():
        assert (figure.state is FactState.UNKNOWN) == (figure.value is None), figure.reference
        if figure.value is not None:
            assert figure.fact.where, figure.reference
    states = {
        name: SAID.figure(name).state
        for name in ("F1.all", "F2.data_scientists", "F14.lowest", "F15.all", "F33.target")
    }
    assert list(states.values()) == [
        FactState.ABOUT, FactState.EXACT, FactState.BAND, FactState.AT_LEAST, FactState.LESS_THAN,
    ]  # fmt: skip


def test_who_counted_the_45_000_is_contested_by_name() -> None:
    contested = SAID.by_key["F1"].contested_by

    for name in ("La Presse", "Forum IA Québec", "TECHNOCompétences"):
        assert name in contested.en
        assert name in contested.fr


def test_facts_that_were_dropped_are_there_again() -> None:
    assert {name: str(SAID.figure(name).value) for name in RESTORED} == RESTORED


def test_every_value_has_a_name_that_a_person_reads() -> None:
    for fact in SAID.by_key.values():
        for name in fact.values:
            assert bool(fact.names[name]) == (name != "all"), (fact.key, name)
            assert "_" not in fact.names[name].en + fact.names[name].fr


def test_the_target_of_just_walk_out_is_under_50() -> None:
    assert SAID.figure("F33.target").state is FactState.LESS_THAN


def test_the_recommendation_that_asks_for_data_is_told_by_its_content() -> None:
    fact = SAID.by_key["F24"]

    assert fact.values["recommendations"] == 18
    assert "more data" in fact.note.en
    assert "plus de données" in fact.note.fr
    assert fact.source is not None
    assert fact.source.url.endswith("r20-8671.html")


def test_ai_ethics_is_absent_from_the_training_and_only_according_to_the_article() -> None:
    ethics = next(row for row in ROWS if row.key == "ETH")

    assert "according to the article" in ethics.detail.en
    assert "d’après l’article" in ethics.detail.fr


def test_an_occupation_has_the_role_of_the_kinds_of_question_that_make_it() -> None:
    roles = {row.key: row.ai_role for row in ROWS}

    for trade in (ANNOTATING, TRANSCRIBING, VERIFYING, RATING, WRITING_DIALOGUE, IMITATING):
        assert roles[trade.occupation] == trade.role
    assert RATING.role is Role.PREPARATION
    assert with_role(RATING, "verification") == VERIFYING


def test_works_are_named_with_what_was_read_of_them() -> None:
    works = {work.key: work for work in shipped_works()}

    assert works["STUDY"].read is WorkRead.NOT_READ
    assert works["ARTICLE"].read is WorkRead.NOT_READ
    assert "hal-03001265" in works["BOUQUIN"].url
    for name in ("TECHNOCompétences", "Bouquin", "Dufresne", "Casilli", "Savoldelli"):
        assert any(name in work.text.en and name in work.text.fr for work in works.values())


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
        (FACTS, "canut.portrait-facts/2", "other/1", "schema"),
        (FACTS, "place: CA-QC", "place: Québec", "F1 place"),
        (FACTS, "src: VITRINE", "src: RUMOUR", "F1 src"),
        (FACTS, 'all: "45000"', "all: 45000", "F1 all is 45000.*quotes"),
        (FACTS, 'values: {all: "45000"}', "values: {}", "F1 values"),
        (FACTS, "confidence: secondary", "confidence: sure", "F2 confidence"),
        (FACTS, "confidence: secondary", "confidence: unknown", "F2 confidence"),
        (FACTS, "confidence: secondary", "confidence: contested", "F2 contested_by"),
        (FACTS, "confidence: contested", "confidence: secondary", "F1 contested_by"),
        (FACTS, "confidence: to_verify", "confidence: secondary", "F19 confidence.*not found"),
        (FACTS, LA_PRESSE, '"https://www.lapresse.ca/"', "sources.PRESSE url.*not of its site"),
        (FACTS, LA_PRESSE, '"https://www.lapresse.ca"', "sources.PRESSE url"),
        (FACTS, LA_PRESSE, '"L’IA en chiffres"', "sources.PRESSE url"),
        (
            FACTS,
            'where: {en: "abstract", fr: "résumé"}\n    confidence: contested',
            "confidence: contested",
            "F10 where",
        ),
        (FACTS, "  core: {en:", "  kernel: {en:", "F2 values.core"),
        (FACTS, "read_in: copy", "read_in: memory", "sources.PRESSE read_in"),
        (FACTS, "says: {all: about}", "says: {all: nearly}", "F1 says"),
        (FACTS, "says: {all: about}", "says: {all: derived}", "F1 says.all"),
        (FACTS, "says: {all: about}", "says: {some: about}", "F1 says.some"),
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
        (TERMS, "near: 'crowdsourc', ", "", "crowd near"),
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


def test_esco_names_transcription_alone_and_nobody_looked_into_onet() -> None:
    found = shipped_terms()

    assert found.naming("esco", TermTarget.CLICK) == (1, 7)
    assert found.naming("onet", TermTarget.CLICK) == (0, 0)
    assert found.naming("esco_skills", TermTarget.EMERGING) == (2, 4)
    assert "This service uses the ESCO classification of the European Commission." in (
        found.notices()
    )


def test_entries_that_only_come_near_a_term_are_counted_apart() -> None:
    found = shipped_terms()
    texts = ["carry out forum moderation", "moderates content of a forum moderator", "bakes bread"]

    assert found.counted_near(texts)["moderation"] == 1
    assert found.near("esco_skills", TermTarget.CLICK) == 19
    assert found.near("noc", TermTarget.CLICK) == 0


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
