"""Let one request of workbenches at SQLite after the other; the others wait their turn, in line.

A request that lends a task or keeps an answer runs some ten short statements, and each lets go of
the interpreter for a moment. Threads that do so take it from one another at every statement, and
each time one of them has to be woken: two at once answer no more than one, and cost a sixth more.
Pages and the API do not wait here, and no body is read while holding a turn, so nobody slow keeps
one.

A request of many answers gives its turn on after each of them: nobody waits for more than one.

In a serving process whoever has the turn works on one connection, whatever the thread: SQLite
forgets the pages it holds once another connection has written, and with a connection a thread each
request would read them all again.

On PostgreSQL the statements themselves take the time, in processes of their own: there everybody
goes at once, each on their own connection.
"""

from queue import SimpleQueue
from types import TracebackType

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.http import HttpRequest

FORMS = {"multipart/form-data", "application/x-www-form-urlencoded"}


class SerialGate:
    """One turn, had by a block while it runs; a lock would let the last to come go first."""

    def __init__(self) -> None:
        self._free: SimpleQueue[None] = SimpleQueue()
        self._free.put(None)
        self._shared: BaseDatabaseWrapper | None = None
        self._own: BaseDatabaseWrapper | None = None

    def share(self) -> None:
        """Work on one connection from now on, whoever has the turn: for a serving process."""
        with self:
            self._shared = connections.create_connection(DEFAULT_DB_ALIAS)
            self._shared.inc_thread_sharing()

    def __enter__(self) -> None:
        """Wait for the turn; nothing that could fail comes after, or it would be lost for good."""
        own = connections[DEFAULT_DB_ALIAS]
        self._free.get()
        if self._shared is not None:
            connections[DEFAULT_DB_ALIAS], self._own = self._shared, own

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let the next one have it."""
        if self._own is not None:
            connections[DEFAULT_DB_ALIAS], self._own = self._own, None
        self._free.put(None)

    def pass_on(self) -> None:
        """Let those who wait go first, then go on: between two transactions of whoever has it."""
        self.__exit__(None, None, None)
        self.__enter__()


class NoGate(SerialGate):
    """No turns: everybody goes at once."""

    def share(self) -> None:
        """Do nothing."""

    def pass_on(self) -> None:
        """Go on."""

    def __enter__(self) -> None:
        """Go."""

    def __exit__(self, *_: object) -> None:
        """Have gone."""


turns = SerialGate() if connection.vendor == "sqlite" else NoGate()


def read_whole(request: HttpRequest) -> None:
    """Read all that was sent, however slowly it comes."""
    _ = request.POST if request.content_type in FORMS else request.body
