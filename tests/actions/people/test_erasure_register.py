"""Lists of who was erased: what one knows the others learn, and nothing is erased that is later."""

from pathlib import Path

import pytest
from pytest_django import Settings

from canut.actions.people.erasure import erase_entries, replay_erasures
from canut.actions.people.erasure_register import (
    FILE,
    ErasureRecord,
    add_to_list,
    line_of,
    lines_kept,
    merge_erasures,
    read_list,
)
from canut.actions.platform.person_keys import key_for
from canut.store.models import EntryPending, Erased, Person, PersonKey
from tests.support.factories import NOW_MS, Made, answer_next, make_person, make_project

pytestmark = pytest.mark.django_db(transaction=True)
MARK = "ab" * 32


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    settings.DATA = tmp_path
    return tmp_path


def worked() -> tuple[Made, Person]:
    made = make_project(tasks=4, overlap=2)
    answer_next(made.worker)
    return made, Person.objects.get(pk=made.worker.person_id or 0)


def sealed() -> int:
    return EntryPending.objects.exclude(sealed=None).count()


def test_list_says_the_later_of_each_and_skips_what_was_cut_short(tmp_path: Path) -> None:
    path = tmp_path / FILE
    add_to_list(path, [ErasureRecord(MARK, 5, None)])
    path.write_text(path.read_text() + f"{MARK[:30]}")  # the power failed while it was written

    add_to_list(path, [ErasureRecord(MARK, 9, 7), ErasureRecord("cd" * 32, 1, None)])
    add_to_list(path, [ErasureRecord(MARK, 6, None)])

    assert read_list(path) == [ErasureRecord(MARK, 9, 7), ErasureRecord("cd" * 32, 1, None)]
    assert path.stat().st_mode & 0o077 == 0
    assert merge_erasures(ErasureRecord(MARK, 5, 8), ErasureRecord(MARK, 6, None)) == ErasureRecord(
        MARK, 6, 8
    )


def test_erasing_is_listed_at_once_under_a_mark_that_names_nobody(folder: Path) -> None:
    _, person = worked()

    erase_entries(person, NOW_MS)

    (line,) = read_list(folder / FILE)
    assert line == line_of(person, NOW_MS, with_pay=False) == lines_kept()[0]
    assert person.username not in (folder / FILE).read_text()


def test_database_from_before_is_erased_again_and_only_once(folder: Path) -> None:
    made, person = worked()
    add_to_list(folder / FILE, [line_of(person, NOW_MS, with_pay=False)])

    assert replay_erasures(NOW_MS + 9) == 1

    assert sealed() == 0
    assert lines_kept() == [line_of(person, NOW_MS, with_pay=False)]
    answer_next(made.worker)
    assert replay_erasures(NOW_MS + 10) == 0
    assert sealed() == 1


def test_what_pay_law_keeps_is_not_erased_again_by_an_older_word(folder: Path) -> None:
    made, person = worked()
    erase_entries(person, NOW_MS, with_pay=True)
    answer_next(made.worker)
    key = key_for(person.pk, PersonKey.Use.PAY)
    add_to_list(folder / FILE, [line_of(person, NOW_MS + 5, with_pay=False)])

    assert replay_erasures(NOW_MS + 9) == 1

    assert sealed() == 0
    assert key_for(person.pk, PersonKey.Use.PAY) == key
    assert Erased.objects.get().pay_ms == NOW_MS


def test_a_number_given_again_is_somebody_else(folder: Path) -> None:
    _, person = worked()
    line = line_of(person, NOW_MS, with_pay=False)
    other = make_person()
    Person.objects.filter(pk=person.pk).update(created_at=other.created_at)
    add_to_list(folder / FILE, [line])

    assert replay_erasures(NOW_MS + 9) == 0

    assert sealed() == 1
    assert lines_kept() == [line]
