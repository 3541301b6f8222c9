"""Texts of refusals in the page's language: a title and a next step for each code.

The words are in the catalogue: ``refusal.CASE.title`` and ``refusal.CASE.way_out``, which take the
facts of the refusal. A case without its own words has those of the class it belongs to, so that
nobody ever reads a bare code.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

from django.utils.translation import get_language

from canut.core.errors import Refusal
from canut.core.formats.problems import catalogue as problem_words
from canut.core.messages import FALLBACK, facts_of, has_message
from canut.core.outside_text import read_day
from canut.web.kit.formatting import calendar_day, price
from canut.web.kit.messages import message_now

DAY = re.compile(r"\d{4}-\d\d-\d\d")


class RefusalText(NamedTuple):
    """What happened, what was stored, and the next step."""

    title: str
    detail: str


def has_words(case: str) -> bool:
    """Return whether a code has its own text."""
    return has_message(f"refusal.{case}.title")


def words_for(code: str, facts: Mapping[str, object] | None = None) -> RefusalText:
    """Return the text of a code in the page's language, with its facts."""
    code = code if has_words(code) else "refusal"
    texts = {name: _in_words(fact) for name, fact in _with_money(facts or {}).items()}
    return RefusalText(
        _write(f"refusal.{code}.title", texts), _write(f"refusal.{code}.way_out", texts)
    )


def _in_words(fact: object) -> str:
    """Write a fact for people: a day, which refusals state as ``2026-12-08``, in words."""
    text = str(fact)
    day = read_day(text) if DAY.fullmatch(text) else None
    return text if day is None else calendar_day(day)


def _write(message_id: str, facts: Mapping[str, str]) -> str:
    """Format a message; a missing fact reads as unknown instead of failing the page."""
    missing = facts_of(get_language() or FALLBACK, message_id) - facts.keys()
    unknown = dict.fromkeys(missing, message_now("refusal_fact.unknown")) if missing else {}
    return message_now(message_id, **facts, **unknown)


def _with_money(facts: Mapping[str, object]) -> dict[str, object]:
    """Add formatted amounts: ``missing`` for ``missing_micro``, in the given currency."""
    amounts = {
        name.removesuffix("_micro"): price(micro, str(facts.get("currency")))
        for name, micro in facts.items()
        if name.endswith("_micro") and isinstance(micro, int) and micro
    }
    return dict(facts) | amounts


def words_of(refusal: Refusal) -> RefusalText:
    """Return the text of a refusal, by its code, else by its class."""
    case = next((code for code in (refusal.case, *_classes(refusal)) if has_words(code)), "refusal")
    text = words_for(case, refusal.facts)
    if problem_words.is_file_refusal(refusal.case):
        language = get_language() or "fr"
        return RefusalText(text.title, problem_words.words(refusal.case, refusal.facts, language))
    return text


def _classes(refusal: Refusal) -> list[str]:
    return [kind.code for kind in type(refusal).__mro__ if issubclass(kind, Refusal)]
