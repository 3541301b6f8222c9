import io
import os
from pathlib import Path

import pytest
from pytest_django import Settings

from canut.actions.platform.uploads import (
    KEPT_SECONDS,
    MOST_UNFINISHED,
    begin_parts,
    forget_old_parts,
    parts_so_far,
    take_part,
    upload_at,
)
from canut.core.errors import BadInput, Conflict, Missing, TooLarge
from canut.store.models import Person
from tests.support.factories import make_person

pytestmark = pytest.mark.django_db


class Broken(io.BytesIO):
    """A connection that breaks once its bytes have come."""

    def read(self, size: int | None = -1, /) -> bytes:
        """Give the bytes, then break."""
        block = super().read(size)
        if not block:
            raise ConnectionResetError
        return block


@pytest.fixture
def person(settings: Settings, tmp_path: Path) -> Person:
    settings.DATA = tmp_path
    settings.UPLOAD_LIMIT_BYTES = 100
    return make_person()


def test_a_file_in_parts_is_found_whole(person: Person) -> None:
    begun = begin_parts(person, "C:\\été/../lot.zip", 10)

    first = take_part(person, begun.token, 0, io.BytesIO(b"01234"))
    last = take_part(person, begun.token, 5, io.BytesIO(b"56789"))

    assert (first.offset, last.offset) == (5, 10)
    path = upload_at(begun.token)
    assert (path.name, path.read_bytes()) == ("lot.zip", b"0123456789")
    assert parts_so_far(person, begun.token).offset == 10


def test_what_came_before_the_connection_broke_stays(person: Person) -> None:
    token = begin_parts(person, "lot.zip", 10).token
    with pytest.raises(ConnectionResetError):
        take_part(person, token, 0, Broken(b"0123"))

    there = parts_so_far(person, token)
    take_part(person, token, there.offset, io.BytesIO(b"456789"))

    assert there.offset == 4
    assert upload_at(token).read_bytes() == b"0123456789"


@pytest.mark.parametrize("begins", [0, 3, 6])
def test_a_part_sent_twice_or_too_early_is_refused_with_where_the_file_stands(
    person: Person, begins: int
) -> None:
    token = begin_parts(person, "lot.zip", 10).token
    take_part(person, token, 0, io.BytesIO(b"01234"))

    with pytest.raises(Conflict) as refusal:
        take_part(person, token, begins, io.BytesIO(b"01234"))

    assert (refusal.value.case, refusal.value.facts) == ("upload-offset", {"offset": 5})
    assert parts_so_far(person, token).offset == 5


def test_a_whole_file_takes_no_part(person: Person) -> None:
    token = begin_parts(person, "lot.zip", 3).token
    take_part(person, token, 0, io.BytesIO(b"012"))

    with pytest.raises(Conflict):
        take_part(person, token, 0, io.BytesIO(b"012"))

    assert upload_at(token).read_bytes() == b"012"


def test_more_than_was_said_is_not_kept(person: Person) -> None:
    token = begin_parts(person, "lot.zip", 3).token

    with pytest.raises(TooLarge):
        take_part(person, token, 0, io.BytesIO(b"0123456"))

    assert parts_so_far(person, token).offset == 3


def test_sizes_that_cannot_be_are_refused_with_the_limit(person: Person) -> None:
    with pytest.raises(TooLarge) as refusal:
        begin_parts(person, "lot.zip", 101)
    with pytest.raises(BadInput):
        begin_parts(person, "lot.zip", 0)

    assert refusal.value.facts == {"limit": 100}


@pytest.mark.parametrize("token", ["", "..", "0" * 32])
def test_nobody_reaches_a_file_that_is_not_theirs(person: Person, token: str) -> None:
    theirs = begin_parts(person, "lot.zip", 3).token

    for who, which in ((make_person(), theirs), (person, token)):
        with pytest.raises(Missing):
            take_part(who, which, 0, io.BytesIO(b"012"))


def test_of_many_unfinished_files_the_oldest_gives_way(person: Person, tmp_path: Path) -> None:
    tokens = [begin_parts(person, "lot.zip", 3).token for _ in range(MOST_UNFINISHED)]
    for age, token in enumerate(tokens):
        os.utime(tmp_path / "arriving" / token / "bytes", (1_000 + age, 1_000 + age))

    begin_parts(person, "lot.zip", 3)

    with pytest.raises(Missing):
        parts_so_far(person, tokens[0])
    assert parts_so_far(person, tokens[1]).offset == 0


def test_what_nobody_went_on_with_is_forgotten_after_a_week(person: Person, tmp_path: Path) -> None:
    old, young = (begin_parts(person, "lot.zip", 3).token for _ in range(2))
    now = (tmp_path / "arriving" / young / "bytes").stat().st_mtime + 10
    ended = now - KEPT_SECONDS - 1
    os.utime(tmp_path / "arriving" / old / "bytes", (ended, ended))

    forgotten = forget_old_parts(now)

    assert forgotten == 1
    assert parts_so_far(person, young).offset == 0
