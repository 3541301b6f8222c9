"""Read the results of a Mechanical Turk batch (``Batch_…_results.csv``).

One row is one assignment of one HIT. Questions are the ``Answer.`` columns: boxes that share a
prefix and hold true or false are one question, and ``Answer.taskAnswers`` is JSON with several
questions. Rewards are in US dollars; bonuses and fees are not in the file. Dates have an American
time zone abbreviation. Rows may lack the last two columns, which are for reviews.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from canut.core.formats.platforms.platform_work import Cells, Pieces, WorkPiece, elapsed, rows_of
from canut.core.formats.tables.rows import ReadOptions
from canut.core.formats.tables.sniffing import sniff
from canut.core.json_depth import load_json

CURRENCY = "USD"
SIGNS = frozenset({"HITId", "AssignmentId", "WorkerId", "AssignmentStatus", "WorkTimeInSeconds"})
ANSWER = "Answer."
JSON_COLUMN = "Answer.taskAnswers"
REVIEW = ("Approve", "Reject")
TRUTHS = {"true": True, "false": False, "on": True, "off": False}

type Groups = dict[str, list[str]]


def recognises(columns: tuple[str, ...]) -> bool:
    """Return whether these are the columns of a batch's results."""
    return set(columns) >= SIGNS


def reading_of(path: Path) -> ReadOptions:
    """Return the reading of the file; its separator is always a comma.

    Raises:
        Missing: there is nothing at that path.
        BadFile: it is no text, or its first line cannot name columns.
    """
    reading = sniff(path, ",")
    lacking = 0
    for name in reversed(reading.columns):
        if name not in REVIEW:
            break
        lacking += 1
    return replace(reading, may_lack=lacking)


def read(path: Path, reading: ReadOptions) -> Iterator[Pieces]:
    """Yield the assignments of a batch, in constant memory."""
    answers = [name for name in reading.columns if name.startswith(ANSWER)]
    groups = _groups([name for name in answers if name != JSON_COLUMN])
    for rows, problems in rows_of(path, reading):
        batch = Pieces([], problems)
        for line, row in rows:
            cells = Cells(row, line, problems)
            task, worker = cells.needed("HITId", "no-task"), cells.needed("WorkerId", "no-worker")
            if task and worker:
                batch.pieces.append(_piece(cells, task, worker, groups))
        yield batch


def _piece(cells: Cells, task: str, worker: str, groups: Groups) -> WorkPiece:
    started_ms, ended_ms = cells.moment_ms("AcceptTime"), cells.moment_ms("SubmitTime")
    seconds = cells.seconds("WorkTimeInSeconds")
    return WorkPiece(
        line=cells.line,
        assignment=cells.text("AssignmentId") or f"line {cells.line}",
        task=task,
        worker=worker,
        answers=_plain_answers(cells, groups) | _json_answers(cells),
        fate=cells.fate("AssignmentStatus"),
        seconds=elapsed(started_ms, ended_ms) if seconds is None else seconds,
        pay_micro=cells.pay("Reward"),
        started_ms=started_ms,
        ended_ms=ended_ms,
    )


def _groups(names: list[str]) -> Groups:
    """Group answer columns by their name up to the last dot."""
    groups: Groups = {}
    for name in names:
        stem, _, last = name.removeprefix(ANSWER).rpartition(".")
        groups.setdefault(stem or last, []).append(name)
    return groups


def _plain_answers(cells: Cells, groups: Groups) -> dict[str, str]:
    answers: dict[str, str] = {}
    for stem, names in groups.items():
        cell_texts = {name.removeprefix(ANSWER): cells.text(name) for name in names}
        boxes = {name: TRUTHS.get(text.lower()) for name, text in cell_texts.items()}
        if len(names) > 1 and all(
            box is not None or not cell_texts[name] for name, box in boxes.items()
        ):
            ticked = [name.rpartition(".")[2] for name, box in boxes.items() if box]
            if any(cell_texts.values()):
                answers[stem] = _chosen(ticked)
        else:
            answers |= {_question(name): text for name, text in cell_texts.items() if text}
    return answers


def _question(name: str) -> str:
    """Remove the suffix that crowd elements add to a question's name.

    >>> _question("sentiment.label"), _question("age")
    ('sentiment', 'age')
    """
    return name.removesuffix(".label")


def _json_answers(cells: Cells) -> dict[str, str]:
    text = cells.text(JSON_COLUMN)
    if not text:
        return {}
    try:
        parsed = load_json(text)
    except (ValueError, RecursionError) as error:
        at = error.pos + 1 if isinstance(error, json.JSONDecodeError) else 1
        cells.note(JSON_COLUMN, "bad-json", character=at)
        return {}
    forms: list[Any] = parsed if isinstance(parsed, list) else [parsed]
    if not all(isinstance(form, dict) for form in forms):
        cells.note(JSON_COLUMN, "not-an-object")
        return {}
    answers: dict[str, str] = {}
    for form in forms:
        for name, value in form.items():
            answer = _said(value)
            if answer:
                answers[str(name)] = answer
    return answers


def _said(value: object) -> str:
    """Format one answer of a form: the ticked choice, the label, or the value itself."""
    if isinstance(value, Mapping):
        if value and all(isinstance(each, bool) for each in value.values()):
            return _chosen([str(name) for name, ticked in value.items() if ticked])
        for only in ("label", "labels", "value"):
            if set(value) == {only}:
                return _said(value[only])
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return _chosen([str(each) for each in value])
    if isinstance(value, str):
        return value.strip()
    if value is None:
        return ""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _chosen(names: list[str]) -> str:
    """Format a selection: one name as it is, none or several as a sorted list."""
    if len(names) == 1:
        return names[0]
    return json.dumps(sorted(names), ensure_ascii=False, separators=(",", ":"))
