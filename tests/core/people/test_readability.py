"""Terms can be read in short sentences, and bar nobody from work found outside."""

import pytest

from canut.core.errors import BadInput
from canut.core.people.readability import bars_contact, check_terms, long_sentences
from canut.core.people.terms_of_use import NOTICE_DAYS, shipped_terms


def test_shipped_terms_have_no_long_sentence_in_either_language() -> None:
    terms = shipped_terms()

    assert {name: long_sentences(text) for name, text in terms.items()} == {"en": [], "fr": []}


def test_shipped_terms_let_people_work_outside_without_fee_or_ban() -> None:
    terms = shipped_terms()

    assert {name: bars_contact(text) for name, text in terms.items()} == {"en": [], "fr": []}
    assert "directly for a client you met here, without a fee" in terms["en"]
    assert "directement pour un client rencontré ici, sans frais" in terms["fr"]


def test_shipped_terms_name_the_notice_that_a_change_needs() -> None:
    assert all(f"{NOTICE_DAYS} " in text for text in shipped_terms().values())


def test_both_languages_say_as_many_things() -> None:
    said = {name: text.count("\n- ") for name, text in shipped_terms().items()}

    assert said["en"] == said["fr"] > 15


@pytest.mark.parametrize(
    ("text", "case"),
    [
        ("You may not hire directly.", "terms-bar-contact"),
        ("A fee of 10 % is due for work outside Canut.", "terms-bar-contact"),
        ("Il est interdit de travailler directement pour un client.", "terms-bar-contact"),
        ("Des frais sont dus pour qui travaille ailleurs.", "terms-bar-contact"),
        ("mot " * 26, "long-sentence"),
    ],
)
def test_terms_that_bar_contact_or_cannot_be_read_are_refused(text: str, case: str) -> None:
    with pytest.raises(BadInput) as refused:
        check_terms(text)

    assert refused.value.case == case
