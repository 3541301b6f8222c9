"""Prefetch batches in a second thread, while this one writes to the database.

Otherwise reading a file and writing its rows alternate: the processor waits for the disk, then the
disk for the processor. The second thread never uses the database. At most two batches wait at any
time, which bounds the memory.
"""

import queue
import threading
from collections.abc import Generator, Iterator

BATCHES_AHEAD = 2


class _End:
    """Marks the end of the batches, with the exception if preparing failed."""

    def __init__(self, failure: BaseException | None) -> None:
        self.failure = failure


def prefetch[T](batches: Iterator[T]) -> Generator[T]:
    """Yield the same batches, prepared ahead; exceptions of the other thread are raised here.

    Close it (``contextlib.closing``) when not all are wanted: the thread ends then.
    """
    ready: queue.Queue[T | _End] = queue.Queue(BATCHES_AHEAD)
    stopped = threading.Event()

    def put(item: T | _End) -> bool:
        while not stopped.is_set():
            try:
                ready.put(item, timeout=0.1)
            except queue.Full:
                continue
            return True
        return False

    def prepare() -> None:
        failure: BaseException | None = None
        try:
            for batch in batches:
                if not put(batch):
                    return
        except BaseException as error:  # noqa: BLE001 - raised again by the thread that writes
            failure = error
        put(_End(failure))

    thread = threading.Thread(target=prepare, name="prepare-ahead", daemon=True)
    thread.start()
    try:
        while not isinstance(item := ready.get(), _End):
            yield item
        if item.failure is not None:
            raise item.failure
    finally:
        stopped.set()
        thread.join()
