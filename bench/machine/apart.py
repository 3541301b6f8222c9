"""Run one row in a process of its own: Django keeps to the first database it was shown."""

import importlib
import multiprocessing
from typing import Any


def _measure(name: str, options: dict[str, Any], pipe: Any) -> None:
    pipe.send(importlib.import_module(f"bench.{name}").run(**options))
    pipe.close()


def measure(name: str, options: dict[str, Any]) -> Any:
    """Run one row in a process of its own and return what it found."""
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe()
    process = context.Process(target=_measure, args=(name, options, sender))
    process.start()
    sender.close()
    try:
        return receiver.recv()
    except EOFError:
        raise SystemExit(f"bench {name} failed; what it said is above") from None
    finally:
        process.join()
