"""Say a labour card in words: what each figure is, how it is known, what nobody can prove."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, pgettext

from canut.store.tables.datasets import Card
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
from canut.web.kit.pdf import print_pdf
from canut.web.pay.wording import STATUSES, contribution_word, status_word

CARD = Path(__file__).with_name("card.typ")

GRADES = {
    "PROVEN": gettext_noop("proven"),
    "RECOMPUTED": gettext_noop("recomputed"),
    "CONFIRMED": gettext_noop("confirmed"),
    "ATTESTED": gettext_noop("attested"),
    "ASSERTED": gettext_noop("asserted"),
}
TOLD = frozenset(
    (
        gettext_noop("that one key is one person"),
        gettext_noop("time worked away from the screen"),
        gettext_noop("that nobody was forced, or had to give money back"),
        gettext_noop("that the money arrived: only receipts and attestations say so"),
        gettext_noop("the country a person declared"),
        gettext_noop("what is taken on the way, outside the chain that is named"),
        gettext_noop(
            "that what was logged was true then: receipts, countersignatures and audits are"
            " for that"
        ),
        gettext_noop("not measured"),
        gettext_noop("not asked"),
        gettext_noop("not declared"),
        gettext_noop("nobody was asked"),
        gettext_noop("not estimated"),
        gettext_noop("nothing is decided yet"),
        gettext_noop("no pay period with this work is closed yet"),
        gettext_noop("own staff: paid by their employer, not through this platform"),
        gettext_noop("nobody is counted where somebody is simulated"),
        gettext_noop("not disclosed"),
        gettext_noop("too few people joined or left since the last card"),
        gettext_noop("too few people were paid to show it"),
        gettext_noop("too few appeals were answered"),
        gettext_noop("nobody was given a known answer"),
        gettext_noop("nobody was asked to countersign"),
        gettext_noop("too few people countersigned"),
        gettext_noop("no statement of this work names a floor"),
        gettext_noop("too few people of one status, or not asked"),
        gettext_noop("yes"),
        gettext_noop("no"),
        gettext_noop("own staff"),
        gettext_noop("by invitation"),
        gettext_noop("law"),
        gettext_noop("law, or higher by the operator's choice"),
        gettext_noop("statements of closed pay periods"),
        gettext_noop("statements of closed pay periods; later work is not in these figures yet"),
        gettext_noop("pay never below the floor"),
        gettext_noop("time paid whatever is decided of an answer"),
        gettext_noop("only a named human rejects"),
        gettext_noop("appeal to another human"),
        gettext_noop("limits on hard material"),
        gettext_noop("breaks"),
    )
)
EARLIER = {"thousandths of answers": gettext_noop("Answered by humans")}
"""Names of figures on cards that were signed in another unit."""
FEW = re.compile(r"shown from (\d+) people on")
PARTS: Mapping[str, Mapping[str, str]] = {
    gettext_noop("The work"): {
        "people": gettext_noop("People"),
        "answers": gettext_noop("Answers"),
        "logged_answers": gettext_noop("Answers in the log"),
        "items": gettext_noop("Items"),
        "answers_per_item": gettext_noop("Answers an item"),
        "active_time": gettext_noop("Active time"),
        "period": gettext_noop("Period"),
        "human_share": gettext_noop("Labels with a human hand"),
        "machines": gettext_noop("Models"),
        "instructions": gettext_noop("Versions of the instructions"),
    },
    gettext_noop("Pay"): {
        "pay_people_p10": gettext_noop("An hour, lowest tenth of people"),
        "pay_people_p50": gettext_noop("An hour, median of people"),
        "pay_people_p90": gettext_noop("An hour, highest tenth of people"),
        "pay_hours_p10": gettext_noop("An hour, lowest tenth of hours"),
        "pay_hours_p50": gettext_noop("An hour, median of hours"),
        "pay_hours_p90": gettext_noop("An hour, highest tenth of hours"),
        "pay_basis": gettext_noop("Counted from"),
        "currency": gettext_noop("Currency"),
        "floor": gettext_noop("Floor an hour"),
        "floor_basis": gettext_noop("The floor rests on"),
        "under_floor_before": gettext_noop("Under the floor before the top-up"),
        "under_floor_after": gettext_noop("Under the floor after it"),
        "floor_respected": gettext_noop("Floor respected"),
        "top_ups": gettext_noop("People topped up"),
        "top_ups_sum": gettext_noop("Sum of top-ups"),
        "contributions": gettext_noop("Social contributions"),
        "chain": gettext_noop("Who is paid between, for one answer"),
    },
    gettext_noop("The people"): {
        "places": gettext_noop("Countries, as they said"),
        "languages": gettext_noop("Languages"),
        "workforce": gettext_noop("As what they work"),
        "recruitment": gettext_noop("How they came"),
        "confirmed_people": gettext_noop("People who countersigned their pay"),
        "confirmed_hours": gettext_noop("Time countersigned, at least"),
    },
    gettext_noop("Protection"): {
        "rejections": gettext_noop("Answers rejected"),
        "appeals": gettext_noop("Appeals"),
        "appeals_upheld": gettext_noop("Appeals won"),
        "appeal_days_p50": gettext_noop("Days to an answer, median"),
        "exposure": gettext_noop("Hours by how hard to look at"),
        "protections": gettext_noop("What protects people here"),
    },
    gettext_noop("Quality"): {
        "agreement": gettext_noop("Agreement (Krippendorff’s alpha)"),
        "gold_accuracy": gettext_noop("Right on known answers"),
        "platform": gettext_noop("Platform"),
    },
}
HEADLINE = ("people", "pay_people_p50", "floor_respected", "answers")
QUARTER = 4
PAY_SHOWN = ("pay_people_p10", "pay_people_p50", "pay_people_p90")
PAY_ROOM = 1.1  # how much longer the line is than what it shows

type Value = Any


@dataclass(frozen=True)
class CardFigureText:
    """One figure in words: its name, value, grade, or why it is unknown."""

    name: str
    value: str
    grade: str
    is_known: bool = False
    is_simulated: bool = False


@dataclass(frozen=True)
class PayMark:
    """Pay an hour as a picture shows it: shares of its width, and the figures in words.

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
        by: who curates it.
        day: when it was signed.
        number: which version it is.
        headline: the figures that are asked for first.
        pay: a picture of pay an hour; None where its median is unknown.
        never: what nobody can prove.
        parts: every figure, by subject.
        fmti: the three answers of the transparency index's indicator.
        files: path and hash of each file.
        sha256: of the card itself.
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


def card_in_words(card: Card) -> CardInWords:
    """Say a card in words."""
    about: dict[str, Any] = json.loads(card.content)["credentialSubject"]
    figures: dict[str, dict[str, Any]] = about["figures"]
    currency = str(figures["currency"].get("value", ""))
    rows = {
        name: _row(
            _(EARLIER.get(figures[name].get("unit", ""), label)), name, figures[name], currency
        )
        for part in PARTS.values()
        for name, label in part.items()
    }
    for name, of in (("confirmed_people", "people"), ("confirmed_hours", "active_time")):
        if rows[name].is_known and rows[of].is_known:
            parts = {"part": rows[name].value, "whole": rows[of].value}
            rows[name] = replace(rows[name], value=_("%(part)s of %(whole)s") % parts)
    return CardInWords(
        title=card.project.title,
        by=card.project.organisation.name,
        day=calendar_day(card.made_ms),
        number=card.number,
        is_simulated=card.is_simulated,
        headline=[rows[name] for name in HEADLINE],
        pay=_pay_mark(figures, rows),
        never=[_said(one) for one in about["neverProved"]],
        parts=[(_(name), _joined([rows[one] for one in part])) for name, part in PARTS.items()],
        fmti=_fmti(figures, rows),
        files=[(one["path"], one["sha256"]) for one in about["files"]],
        sha256=card.sha256,
    )


def _pay_mark(
    figures: Mapping[str, Mapping[str, Any]], rows: Mapping[str, CardFigureText]
) -> PayMark | None:
    """Place pay an hour and its floor on a line that begins at nothing."""
    found = {name: figures[name].get("value") for name in PAY_SHOWN}
    floor = figures["floor"].get("value")
    found["floor"] = floor["to"] if isinstance(floor, dict) else floor  # of one day, or of several
    median = found["pay_people_p50"]
    if median is None:
        return None
    most = max(value for value in found.values() if value is not None) or 1
    low, mid, high, least = (
        None if value is None else value / most / PAY_ROOM for value in found.values()
    )
    said = [rows[name] for name in (*PAY_SHOWN, "floor") if rows[name].is_known]
    told = ", ".join(_("%(name)s: %(value)s") % {"name": r.name, "value": r.value} for r in said)
    return PayMark(mid or 0.0, low, high, least, told)


def _joined(rows: Sequence[CardFigureText]) -> list[CardFigureText]:
    """Say once why several figures of a part are unknown, below those that are known."""
    names: dict[str, list[str]] = {}
    for row in rows:
        if not row.is_known:
            names.setdefault(row.value, []).append(row.name)
    unknown = [CardFigureText(" · ".join(named), why, "") for why, named in names.items()]
    return [*(row for row in rows if row.is_known), *unknown]


def _fmti(
    figures: Mapping[str, Mapping[str, Any]], rows: Mapping[str, CardFigureText]
) -> list[tuple[str, str]]:
    """Answer the Foundation Model Transparency Index's "data laborer practices", word for word."""
    places = figures["places"].get("value") or {}
    everybody = sum(places.values())
    many = [place for place, count in places.items() if count * QUARTER >= everybody]
    where = ", ".join(many) if everybody else rows["places"].value
    names = ("pay_people_p50", "pay_people_p10", "floor", "floor_respected")
    known = [rows[name] for name in names if rows[name].is_known]
    told = [_("%(name)s: %(value)s") % {"name": one.name, "value": one.value} for one in known]
    return [
        (_("How are laborers compensated?"), ". ".join(told) or rows[names[0]].value),
        (_("Where are they located? Countries with a quarter of the people or more"), where),
        (_("What labor protections do they have?"), rows["protections"].value),
    ]


def _row(label: str, name: str, figure: Mapping[str, Any], currency: str) -> CardFigureText:
    if "unknown" in figure:
        return CardFigureText(label, _said(str(figure["unknown"])), "")
    value = _value(name, figure["value"], str(figure["unit"]), currency)
    grade = _(GRADES[figure["grade"]])
    is_simulated = bool(figure.get("simulated"))
    return CardFigureText(label, value, grade, is_known=True, is_simulated=is_simulated)


def _value(name: str, value: Value, unit: str, currency: str) -> str:
    if isinstance(value, int):
        return _number(value, unit, currency)
    write = WRITTEN.get(name)
    if write is not None:
        return write(value, currency)
    if isinstance(value, dict):
        return ", ".join(f"{place} {format_count(count)}" for place, count in value.items())
    if isinstance(value, list):
        none = pgettext("models", "none") if name == "machines" else _("none")
        return ", ".join(map(_said, value)) or none
    return _said(str(value))


def _said(text: str) -> str:
    """Say one of the card's own sentences in the page's language; others stay as they are."""
    few = FEW.fullmatch(text)
    if few:
        return _("shown from %(count)s people on") % {"count": few[1]}
    return (_(text) if text in TOLD else text).replace("'", "’")


def _number(value: int, unit: str, currency: str) -> str:
    if unit.startswith("micro"):
        return money(value, currency)
    if unit == "ms":
        return duration(value)
    if unit == "thousandths":
        return decimal_of(value / 1000)
    return share(value / 1000) if unit.startswith("thousandths") else format_count(value)


def _party(one: Mapping[str, Any]) -> str:
    """Name who is paid: the people who answered have no name."""
    if one["role"] == "worker":
        return _("whoever answers")
    return _said(str(one["name"]))


def _floors(value: Value, currency: str) -> str:
    return " – ".join(money(value[end], currency) for end in ("from", "to"))


def _period(value: Value, _currency: str) -> str:
    return " – ".join(calendar_day(date.fromisoformat(day)) for day in value)


def _contributions(value: Value, currency: str) -> str:
    names = sorted({contribution_word(one["name"]) for one in value["names"]})
    added = _("%(money)s on top of pay") % {"money": money(value["on_top_micro"], currency)}
    return ", ".join([*names, added])


def _chain(value: Value, currency: str) -> str:
    paid = [f"{_party(one)} {price(one['share_micro'], currency)}" for one in value["parties"]]
    return " → ".join([value["client"], *paid])


def _exposure(value: Value, _currency: str) -> str:
    told = (
        _("severity %(level)s: %(hours)s h") % {"level": level, "hours": format_count(hours)}
        for level, hours in value.items()
    )
    return ", ".join(told) or _("none")


def _workforce(value: Value, _currency: str) -> str:
    said = value.split(", ")
    return ", ".join(status_word(one) if one in STATUSES else _said(one) for one in said)


WRITTEN: Mapping[str, Callable[[Value, str], str]] = {
    "floor": _floors,
    "period": _period,
    "instructions": lambda value, _currency: format_count(len(value)),
    "contributions": _contributions,
    "chain": _chain,
    "exposure": _exposure,
    "workforce": _workforce,
}


def pdf_of_card(card: CardInWords, made_s: int) -> bytes:
    """Print a labour card on one sheet.

    Args:
        card: in words, in the page's language.
        made_s: when it was signed, in seconds since 1970 UTC.
    """
    told = {"by": card.by, "n": card.number, "day": card.day}
    words = {
        "signed": _("Labour card %(n)s, signed on %(day)s by %(by)s.") % told,
        "simulated": _("simulated"),
        "unknown": _("unknown:"),
        "show": _("Simulated: nobody of this exists, every figure is of a show."),
        "never": _("What it cannot prove"),
        "short": _("In short"),
        "fmti": _("Data laborer practices"),
        "grades": " ".join(
            (
                _("Proven: hashes and signatures show it."),
                _("Recomputed: anyone finds it again in the anonymous rows, if those are honest."),
                _("Confirmed: people countersigned it with their own key."),
                _("Attested: somebody else signed it."),
                _("Asserted: the operator says so."),
            )
        ),
        "check": _("Check the dataset’s folder with canut verify; this sheet proves nothing."),
    }
    language = two_sided()
    return print_pdf(CARD, {"card": asdict(card), "words": words, "language": language}, made_s)
