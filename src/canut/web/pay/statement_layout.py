"""Lay out a pay statement as tables of text, the same for its page and its PDF.

Figures come from the statement as they stand; nothing is added up or decided here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from canut.web.kit.drawing.pdf import print_pdf
from canut.web.kit.formatting import (
    format_count,
    money,
    price,
    whole_time,
)
from canut.web.kit.languages import two_sided
from canut.web.kit.messages import message_now
from canut.web.pay.place_wording import in_words, parameter_name
from canut.web.pay.statement_by_hand import by_hand
from canut.web.pay.statement_words import (
    LEFT,
    RIGHT,
    RIGHT_WIDE,
    WIDE,
    StatementTable,
    day_word,
    employer_facts,
    hour_facts,
    overtime_line,
    percent_word,
    sentence_of,
    vacation_lines,
    vacation_note,
)
from canut.web.pay.wording import (
    adjustment_word,
    bound_word,
    confidence_word,
    contribution_word,
    decision_word,
    line_title,
    pack_word,
    place_word,
    source_word,
    status_word,
    surface_word,
)

STATEMENT = Path(__file__).with_name("statement.typ")


@dataclass(frozen=True)
class Fold:
    """Tables of a statement that the page shows when asked, under one name."""

    name: str
    tables: Sequence[StatementTable]


@dataclass(frozen=True)
class Paper:
    """A statement as text: title, one sentence, facts, tables, and what it leaves out.

    ``tables`` stand open on the page, those of ``folds`` folded; on paper all are open.
    """

    title: str
    name: str
    sentence: str
    facts: Sequence[tuple[str, str]]
    net: str
    tables: Sequence[StatementTable]
    folds: Sequence[Fold]
    left_out: Sequence[str]
    fingerprint: str
    language: str
    is_simulated: bool = False
    words: Mapping[str, str] = field(default_factory=dict[str, str])


def paper_of(content: Mapping[str, Any], sha256: str) -> Paper:
    """Lay out a statement in the page's language."""
    inputs, pay = content["given"], content["pay"]
    currency = inputs["currency"]
    period = inputs["period"]
    dates = {"first": day_word(period["first_day"]), "last": day_word(period["last_day"])}
    facts = [
        *employer_facts(inputs),
        (message_now("common.period"), message_now("page.statement_layout.to", **dates)),
        (message_now("common.day_of_payment"), day_word(period["pay_day"])),
        (message_now("common.place_of_work"), place_word(inputs["place"])),
        (message_now("common.status"), status_word(inputs["status"])),
        *hour_facts(content),
        *_exchange(content),
    ]
    language = two_sided()
    return Paper(
        title=message_now("page.statement_layout.pay_statement"),
        name=inputs["person"]["name"],
        sentence=sentence_of(content),
        facts=facts,
        net=money(pay["net_micro"], currency),
        tables=[_sum(content), *_unheard(inputs)],
        folds=list(_folds(content)),
        left_out=[item[language] for item in content["not_computed"]],
        fingerprint=sha256,
        language=language,
        is_simulated=inputs["person"]["is_simulated"],
        words={
            "net": message_now("page.statement_layout.paid_to_you"),
            "left_out": message_now("page.statement_layout.not_computed_here"),
            "left_out_note": message_now("page.statement_layout.the_law_may_ask"),
            "fingerprint": message_now("common.fingerprint"),
            "check": message_now("page.statement_layout.with_the_file_beside"),
            "simulated": message_now("page.statement_layout.simulated_nobody_was_paid"),
            "nothing": message_now("page.statement_layout.nothing"),
        },
    )


def _folds(content: Mapping[str, Any]) -> Iterator[Fold]:
    """Yield what the page folds, in the order a reader asks for it."""
    currency = content["given"]["currency"]
    corrections = [_correction(item, currency) for item in content["pay"].get("corrections", ())]
    folds = [
        (
            "page.statement_layout.time_and_work",
            [table for item in _projects(content) for table in item],
        ),
        ("page.statement_layout.earlier_periods", corrections),
        ("page.statement_layout.count_it_by_hand", by_hand(content)),
        ("page.own_costs.after_own_costs", _own_costs(content)),
        ("page.statement_layout.besides", _employer(content)),
        ("page.statement_layout.this_year", [_year(content)]),
        ("page.statement_layout.figures_of_law", [_parameters(content)]),
    ]
    for name, tables in folds:
        if tables:
            yield Fold(message_now(name), tables)


def _projects(content: Mapping[str, Any]) -> Iterator[list[StatementTable]]:
    inputs = content["given"]
    for project, facts in zip(content["projects"], inputs["projects"], strict=True):
        title = line_title(project)
        tables = [_work(title, project, facts, inputs["currency"])]
        if project["days"]:
            tables.append(_days(title, project, facts, inputs["currency"]))
        yield tables


def _work(
    title: str, project: Mapping[str, Any], facts: Mapping[str, Any], currency: str
) -> StatementTable:
    """Lay out the pay of one project, with its top-up."""
    rows = [
        [surface_word(name), whole_time(ms), ""] for name, ms in sorted(project["surfaces"].items())
    ]
    priced = [("page.statement_layout.answers_at", entry) for entry in facts["pieces"]]
    priced += [("page.statement_layout.reviews_at", entry) for entry in facts.get("reviews", ())]
    rows += [
        [
            message_now(
                message_id,
                count=format_count(entry["count"]),
                price=price(entry["micro"], currency),
            ),
            "",
            price(entry["count"] * entry["micro"], currency),
        ]
        for message_id, entry in priced
    ]
    if project["by_hour_micro"]:
        rows.append(_hours(project, facts, currency))
    rows += [
        [
            adjustment_word(entry, day_word(entry["day"]), currency),
            "",
            price(entry["micro"], currency),
        ]
        for entry in facts["adjustments"]
    ]
    if project.get("cost_micro"):
        text = message_now("page.own_costs.counted_for_the_floor")
        rows.append([text, "", price(-project["cost_micro"], currency)])
    due = {"due": price(project["due_micro"], currency)}
    rows.append(
        [
            message_now("page.statement_layout.top_up_the_floor", **due),
            "",
            money(project["top_up_micro"], currency),
        ]
    )
    if facts["held_ms"]:
        rows.append(
            [
                message_now("page.statement_layout.waits_for_a_human"),
                whole_time(facts["held_ms"]),
                "",
            ]
        )
    per_hour = project["per_hour_micro"]
    return StatementTable(
        title,
        [
            (message_now("common.what"), LEFT),
            (message_now("common.time"), RIGHT),
            (message_now("common.amount"), RIGHT),
        ],
        rows,
        [
            message_now("page.statement_layout.earned"),
            whole_time(project["time_ms"]),
            price(project["earned_micro"], currency),
        ],
        ""
        if per_hour is None
        else message_now("page.statement_layout.an_hour", money=money(per_hour, currency)),
    )


def _hours(project: Mapping[str, Any], facts: Mapping[str, Any], currency: str) -> list[str]:
    """Lay out the measured time that was paid by the hour, with its price."""
    text = message_now("page.statement_layout.hours_at_each_days")
    if not facts.get("hourly_of_day"):
        text = message_now(
            "page.statement_layout.hours_at", price=price(facts["hourly_micro"], currency)
        )
    return [text, whole_time(project["time_ms"]), price(project["by_hour_micro"], currency)]


def _days(
    title: str, project: Mapping[str, Any], facts: Mapping[str, Any], currency: str
) -> StatementTable:
    """Lay out each day: pay per hour, floor, and what set the floor."""
    is_by_hour, others = bool(project["by_hour_micro"]), facts.get("hourly_of_day", {})
    hour = {
        day["day"]: price(others.get(day["day"], facts["hourly_micro"]), currency)
        for day in project["days"]
        if is_by_hour
    }
    return StatementTable(
        message_now("page.statement_layout.each_days_floor", title=title),
        [
            (message_now("common.day"), LEFT),
            (message_now("common.time"), RIGHT),
            *([(message_now("page.statement_layout.paid_an_hour"), RIGHT)] if is_by_hour else []),
            (message_now("common.floor_an_hour"), RIGHT),
            (message_now("page.statement_layout.set_by"), WIDE),
            (message_now("page.statement_layout.due"), RIGHT),
        ],
        [
            [
                day_word(day["day"]),
                whole_time(day["time_ms"]),
                *([hour[day["day"]]] if is_by_hour else []),
                price(day["floor_micro"], currency),
                bound_word(day["bound"]),
                price(day["due_micro"], currency),
            ]
            for day in project["days"]
        ],
        [
            message_now("page.statement_layout.due_at_the_floor"),
            *[""] * (4 if is_by_hour else 3),
            price(project["due_micro"], currency),
        ],
    )


def _correction_title(correction: Mapping[str, Any]) -> str:
    return message_now(
        "page.statement_layout.correction_of",
        first=day_word(correction["first_day"]),
        last=day_word(correction["last_day"]),
    )


def _correction(correction: Mapping[str, Any], currency: str) -> StatementTable:
    """Lay out what a correction adds to an earlier period, and what was paid for it before."""
    rows = [
        [
            line_title(project),
            whole_time(project["time_ms"]),
            money(project["wages_micro"], currency),
        ]
        for project in correction["projects"]
        if project["time_ms"] or project["wages_micro"]
    ]
    lines = {
        "overtime_micro": message_now("page.statement_layout.overtime"),
        "holiday_micro": message_now("page.statement_layout.holidays"),
        "vacation_micro": message_now("page.statement_layout.vacation"),
    }
    rows += [
        [title, "", money(correction[name], currency)]
        for name, title in lines.items()
        if correction.get(name)
    ]
    return StatementTable(
        _correction_title(correction),
        [
            (message_now("common.what"), LEFT),
            (message_now("common.time"), RIGHT),
            (message_now("common.amount"), RIGHT),
        ],
        rows,
        [
            message_now("page.statement_layout.paid_with_this_statement"),
            whole_time(correction["time_ms"]),
            money(correction["micro"], currency),
        ],
        message_now(
            "page.statement_layout.that_period_was_computed_again",
            total=money(correction["total_micro"], currency),
            before=money(correction["paid_before_micro"], currency),
        ),
    )


def _sum(content: Mapping[str, Any]) -> StatementTable:
    """Lay out the lines from wages to net pay."""
    pay, currency = content["pay"], content["given"]["currency"]
    title = "page.statement_layout.wages"
    if pay["rounding_micro"]:
        title = "page.statement_layout.wages_up"
    rows = [
        [message_now(title), whole_time(_own_ms(content)), "", money(pay["wages_micro"], currency)]
    ]
    rows += [overtime_line(week, pay["overtime"], currency) for week in _overtime_weeks(pay)]
    rows += [
        [
            message_now("page.statement_layout.holiday_of", day=day_word(line["day"])),
            money(line["base_micro"], currency),
            percent_word(line["rate"]),
            money(line["micro"], currency),
        ]
        for line in pay["holidays"]
    ]
    rows += vacation_lines(pay, currency)
    rows += [
        [_correction_title(item), "", "", money(item["micro"], currency)]
        for item in pay.get("corrections", ())
    ]
    rows.append([message_now("common.gross_pay"), "", "", money(pay["gross_micro"], currency)])
    rows += [
        _contribution(line, currency, sign=-1)
        for line in pay["contributions"]
        if line["payer"] == "employee"
    ]
    return StatementTable(
        message_now("page.statement_layout.your_pay"),
        [
            (message_now("page.statement_layout.line"), LEFT),
            (message_now("page.statement_layout.on"), RIGHT_WIDE),
            (message_now("page.statement_layout.rate"), RIGHT_WIDE),
            (message_now("common.amount"), RIGHT),
        ],
        rows,
        [message_now("common.net_pay"), "", "", money(pay["net_micro"], currency)],
        vacation_note(pay, currency),
    )


def _own_costs(content: Mapping[str, Any]) -> list[StatementTable]:
    """Lay out what the pay comes to an hour after the person's own costs."""
    costs, result = content["given"].get("own_costs"), content["pay"].get("own_costs")
    if not costs or not result:
        return []
    currency = content["given"]["currency"]
    stated = message_now("page.own_costs.assumed_for_the_place")
    if costs["is_own_word"]:
        stated = message_now("page.own_costs.stated_on", day=day_word(costs["on"]))
    rows = [
        [stated, money(costs["hourly_micro"], currency)],
        [
            message_now("page.own_costs.covered_an_hour"),
            money(costs["covered_micro"], currency),
        ],
        [message_now("common.floor_an_hour"), money(result["floor_hourly_micro"], currency)],
    ]
    note = message_now("page.own_costs.not_under_the_floor")
    if result["lacking_micro"]:
        lacking = money(result["lacking_micro"], currency)
        note = message_now("page.own_costs.under_the_floor", lacking=lacking)
    return [
        StatementTable(
            message_now("page.own_costs.after_own_costs"),
            [
                (message_now("common.what"), LEFT),
                (message_now("page.own_costs.an_hour"), RIGHT),
            ],
            rows,
            [
                message_now("page.own_costs.pay_after_costs"),
                money(result["after_hourly_micro"], currency),
            ],
            note,
        )
    ]


def _own_ms(content: Mapping[str, Any]) -> int:
    return sum(project["time_ms"] for project in content["projects"])


def _overtime_weeks(pay: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    weeks: Sequence[Mapping[str, Any]] = (pay.get("overtime") or {}).get("weeks", ())
    return weeks


def _employer(content: Mapping[str, Any]) -> list[StatementTable]:
    """Lay out what the employer pays on top, or what a self-employed person must save."""
    currency = content["given"]["currency"]
    head = [
        (message_now("page.statement_layout.line"), LEFT),
        (message_now("page.statement_layout.on"), RIGHT_WIDE),
        (message_now("page.statement_layout.rate"), RIGHT_WIDE),
        (message_now("common.amount"), RIGHT),
    ]
    tables: list[StatementTable] = []
    names = {
        "employer": (message_now("page.statement_layout.paid_by_your_employer"), ""),
        "self_employed": (
            message_now("page.statement_layout.to_put_aside"),
            message_now("page.statement_layout.you_pay_these"),
        ),
    }
    for payer, (name, note) in names.items():
        lines = [line for line in content["pay"]["contributions"] if line["payer"] == payer]
        if lines:
            rows = [_contribution(line, currency) for line in lines]
            tables.append(StatementTable(name, head, rows, note=note))
    return tables


def _contribution(line: Mapping[str, Any], currency: str, sign: int = 1) -> list[str]:
    """Lay out one contribution, with the part of the pay that is exempt."""
    name = contribution_word(line["name"])
    if line.get("exempt_micro"):
        exempt = money(line["exempt_micro"], currency)
        name = message_now("page.statement_layout.beyond", name=name, exempt=exempt)
    return [
        name,
        money(line["base_micro"], currency),
        percent_word(line["rate"]),
        money(sign * line["micro"], currency),
    ]


def _unheard(inputs: Mapping[str, Any]) -> list[StatementTable]:
    """Lay out the decisions that nobody independent can hear an appeal on."""
    rows = [
        [
            ", ".join(filter(None, (decision_word(decision["kind"]), decision["project"]))),
            format_count(decision["count"]),
            day_word(decision["day"]),
        ]
        for decision in inputs.get("unheard", ())
    ]
    if not rows:
        return []
    return [
        StatementTable(
            message_now("page.statement_layout.decisions_nobody_here_could"),
            [
                (message_now("common.decision"), LEFT),
                (message_now("common.how_many"), RIGHT),
                (message_now("page.statement_layout.the_last_on"), RIGHT),
            ],
            rows,
            note=message_now("page.statement_layout.no_such_person_exists"),
        )
    ]


def _year(content: Mapping[str, Any]) -> StatementTable:
    year, currency = content["year"], content["given"]["currency"]
    opening = content["given"]["before"].get("opening_micro")
    rows = [
        [message_now("common.gross_pay"), money(year["gross_micro"], currency)],
        *(
            [[message_now("page.year_end.before_canut"), money(opening, currency)]]
            if opening
            else []
        ),
        [
            message_now("page.statement_layout.of_which_vacation"),
            money(year["vacation_micro"], currency),
        ],
    ]
    rows += [
        [contribution_word(key.partition("/")[0]), money(micro, currency)]
        for key, micro in sorted(year["contributed"].items())
        if key.endswith("/employee")
    ]
    return StatementTable(
        message_now("page.statement_layout.since_january", year=str(year["year"])),
        [(message_now("common.sum"), LEFT), (message_now("common.amount"), RIGHT)],
        rows,
        [message_now("common.net_pay"), money(year["net_micro"], currency)],
    )


def _exchange(content: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Name each exchange rate that a floor of the statement needed, with its day and source."""
    inputs = content["given"]
    floor = inputs["operator_floor"]
    used = {parameter["unit"].partition("/")[0] for parameter in content["parameters"]}
    used |= {floor["currency"]} if floor else set()
    for code, exchange in sorted(inputs["exchange"].items()):
        if code in used - {inputs["currency"]}:
            yield (
                message_now("page.statement_layout.exchange_rate"),
                message_now(
                    "page.statement_layout.exchange_of",
                    code=code,
                    rate=exchange["rate"],
                    quote=inputs["currency"],
                    day=day_word(exchange["on"]),
                    source=exchange["source"],
                ),
            )


def _parameters(content: Mapping[str, Any]) -> StatementTable:
    """Lay out each legal parameter with its date, source and confidence."""
    return StatementTable(
        message_now("page.statement_layout.figures_of_law"),
        [
            (message_now("common.figure"), LEFT),
            (message_now("common.value"), RIGHT),
            (message_now("common.since"), WIDE),
            (message_now("common.source"), WIDE),
            (message_now("page.statement_layout.values_of"), LEFT),
            (message_now("page.statement_layout.how_sure"), LEFT),
        ],
        [
            [
                parameter_name(parameter["parameter"]),
                in_words(Decimal(parameter["value"]), parameter["unit"]),
                day_word(parameter["from"]),
                source_word(parameter),
                pack_word(parameter),
                confidence_word(parameter["confidence"]),
            ]
            for parameter in content["parameters"]
        ],
        note=message_now("page.statement_layout.kept_with_the_statement"),
    )


def pdf_of(paper: Paper, made_s: int) -> bytes:
    """Print a statement as PDF.

    Args:
        paper: in words, in one language.
        made_s: when its period was closed, in seconds since 1970 UTC; nothing else knows a time.
    """
    return print_pdf(STATEMENT, asdict(paper), made_s)
