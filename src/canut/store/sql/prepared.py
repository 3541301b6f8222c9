"""Prepared statements on a PostgreSQL connection, executed directly through libpq.

The driver's cursor decides anew at each statement how to send it, in Python, which costs more than
reading the answer does. Here that is decided once for each statement and the types of its values:
it is prepared, then run by its name. Errors are the driver's own. The driver itself must prepare
nothing (``prepare_threshold`` is None): it would forget all of ours with its own at a rollback.

Statements whose results are not needed to write the next one go out together, in libpq's pipeline
mode: one trip to the server for all of them, where each trip wakes two processes. The driver would
wait for each result with the interpreter's lock held, so the wait is a ``poll`` here.
"""

import select
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from psycopg import Connection, DataError, OperationalError, errors, pq
from psycopg.adapt import Transformer

type Row = tuple[Any, ...]
type Write = Callable[[Any], bytes | None]
type Statement = tuple[str, Sequence[Any]]

MOST = 256  # statements known on a connection; of one more everything is decided each time
LONG = 50  # values; rows in a statement are of any number, and each number would be kept ready
BEGIN: Statement = ("BEGIN", ())
STALE = (errors.FeatureNotSupported, errors.InvalidSqlStatementName)  # a table or its name changed
TEXT, BINARY = pq.Format.TEXT, pq.Format.BINARY


def _truth(value: object) -> bytes:
    return b"t" if value else b"f"


def _whole(value: int) -> bytes:
    return b"%d" % value


def _as_it_is(value: bytes | None) -> bytes | None:
    return value


def _fraction(value: float) -> bytes:
    return repr(value).encode()


def _moment(value: datetime) -> bytes:
    return value.isoformat().encode()


def _text(value: str) -> bytes:
    if "\0" in value:
        raise DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes")
    return value.encode()


def _numbers(values: Sequence[int]) -> bytes:
    return b"{%b}" % b",".join([b"%d" % value for value in values])


class _Kind(NamedTuple):
    """How values of one type are sent: type number, encoder, format."""

    oid: int
    write: Write
    form: int = TEXT


NOTHING = type(None)
KINDS: dict[type, _Kind] = {
    bool: _Kind(16, _truth),
    bytes: _Kind(17, _as_it_is, BINARY),
    int: _Kind(20, _whole),
    float: _Kind(701, _fraction),
    list: _Kind(1016, _numbers),
    datetime: _Kind(1184, _moment),
    NOTHING: _Kind(0, _as_it_is),  # what it stands for is found where it stands
    str: _Kind(0, _text),
}


class _Ready(NamedTuple):
    """A statement and its value encoders; without a name it is not prepared."""

    name: bytes
    sql: bytes
    oids: list[int]
    forms: list[int]
    writers: list[Write]


class Statements:
    """The prepared statements of one connection."""

    def __init__(self, connection: Connection[Row]) -> None:
        self._pq = connection.pgconn
        self._adapters = connection.adapters
        self._readers: dict[bytes, Any] = {}  # Transformers, which do not hold the connection
        self._ready: dict[tuple[str, tuple[type, ...]], _Ready] = {}
        self._made = 0
        self.trips = 0  # messages to the server that were waited for; tests count them

    def run(self, sql: str, values: Sequence[Any], *, begins: bool) -> tuple[list[Row], int]:
        """Run one statement.

        Args:
            sql: with ``%s`` for each value.
            values: whole numbers, texts, lists of whole numbers and so on (``KINDS``).
            begins: whether it belongs in a transaction, which begins here if it has not.

        Returns:
            Its rows, and how many it returned or changed.

        Raises:
            psycopg.Error: as the driver's cursor raises them.
        """
        if begins and self._pq.transaction_status == pq.TransactionStatus.IDLE:
            return self.run_together([(sql, values)], begins=True)[0]
        ready, encoded = self._encode(sql, values)
        self.trips += 1
        if ready.name:
            result = self._pq.exec_prepared(ready.name, encoded, ready.forms)
        else:
            result = self._pq.exec_params(ready.sql, encoded, ready.oids, ready.forms)
        return self._read(ready.name, result)

    def run_together(
        self, statements: Iterable[Statement], *, begins: bool
    ) -> list[tuple[list[Row], int]]:
        """Run statements in their order, in one trip; each sees what those before it wrote.

        Args:
            statements: each with its values, as ``run`` takes them.
            begins: whether they belong in a transaction, which begins here if it has not.

        Returns:
            Of each its rows, and how many it returned or changed.

        Raises:
            psycopg.Error: of the first statement that failed; those after it were not run.
        """
        encoded = [self._encode(*statement) for statement in statements]
        is_first = begins and self._pq.transaction_status == pq.TransactionStatus.IDLE
        if is_first:
            encoded.insert(0, self._encode(*BEGIN))
        self.trips += 1
        self._pq.enter_pipeline_mode()
        try:
            for ready, values in encoded:
                if ready.name:
                    self._pq.send_query_prepared(ready.name, values, ready.forms)
                else:
                    self._pq.send_query_params(ready.sql, values, ready.oids, ready.forms)
            self._pq.pipeline_sync()
            results = self._await_results()
        finally:
            if self._pq.status == pq.ConnStatus.OK:
                self._pq.exit_pipeline_mode()
        outcomes = [
            self._read(ready.name, result)
            for (ready, _values), result in zip(encoded, results, strict=False)
        ]
        return outcomes[is_first:]

    def _await_results(self) -> list[pq.abc.PGresult]:
        """Send what is not sent yet and wait for the results, up to the end of the pipeline."""
        waiting = select.poll()
        results: list[pq.abc.PGresult] = []
        while True:
            while True:
                unsent = self._pq.flush()
                if not (unsent or self._pq.is_busy()):
                    break
                waiting.register(self._pq.socket, select.POLLIN | (select.POLLOUT if unsent else 0))
                waiting.poll()
                self._pq.consume_input()
            result = self._pq.get_result()
            if result is None:
                continue
            if result.status == pq.ExecStatus.PIPELINE_SYNC:
                return results
            results.append(result)

    def _encode(self, sql: str, values: Sequence[Any]) -> tuple[_Ready, list[Any]]:
        """Return a prepared statement and its values as they are sent."""
        key = (sql, tuple(map(type, values)))
        ready = self._ready.get(key) or self._make(*key)
        return ready, [write(value) for write, value in zip(ready.writers, values, strict=True)]

    def _read(self, name: bytes, result: pq.abc.PGresult) -> tuple[list[Row], int]:
        """Return the rows of a result, and how many it returned or changed.

        A prepared statement returns the same types each time: how they are read is decided once.
        """
        if result.status == pq.ExecStatus.TUPLES_OK:
            reader = self._readers.get(name)
            if reader is None:
                reader = Transformer(self._adapters)
                reader.set_pgresult(result)
                if name:
                    self._readers[name] = reader
            else:
                reader.set_pgresult(result, set_loaders=False)
            return reader.load_rows(0, result.ntuples, tuple), result.ntuples
        return [], self._checked(result).command_tuples or 0

    def _make(self, sql: str, types: tuple[type, ...]) -> _Ready:
        """Prepare a statement for values of these types."""
        kinds = [_kind_of(value_type) for value_type in types]
        marks = [f"${number}" for number in range(1, len(types) + 1)]
        text = (sql % tuple(marks)).encode()
        is_known = len(self._ready) < MOST
        name = b"canut_%d" % self._made if is_known and len(types) <= LONG else b""
        oids = [kind.oid for kind in kinds]
        ready = _Ready(name, text, oids, [k.form for k in kinds], [k.write for k in kinds])
        if name:
            self._checked(self._pq.prepare(name, text, oids))
            self._made += 1
        if is_known:
            self._ready[sql, types] = ready
        return ready

    def _checked(self, result: pq.abc.PGresult) -> pq.abc.PGresult:
        """Return the result, or raise the server's error; forget stale statements."""
        if result.status in {pq.ExecStatus.COMMAND_OK, pq.ExecStatus.TUPLES_OK}:
            return result
        failure = errors.error_from_result(result)
        if failure.sqlstate is None:  # not the server says it, but who no longer hears it
            raise OperationalError(*failure.args)
        if isinstance(failure, STALE):
            self._ready.clear()
            self._readers.clear()
        raise failure


def _kind_of(value_type: type) -> _Kind:
    """Return how values of a type are sent; an enumeration uses its base type."""
    for base in value_type.__mro__:
        if base in KINDS:
            return KINDS[base]
    raise TypeError(f"{value_type.__name__} is not written here; add it to KINDS")


_of_connections: WeakKeyDictionary[Connection[Row], Statements] = WeakKeyDictionary()


def statements_of(connection: Connection[Row]) -> Statements:
    """Return the statements of a connection; a new connection has none."""
    statements = _of_connections.get(connection)
    if statements is None:
        statements = _of_connections[connection] = Statements(connection)
    return statements
