"""The stops of a click's way, as two pages draw them: headline, facts, links, what is unknown."""

from collections.abc import Sequence
from typing import NamedTuple

from canut.web.kit.messages import message_now


class StopFact(NamedTuple):
    """One fact of a stop: its name and its value; an unknown value says why it is unknown."""

    name: str
    value: str
    is_unknown: bool = False


class StopLink(NamedTuple):
    """Where anyone can check a fact."""

    address: str
    text: str


class PathStop(NamedTuple):
    """One stop on the thread.

    Args:
        key: names the stop in the page's address.
        title: what the stop is.
        headline: what is known in a few words; empty where nothing is.
        unknown: why nothing is known; empty where something is.
        facts: what is known, line by line.
        links: where it can be checked.
        is_foreign: the headline is written in the project's own language.
        is_none: ``unknown`` says that there is nothing, which is known.
    """

    key: str
    title: str
    headline: str = ""
    unknown: str = ""
    facts: Sequence[StopFact] = ()
    links: Sequence[StopLink] = ()
    is_foreign: bool = False
    is_none: bool = False


def fact(name: str, value: str) -> StopFact:
    """Build a known fact from the code of its name."""
    return StopFact(message_now(f"answer_path.{name}"), value)


def unknown_fact(name: str, why: str) -> StopFact:
    """Build a fact that nobody here knows, from the codes of its name and of the reason."""
    name, why = (message_now(f"answer_path.{code}") for code in (name, why))
    return StopFact(name, why, is_unknown=True)
