import pytest

from canut.actions.people.double_silence import set_double_silence
from tests.support.factories import NOW_MS, make_person

pytestmark = pytest.mark.django_db


def test_wish_holds_from_when_it_was_first_said_until_it_is_taken_back() -> None:
    person, other = make_person(), make_person()

    set_double_silence(person, is_double=True, now_ms=NOW_MS)
    set_double_silence(person, is_double=True, now_ms=NOW_MS + 1)

    person.refresh_from_db()
    other.refresh_from_db()
    assert (person.assistive_ms, other.assistive_ms) == (NOW_MS, None)
    set_double_silence(person, is_double=False, now_ms=NOW_MS + 2)
    person.refresh_from_db()
    assert person.assistive_ms is None
