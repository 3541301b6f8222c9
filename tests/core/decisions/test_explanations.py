import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canut.core.decisions.explanations import Sentence, explain, format_fact, needs
from canut.core.errors import BadInput
from canut.core.messages import texts

FACTS: dict[str, str | int | Sentence] = {
    "who": "Paul Tessier",
    "task": "0007",
    "project": "Avis",
    "reason": Sentence("off the instructions", "consigne non suivie"),
    "currency": "CAD",
    "piece_micro": 210_000,
    "appeal_day": "2027-02-23",
    "from_day": "2026-12-01",
    "until_day": "2026-12-08",
    "due_day": "2026-12-09",
    "name": "compared",
    "now": "30",
    "was": "12",
}


def facts_for(case: str) -> dict[str, str | int | Sentence]:
    """Return every fact a saying needs, by the end of its name."""
    usual = {name: 5_400_000 if name.endswith("_ms") else 3 for name in needs(case)}
    return {
        **usual,
        **{name: FACTS[name] for name in needs(case) & FACTS.keys()},
        "currency": "CAD",
    }


CASES = sorted(key.removeprefix("decision.") for key in texts("en") if key.startswith("decision."))


def test_every_case_is_explained_in_both_languages() -> None:
    for case in CASES:
        explained = explain(case, facts_for(case))
        assert explained.en != explained.fr
        assert not re.search(r"[{}]", explained.en + explained.fr)


@pytest.mark.parametrize("case", ["rejection", "rejection-unpaid", "restriction", "suspension"])
def test_what_goes_against_a_person_says_that_pay_stays_and_how_to_appeal(case: str) -> None:
    said = explain(case, facts_for(case))

    assert "appeal" in said.en
    assert "ecours" in said.fr
    assert re.search(r"stays? paid|pay does not change", said.en)
    assert re.search(r"reste payé|paie ne change pas", said.fr)


def test_what_a_human_decides_names_them() -> None:
    by_people = ("rejection", "restriction", "suspension", "closure", "time-", "taken", "corrected")
    cases = [case for case in CASES if case.startswith(by_people) and "held" not in case]

    assert len(cases) == 11
    assert all("who" in needs(case) for case in cases)


def test_rejection_reads_as_a_person_would_say_it() -> None:
    said = explain("rejection", facts_for("rejection"))

    assert said.en == (
        "Paul Tessier rejected your answer to task 0007 of “Avis”: off the instructions. Its"
        " piece price, $0.21, is taken back. Your time stays paid. You can appeal until"
        " February 23, 2027."
    )
    assert "Son prix à la pièce, 0,21\u00a0$, est repris" in said.fr
    assert "jusqu’au 23 février 2027" in said.fr


def test_saying_that_lacks_a_fact_is_refused() -> None:
    lacking = {name: fact for name, fact in facts_for("suspension").items() if name != "until_day"}

    with pytest.raises(BadInput, match="until_day"):
        explain("suspension", lacking)


def test_saying_that_is_not_there_is_refused() -> None:
    with pytest.raises(BadInput):
        explain("mood", {})


@pytest.mark.parametrize(
    ("name", "value", "english", "french"),
    [
        ("seen_ms", 41_000, "41 s", "41 s"),
        ("seen_ms", 300_000, "5 min", "5 min"),
        ("seen_ms", 9_240_000, "2 h 34", "2 h 34"),
        ("usual_share", 615, "61.5%", "61,5 %"),
        ("piece_micro", 12_345_678, "$12.345678", "12,345678 $"),
        ("piece_micro", -1_000_000, "−$1.00", "−1,00 $"),
        ("until_day", "2026-05-01", "May 1, 2026", "1er mai 2026"),
        ("compared", 12_477, "12,477", "12 477"),
        ("task", "0007", "0007", "0007"),
    ],
)
def test_fact_is_written_as_its_reader_expects(
    name: str, value: str | int, english: str, french: str
) -> None:
    both = [
        re.sub(r"[\u00a0\u202f]", " ", format_fact(name, value, language, "CAD"))
        for language in ("en", "fr")
    ]

    assert both == [english, french]


@given(st.integers(-(10**15), 10**15))
def test_amount_is_written_to_its_last_digit(micro: int) -> None:
    said = format_fact("piece_micro", micro, "en", "CAD").replace("$", "")
    whole, decimals = said.replace(",", "").replace("−", "-").split(".")

    sign = -1 if whole.startswith("-") else 1
    assert sign * (abs(int(whole)) * 10**6 + int(decimals.ljust(6, "0"))) == micro
