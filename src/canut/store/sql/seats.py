"""Find the worker of a workbench request in one query or two.

The framework's own way to a session, a person and a worker costs more than lending a task does. It
reads the same rows and makes the same checks: the session is there and has not run out, it was
opened with the password of today, the person is active and the worker has not left.
"""

from functools import lru_cache
from typing import Any, NamedTuple

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from canut.store.sql.raw_cursor import open_reader
from canut.store.tables.people import Person


class Seat(NamedTuple):
    """A worker with their person and project."""

    worker: int
    person: int
    project: int
    slug: str


GUESSES = 4096
_SESSION = "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s"
_WORKER = """
SELECT w.id, e.id, p.id, p.slug, e.password
FROM store_person e
JOIN store_project p ON p.slug = %s
JOIN store_worker w ON w.project_id = p.id AND w.person_id = e.id
WHERE e.id = %s AND e.is_active AND w.ended_at IS NULL
"""
_BOTH = """
SELECT w.id, e.id, p.id, p.slug, e.password, s.session_data
FROM django_session s
JOIN store_person e ON e.id = %s
JOIN store_project p ON p.slug = %s
JOIN store_worker w ON w.project_id = p.id AND w.person_id = e.id
WHERE s.session_key = %s AND s.expire_date > %s AND e.is_active AND w.ended_at IS NULL
"""
_guesses: dict[str, int] = {}  # whose a session was; believed only where its row says so today


def find_seat(session_key: str, slug: str) -> Seat | None:
    """Return the worker of a session in a project; ``None`` in any other case."""
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    guess = _guesses.get(session_key)
    with open_reader() as cursor:
        if guess is not None:
            cursor.execute(_BOTH, (guess, slug, session_key, now))
            row = cursor.fetchone()
            if row is not None:
                person, proof = _decode(row[5])
                if person == guess:
                    return _seat_of(row, proof)
        cursor.execute(_SESSION, (session_key, now))
        session = cursor.fetchone()
        person, proof = _decode(session[0]) if session else (None, "")
        if person is None:
            return None
        cursor.execute(_WORKER, (slug, person))
        row = cursor.fetchone()
    if len(_guesses) >= GUESSES:
        _guesses.clear()
    _guesses[session_key] = person
    return row and _seat_of(row, proof)


def _seat_of(row: tuple[Any, ...], proof: str) -> Seat | None:
    """Return the seat if the session was opened with the current password."""
    return Seat(*row[:4]) if constant_time_compare(proof, _proof(row[4])) else None


@lru_cache(maxsize=4096)
def _decode(data: str) -> tuple[int | None, str]:
    """Return a session's person and password hash; the data is signed."""
    session = SessionStore().decode(data)
    person = session.get(SESSION_KEY)
    return (int(person) if person else None), session.get(HASH_SESSION_KEY, "")


@lru_cache(maxsize=4096)
def _proof(password: str) -> str:
    """Return the session hash of a password."""
    return Person(password=password).get_session_auth_hash()
