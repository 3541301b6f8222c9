"""A name to be credited by breaks no file and gives nothing away but itself."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from canut.core.datasets.card import CardFigure
from canut.core.datasets.descriptions.credits import LONGEST_NAME, check_name, citation_of
from canut.core.datasets.descriptions.croissant import DatasetAbout
from canut.core.datasets.descriptions.readme import readme_of
from canut.core.errors import BadInput

ABOUT = DatasetAbout(
    name="digits",
    title='Di: "gits" # 1',
    description="",
    creator="Les Soies\n- x",
    url="https://a.example/cards/digits",
    date="2026-01-31",
    version="1.0.0",
    licence="CC-BY-4.0",
)


@pytest.mark.parametrize(
    ("given", "printed"),
    [
        ("  Ada   Lovelace ", "Ada Lovelace"),
        ("Zoe\u0308 d’Arc-Ciel, Jr.", "Zoë d’Arc-Ciel, Jr."),
        ("李雷", "李雷"),
        ("A" * LONGEST_NAME, "A" * LONGEST_NAME),
    ],
)
def test_name_is_printed_as_it_was_chosen(given: str, printed: str) -> None:
    assert check_name(given) == printed


@pytest.mark.parametrize(
    ("given", "case"),
    [
        ("", "credit-length"),
        ("   ", "credit-length"),
        ("A" * (LONGEST_NAME + 1), "credit-length"),
        ("ada@example.org", "credit-signs"),
        ("www.example.org", "credit-signs"),
        ("https://example.org", "credit-signs"),
        ("[Ada](javascript:1)", "credit-signs"),
        ("**Ada**", "credit-signs"),
        ("# Ada", "credit-signs"),
        ("- Ada", "credit-signs"),
        ("1. Ada", "credit-signs"),
        ("Ada: {x}", "credit-signs"),
        ("Ada <b>", "credit-signs"),
        ("Ada`x`", "credit-signs"),
        ("Ada\x00", "credit-signs"),
        ("Ada\u202eecalevoL", "credit-signs"),
        ("Ada\u200bL", "credit-signs"),
        ("Ada 🙂", "credit-signs"),
    ],
)
def test_name_that_is_none_is_refused(given: str, case: str) -> None:
    with pytest.raises(BadInput) as refused:
        check_name(given)

    assert refused.value.case == case


@given(st.text(max_size=LONGEST_NAME))
def test_every_name_that_is_taken_comes_back_from_both_files(text: str) -> None:
    try:
        name = check_name(text)
    except BadInput:
        return

    cited = yaml.safe_load(citation_of(ABOUT, [name]))
    readme = readme_of(ABOUT, {}, {}, credit=[name], is_simulated=False).decode()

    assert cited["authors"] == [{"name": "Les Soies - x"}, {"name": name}]
    assert f"\n- {name}\n" in readme


def test_citation_is_of_its_form_and_nobody_is_named_who_did_not_ask() -> None:
    cited = yaml.safe_load(citation_of(ABOUT, []))

    assert cited["cff-version"] == "1.2.0"
    assert cited["title"] == ABOUT.title
    assert cited["type"] == "dataset"
    assert cited["authors"] == [{"name": "Les Soies - x"}]
    readme = readme_of(ABOUT, {"people": CardFigure(12)}, {}, is_simulated=False)
    assert b"## Credits" not in readme
