import re

from canut.core.kinds import check_schema
from canut.demo.texts import AIMS, INSTRUCTIONS, SCHEMA


def test_question_can_be_asked_and_ends_as_the_keyboard_does() -> None:
    checked = check_schema(SCHEMA)

    assert checked == {"questions": [SCHEMA["questions"][0]], "show": SCHEMA["show"]}
    values = [choice["value"] for choice in SCHEMA["questions"][0]["choices"]]
    assert values == [*"1234567890", "illisible"]


def test_french_has_its_own_spaces() -> None:
    texts = [INSTRUCTIONS, SCHEMA["questions"][0]["ask"], *AIMS.values()]

    assert not [text for text in texts if re.search(r" [?!;:»]|« |\w'", text)]


def test_the_source_is_named_and_what_is_unknown_says_so() -> None:
    for said in ("Alpaydin", "Kaynak", "1998", "UCI", "CC BY 4.0"):
        assert said in AIMS["whose"]
    assert AIMS["consent"] == AIMS["paid"] == "inconnu"
