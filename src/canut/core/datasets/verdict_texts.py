"""Describe the result of verifying a bundle, in English or French.

Figures are formatted for people: money in its currency, times in hours, shares as percentages.
Texts of others are shown as plain text, without terminal control characters. The words are in the
catalogue: ``card.FIGURE``, ``grade.GRADE``, ``verdict.KIND``, and ``card_phrase.ID`` for what a
card says in English.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from canut.core.clock import HOUR_MS, MINUTE_MS
from canut.core.datasets.bundle import VerdictLine
from canut.core.datasets.card_material import CARD, HOURS
from canut.core.datasets.material import NOT_GESTURES
from canut.core.messages import has_message, ids_by_text, message
from canut.core.outside_text import read_whole

LANGUAGES = ("en", "fr")
MICRO = 1_000_000
FEW = "shown from "
EARLIER = {"thousandths of answers": "answered_by_humans"}
"""Names of figures on cards that were signed in another unit."""

LEGEND = (
    "common.proven_hashes_and_signatures",
    "common.recomputed_anyone_finds",
    "common.confirmed_people_countersigned",
    "common.attested_somebody_else_signed",
    "common.asserted_the_operator_says",
)

type Value = Any


def sentence(language: str, kind: str, **facts: object) -> str:
    """Return one of this file's sentences."""
    return message(language, f"verdict.{kind}", **{name: str(fact) for name, fact in facts.items()})


def grade_in(language: str, grade: str) -> str:
    """Return the word for a grade, or a replacement."""
    message_id = f"grade.{grade.lower().replace(' ', '-')}"
    return message(language, message_id) if has_message(message_id) else grade


def said_in(language: str, line: VerdictLine) -> tuple[str, str]:
    """Return the grade and the text of a line.

    Args:
        language: ``en`` or ``fr``.
        line: as ``bundle`` and ``since`` make it.
    """
    facts = line.facts
    if line.kind == "unknown":
        return unknown_in(language, [line])[0]
    grade = grade_in(language, line.grade.name) if line.grade else ""
    if line.kind == "figure":
        return grade, _figure(language, facts)
    if line.kind == "reach":
        shown, said = (cast("tuple[str, ...]", facts[part]) for part in ("shown", "said"))
        return grade, reach_in(language, shown, said)
    formatted = {name: _shown(language, value) for name, value in facts.items()}
    return grade, sentence(language, line.kind, **formatted) if line.kind else line.text


def value_in(language: str, name: str, value: Value, unit: str, currency: str) -> str:
    """Format a figure's value for people.

    Args:
        language: ``en`` or ``fr``.
        name: of ``card.FIELDS``.
        value: as the card holds it.
        unit: of the figure.
        currency: of the card; empty where it is unknown.

    Example:
        >>> value_in("en", "pay_people_p50", 17_200_000, "micro/h", "CAD")
        '17.20 CAD/h'
    """
    write = WRITTEN.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        return _number(language, value, unit, currency)
    try:
        if write is not None:
            return write(language, value, currency)
        if isinstance(value, dict):
            return ", ".join(
                f"{plain(key)} {format_count(language, n)}" for key, n in value.items()
            )
        if isinstance(value, list):
            text = ", ".join(phrase_in(language, str(item)) for item in value)
            return text or sentence(language, "none")
    except (
        AttributeError,
        KeyError,
        TypeError,
        ValueError,
    ):  # a card of another shape is shown as it is
        return ascii(value)
    return phrase_in(language, str(value))


def plain(text: object) -> str:
    """Put a text on one line, without terminal control characters."""
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in str(text))


def format_count(language: str, number: int) -> str:
    """Format a count with groups of three digits."""
    return f"{int(number):,}".replace(",", "\u202f" if language == "fr" else ",")


def never_in(language: str, phrases: Sequence[str]) -> str:
    """Return what nothing can prove."""
    return sentence(
        language,
        "never",
        told=_listed(language, [phrase_in(language, phrase) for phrase in phrases]),
    )


def legend_in(language: str) -> str:
    """Return what each grade means, from the strongest to the weakest."""
    return " ".join(message(language, message_id) for message_id in LEGEND)


def unknown_in(language: str, lines: Sequence[VerdictLine]) -> list[tuple[str, str]]:
    """Return what is unknown, once for each reason, with all its figures."""
    named: dict[str, list[str]] = {}
    for line in lines:
        reason = phrase_in(language, str(line.facts["why"]))
        named.setdefault(reason, []).append(_name(language, line.facts["name"]))
    grade = grade_in(language, "UNKNOWN")
    return [(grade, _pair(language, _listed(language, of), reason)) for reason, of in named.items()]


def _listed(language: str, texts: Sequence[str]) -> str:
    return ("\u202f; " if language == "fr" else "; ").join(texts)


def _figure(language: str, facts: Mapping[str, Value]) -> str:
    value = value_in(
        language, facts["name"], facts["value"], str(facts["unit"]), str(facts["currency"])
    )
    mark = f" ({sentence(language, 'simulated')})" if facts["simulated"] else ""
    name = EARLIER.get(str(facts["unit"]), facts["name"])
    text = _pair(language, _name(language, name), value + mark)
    if "claimed" in facts:
        grade = grade_in(language, str(facts["claimed"]))
        text += f" ({sentence(language, 'claimed', grade=grade)})"
    return text


def _pair(language: str, name: str, value: str) -> str:
    return f"{name}\u00a0: {value}" if language == "fr" else f"{name}: {value}"


def _name(language: str, name: Value) -> str:
    return message(language, f"card.{name}")


def reach_in(language: str, shown: Sequence[str], said: Sequence[str]) -> str:
    """Return which figures anyone can count again, and which the operator says alone.

    Args:
        language: ``en`` or ``fr``.
        shown: names of ``card.FIELDS``.
        said: the same.
    """
    names = {"shown": _names(language, shown), "said": _names(language, said)}
    return sentence(language, "reach", **names)


def _names(language: str, names: Sequence[str]) -> str:
    listed = _listed(language, [_name(language, name) for name in names])
    return listed or sentence(language, "none")


def _shown(language: str, value: object) -> str:
    return format_count(language, value) if isinstance(value, int) else plain(value)


def phrase_in(language: str, text: str) -> str:
    """Translate one of a card's own phrases; return other texts unchanged."""
    message_id = ids_by_text("card_phrase").get(text)
    if message_id and language != "en":
        return message(language, message_id)
    middle = text.removeprefix(FEW).removesuffix(" people on")
    if text.startswith(FEW) and read_whole(middle) is not None:
        return sentence(language, "few", count=middle)
    return plain(text.replace("'", "’"))


def _decimal(language: str, number: float, digits: int) -> str:
    text = f"{number:,.{digits}f}"
    if language == "fr":
        return text.replace(",", "\u202f").replace(".", ",")
    return text


def _money(language: str, micro: int, currency: str, digits: int = 2) -> str:
    return f"{_decimal(language, micro / MICRO, digits)} {plain(currency)}".rstrip()


def _price(language: str, micro: int, currency: str) -> str:
    """Format a price with all its decimals, since a piece may cost less than a cent."""
    digits = max(2, len(f"{micro % MICRO:06}".rstrip("0")))
    return _money(language, micro, currency, digits)


def _number(language: str, value: int, unit: str, currency: str) -> str:
    if unit.startswith("micro"):
        return _money(language, value, currency) + unit.removeprefix("micro")
    if unit == "ms":
        hours, minutes = value // HOUR_MS, value // MINUTE_MS % 60
        return f"{format_count(language, hours)} h {minutes:02}"
    if unit == "thousandths":
        return _decimal(language, value / 1000, 2)
    if unit.startswith("thousandths"):
        return _decimal(language, value / 10, 1) + ("\u00a0%" if language == "fr" else "%")
    return format_count(language, value)


def _floors(language: str, value: Value, currency: str) -> str:
    ends = [_decimal(language, value[end] / MICRO, 2) for end in ("from", "to")]
    return f"{' – '.join(ends)} {plain(currency)}/h"


def _contributions(language: str, value: Value, currency: str) -> str:
    names = sorted({_coded(language, "contribution", paid["name"]) for paid in value["names"]})
    money = _money(language, value["on_top_micro"], currency)
    return ", ".join([*names, sentence(language, "on_top", money=money)])


def _chain(language: str, value: Value, currency: str) -> str:
    names = [plain(value["client"])]
    for party in value["parties"]:
        is_worker = party["role"] == "worker"
        name = (
            sentence(language, "worker") if is_worker else phrase_in(language, str(party["name"]))
        )
        names.append(f"{name} {_price(language, party['share_micro'], currency)}")
    return " → ".join(names)


def _exposure(language: str, value: Value, _currency: str) -> str:
    texts = [
        sentence(language, "level", level=plain(level), hours=format_count(language, hours))
        for level, hours in value.items()
    ]
    return ", ".join(texts) or sentence(language, "none")


def _training(language: str, value: Value, _currency: str) -> str:
    """Return the hours of paid practice and lessons, and who paid them."""
    texts = [
        sentence(language, kind, hours=format_count(language, value[kind]))
        for kind in ("practice", "lessons")
        if value[kind]
    ]
    return ", ".join(texts) or sentence(language, "none")


def _versions(language: str, value: Value, _currency: str) -> str:
    kind = "version" if len(value) <= 1 else "versions"
    return sentence(language, kind, count=format_count(language, len(value)))


def _workforce(language: str, value: Value, _currency: str) -> str:
    return ", ".join(phrase_in(language, kind).replace("_", "-") for kind in str(value).split(", "))


def _material(language: str, value: Value, _currency: str) -> str:
    texts = [
        sentence(language, "material_version", number=format_count(language, value["version"]))
    ]
    texts += [", ".join(_part(language, part)) for part in value["parts"]]
    if "withdrawn" in value:
        count = format_count(language, value["withdrawn"])
        texts.append(sentence(language, "withdrawn", count=count))
    return _listed(language, texts)


def _part(language: str, part: Value) -> list[str]:
    consent = _coded(language, "consent", part["consent"])
    texts = [
        _coded(language, "gesture", part["gesture"]),
        _number(language, part["share_per_mille"], "thousandths of material", "")
        if "share_per_mille" in part
        else "",
        plain(part.get("platform", "")),
        plain(part.get("country", "")),
        sentence(language, "consent", consent=consent),
        _coded(language, "maker_paid", part["payment"]),
        _coded(language, "personal", part["personal"]) if "personal" in part else "",
        sentence(language, "gestures", count=format_count(language, part["count"]))
        if "count" in part
        else "",
        _hours(language, part),
    ]
    return [text for text in texts if text]


def _hours(language: str, part: Value) -> str:
    if HOURS not in part:
        is_gesture = part["gesture"] not in set(NOT_GESTURES)
        return sentence(language, "hours_unknown") if is_gesture else ""
    least, most = (_decimal(language, tenths / 10, 1) for tenths in part[HOURS])
    source = plain(part.get("seconds_source", ""))
    if least == most:
        return sentence(language, "hours_about", most=most, source=source)
    return sentence(language, "hours_between", least=least, most=most, source=source)


def _sources(language: str, value: Value, _currency: str) -> str:
    texts = [
        ", ".join(
            (
                f"{_coded(language, 'made_from', link['relation'])} {plain(link['name'])}",
                *([plain(link["address"])] if "address" in link else []),
                *(
                    [sentence(language, "of_card", sha256=plain(link[CARD]))]
                    if CARD in link
                    else []
                ),
            )
        )
        for link in value
    ]
    return _listed(language, texts) or sentence(language, "none")


def _coded(language: str, kind: str, code: object) -> str:
    """Return the words for a code of the card; an unknown code stays as it is."""
    message_id = f"{kind}.{code}"
    return message(language, message_id) if has_message(message_id) else plain(code)


WRITTEN: Mapping[str, Callable[[str, Value, str], str]] = {
    "floor": _floors,
    "period": lambda _language, value, _currency: " – ".join(plain(day) for day in value),
    "instructions": _versions,
    "contributions": _contributions,
    "chain": _chain,
    "exposure": _exposure,
    "training": _training,
    "workforce": _workforce,
    "material": _material,
    "sources": _sources,
}
