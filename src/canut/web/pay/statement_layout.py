"""Lay out a pay statement in words, the same for its page and for its PDF.

Figures come from the statement as they stand; nothing is added up or decided here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from babel.dates import format_date
from django.utils.translation import gettext as _

from canut.web.kit.formatting import duration, format_count, locale, money, price
from canut.web.kit.languages import two_sided
from canut.web.kit.pdf import print_pdf
from canut.web.pay.place_wording import in_words, parameter_name
from canut.web.pay.wording import (
    adjustment_word,
    bound_word,
    confidence_word,
    contribution_word,
    decision_word,
    place_word,
    status_word,
    surface_word,
)

STATEMENT = Path(__file__).with_name("statement.typ")

LEFT, RIGHT, WIDE = "l", "r", "w"  # wide: left, and left out on a phone
HUNDRED = 100


@dataclass(frozen=True)
class StatementTable:
    """One table of a statement: columns with their side, rows, the row of sums, a sentence."""

    name: str
    head: Sequence[tuple[str, str]]
    rows: Sequence[Sequence[str]]
    total: Sequence[str] = ()
    note: str = ""


@dataclass(frozen=True)
class Paper:
    """A statement in words: what it is, facts at its head, tables, and what it leaves out."""

    title: str
    name: str
    facts: Sequence[tuple[str, str]]
    net: str
    tables: Sequence[StatementTable]
    left_out: Sequence[str]
    fingerprint: str
    language: str
    is_simulated: bool = False
    words: Mapping[str, str] = field(default_factory=dict[str, str])


def day_word(iso: str) -> str:
    """Write a day with its year: ``30 avril 2026``."""
    pattern = "d MMMM y" if locale() == "fr_CA" else "MMMM d, y"
    return format_date(date.fromisoformat(iso), format=pattern, locale=locale())


def percent_word(rate: str) -> str:
    """Write a rate as a percentage with every decimal it has."""
    text = f"{(Decimal(rate) * HUNDRED).normalize():f}"
    if locale() == "fr_CA":
        return text.replace(".", ",") + "\u00a0%"
    return f"{text}%"


def paper_of(content: Mapping[str, Any], sha256: str) -> Paper:
    """Lay out a statement in the page's language."""
    given, pay = content["given"], content["pay"]
    currency = given["currency"]
    period = given["period"]
    dates = {"first": day_word(period["first_day"]), "last": day_word(period["last_day"])}
    facts = [
        (_("Period"), _("%(first)s to %(last)s") % dates),
        (_("Day of payment"), day_word(period["pay_day"])),
        (_("Place of work"), place_word(given["place"])),
        (_("Status"), status_word(given["status"])),
        (_("Your time"), duration(pay["time_ms"])),
    ]
    language = two_sided()
    return Paper(
        title=_("Pay statement"),
        name=given["person"]["name"],
        facts=facts,
        net=money(pay["net_micro"], currency),
        tables=[
            *(table for one in _projects(content) for table in one),
            _sum(content),
            *_employer(content),
            *_unheard(given),
            _year(content),
            _parameters(content),
        ],
        left_out=[one[language] for one in content["not_computed"]],
        fingerprint=sha256,
        language=language,
        is_simulated=given["person"]["is_simulated"],
        words={
            "net": _("Paid to you"),
            "left_out": _("Not computed here"),
            "left_out_note": _("The law may ask it of you or of whoever pays."),
            "fingerprint": _("Fingerprint"),
            "check": _("With the file beside it, anyone can count this statement again."),
            "simulated": _("simulated: nobody was paid"),
            "nothing": _("Nothing."),
        },
    )


def _projects(content: Mapping[str, Any]) -> Iterator[list[StatementTable]]:
    given = content["given"]
    for project, facts in zip(content["projects"], given["projects"], strict=True):
        title = _("Canut’s own pages") if project["is_platform"] else project["title"]
        tables = [_work(title, project, facts, given["currency"])]
        if project["days"]:
            tables.append(_days(title, project, facts, given["currency"]))
        yield tables


def _work(
    title: str, project: Mapping[str, Any], facts: Mapping[str, Any], currency: str
) -> StatementTable:
    """Say what the work of one project brought, and how much the top-up adds."""
    rows = [
        [surface_word(name), duration(ms), ""] for name, ms in sorted(project["surfaces"].items())
    ]
    priced = [(_("%(count)s answers at %(price)s"), one) for one in facts["pieces"]]
    priced += [(_("%(count)s reviews at %(price)s"), one) for one in facts.get("reviews", ())]
    rows += [
        [
            said % {"count": format_count(one["count"]), "price": price(one["micro"], currency)},
            "",
            price(one["count"] * one["micro"], currency),
        ]
        for said, one in priced
    ]
    if project["by_hour_micro"]:
        rows.append(_hours(project, facts, currency))
    rows += [
        [
            adjustment_word(one["micro"]) % {"reason": one["reason"], "day": day_word(one["day"])},
            "",
            price(one["micro"], currency),
        ]
        for one in facts["adjustments"]
    ]
    due = {"due": price(project["due_micro"], currency)}
    rows.append(
        [_("Top-up: the floor asks %(due)s") % due, "", money(project["top_up_micro"], currency)]
    )
    if facts["held_ms"]:
        rows.append([_("Waits for a human to look at it"), duration(facts["held_ms"]), ""])
    per_hour = project["per_hour_micro"]
    return StatementTable(
        title,
        [(_("What"), LEFT), (_("Time"), RIGHT), (_("Amount"), RIGHT)],
        rows,
        [_("Earned"), duration(project["time_ms"]), price(project["earned_micro"], currency)],
        "" if per_hour is None else _("%(money)s an hour") % {"money": money(per_hour, currency)},
    )


def _hours(project: Mapping[str, Any], facts: Mapping[str, Any], currency: str) -> list[str]:
    """Say what measured time was paid by the hour, and at which price."""
    what = _("Hours, at each day’s price")
    if not facts.get("hourly_of_day"):
        what = _("Hours, at %(price)s") % {"price": price(facts["hourly_micro"], currency)}
    return [what, duration(project["time_ms"]), price(project["by_hour_micro"], currency)]


def _days(
    title: str, project: Mapping[str, Any], facts: Mapping[str, Any], currency: str
) -> StatementTable:
    """Say of each day what an hour was paid, which floor it had, and what set it."""
    is_by_hour, others = bool(project["by_hour_micro"]), facts.get("hourly_of_day", {})
    hour = {
        day["day"]: price(others.get(day["day"], facts["hourly_micro"]), currency)
        for day in project["days"]
        if is_by_hour
    }
    return StatementTable(
        _("%(title)s: each day’s floor") % {"title": title},
        [
            (_("Day"), LEFT),
            (_("Time"), RIGHT),
            *([(_("Paid an hour"), RIGHT)] if is_by_hour else []),
            (_("Floor an hour"), RIGHT),
            (_("Set by"), WIDE),
            (_("Due"), RIGHT),
        ],
        [
            [
                day_word(day["day"]),
                duration(day["time_ms"]),
                *([hour[day["day"]]] if is_by_hour else []),
                price(day["floor_micro"], currency),
                bound_word(day["bound"]),
                price(day["due_micro"], currency),
            ]
            for day in project["days"]
        ],
        [
            _("Due at the floor"),
            *[""] * (4 if is_by_hour else 3),
            price(project["due_micro"], currency),
        ],
    )


def _sum(content: Mapping[str, Any]) -> StatementTable:
    """Go from wages to net pay, line by line."""
    pay, currency = content["pay"], content["given"]["currency"]
    rows = [[_("Wages, up to the whole cent"), "", "", money(pay["wages_micro"], currency)]]
    rows += [
        [
            _("Holiday of %(day)s") % {"day": day_word(one["day"])},
            money(one["base_micro"], currency),
            percent_word(one["rate"]),
            money(one["micro"], currency),
        ]
        for one in pay["holidays"]
    ]
    if pay["vacation"]:
        rows.append(
            [
                _("Vacation"),
                money(pay["wages_micro"] + pay["holiday_micro"], currency),
                percent_word(pay["vacation"]["rate"]),
                money(pay["vacation_micro"], currency),
            ]
        )
    rows.append([_("Gross pay"), "", "", money(pay["gross_micro"], currency)])
    rows += [
        _contribution(one, currency, sign=-1)
        for one in pay["contributions"]
        if one["payer"] == "employee"
    ]
    return StatementTable(
        _("Your pay"),
        [(_("Line"), LEFT), (_("On"), RIGHT), (_("Rate"), RIGHT), (_("Amount"), RIGHT)],
        rows,
        [_("Net pay"), "", "", money(pay["net_micro"], currency)],
    )


def _employer(content: Mapping[str, Any]) -> list[StatementTable]:
    """Say what is paid beside the pay, or what a self-employed person may put aside."""
    currency = content["given"]["currency"]
    head = [(_("Line"), LEFT), (_("On"), RIGHT), (_("Rate"), RIGHT), (_("Amount"), RIGHT)]
    found: list[StatementTable] = []
    names = {
        "employer": (_("Paid by your employer besides"), ""),
        "self_employed": (
            _("To put aside"),
            _("You pay these with your yearly return; nothing was taken off."),
        ),
    }
    for payer, (name, note) in names.items():
        lines = [one for one in content["pay"]["contributions"] if one["payer"] == payer]
        if lines:
            rows = [_contribution(one, currency) for one in lines]
            found.append(StatementTable(name, head, rows, note=note))
    return found


def _contribution(one: Mapping[str, Any], currency: str, sign: int = 1) -> list[str]:
    return [
        contribution_word(one["name"]),
        money(one["base_micro"], currency),
        percent_word(one["rate"]),
        money(sign * one["micro"], currency),
    ]


def _unheard(given: Mapping[str, Any]) -> list[StatementTable]:
    """Say which decisions of the period nobody here is independent to hear an appeal on."""
    rows = [
        [
            ", ".join(filter(None, (decision_word(one["kind"]), one["project"]))),
            format_count(one["count"]),
            day_word(one["day"]),
        ]
        for one in given.get("unheard", ())
    ]
    if not rows:
        return []
    return [
        StatementTable(
            _("Decisions nobody here could hear an appeal on"),
            [(_("Decision"), LEFT), (_("How many"), RIGHT), (_("The last on"), RIGHT)],
            rows,
            note=_(
                "No such person exists here: nobody is independent of the client and of the"
                " decision. Appeal all the same: unless it is taken back sooner, you win after 14"
                " days."
            ),
        )
    ]


def _year(content: Mapping[str, Any]) -> StatementTable:
    year, currency = content["year"], content["given"]["currency"]
    rows = [
        [_("Gross pay"), money(year["gross_micro"], currency)],
        [_("of which vacation"), money(year["vacation_micro"], currency)],
    ]
    rows += [
        [contribution_word(key.partition("/")[0]), money(micro, currency)]
        for key, micro in sorted(year["contributed"].items())
        if key.endswith("/employee")
    ]
    return StatementTable(
        _("Since January %(year)s") % {"year": year["year"]},
        [(_("Sum"), LEFT), (_("Amount"), RIGHT)],
        rows,
        [_("Net pay"), money(year["net_micro"], currency)],
    )


def _parameters(content: Mapping[str, Any]) -> StatementTable:
    """Name each figure of law with its day, source, and how surely it is known."""
    return StatementTable(
        _("Figures of law this rests on"),
        [
            (_("Figure"), LEFT),
            (_("Value"), RIGHT),
            (_("Since"), WIDE),
            (_("Source"), WIDE),
            (_("How sure"), LEFT),
        ],
        [
            [
                f"{parameter_name(one['parameter'])} ({one['place']})",
                in_words(Decimal(one["value"]), one["unit"]),
                day_word(one["from"]),
                one["title"],
                confidence_word(one["confidence"]),
            ]
            for one in content["parameters"]
        ],
        note=_("Kept with the statement, so that it can be counted again years later."),
    )


def pdf_of(paper: Paper, made_s: int) -> bytes:
    """Print a statement.

    Args:
        paper: in words, in one language.
        made_s: when its period was closed, in seconds since 1970 UTC; nothing else knows a time.
    """
    return print_pdf(STATEMENT, asdict(paper), made_s)
