"""Write an audit as plain text for a terminal, 79 characters wide."""

from textwrap import wrap

from canut.core.audit.report import Audit
from canut.core.audit.sections import AuditChart, Section, TextTable, introduction, sections
from canut.core.audit.words import AuditLanguage

WIDTH = 79
WIDEST = 44


def as_text(result: Audit, language: str) -> str:
    """Return the whole audit as text, without charts; tables have the same figures."""
    voice = AuditLanguage(language)
    parts = [voice.say("title", file=result.asked.file), introduction(result, voice)]
    for section in sections(result, voice):
        parts += ["", *_section(section)]
    return "\n".join(parts) + "\n"


def _section(section: Section) -> list[str]:
    lines = [section.name.upper(), "-" * len(section.name)]
    lines += [line for text in (section.note, section.finding) for line in wrap(text, WIDTH)]
    for item in section.body:
        match item:
            case str():
                lines += wrap(item, WIDTH)
            case TextTable():
                lines += ["", *_table(item), ""]
            case AuditChart():
                continue
            case list():
                for point in item:
                    lines += wrap(point, WIDTH, initial_indent="- ", subsequent_indent="  ")
    return lines


def _table(table: TextTable) -> list[str]:
    rows = [[_short(cell) for cell in row] for row in (table.head, *table.rows)]
    widths = [max(len(row[index]) for row in rows) for index in range(len(table.head))]
    lines = [table.title] if table.title else []
    for row in rows:
        cells = (
            cell.ljust(width) if index < table.words else cell.rjust(width)
            for index, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        lines.append("  ".join(cells).rstrip())
    return lines


def _short(cell: str) -> str:
    plain = " ".join(cell.split())
    return plain if len(plain) <= WIDEST else plain[: WIDEST - 1] + "…"
