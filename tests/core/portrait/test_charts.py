"""Every chart says what it found, of whom, when, how sure and from where, in both languages."""

import re
from pathlib import Path
from xml.parsers import expat

import pytest

from canut.core.errors import BadInput
from canut.core.money import Money
from canut.core.portrait.charts.chain import Link, Scheme, chain, protection
from canut.core.portrait.charts.decisions import Version, draw_decision_shares, hidden_seconds
from canut.core.portrait.charts.frame import INK, RULES, PortraitChart, standalone
from canut.core.portrait.charts.pay import PayLine, distribution, real_pay, unseen_time
from canut.core.portrait.charts.rings import three_rings
from canut.core.portrait.counts import TimeUse, steps
from canut.core.portrait.facts import Text
from canut.core.portrait.language import PortraitLanguage
from canut.core.portrait.occupations import CLICK, rings
from tests.core.portrait.samples import ABOUT, FACTS, FLOOR, ROWS, charts, money, periods, spread

ENGLISH, FRENCH = charts("en"), charts("fr")
BOTH = ENGLISH + FRENCH
KEYS = ["C1", "C2", "C3", "C4", "C5", "C6", "C6B", "C10", "C11", "C12", "C12B", "C13"]
STYLES = Path(__file__).parents[3] / "frontend/src/styles"
TOKENS = STYLES / "tokens.css"


def named(chart: PortraitChart) -> str:
    return f"{chart.key}-{chart.language}"


def figures(text: str) -> list[str]:
    """Take the numbers out of a text, however its language writes them."""
    plain = re.sub(r"(?<=\d)[,\u202f](?=\d{3}(?!\d))", "", text)
    return re.findall(r"\d+(?:[.,]\d+)?", plain.replace(",", "."))


def read(drawing: str) -> tuple[dict[str, str], list[str]]:
    """Read a drawing as XML: the attributes of the whole, and what is written in it."""
    opened: list[dict[str, str]] = []
    said: list[str] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda _name, given: opened.append(given)
    parser.CharacterDataHandler = said.append
    parser.buffer_text = True
    is_all = True
    parser.Parse(drawing, is_all)
    return opened[0], said


def texts(drawing: str) -> list[str]:
    return read(drawing)[1]


def is_in(figure: str, table: list[str]) -> bool:
    """Say whether a table holds a figure, at the figure's own precision."""
    decimals = len(figure.partition(".")[2])
    return any(f"{float(one):.{decimals}f}" == figure for one in table)


def test_every_chart_asked_for_is_drawn_in_both_languages() -> None:
    assert [one.key for one in ENGLISH] == [one.key for one in FRENCH] == KEYS


@pytest.mark.parametrize("chart", BOTH, ids=named)
def test_a_chart_has_finding_unit_population_period_and_source(chart: PortraitChart) -> None:
    assert chart.title.endswith((".", "?"))
    assert re.search(r"20\d\d", chart.about)
    assert len(chart.source) > 20
    assert chart.html().count(f'id="{chart.key.lower()}"') == 1


@pytest.mark.parametrize(("english", "french"), list(zip(ENGLISH, FRENCH, strict=True)), ids=KEYS)
def test_both_languages_show_the_same_figures(
    english: PortraitChart, french: PortraitChart
) -> None:
    for one, other in (
        (english.title, french.title),
        (" ".join(texts(english.wide)), " ".join(texts(french.wide))),
    ):
        assert figures(one) == figures(other)
    assert english.title != french.title
    assert english.table.csv("en").count("\n") == french.table.csv("fr").count("\n")


@pytest.mark.parametrize("chart", BOTH, ids=named)
def test_a_phone_shows_the_same_figures_as_a_page(chart: PortraitChart) -> None:
    wide, narrow = (sorted(set(figures(" ".join(texts(d))))) for d in (chart.wide, chart.narrow))
    axes = {"C4", "C5", "C6B", "C11", "C12B"}  # fewer ticks on a phone

    assert wide == narrow if chart.key not in axes else set(narrow) <= set(wide)


@pytest.mark.parametrize("chart", BOTH, ids=named)
def test_a_drawing_has_a_name_and_no_style_of_its_own(chart: PortraitChart) -> None:
    for drawing in (chart.wide, chart.narrow):
        whole, _said = read(drawing)
        assert whole["role"] == "img"
        assert whole["aria-label"]
        assert "style" not in drawing
        assert 'fill="#' not in drawing


@pytest.mark.parametrize("language", [ENGLISH, FRENCH], ids=["en", "fr"])
def test_no_two_drawings_of_a_page_share_an_id(language: list[PortraitChart]) -> None:
    page = "".join(one.html() for one in language)

    ids = re.findall(r'\bid="([^"]+)"', page)

    assert len(ids) == len(set(ids))
    assert set(re.findall(r"url\(#([^)]+)\)", page)) <= set(ids)


@pytest.mark.parametrize("chart", BOTH, ids=named)
def test_every_class_of_a_drawing_has_its_style_on_the_page_and_on_paper(
    chart: PortraitChart,
) -> None:
    css = "".join((STYLES / f"{name}.css").read_text() for name in ("tables", "portrait", "pages"))
    on_paper = {name for selector, _rule in RULES for name in re.findall(r"\.([\w-]+)", selector)}
    used = set(" ".join(re.findall(r'class="([^"]+)"', chart.wide + chart.narrow)).split()) - {"ch"}

    assert used <= on_paper
    assert used <= set(re.findall(r"\.([\w-]+)", css))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_colours_on_paper_are_those_of_the_house(theme: str) -> None:
    tokens = TOKENS.read_text()
    begun = tokens.index(":root {", tokens.index("prefers-color-scheme") if theme == "dark" else 0)
    block = tokens[begun : tokens.index("}", begun)]

    assert {f"--{name}: {colour};" in block for name, colour in INK[theme].items()} == {True}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_drawing_can_stand_alone(theme: str) -> None:
    alone = standalone(FRENCH[0].wide, theme)

    assert read(alone)[0]["xmlns"] == "http://www.w3.org/2000/svg"
    assert "var(" not in alone
    assert "{ink" not in alone


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_guide_shows_the_rings_as_they_are_drawn(language: str) -> None:
    kept = STYLES.parents[2] / "docs" / language / "portrait/three-rings.svg"

    drawn = three_rings(rings(ROWS, FACTS), ROWS, language)

    assert kept.read_text() == f"{standalone(drawn.wide)}\n", "tools/docs.py --write"


def test_click_work_is_shown_as_unknown_in_the_rings_and_row_by_row() -> None:
    first, third = FRENCH[0], FRENCH[2]

    assert "inconnu" in texts(first.wide)
    assert first.table.csv("fr").count("travail du clic") == len(CLICK)
    assert texts(third.wide).count("inconnu") == len(CLICK) + 5


def test_rings_without_anybody_real_say_so() -> None:
    drawn = three_rings(rings(ROWS, FACTS), ROWS, "en")

    assert "in this instance, no real person yet" in texts(drawn.wide)


@pytest.mark.parametrize("chart", [one for one in BOTH if one.key != "C1"], ids=named)
def test_every_figure_of_a_finding_is_in_its_table_or_counts_its_rows(chart: PortraitChart) -> None:
    shown = chart.table.shown(PortraitLanguage(chart.language))
    told = [number for row in shown for cell in row for number in figures(cell)]
    rows = [str(number) for number in range(len(shown) + 1)]
    counted = {"C2": [*rows, "3658"], "C3": rows, "C4": rows, "C13": rows}

    missing = [
        one
        for one in figures(re.sub(r"2026-Q3|\bv\d", "", chart.title))
        if not is_in(one, told + counted.get(chart.key, []))
    ]

    assert not missing


def test_an_unknown_figure_is_empty_for_programs_and_a_word_for_people() -> None:
    chart = FRENCH[3]

    assert chart.table.csv("fr").splitlines()[-1] == "Imitation,,,,"
    assert chart.html().count('<span class="unk"><b>inconnu</b></span>') == 8


def test_simulated_hands_are_named_where_they_count() -> None:
    assert '<span class="tag">simulé</span>' in FRENCH[7].html()
    assert "simulé" not in FRENCH[3].html()


def test_nothing_known_of_pay_is_said_as_the_finding() -> None:
    lines = [PayLine(ROWS[8].label, None, None)]

    drawn = real_pay(lines, FLOOR, ABOUT, "en")

    assert drawn.title == "What an hour of click work really pays is unknown."


def test_a_foreign_model_holds_unknown_work() -> None:
    drawn = hidden_seconds([Version("base", 10, None, None)], ABOUT, "fr")

    assert drawn.title.endswith("est inconnu.")
    assert "inconnu" in texts(drawn.wide)


def test_a_chain_told_whole_leaves_nothing_undisclosed() -> None:
    links = [
        Link(Text("Canut", "Canut"), Text("instance", "instance"), "CA", money(40)),
        Link(Text("People", "Gens"), Text("work", "travail"), "CA-QC", money(60), is_workers=True),
    ]

    drawn = chain(money(100), links, ABOUT, "en")

    assert "disclosed" not in drawn.title


@pytest.mark.parametrize("amount", [None, 10, 200])
def test_a_chain_that_does_not_add_up_is_refused(amount: int | None) -> None:
    first = Link(Text("A", "A"), Text("a", "a"), "CA", money(100))
    second = Link(Text("B", "B"), Text("b", "b"), "CA", money(amount) if amount else None)

    with pytest.raises(BadInput, match="add up"):
        chain(money(100), [first, second], ABOUT, "en")


def test_protection_nobody_knows_of_is_said_as_the_finding() -> None:
    drawn = protection([Scheme(Text("Pension", "Rente"), None)], ABOUT, "fr")

    assert drawn.title == "Quelles heures du travail du clic sont protégées est inconnu."


def test_what_cannot_be_drawn_is_refused() -> None:
    with pytest.raises(BadInput):
        real_pay([], FLOOR, ABOUT, "en")
    few = spread()._replace(steps=steps([15.0] * 19, [1.0] * 19))
    with pytest.raises(BadInput, match="twenty"):
        distribution(few, FLOOR, ABOUT, "en")
    with pytest.raises(BadInput):
        unseen_time({TimeUse.PAID: 59.0}, ABOUT, "en")
    with pytest.raises(BadInput):
        draw_decision_shares([], ABOUT, "en")
    with pytest.raises(BadInput):
        hidden_seconds([], ABOUT, "en")
    with pytest.raises(BadInput):
        protection([Scheme(Text("Pension", "Rente"), 1.2)], ABOUT, "en")
    with pytest.raises(BadInput):
        draw_decision_shares(periods() * 4, ABOUT, "en")
    with pytest.raises(BadInput):
        chain(Money(0, "CAD"), [], ABOUT, "en")
