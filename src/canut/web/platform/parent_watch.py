"""End a process when the one that started it is gone, however that happened.

It imports nothing else: on a busy machine a process takes many seconds to load, and must end within
them too.
"""

import os
import select
import threading
import time
from contextlib import suppress


def end_with_parent(parent: int) -> None:
    """Watch the parent from a thread; exit when it is gone.

    Args:
        parent: its process number, as it said itself: it may be gone before we look.
    """

    def watch() -> None:
        with suppress(OSError, AttributeError):  # not Linux, or the parent is gone already
            select.select([os.pidfd_open(parent)], [], [])  # without waking up meanwhile
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(1)

    threading.Thread(target=watch, name="end-with-parent", daemon=True).start()
