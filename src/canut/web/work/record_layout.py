"""Lay out a work record as tables of text, for its PDF.

What is long is cut to its last rows, and says so: the zip holds everything. Figures come from the
record as they stand; nothing is decided here.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import NamedTuple

from canut.core.pay.lost_days import LOST_DAYS
from canut.core.pay.statement_input import BONUS, RESALE_SHARE
from canut.core.work.work_record import Cell, Record, Row
from canut.web.decisions.decision_view import act_in_words
from canut.web.kit.drawing.pdf import print_pdf
from canut.web.kit.formatting import (
    calendar_day,
    duration,
    earnings,
    format_count,
    moment,
    price,
)
from canut.web.kit.languages import is_french, language_now
from canut.web.kit.messages import message_for, message_now
from canut.web.pay.statement_words import LEFT, RIGHT, WIDE, StatementTable
from canut.web.pay.wording import place_word, status_word, surface_word

RECORD = Path(__file__).with_name("record.typ")

MOST = 500
ADJUSTMENTS = {
    "given-back": "page.record_layout.given_back",
    BONUS: "page.record_layout.bonus",
    LOST_DAYS: "page.record_layout.lost_days",
    RESALE_SHARE: "page.record_layout.resale_share",
}
"""Why a piece price changed, but for rejections, whose code is that of the list of acts."""
ROLES = {
    "requester": "common.asks_for_labels",
    "worker": "page.record_layout.works",
    "reviewer": "page.record_layout.reviews",
    "operator": "common.runs_this_instance",
    "auditor": "page.record_layout.audits",
    "representative": "page.record_layout.represents_the_workers",
}
OUTCOMES = {
    "upheld": "common.the_decision_stands",
    "overturned": "page.record_layout.won",
    "": "common.waits_for_an_answer",
}
type Write = Callable[[Row], str]


@dataclass(frozen=True)
class RecordPaper:
    """A record as text: owner, summary, tables by subject, and empty subjects."""

    title: str
    name: str
    facts: Sequence[tuple[str, str]]
    note: str
    tables: Sequence[StatementTable]
    empty: str
    language: str


class _Part(NamedTuple):
    """One table of the record: name, and the text of each column."""

    table: str
    name: str
    columns: Sequence[tuple[str, str, Write]]


def with_titles(record: Record) -> Record:
    """Return a record for reading, whose rows name projects by their titles.

    Its files name them by the last part of their address, which stays when a title is changed.
    """
    titles = {row["project"]: row["title"] for row in record.rows("projects")}
    tables = {
        name: [
            {**row, "project": titles.get(row["project"], row["project"])}
            if "project" in row
            else row
            for row in rows
        ]
        for name, rows in record.tables.items()
    }
    return replace(record, tables=tables)


def record_paper(record: Record) -> RecordPaper:
    """Lay out a record in the page's language."""
    record = with_titles(record)
    parts = _parts()
    filled = [item for item in parts if record.rows(item.table)]
    silent = ", ".join(item.name for item in parts if item not in filled)
    facts = [
        (message_now("page.record_layout.kept_by"), record.instance),
        (message_now("page.record_layout.made_on"), moment(record.made_ms)),
        (message_now("common.here_since"), moment(_number(record.person["since_ms"]))),
        (message_now("common.answers"), format_count(len(record.rows("answers")))),
        (message_now("common.elapsed_time"), duration(record.elapsed_ms)),
    ]
    facts += [(message_now("common.pieces"), earnings(*item)) for item in _sums(record)]
    return RecordPaper(
        title=message_now("common.my_whole_record"),
        name=str(record.person["name"]),
        facts=facts,
        note=message_now("page.record_layout.nobody_else_is_named"),
        tables=[_table(item, record.rows(item.table)) for item in filled],
        empty=message_now("page.record_layout.nothing_is_kept_under", names=silent)
        if silent
        else "",
        language=language_now().code,
    )


def _adjustment_reason(row: Row) -> str:
    """Say why a piece price was taken, returned or added: a code in the files of a record."""
    code = str(row["reason"])
    return message_now(ADJUSTMENTS[code]) if code in ADJUSTMENTS else act_in_words(code)


def with_reasons(record: Record) -> Record:
    """Return a record for reading, whose adjustments say why in words."""
    rows = [{**row, "reason": _adjustment_reason(row)} for row in record.rows("adjustments")]
    return replace(record, tables={**record.tables, "adjustments": rows})


def _sums(record: Record) -> list[tuple[int, str]]:
    return [(micro, currency) for currency, micro in record.pay_by_currency().items()]


def _table(section: _Part, rows: Sequence[Row]) -> StatementTable:
    cut = len(rows) > MOST
    more = {"most": format_count(MOST), "all": format_count(len(rows))}
    return StatementTable(
        section.name,
        [(head, side) for head, side, _write in section.columns],
        [[write(row) for _head, _side, write in section.columns] for row in rows[-MOST:]],
        note=message_now("page.record_layout.the_last_of_all", **more) if cut else "",
    )


def _parts() -> list[_Part]:
    project = (message_now("common.project"), LEFT, _text("project"))
    return [
        _Part(
            "roles",
            message_now("page.record_layout.what_i_do_here"),
            [
                (message_now("common.role"), LEFT, _word("role", ROLES)),
                (message_now("page.record_layout.in"), WIDE, _text("of")),
                (message_now("common.since"), LEFT, _moment("since_ms")),
                (message_now("page.record_layout.until"), LEFT, _moment("ended_ms")),
            ],
        ),
        _Part(
            "projects",
            message_now("common.projects"),
            [
                (message_now("common.project"), WIDE, _text("title")),
                (message_now("common.for"), LEFT, _text("organisation")),
                (message_now("common.joined"), LEFT, _moment("joined_ms")),
                (message_now("page.record_layout.until"), LEFT, _moment("left_ms")),
            ],
        ),
        _Part(
            "time",
            message_now("page.record_layout.measured_time_day"),
            [
                (message_now("common.day"), LEFT, _day("day")),
                project,
                (message_now("common.what"), WIDE, lambda row: surface_word(str(row["surface"]))),
                (message_now("common.time"), RIGHT, _duration("ms")),
            ],
        ),
        _Part(
            "answers",
            message_now("common.answers"),
            [
                (message_now("common.when"), LEFT, _moment("answered_ms")),
                project,
                (
                    message_now("common.task_capital"),
                    WIDE,
                    lambda row: format_count(_number(row["task"])),
                ),
                (message_now("common.elapsed"), RIGHT, _duration("elapsed_ms")),
                (
                    message_now("common.counts"),
                    LEFT,
                    lambda row: (
                        message_now("common.yes") if row["counted"] else message_now("common.no")
                    ),
                ),
            ],
        ),
        _Part(
            "pay_lines",
            message_now("common.pay_lines"),
            [
                (message_now("common.when"), LEFT, _moment("at_ms")),
                (message_now("common.project"), WIDE, _text("project")),
                (message_now("common.elapsed"), RIGHT, _duration("elapsed_ms")),
                (message_now("common.amount"), RIGHT, _price),
            ],
        ),
        _Part(
            "reviews",
            message_now("common.reviews"),
            [
                (message_now("common.when"), LEFT, _moment("at_ms")),
                project,
                (
                    message_now("common.task_capital"),
                    WIDE,
                    lambda row: format_count(_number(row["task"])),
                ),
                (message_now("common.elapsed"), RIGHT, _duration("elapsed_ms")),
                (
                    message_now("common.amount"),
                    RIGHT,
                    lambda row: _price(row) if row["currency"] else "–",
                ),
            ],
        ),
        _Part(
            "adjustments",
            message_now("page.record_layout.adjustments_of_pay"),
            [
                (message_now("common.when"), LEFT, _moment("at_ms")),
                project,
                (message_now("common.why"), WIDE, _adjustment_reason),
                (message_now("common.amount"), RIGHT, _price),
            ],
        ),
        *_said_parts(),
    ]


def _said_parts() -> list[_Part]:
    """List the tables of decisions, messages and accepted terms."""
    side = "text_fr" if is_french() else "text_en"
    return [
        _Part(
            "decisions",
            message_now("common.decisions_about_me"),
            [
                (message_now("common.when"), LEFT, _moment("at_ms")),
                (message_now("common.decision"), WIDE, _text(side)),
                (
                    message_now("common.by"),
                    LEFT,
                    lambda row: (
                        message_now("page.record_layout.a_person")
                        if row["by_a_person"]
                        else message_now("page.record_layout.a_rule")
                    ),
                ),
                (message_now("page.record_layout.undone"), LEFT, _moment("undone_ms")),
            ],
        ),
        _Part(
            "appeals",
            message_now("page.record_layout.my_appeals"),
            [
                (message_now("common.when"), LEFT, _moment("filed_ms")),
                (message_now("common.what_i_said"), WIDE, _text("text")),
                (message_now("page.record_layout.what_was_answered"), WIDE, _text("reply")),
                (message_now("page.record_layout.outcome"), LEFT, _word("outcome", OUTCOMES)),
            ],
        ),
        _Part(
            "ratings",
            message_now("page.record_layout.my_ratings_of_clients"),
            [
                (message_now("common.when"), LEFT, _moment("at_ms")),
                (message_now("common.project"), LEFT, _text("project")),
                (message_now("common.what_i_said"), WIDE, _text("text")),
            ],
        ),
        _Part(
            "messages",
            message_now("common.messages"),
            [
                (message_now("common.when"), LEFT, _moment("at_ms")),
                (
                    message_now("common.who"),
                    LEFT,
                    lambda row: (
                        message_now("page.record_layout.i")
                        if row["mine"]
                        else message_now("page.record_layout.they")
                    ),
                ),
                (message_now("page.record_layout.text"), WIDE, _text("text")),
            ],
        ),
        _Part(
            "terms_of_use",
            message_now("page.record_layout.terms_of_use_i"),
            [
                (message_now("common.version"), LEFT, _text("version")),
                (message_now("page.record_layout.language"), WIDE, _text("language")),
                (message_now("common.when"), LEFT, _moment("accepted_ms")),
            ],
        ),
        _Part(
            "working_terms",
            message_now("page.record_layout.where_and_as_what"),
            [
                (message_now("common.since"), LEFT, _moment("at_ms")),
                (
                    message_now("common.place_of_work"),
                    WIDE,
                    lambda row: place_word(str(row["place"])),
                ),
                (message_now("common.status"), LEFT, lambda row: status_word(str(row["status"]))),
            ],
        ),
        _Part(
            "terms_changes",
            message_now("page.record_layout.changes_of_status"),
            [
                (message_now("common.since"), LEFT, _moment("from_ms")),
                (message_now("common.status"), LEFT, lambda row: status_word(str(row["status"]))),
                (
                    message_now("common.place_of_work"),
                    LEFT,
                    lambda row: place_word(str(row["place"])),
                ),
                (message_now("common.why"), WIDE, _text("reason")),
            ],
        ),
        _Part(
            "place_words",
            message_now("page.record_layout.where_i_said"),
            [
                (message_now("common.when"), LEFT, _moment("at_ms")),
                (
                    message_now("common.place_of_work"),
                    WIDE,
                    lambda row: place_word(str(row["place"])),
                ),
            ],
        ),
        _Part(
            "brought",
            message_now("page.record_layout.brought_from_elsewhere"),
            [
                (message_now("common.when"), LEFT, _moment("at_ms")),
                (message_now("common.from"), WIDE, _text("instance")),
                (
                    message_now("common.answers"),
                    RIGHT,
                    lambda row: format_count(_number(row["answers"])),
                ),
            ],
        ),
        *_passport_parts(),
    ]


def _passport_parts() -> list[_Part]:
    day = (message_now("common.when"), LEFT, _moment("at_ms"))
    return [
        _Part(
            "shown",
            message_now("page.record_layout.shown"),
            [
                (message_now("page.passport.skill"), WIDE, _text("skill")),
                (message_now("page.passport.level"), RIGHT, _count("level")),
                (message_now("page.passport.right_of"), RIGHT, _count("right")),
                (message_now("common.answers"), RIGHT, _count("n")),
            ],
        ),
        _Part(
            "lessons",
            message_now("page.record_layout.lessons"),
            [
                day,
                (message_now("page.passport.lesson"), WIDE, _text("lesson")),
                (message_now("page.record_layout.minutes"), RIGHT, _count("minutes")),
            ],
        ),
        _Part(
            "attestations",
            message_now("page.passport.credentials"),
            [
                (message_now("common.when"), LEFT, _moment("made_ms")),
                (message_now("page.passport.says"), WIDE, _text("of")),
                (message_now("page.passport.level"), RIGHT, _count("level")),
            ],
        ),
        _Part(
            "credentials_brought",
            message_now("page.passport.brought"),
            [day, (message_now("page.passport.says"), WIDE, _text("name"))],
        ),
    ]


def _count(column: str) -> Write:
    return lambda row: format_count(_number(row[column] or 0))


def _text(column: str) -> Write:
    return lambda row: str(row[column] or "")


def _word(column: str, words: dict[str, str]) -> Write:
    return lambda row: message_for(words, str(row[column] or ""), str(row[column]))


def _moment(column: str) -> Write:
    return lambda row: "–" if row[column] is None else moment(_number(row[column]))


def _day(column: str) -> Write:
    return lambda row: calendar_day(date.fromisoformat(str(row[column])))


def _duration(column: str) -> Write:
    return lambda row: duration(_number(row[column]))


def _price(row: Row) -> str:
    return price(_number(row["piece_micro"]), str(row["currency"]))


def _number(cell: Cell) -> int:
    return int(cell or 0)


def pdf_of_record(paper: RecordPaper, made_s: int) -> bytes:
    """Print a work record as PDF.

    Args:
        paper: in words, in one language.
        made_s: when it was gathered, in seconds since 1970 UTC.
    """
    return print_pdf(RECORD, asdict(paper), made_s)
