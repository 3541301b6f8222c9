"""Word the parts of a pay statement that its tables and its steps share, and its first sentence.

Figures come from the statement as they stand; nothing is decided here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from babel.dates import format_date

from canut.web.kit.formatting import locale, money, price, whole_time, with_first
from canut.web.kit.messages import message_now

LEFT, RIGHT, WIDE = "l", "r", "w"  # wide: left, and left out on a phone
RIGHT_WIDE = "rw"
HUNDRED = 100
EMPLOYEE = "employee"
VACATION = {
    "end": "page.statement_layout.vacation_end",
    "due": "page.statement_layout.vacation_due",
    "leave": "page.statement_layout.vacation_leave",
}
WITHOUT_TIME = "page.statement_layout.sentence_without_time"
WITHOUT_WORK = "page.statement_layout.sentence_without_work"


@dataclass(frozen=True)
class StatementTable:
    """One table of a statement: columns with alignment, rows, totals, note."""

    name: str
    head: Sequence[tuple[str, str]]
    rows: Sequence[Sequence[str]]
    total: Sequence[str] = ()
    note: str = ""


def day_word(iso: str) -> str:
    """Format a date with its year: ``30 avril 2026``, ``1er mai 2026``."""
    pattern = "d MMMM y" if locale() == "fr_CA" else "MMMM d, y"
    return with_first(format_date(date.fromisoformat(iso), format=pattern, locale=locale()))


def percent_word(rate: str) -> str:
    """Format a rate as a percentage with all its decimals."""
    text = f"{(Decimal(rate) * HUNDRED).normalize():f}"
    if locale() == "fr_CA":
        return text.replace(".", ",") + "\u00a0%"
    return f"{text}%"


def floors_of(content: Mapping[str, Any]) -> list[str]:
    """List the floors of an hour in a statement, each once, the lowest first."""
    days = (day for project in content["projects"] for day in project["days"])
    currency = content["given"]["currency"]
    return [price(micro, currency) for micro in sorted({day["floor_micro"] for day in days})]


def sentence_of(content: Mapping[str, Any]) -> str:
    """Tell in one sentence how the pay of a statement came about."""
    projects, pay = content["projects"], content["pay"]
    currency, floors = content["given"]["currency"], floors_of(content)
    if not floors:
        is_worked = any(project["earned_micro"] for project in projects)
        return message_now(WITHOUT_TIME if is_worked else WITHOUT_WORK)
    is_by_answer = not any(
        project["by_hour_micro"] or project.get("reviews", 0) for project in projects
    )
    top_up_micro = sum(project["top_up_micro"] for project in projects)
    facts = {
        "time": whole_time(sum(project["time_ms"] for project in projects)),
        "due": money(sum(project["due_micro"] for project in projects), currency),
        "brought": money(sum(map(_brought, projects)), currency),
        "top_up": money(top_up_micro, currency),
        "work": "answers" if is_by_answer else "work",
        "floor": floors[0],
        "floors": "one" if len(floors) == 1 else "some",
        "projects": "some" if len(projects) > 1 and top_up_micro else "one",
        "added": "some" if top_up_micro else "none",
    }
    sentence = message_now("page.statement_layout.sentence", **facts)
    overtime = pay.get("overtime") or {}
    if not overtime.get("micro"):
        return sentence
    more = message_now(
        "page.statement_layout.sentence_overtime", premium=money(overtime["micro"], currency)
    )
    return f"{sentence} {more}"


def _brought(project: Mapping[str, Any]) -> int:
    """Return what a project's answers, reviews and hours earned before the top-up."""
    return int(project["earned_micro"] - project["top_up_micro"])


def employer_facts(inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Name whoever pays, with their address, and the job, where they were set."""
    employer = inputs.get("employer")
    if employer:
        text = ", ".join(filter(None, (employer["name"], employer["address"])))
        is_employee = inputs["status"] == EMPLOYEE
        title = "page.statement_layout.employer" if is_employee else "page.statement_layout.payer"
        yield message_now(title), text
    if inputs.get("job"):
        yield message_now("page.statement_layout.job"), inputs["job"]


def hour_facts(content: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Tell the hours, an employee's apart by rate, and the rate of an hour."""
    overtime = content["pay"].get("overtime")
    if overtime:
        percent = percent_word(overtime["times"])
        yield message_now("page.statement_layout.regular"), whole_time(overtime["regular_ms"])
        yield (
            message_now("page.statement_layout.overtime_at", percent=percent),
            whole_time(overtime["overtime_ms"]),
        )
    else:
        yield message_now("common.your_time"), whole_time(content["pay"]["time_ms"])
    floors = floors_of(content)
    if floors:
        yield (
            message_now("page.statement_layout.wage_rate"),
            message_now("page.statement_layout.at_least_an_hour", rates=" / ".join(floors)),
        )


def overtime_line(week: Mapping[str, Any], overtime: Mapping[str, Any], currency: str) -> list[str]:
    """Lay out what the overtime of one week adds to its usual wage."""
    return [
        message_now("page.statement_layout.overtime_week", day=day_word(week["first_day"])),
        whole_time(week["overtime_ms"]),
        message_now(
            "page.statement_layout.more_than_usual",
            percent=percent_word(str(Decimal(overtime["times"]) - 1)),
            usual=money(week["usual_hour_micro"], currency),
        ),
        money(week["micro"], currency),
    ]


def vacation_lines(pay: Mapping[str, Any], currency: str) -> list[list[str]]:
    """Lay out the vacation pay that is part of this pay."""
    line = pay["vacation"]
    if not line:
        return []
    title = message_now("page.statement_layout.vacation")
    if "balance_micro" not in line or line["why"] == "exception":
        base_micro = line.get("base_micro", pay["wages_micro"] + pay["holiday_micro"])
        rate = percent_word(line["rate"])
        return [[title, money(base_micro, currency), rate, money(pay["vacation_micro"], currency)]]
    if not line["paid_micro"]:
        return []
    return [[message_now(VACATION[line["why"]]), "", "", money(line["paid_micro"], currency)]]


def vacation_note(pay: Mapping[str, Any], currency: str) -> str:
    """Tell how much vacation pay was earned and is kept."""
    line = pay["vacation"]
    if not line or "balance_micro" not in line:
        return ""
    return message_now(
        "page.statement_layout.vacation_kept",
        earned=money(line["micro"] + line["corrected_micro"], currency),
        balance=money(line["balance_micro"], currency),
    )
