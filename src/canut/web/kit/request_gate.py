"""Serialise workbench requests on SQLite: first come, first served.

A request that leases a task or submits an answer runs some ten short statements, and each releases
the interpreter for a moment. Threads that do so take it from one another at every statement, and
each time one of them has to be woken: two at once answer no more than one, and cost a sixth more.
Pages and the API do not wait here, and no body is read inside the gate, so a slow sender does not
hold up others.

A request with several answers lets others in after each of them: the wait is one answer at most.

In a serving process all requests inside the gate use one connection, whatever their thread: SQLite
drops its cached pages once another connection has written, and with a connection per thread each
request would read them all again.

On PostgreSQL the statements themselves take the time, in processes of their own: there the gate is
open to all, each on their own connection.
"""

from queue import SimpleQueue
from types import TracebackType

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.http import HttpRequest

FORMS = {"multipart/form-data", "application/x-www-form-urlencoded"}


class SerialGate:
    """A lock that threads acquire in order of arrival."""

    def __init__(self) -> None:
        self._free: SimpleQueue[None] = SimpleQueue()
        self._free.put(None)
        self._shared: BaseDatabaseWrapper | None = None
        self._own: BaseDatabaseWrapper | None = None

    def share(self) -> None:
        """Share one connection inside the gate from now on, for a serving process."""
        with self:
            self._shared = connections.create_connection(DEFAULT_DB_ALIAS)
            self._shared.inc_thread_sharing()

    def enter(self) -> None:
        """Wait for the gate; nothing may fail after the wait, or it stays locked."""
        own = connections[DEFAULT_DB_ALIAS]
        self._free.get()
        if self._shared is not None:
            connections[DEFAULT_DB_ALIAS], self._own = self._shared, own

    def leave(self) -> None:
        """Let the next thread in."""
        if self._own is not None:
            connections[DEFAULT_DB_ALIAS], self._own = self._own, None
        self._free.put(None)

    def let_others_pass(self) -> None:
        """Leave and re-enter, between two transactions of one request."""
        self.leave()
        self.enter()

    def __enter__(self) -> None:
        """Enter the gate."""
        self.enter()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave the gate."""
        self.leave()


class NoGate(SerialGate):
    """A gate that is always open, for databases with concurrent writers."""

    def share(self) -> None:
        """Do nothing."""

    def enter(self) -> None:
        """Do nothing."""

    def leave(self) -> None:
        """Do nothing."""


workbench_gate = SerialGate() if connection.vendor == "sqlite" else NoGate()


def read_whole(request: HttpRequest) -> None:
    """Read the whole request body, however slowly it arrives."""
    _ = request.POST if request.content_type in FORMS else request.body
