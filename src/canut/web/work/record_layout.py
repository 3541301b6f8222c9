"""Lay out a person's whole record in words, for its PDF.

What is long is cut to its last rows, and says so: the zip holds everything. Figures come from the
record as they stand; nothing is decided here.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from canut.core.work.work_record import Cell, Record, Row
from canut.web.kit.formatting import calendar_day, duration, format_count, moment, money, price
from canut.web.kit.languages import is_french, language_now
from canut.web.kit.pdf import print_pdf
from canut.web.pay.statement_layout import LEFT, RIGHT, WIDE, StatementTable
from canut.web.pay.wording import place_word, status_word, surface_word

RECORD = Path(__file__).with_name("record.typ")

MOST = 500
ROLES = {
    "requester": gettext_noop("asks for labels"),
    "worker": gettext_noop("works"),
    "reviewer": gettext_noop("reviews"),
    "operator": gettext_noop("runs this instance"),
    "auditor": gettext_noop("audits"),
    "representative": gettext_noop("represents the workers"),
}
OUTCOMES = {
    "upheld": gettext_noop("the decision stands"),
    "overturned": gettext_noop("won"),
    "": gettext_noop("waits for an answer"),
}
type Write = Callable[[Row], str]


@dataclass(frozen=True)
class RecordPaper:
    """A record in words: whose, in short, a table a subject, and which are empty."""

    title: str
    name: str
    facts: Sequence[tuple[str, str]]
    note: str
    tables: Sequence[StatementTable]
    empty: str
    language: str


class _Part(NamedTuple):
    """One table: of the record, its name, and what each column says of a row."""

    table: str
    name: str
    columns: Sequence[tuple[str, str, Write]]


def record_paper(record: Record) -> RecordPaper:
    """Lay out a record in the page's language."""
    parts = _parts()
    said = [one for one in parts if record.rows(one.table)]
    silent = ", ".join(one.name for one in parts if one not in said)
    facts = [
        (_("Kept by"), record.instance),
        (_("Made on"), moment(record.made_ms)),
        (_("Here since"), moment(_number(record.person["since_ms"]))),
        (_("Answers"), format_count(len(record.rows("answers")))),
        (_("Elapsed time"), duration(record.elapsed_ms)),
    ]
    facts += [(_("Pieces"), money(*one)) for one in _sums(record)]
    return RecordPaper(
        title=_("My whole record"),
        name=str(record.person["name"]),
        facts=facts,
        note=_("Nobody else is named in it. The zip holds the same, whole, for a machine."),
        tables=[_table(one, record.rows(one.table)) for one in said],
        empty=_("Nothing is kept under: %(names)s.") % {"names": silent} if silent else "",
        language=language_now().code,
    )


def _sums(record: Record) -> list[tuple[int, str]]:
    return [(micro, currency) for currency, micro in record.pay_by_currency().items()]


def _table(part: _Part, rows: Sequence[Row]) -> StatementTable:
    cut = len(rows) > MOST
    more = {"most": format_count(MOST), "all": format_count(len(rows))}
    return StatementTable(
        part.name,
        [(head, side) for head, side, _write in part.columns],
        [[write(row) for _head, _side, write in part.columns] for row in rows[-MOST:]],
        note=_("The last %(most)s of %(all)s; all are in the zip.") % more if cut else "",
    )


def _parts() -> list[_Part]:
    project = (_("Project"), LEFT, _text("project"))
    return [
        _Part(
            "roles",
            _("What I do here"),
            [
                (_("Role"), LEFT, _word("role", ROLES)),
                (_("In"), WIDE, _text("of")),
                (_("Since"), LEFT, _moment("since_ms")),
                (_("Until"), LEFT, _moment("ended_ms")),
            ],
        ),
        _Part(
            "projects",
            _("Projects"),
            [
                (_("Project"), WIDE, _text("title")),
                (_("For"), LEFT, _text("organisation")),
                (_("Joined"), LEFT, _moment("joined_ms")),
                (_("Until"), LEFT, _moment("left_ms")),
            ],
        ),
        _Part(
            "time",
            _("Measured time, day by day"),
            [
                (_("Day"), LEFT, _day("day")),
                project,
                (_("What"), WIDE, lambda row: surface_word(str(row["surface"]))),
                (_("Time"), RIGHT, _duration("ms")),
            ],
        ),
        _Part(
            "answers",
            _("Answers"),
            [
                (_("When"), LEFT, _moment("answered_ms")),
                project,
                (_("Task"), WIDE, lambda row: format_count(_number(row["task"]))),
                (_("Elapsed"), RIGHT, _duration("elapsed_ms")),
                (_("Counts"), LEFT, lambda row: _("yes") if row["counted"] else _("no")),
            ],
        ),
        _Part(
            "pay_lines",
            _("Pay lines"),
            [
                (_("When"), LEFT, _moment("at_ms")),
                (_("Project"), WIDE, _text("project")),
                (_("Elapsed"), RIGHT, _duration("elapsed_ms")),
                (_("Amount"), RIGHT, _price),
            ],
        ),
        _Part(
            "reviews",
            _("Reviews"),
            [
                (_("When"), LEFT, _moment("at_ms")),
                project,
                (_("Task"), WIDE, lambda row: format_count(_number(row["task"]))),
                (_("Elapsed"), RIGHT, _duration("elapsed_ms")),
                (_("Amount"), RIGHT, lambda row: _price(row) if row["currency"] else "–"),
            ],
        ),
        _Part(
            "adjustments",
            _("Adjustments of pay"),
            [
                (_("When"), LEFT, _moment("at_ms")),
                project,
                (_("Why"), WIDE, _text("reason")),
                (_("Amount"), RIGHT, _price),
            ],
        ),
        *_said_parts(),
    ]


def _said_parts() -> list[_Part]:
    """List what was decided, said and agreed to."""
    side = "text_fr" if is_french() else "text_en"
    return [
        _Part(
            "decisions",
            _("Decisions about me"),
            [
                (_("When"), LEFT, _moment("at_ms")),
                (_("Decision"), WIDE, _text(side)),
                (_("By"), LEFT, lambda row: _("a person") if row["by_a_person"] else _("a rule")),
                (_("Undone"), LEFT, _moment("undone_ms")),
            ],
        ),
        _Part(
            "appeals",
            _("My appeals"),
            [
                (_("When"), LEFT, _moment("filed_ms")),
                (_("What I said"), WIDE, _text("text")),
                (_("What was answered"), WIDE, _text("reply")),
                (_("Outcome"), LEFT, _word("outcome", OUTCOMES)),
            ],
        ),
        _Part(
            "ratings",
            _("My ratings of clients"),
            [
                (_("When"), LEFT, _moment("at_ms")),
                (_("Project"), LEFT, _text("project")),
                (_("What I said"), WIDE, _text("text")),
            ],
        ),
        _Part(
            "messages",
            _("Messages"),
            [
                (_("When"), LEFT, _moment("at_ms")),
                (_("Who"), LEFT, lambda row: _("I") if row["mine"] else _("they")),
                (_("Text"), WIDE, _text("text")),
            ],
        ),
        _Part(
            "terms_of_use",
            _("Terms of use I accepted"),
            [
                (_("Version"), LEFT, _text("version")),
                (_("Language"), WIDE, _text("language")),
                (_("When"), LEFT, _moment("accepted_ms")),
            ],
        ),
        _Part(
            "working_terms",
            _("Where and as what I work"),
            [
                (_("Since"), LEFT, _moment("at_ms")),
                (_("Place of work"), WIDE, lambda row: place_word(str(row["place"]))),
                (_("Status"), LEFT, lambda row: status_word(str(row["status"]))),
            ],
        ),
        _Part(
            "brought",
            _("Brought from elsewhere"),
            [
                (_("When"), LEFT, _moment("at_ms")),
                (_("From"), WIDE, _text("instance")),
                (_("Answers"), RIGHT, lambda row: format_count(_number(row["answers"]))),
            ],
        ),
    ]


def _text(column: str) -> Write:
    return lambda row: str(row[column] or "")


def _word(column: str, words: dict[str, str]) -> Write:
    return lambda row: _(words.get(str(row[column] or ""), str(row[column])))


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
    """Print a person's whole record.

    Args:
        paper: in words, in one language.
        made_s: when it was gathered, in seconds since 1970 UTC.
    """
    return print_pdf(RECORD, asdict(paper), made_s)
