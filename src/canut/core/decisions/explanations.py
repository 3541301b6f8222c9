"""Explain a decision about a person in one or two sentences, in English and in French.

The sentences are in the catalogue (``decision.CASE``); this module formats their figures for
readers of each language. A decision against a person states that time stays paid and until when to
appeal. The end of a fact's name decides its format: ``_ms`` a duration, ``_micro`` an amount in the
fact ``currency``, ``_day`` a date, ``_share`` thousandths; other whole numbers are grouped.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import NamedTuple

from canut.core.clock import HOUR_MS, MINUTE_MS
from canut.core.day_names import day_in
from canut.core.errors import BadInput, Fact
from canut.core.messages import facts_of, has_message, message
from canut.core.money import MICRO

NARROW, WIDE = "\u202f", "\u00a0"
SYMBOLS_EN = {"CAD": "$", "USD": "US$", "EUR": "€", "GBP": "£"}
SYMBOLS_FR = {"CAD": "$", "USD": "$\u00a0US", "EUR": "€", "GBP": "£"}


class Sentence(NamedTuple):
    """The same sentence in both languages."""

    en: str
    fr: str


def explain(case: str, facts: Mapping[str, Fact | Sentence]) -> Sentence:
    r"""Explain a decision in both languages.

    Args:
        case: the end of an id in the catalogue.
        facts: facts of the decision, by name; a ``Sentence`` is inserted as it is, in each
            language.

    Raises:
        BadInput: there is no such saying, or it needs a missing fact.

    >>> explain("not-lent-rest", {"rest_ms": 115_200_000}).fr.replace("\xa0", " ")
    'Pas de nouvelle tâche avant 32 h de repos de suite cette semaine.'
    """
    if not has_message(f"decision.{case}"):
        raise BadInput(f"no message has the id 'decision.{case}'; add it to the catalogue")
    missing = needs(case) - facts.keys()
    if missing:
        raise BadInput(f"the decision {case!r} needs the fact {min(missing)!r}")
    return Sentence(_write("en", case, facts), _write("fr", case, facts))


def needs(case: str) -> frozenset[str]:
    """Return the names of the facts that a saying needs in either language.

    >>> sorted(needs("not-lent-hours-day"))
    ['limit_ms']
    """
    return facts_of("en", f"decision.{case}")


def fact_named(name: str) -> Sentence:
    """Return what a fact is called; one without words keeps its name.

    >>> fact_named("task").fr, fact_named("mood").fr
    ('la tâche', 'mood')
    """
    key = f"decision_fact.{name}"
    return (
        Sentence(message("en", key), message("fr", key))
        if has_message(key)
        else Sentence(name, name)
    )


def format_fact(name: str, value: object, language: str, currency: str = "") -> str:
    """Format one fact for a reader.

    >>> format_fact("seen_share", 615, "en"), format_fact("until_day", "2026-12-05", "fr")
    ('61.5%', '5 décembre 2026')
    """
    for ending, write in _WRITERS.items():
        if name.endswith(ending):
            return write(value, language, currency)
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}".replace(",", NARROW if language == "fr" else ",")
    return str(value)


def _write(language: str, case: str, facts: Mapping[str, Fact | Sentence]) -> str:
    currency = str(facts.get("currency", ""))
    texts: dict[str, str] = {}
    for name in needs(case):
        fact = facts[name]
        if isinstance(fact, Sentence):
            texts[name] = fact.fr if language == "fr" else fact.en
        else:
            texts[name] = format_fact(name, fact, language, currency)
    return message(language, f"decision.{case}", **texts)


def _duration(value: object, _language: str, _currency: str) -> str:
    ms = int(str(value))
    if ms >= HOUR_MS:
        hours, minutes = divmod(ms // MINUTE_MS, 60)
        return f"{hours}{WIDE}h{WIDE}{minutes:02}" if minutes else f"{hours}{WIDE}h"
    return f"{ms // MINUTE_MS}{WIDE}min" if ms >= MINUTE_MS else f"{ms // 1000}{WIDE}s"


def _amount(value: object, language: str, currency: str) -> str:
    """Format an amount as pages of Canada do, with at least two decimals, no trailing zeros."""
    units, micro = divmod(abs(int(str(value))), MICRO)
    decimals = f"{micro:06}".rstrip("0").ljust(2, "0")
    grouped = f"{units:,}".replace(",", NARROW if language == "fr" else ",")
    sign = "\u2212" if int(str(value)) < 0 else ""
    if language == "fr":
        return f"{sign}{grouped},{decimals}{WIDE}{SYMBOLS_FR.get(currency, currency)}"
    if currency in SYMBOLS_EN:
        return f"{sign}{SYMBOLS_EN[currency]}{grouped}.{decimals}"
    return f"{sign}{grouped}.{decimals}{WIDE}{currency}"


def _day(value: object, language: str, _currency: str) -> str:
    return day_in(language, date.fromisoformat(str(value)))


def _share(value: object, language: str, _currency: str) -> str:
    whole, tenth = divmod(int(str(value)), 10)
    return f"{whole},{tenth}{WIDE}%" if language == "fr" else f"{whole}.{tenth}%"


_WRITERS: dict[str, Callable[[object, str, str], str]] = {
    "_ms": _duration,
    "_micro": _amount,
    "_day": _day,
    "_share": _share,
}
