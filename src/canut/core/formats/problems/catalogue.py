"""One table of texts for every problem with a file, used by pages, commands and downloads.

A code is a stable name; its sentence is in the catalogue of messages and takes the facts of the
problem. Its family says what the code is of: a row (``format_problem``), a file read with a warning
(``format_warning``), a whole file (``format_refusal``), a file that models are trained from
(``training_refusal``), what a format could not hold (``format_note``).
"""

import csv
import io
from collections.abc import Iterable, Mapping
from typing import BinaryIO

from canut.core.errors import Fact
from canut.core.formats.tables.rows import Problem
from canut.core.formula_cells import safe_cell
from canut.core.messages import facts_of, has_message, message

ROW, WARNING, NOTE = "format_problem", "format_warning", "format_note"
FILE, TRAINING = "format_refusal", "training_refusal"
FAMILIES = (ROW, WARNING, FILE, TRAINING, NOTE)
BRACES = {"brace_open": "{", "brace_close": "}"}
HEADINGS = ("line", "column", "code", "problem")


def is_file_refusal(code: str) -> bool:
    """Return whether a code is what a whole file is refused for, of whatever use."""
    return has_message(f"{FILE}.{code}") or is_training_refusal(code)


def is_training_refusal(code: str) -> bool:
    """Return whether a code is what a file that models are trained from is refused for."""
    return has_message(f"{TRAINING}.{code}")


def words(code: str, facts: Mapping[str, Fact], language: str) -> str:
    """Return the text of a problem, warning or refusal in French (``fr``) or English.

    Sizes and counts are written for people where the sentence asks for ``NAME_size`` or
    ``NAME_count``; a missing fact stays visible by its name.

    >>> words("same-as", {"line": 12}, "fr")
    'La même ligne qu’à la ligne 12.'
    """
    ids = (f"{family}.{code}" for family in FAMILIES)
    message_id = next((one for one in ids if has_message(one)), None)
    if message_id is None:
        return code
    names = facts_of(language, message_id)
    return message(language, message_id, **{name: _fact(name, facts, language) for name in names})


def words_of(problem: Problem, language: str) -> str:
    """Return the text of one problem; its line and column are default facts."""
    facts = {"line": problem.line, "column": problem.column, **problem.facts}
    return words(problem.code, facts, language)


def write_problem_rows(problems: Iterable[Problem], language: str, out: BinaryIO) -> None:
    """Write problems as a CSV for Excel: BOM, and ``;`` in French."""
    short = "fr" if language.startswith("fr") else "en"
    text = io.TextIOWrapper(out, "utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text, delimiter=";" if short == "fr" else ",")
    writer.writerow(message(short, f"problem_heading.{name}") for name in HEADINGS)
    for problem in problems:
        column = safe_cell(problem.column)
        sentence = safe_cell(words_of(problem, short))
        writer.writerow((problem.line or "", column, problem.code, sentence))
    text.detach()


def _fact(name: str, facts: Mapping[str, Fact], language: str) -> str:
    """Write one fact, as a size or a count where the name says so."""
    if name in facts:
        return str(facts[name])
    fact, _, shape = name.rpartition("_")
    if shape == "size" and fact in facts:
        return _size(int(facts[fact]), language)
    if shape == "count" and fact in facts:
        grouped = f"{int(facts[fact]):,}"
        return grouped.replace(",", "\u202f") if _is_french(language) else grouped
    return BRACES.get(name, f"{{{name}}}")


def _size(size: int, language: str) -> str:
    french = _is_french(language)
    units = ("octets", "Kio", "Mio", "Gio") if french else ("bytes", "KiB", "MiB", "GiB")
    power = min(max(size.bit_length() - 1, 0) // 10, 3)
    number = f"{size / 1024**power:.1f}".removesuffix(".0")
    return f"{number.replace('.', ',') if french else number}\u00a0{units[power]}"


def _is_french(language: str) -> bool:
    return language.startswith("fr")
