"""List the steps from a statement's printed figures to its net pay, for a reader with a calculator.

Each step takes figures that the statement prints, and comes to one that it prints. Nothing is
decided here. Statements by the first rules are exact to the micro-unit and have no such steps.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from canut.web.kit.formatting import format_count, money, price
from canut.web.kit.messages import message_now
from canut.web.pay.statement_words import LEFT, RIGHT, StatementTable, day_word, percent_word
from canut.web.pay.wording import contribution_word, line_title

SECOND_MS = 1000
HOUR_S = 3600
TIMES, DIVIDED, MINUS = "\u00d7", "\u00f7", "\u2212"


def by_hand(content: Mapping[str, Any]) -> list[StatementTable]:
    """Return the steps of a statement; none of one by the first rules."""
    if "overtime" not in content["pay"]:
        return []
    head = [
        (message_now("page.statement_by_hand.step"), LEFT),
        (message_now("page.statement_by_hand.calculation"), LEFT),
        (message_now("common.amount"), RIGHT),
    ]
    projects = zip(content["projects"], content["given"]["projects"], strict=True)
    tables = [
        StatementTable(
            line_title(project),
            head,
            list(_project(project, facts, content["given"]["currency"])),
            note=message_now("page.statement_by_hand.up_to_the_cent"),
        )
        for project, facts in projects
    ]
    name = message_now("page.statement_by_hand.from_wages_to_net")
    note = message_now("page.statement_by_hand.to_the_nearest_cent")
    return [*tables, StatementTable(name, head, list(_pay(content)), note=note)]


def _seconds(milliseconds: int) -> str:
    return format_count(milliseconds // SECOND_MS)


def _hourly(milliseconds: int, micro: int, currency: str) -> str:
    """Format a time multiplied by an amount an hour."""
    return (
        f"{_seconds(milliseconds)} s {TIMES} {price(micro, currency)} {DIVIDED}"
        f" {format_count(HOUR_S)}"
    )


def _project(
    project: Mapping[str, Any], facts: Mapping[str, Any], currency: str
) -> Iterator[Sequence[str]]:
    """Yield the steps of one project: each day, the answers, the top-up, the sum."""
    for day in project["days"]:
        yield (
            day_word(day["day"]),
            _hourly(day["time_ms"], day["floor_micro"], currency),
            money(day["due_micro"], currency),
        )
    priced = [*facts["pieces"], *facts.get("reviews", ())]
    work = [
        f"{format_count(item['count'])} {TIMES} {price(item['micro'], currency)}" for item in priced
    ]
    work += [price(item["micro"], currency) for item in facts["adjustments"]]
    brought_micro = project["earned_micro"] - project["top_up_micro"]
    if work:
        answers_micro = brought_micro - project["by_hour_micro"]
        yield (
            message_now("page.statement_by_hand.answers"),
            " + ".join(work),
            money(answers_micro, currency),
        )
    if project["by_hour_micro"]:
        yield from _paid_hours(project, facts, currency)
    before_top_up, top_up = money(brought_micro, currency), money(project["top_up_micro"], currency)
    missing = f"{money(project['due_micro'], currency)} {MINUS} {before_top_up}"
    costs_micro = brought_micro - project["paid_micro"]
    if costs_micro:
        missing = f"{missing} + {money(costs_micro, currency)}"
    yield message_now("page.statement_by_hand.top_up"), missing, top_up
    earned = money(project["earned_micro"], currency)
    yield message_now("page.statement_by_hand.earned"), f"{before_top_up} + {top_up}", earned


def _paid_hours(
    project: Mapping[str, Any], facts: Mapping[str, Any], currency: str
) -> Iterator[Sequence[str]]:
    """Yield the steps of time that is paid by the hour: each day, and their sum."""
    prices = facts.get("hourly_of_day", {})
    for day in project["days"]:
        yield (
            message_now("page.statement_by_hand.hours_of", day=day_word(day["day"])),
            _hourly(day["time_ms"], prices.get(day["day"], facts["hourly_micro"]), currency),
            money(day["by_hour_micro"], currency),
        )
    yield (
        message_now("page.statement_by_hand.hours"),
        " + ".join(money(day["by_hour_micro"], currency) for day in project["days"]),
        money(project["by_hour_micro"], currency),
    )


def _pay(content: Mapping[str, Any]) -> Iterator[Sequence[str]]:
    """Yield the steps from wages to net pay, and to the vacation pay that is kept."""
    pay, currency = content["pay"], content["given"]["currency"]
    for week in (pay["overtime"] or {}).get("weeks", ()):
        yield _usual_hour(week, currency)
        yield _overtime(week, pay["overtime"], currency)
    for line in pay["holidays"]:
        yield (
            message_now("page.statement_layout.holiday_of", day=day_word(line["day"])),
            f"{money(line['base_micro'], currency)} {TIMES} {percent_word(line['rate'])}",
            money(line["micro"], currency),
        )
    vacation = pay["vacation"]
    if vacation:
        yield (
            message_now("page.statement_by_hand.vacation_earned"),
            f"{money(vacation['base_micro'], currency)} {TIMES} {percent_word(vacation['rate'])}",
            money(vacation["micro"], currency),
        )
    parts = ["wages_micro", "holiday_micro", "vacation_micro", "corrected_micro"]
    sums = [pay.get(name, 0) for name in parts]
    sums.insert(1, (pay["overtime"] or {}).get("micro", 0))
    yield (
        message_now("common.gross_pay"),
        " + ".join(money(micro, currency) for micro in sums if micro) or money(0, currency),
        money(pay["gross_micro"], currency),
    )
    withheld = [line for line in pay["contributions"] if line["payer"] == "employee"]
    for line in [*withheld, *_self_employed(pay)]:
        yield from _contribution(line, content)
    deductions = [money(line["micro"], currency) for line in withheld if line["micro"]]
    yield (
        message_now("common.net_pay"),
        f" {MINUS} ".join([money(pay["gross_micro"], currency), *deductions]),
        money(pay["net_micro"], currency),
    )
    if vacation and vacation["why"] != "exception":
        yield _vacation_left(vacation, currency)


def _self_employed(pay: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [line for line in pay["contributions"] if line["payer"] == "self_employed"]


def _usual_hour(week: Mapping[str, Any], currency: str) -> Sequence[str]:
    wages, time = money(week["wages_micro"], currency), _seconds(week["time_ms"])
    return (
        message_now("page.statement_by_hand.usual_hour", day=day_word(week["first_day"])),
        f"{wages} {TIMES} {format_count(HOUR_S)} {DIVIDED} {time} s",
        money(week["usual_hour_micro"], currency),
    )


def _overtime(week: Mapping[str, Any], overtime: Mapping[str, Any], currency: str) -> Sequence[str]:
    more = percent_word(str(Decimal(overtime["times"]) - 1))
    hourly = _hourly(week["overtime_ms"], week["usual_hour_micro"], currency)
    return (
        message_now("page.statement_layout.overtime_week", day=day_word(week["first_day"])),
        f"{hourly} {TIMES} {more}",
        money(week["micro"], currency),
    )


def _contribution(line: Mapping[str, Any], content: Mapping[str, Any]) -> Iterator[Sequence[str]]:
    """Yield the steps of one contribution: its exemption, what it is taken on, its amount."""
    currency = content["given"]["currency"]
    name = contribution_word(line["name"])
    if "exempt_micro" in line:
        yield (
            message_now("page.statement_by_hand.exemption", name=name),
            _exemption(line, content),
            money(line["exempt_micro"], currency),
        )
        gross = money(content["pay"]["gross_micro"], currency)
        yield (
            message_now("page.statement_by_hand.taken_on", name=name),
            f"{gross} {MINUS} {money(line['exempt_micro'], currency)}",
            money(line["base_micro"], currency),
        )
    text = f"{money(line['base_micro'], currency)} {TIMES} {percent_word(line['rate'])}"
    if line["most_micro"] is not None:
        most = money(line["most_micro"], currency)
        text = message_now("page.statement_by_hand.at_most", calculation=text, most=most)
    yield (name, text, money(line["micro"], currency))


def _exemption(line: Mapping[str, Any], content: Mapping[str, Any]) -> str:
    """Format how a yearly exemption is spread over the pays of the year."""
    calendar, currency = content["given"]["period"]["calendar"], content["given"]["currency"]
    exempt = next(
        (
            parameter["value"]
            for parameter in (content["parameters"][number] for number in line["rests_on"])
            if parameter["parameter"].endswith(".exemption")
        ),
        "0",
    )
    yearly = money(int(Decimal(exempt) * 1_000_000), currency)
    if content["given"].get("exempted_micro"):
        return message_now("page.statement_by_hand.rest_of_this_pay", yearly=yearly)
    if calendar["is_last"]:
        return message_now("page.statement_by_hand.rest_of_the_year", yearly=yearly)
    if calendar["pay"]["pays"]:
        pays = format_count(calendar["pay"]["pays"])
        return message_now("page.statement_by_hand.pays_a_year", yearly=yearly, pays=pays)
    return message_now(
        "page.statement_by_hand.days_of_the_year",
        yearly=yearly,
        days=format_count(calendar["pay"]["days"]),
        year=format_count(calendar["year_days"]),
    )


def _vacation_left(vacation: Mapping[str, Any], currency: str) -> Sequence[str]:
    """Return the step to the vacation pay that is kept for the vacation."""
    parts = [vacation["before_micro"], vacation["micro"], vacation["corrected_micro"]]
    text = " + ".join(money(micro, currency) for micro in parts if micro) or money(0, currency)
    if vacation["paid_micro"]:
        text = f"{text} {MINUS} {money(vacation['paid_micro'], currency)}"
    return (
        message_now("page.statement_by_hand.vacation_left"),
        text,
        money(vacation["balance_micro"], currency),
    )
