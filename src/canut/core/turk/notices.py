"""What an unmodified program cannot be told in its own words: the header ``x-canut-notice``.

It never takes the part of a refusal. Everything in it stands on the project's page too.
"""

from collections.abc import Mapping

HEADER = "x-canut-notice"
LONGEST = 1024


class Notices:
    """The notices of one reply, in the order in which they were added."""

    def __init__(self) -> None:
        self._notices: list[str] = []

    def add(self, code: str, facts: Mapping[str, str] | None = None) -> None:
        """Add a notice: a stable code, and facts by name."""
        notice = "; ".join((code, *(f"{name}={fact}" for name, fact in (facts or {}).items())))
        if notice not in self._notices:
            self._notices.append(notice)

    def header(self) -> str:
        """Return all of them in ASCII, at most 1 KiB; empty without any."""
        text = ", ".join(self._notices).encode("ascii", "replace").decode()
        return "".join(letter for letter in text if letter.isprintable())[:LONGEST]
