"""Format a labour card as text: each figure, how it is known, what nobody can prove."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from canut.core.datasets.card import FIELDS, Grade
from canut.core.datasets.verdict_texts import EARLIER, reach_in, value_in
from canut.core.messages import ids_by_text
from canut.core.places.names import STATUSES
from canut.store.tables.datasets import Card
from canut.web.kit.drawing.pdf import print_pdf
from canut.web.kit.formatting import (
    calendar_day,
    decimal_of,
    duration,
    format_count,
    money,
    price,
    share,
)
from canut.web.kit.languages import two_sided
from canut.web.kit.messages import message_now
from canut.web.pay.wording import contribution_word, status_word

CARD = Path(__file__).with_name("card.typ")

GRADES = {
    "PROVEN": "common.proven",
    "RECOMPUTED": "common.recomputed",
    "CONFIRMED": "common.confirmed",
    "ATTESTED": "common.attested",
    "ASSERTED": "common.asserted",
}
FEW = re.compile(r"shown from (\d+) people on")
PARTS: Mapping[str, Sequence[str]] = {
    "page.card_wording.the_work": (
        "people",
        "answers",
        "logged_answers",
        "items",
        "answers_per_item",
        "active_time",
        "period",
        "human_share",
        "machines",
        "instructions",
    ),
    "common.pay": (
        "pay_people_p10",
        "pay_people_p50",
        "pay_people_p90",
        "pay_hours_p10",
        "pay_hours_p50",
        "pay_hours_p90",
        "pay_basis",
        "currency",
        "floor",
        "floor_basis",
        "under_floor_before",
        "under_floor_after",
        "floor_respected",
        "top_ups",
        "top_ups_sum",
        "contributions",
        "chain",
    ),
    "page.card_wording.the_people": (
        "places",
        "languages",
        "workforce",
        "recruitment",
        "confirmed_people",
        "confirmed_hours",
        "training",
    ),
    "page.card_wording.protection": (
        "rejections",
        "appeals",
        "appeals_upheld",
        "appeal_days_p50",
        "exposure",
        "protections",
    ),
    "page.card_wording.quality": ("agreement", "gold_accuracy", "platform"),
    "page.material.title": ("material", "sources"),
}
HEADLINE = ("people", "pay_people_p50", "floor_respected", "answers")
QUARTER = 4
PAY_SHOWN = ("pay_people_p10", "pay_people_p50", "pay_people_p90")
PAY_ROOM = 1.1  # how much longer the line is than what it shows

type Value = Any


@dataclass(frozen=True)
class CardFigureText:
    """One figure as text: name, value, grade, or why it is unknown."""

    name: str
    value: str
    grade: str
    is_known: bool = False
    is_simulated: bool = False


@dataclass(frozen=True)
class PayMark:
    """Hourly pay as drawn: shares of the width, and the figures as text.

    ``low`` and ``high`` are the lowest and highest tenth of people; None where not shown.
    """

    median: float
    low: float | None
    high: float | None
    floor: float | None
    told: str


@dataclass(frozen=True)
class CardInWords:
    """A card in the page's language.

    Args:
        title: of the dataset.
        by: the organisation that curates it.
        day: when it was signed.
        number: which version it is.
        headline: the figures shown first.
        pay: the chart of hourly pay; None if its median is unknown.
        never: what nobody can prove.
        parts: every figure, by subject.
        fmti: the three answers of the transparency index's indicator.
        files: path and hash of each file.
        sha256: of the card itself.
        reach: which figures anyone can count again, and which the operator says alone.
    """

    title: str
    by: str
    day: str
    number: int
    is_simulated: bool
    headline: Sequence[CardFigureText]
    pay: PayMark | None
    never: Sequence[str]
    parts: Sequence[tuple[str, Sequence[CardFigureText]]]
    fmti: Sequence[tuple[str, str]]
    files: Sequence[tuple[str, str]]
    sha256: str
    reach: str


def card_in_words(card: Card) -> CardInWords:
    """Format a card as text in the page's language."""
    about: dict[str, Any] = json.loads(card.content)["credentialSubject"]
    figures: dict[str, dict[str, Any]] = about["figures"]
    currency = str(figures["currency"].get("value", ""))
    rows = {
        name: _row(
            message_now(f"card.{EARLIER.get(figures[name].get('unit', ''), name)}"),
            name,
            figures[name],
            currency,
        )
        for section in PARTS.values()
        for name in section
        if name in figures  # a card signed before them has none
    }
    for name, of in (("confirmed_people", "people"), ("confirmed_hours", "active_time")):
        if rows[name].is_known and rows[of].is_known:
            parts = {"part": rows[name].value, "whole": rows[of].value}
            rows[name] = replace(rows[name], value=message_now("page.card_wording.of", **parts))
    return CardInWords(
        title=card.project.title,
        by=card.project.organisation.name,
        day=calendar_day(card.made_ms),
        number=card.number,
        is_simulated=card.is_simulated,
        headline=[rows[name] for name in HEADLINE],
        pay=_pay_mark(figures, rows),
        never=[_said(item) for item in about["neverProved"]],
        parts=[
            (message_now(name), _joined([rows[item] for item in section if item in rows]))
            for name, section in PARTS.items()
            if rows.keys() & set(section)
        ],
        fmti=_fmti(figures, rows),
        files=[(item["path"], item["sha256"]) for item in about["files"]],
        sha256=card.sha256,
        reach=_reach(figures),
    )


def _reach(figures: Mapping[str, Mapping[str, Any]]) -> str:
    graded = {name: figures[name]["grade"] for name in FIELDS if "value" in figures.get(name, {})}
    said = [name for name, grade in graded.items() if grade == Grade.ASSERTED.name]
    return reach_in(two_sided(), [name for name in graded if name not in said], said)


def _pay_mark(
    figures: Mapping[str, Mapping[str, Any]], rows: Mapping[str, CardFigureText]
) -> PayMark | None:
    """Compute the positions of hourly pay and its floor on an axis that starts at 0."""
    amounts = {name: figures[name].get("value") for name in PAY_SHOWN}
    floor = figures["floor"].get("value")
    amounts["floor"] = (
        floor["to"] if isinstance(floor, dict) else floor
    )  # of one day, or of several
    median = amounts["pay_people_p50"]
    if median is None:
        return None
    most = max(value for value in amounts.values() if value is not None) or 1
    low, mid, high, least = (
        None if value is None else value / most / PAY_ROOM for value in amounts.values()
    )
    known_rows = [rows[name] for name in (*PAY_SHOWN, "floor") if rows[name].is_known]
    text = ", ".join(
        message_now("page.card_wording.name_value", name=r.name, value=r.value) for r in known_rows
    )
    return PayMark(mid or 0.0, low, high, least, text)


def _joined(rows: Sequence[CardFigureText]) -> list[CardFigureText]:
    """Merge figures that are unknown for the same reason, below those that are known."""
    names: dict[str, list[str]] = {}
    for row in rows:
        if not row.is_known:
            names.setdefault(row.value, []).append(row.name)
    unknown = [CardFigureText(" · ".join(named), reason, "") for reason, named in names.items()]
    return [*(row for row in rows if row.is_known), *unknown]


def _fmti(
    figures: Mapping[str, Mapping[str, Any]], rows: Mapping[str, CardFigureText]
) -> list[tuple[str, str]]:
    """Answer the Foundation Model Transparency Index's questions on data laborer practices."""
    places = figures["places"].get("value") or {}
    everybody = sum(places.values())
    many = [jurisdiction for jurisdiction, count in places.items() if count * QUARTER >= everybody]
    where = ", ".join(many) if everybody else rows["places"].value
    names = ("pay_people_p50", "pay_people_p10", "floor", "floor_respected")
    known_rows = [rows[name] for name in names if rows[name].is_known]
    sentences = [
        message_now("page.card_wording.name_value", name=row.name, value=row.value)
        for row in known_rows
    ]
    return [
        (
            message_now("page.card_wording.how_are_laborers_compensated"),
            ". ".join(sentences) or rows[names[0]].value,
        ),
        (message_now("page.card_wording.where_are_they_located"), where),
        (message_now("page.card_wording.what_labor_protections_do"), rows["protections"].value),
    ]


def _row(label: str, name: str, figure: Mapping[str, Any], currency: str) -> CardFigureText:
    if "unknown" in figure:
        return CardFigureText(label, _said(str(figure["unknown"])), "")
    value = _value(name, figure["value"], str(figure["unit"]), currency)
    grade = message_now(GRADES[figure["grade"]])
    is_simulated = bool(figure.get("simulated"))
    return CardFigureText(label, value, grade, is_known=True, is_simulated=is_simulated)


def _value(name: str, value: Value, unit: str, currency: str) -> str:
    if isinstance(value, int):
        return _number(value, unit, currency)
    write = WRITTEN.get(name)
    if write is not None:
        return write(value, currency)
    if isinstance(value, dict):
        return ", ".join(
            f"{jurisdiction} {format_count(count)}" for jurisdiction, count in value.items()
        )
    if isinstance(value, list):
        none = (
            message_now("page.card_wording.none")
            if name == "machines"
            else message_now("common.none_inline")
        )
        return ", ".join(map(_said, value)) or none
    return _said(str(value))


def _said(text: str) -> str:
    """Translate one of the card's own sentences; return any other sentence unchanged."""
    few = FEW.fullmatch(text)
    if few:
        return message_now("page.card_wording.shown_from_people_on", count=few[1])
    own = ids_by_text("card_phrase").get(text)
    return (message_now(own) if own else text).replace("'", "’")


def _number(value: int, unit: str, currency: str) -> str:
    if unit.startswith("micro"):
        return money(value, currency)
    if unit == "ms":
        return duration(value)
    if unit == "thousandths":
        return decimal_of(value / 1000)
    return share(value / 1000) if unit.startswith("thousandths") else format_count(value)


def _party(party: Mapping[str, Any]) -> str:
    """Name a party that is paid; the people who answered have no name."""
    if party["role"] == "worker":
        return message_now("page.card_wording.whoever_answers")
    return _said(str(party["name"]))


def _floors(value: Value, currency: str) -> str:
    return " – ".join(money(value[end], currency) for end in ("from", "to"))


def _period(value: Value, _currency: str) -> str:
    return " – ".join(calendar_day(date.fromisoformat(day)) for day in value)


def _contributions(value: Value, currency: str) -> str:
    names = sorted({contribution_word(contribution["name"]) for contribution in value["names"]})
    added = message_now(
        "page.card_wording.on_top_of_pay", money=money(value["on_top_micro"], currency)
    )
    return ", ".join([*names, added])


def _chain(value: Value, currency: str) -> str:
    paid = [
        f"{_party(party)} {price(party['share_micro'], currency)}" for party in value["parties"]
    ]
    return " → ".join([value["client"], *paid])


def _exposure(value: Value, _currency: str) -> str:
    parts = (
        message_now("page.card_wording.severity_h", level=level, hours=format_count(hours))
        for level, hours in value.items()
    )
    return ", ".join(parts) or message_now("common.none_inline")


def _workforce(value: Value, _currency: str) -> str:
    statuses = value.split(", ")
    return ", ".join(
        status_word(status) if status in STATUSES else _said(status) for status in statuses
    )


def _declared(name: str) -> Callable[[Value, str], str]:
    """Return the words every reader of a card has for a figure."""
    return lambda value, currency: value_in(two_sided(), name, value, "", currency)


WRITTEN: Mapping[str, Callable[[Value, str], str]] = {
    "floor": _floors,
    "period": _period,
    "instructions": _declared("instructions"),
    "contributions": _contributions,
    "chain": _chain,
    "exposure": _exposure,
    "workforce": _workforce,
    "training": _declared("training"),
    "material": _declared("material"),
    "sources": _declared("sources"),
}


def pdf_of_card(card: CardInWords, made_s: int) -> bytes:
    """Print a labour card as a one-page PDF.

    Args:
        card: in words, in the page's language.
        made_s: when it was signed, in seconds since 1970 UTC.
    """
    facts = {"by": card.by, "n": card.number, "day": card.day}
    words = {
        "signed": message_now("common.labour_card_signed", **facts),
        "simulated": message_now("common.simulated"),
        "unknown": message_now("page.card_wording.unknown"),
        "show": message_now("common.simulated_nobody"),
        "never": message_now("common.what_it_cannot_prove"),
        "short": message_now("common.in_short"),
        "fmti": message_now("common.data_laborer_practices"),
        "grades": " ".join(
            (
                message_now("common.proven_hashes_and_signatures"),
                message_now("common.recomputed_anyone_finds"),
                message_now("common.confirmed_people_countersigned"),
                message_now("common.attested_somebody_else_signed"),
                message_now("common.asserted_the_operator_says"),
            )
        ),
        "check": message_now("page.card_wording.check_the_datasets_folder"),
    }
    language = two_sided()
    return print_pdf(CARD, {"card": asdict(card), "words": words, "language": language}, made_s)
