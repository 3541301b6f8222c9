"""Let few requests of workbenches at SQLite at once; the others wait their turn, in line.

A request that lends a task or keeps an answer runs some ten short statements, and each lets go of
the interpreter for a moment. Eight threads that do so take it from one another at every statement.
Two find enough to do: one waits for the disk while the other runs. Pages and the API do not wait
here, and no body is read while holding a turn, so nobody slow keeps one. On PostgreSQL the
statements themselves take the time, in processes of their own: there everybody goes at once.
"""

from contextlib import AbstractContextManager, nullcontext
from queue import SimpleQueue
from types import TracebackType

from django.db import connection
from django.http import HttpRequest

AT_ONCE = 2
FORMS = {"multipart/form-data", "application/x-www-form-urlencoded"}


class Turns:
    """So many turns; a block has one while it runs."""

    def __init__(self, at_once: int) -> None:
        self._free: SimpleQueue[None] = SimpleQueue()
        for _ in range(at_once):
            self._free.put(None)

    def __enter__(self) -> None:
        """Wait for a turn."""
        self._free.get()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let the next one have it."""
        self._free.put(None)


is_sqlite = connection.vendor == "sqlite"
turns: AbstractContextManager[None] = Turns(AT_ONCE) if is_sqlite else nullcontext()


def read_whole(request: HttpRequest) -> None:
    """Read all that was sent, however slowly it comes."""
    _ = request.POST if request.content_type in FORMS else request.body
