"""What the files and codes of recruiting say, line by line."""

import pytest

from canut.core.errors import Refusal
from canut.core.recruiting.bonus_file import read_bonuses
from canut.core.recruiting.contact_lists import MOST_LINES, normal_address, read_contacts
from canut.core.recruiting.studies import Meaning, check_codes, own_code, read_code

CODES = {"DONE": "completed", "OUT": "screened-out"}


def test_bad_lines_of_a_list_are_named_and_the_good_ones_invited() -> None:
    text = "nom;courriel\nA;a@b.ca\nB;A@B.CA\nC;x@y\nD;+33 6 12 34 56 78\nE;\nF;out@b.ca\n\n"

    contacts = read_contacts(text.encode(), lambda a: "unwelcome" if a.startswith("out") else "")

    assert [(row.line, row.address) for row in contacts.contacts] == [
        (2, "a@b.ca"),
        (5, "+33612345678"),
    ]
    assert [(row.line, row.code, row.other) for row in contacts.refusals] == [
        (3, "twice", 2),
        (4, "not-an-address", 0),
        (6, "empty", 0),
        (7, "unwelcome", 0),
    ]


@pytest.mark.parametrize(
    "content", [b"", b"email\n\n", b"\xff\xfe", b"a@b.ca\n" * (MOST_LINES + 1), b"x" * 200_001]
)
def test_file_that_is_no_list_is_refused(content: bytes) -> None:
    with pytest.raises(Refusal):
        read_contacts(content)


def test_number_without_its_country_is_not_guessed() -> None:
    assert normal_address("06 12 34 56 78") is None
    assert normal_address("a b@c.ca") is None


def test_code_of_one_person_is_no_code_of_another() -> None:
    own = own_code("secret", "p7", Meaning.SCREENED_OUT)

    assert read_code(own.lower(), CODES, "secret", "p7") == (Meaning.SCREENED_OUT, True)
    assert read_code(own, CODES, "secret", "p8") == (Meaning.UNKNOWN, False)
    assert read_code("done ", CODES, "secret", "p8") == (Meaning.COMPLETED, False)
    assert read_code(" ", CODES, "secret", "p8") == (Meaning.BROKEN_OFF, False)


@pytest.mark.parametrize(
    "codes", [{"A": "completed"}, CODES | {"done": "trouble"}, CODES | {"É": "trouble"}]
)
def test_study_names_each_code_once_and_the_two_that_must_be(codes: dict[str, str]) -> None:
    with pytest.raises(Refusal):
        check_codes(codes)


def test_bonus_is_paid_once_to_each_and_above_nothing() -> None:
    text = "participant,amount,reason\np7,0.5,merci\np7,1,encore\np8,-1,x\np9,1,\n,1,x\nq,1e9,x"

    lines, refusals = read_bonuses(text)

    assert [(line.line, line.micro) for line in lines] == [(2, 500_000)]
    assert [refusal.code for refusal in refusals] == ["twice", "amount", "words", "who", "amount"]
    with pytest.raises(Refusal):
        read_bonuses("p7;1;x")
