"""What the scripts of programs share: people of the instance at work (``work.py``), refusals."""

import json
import os
import socket
from collections.abc import Callable


def work(*words: object) -> dict[str, str]:
    """Let an act be done for the organisation of this program; return the names it tells."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(os.environ["CANUT_PEOPLE"])
        line = json.dumps([os.environ["CANUT_ORGANISATION"], *words])
        connection.sendall(line.encode() + b"\n")
        return json.loads(connection.makefile().readline())


def refusal(kind: type[Exception], call: Callable[..., object], *words: object) -> str:
    """Return the words of the error that a call must end in."""
    try:
        call(*words)
    except kind as problem:
        return str(problem)
    raise AssertionError(f"no {kind.__name__} from {call} {words}")
