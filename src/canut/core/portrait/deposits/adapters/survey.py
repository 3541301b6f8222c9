"""Count the answers of a survey, exported from LimeSurvey or KoBoToolbox, with its codebook.

One line a person goes in; counts, weighted where there are weights, come out, and the lines are
not stored. The codebook says which column holds what: ``column, code, field, value``. A breakdown
with a group under the minimum is left out as a whole, so that no small group follows from the
others.

Source:
    An answer of LimeSurvey that was not finished has no ``submitdate``, as programs that read its
    exports have it; columns of KoBoToolbox such as ``_submission_time`` are to verify.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from canut.core.errors import BadFile, BadRow
from canut.core.outside_text import read_day, read_decimal
from canut.core.portrait.deposits.adapters.settings import AT, place_of
from canut.core.portrait.deposits.files import table_rows
from canut.core.portrait.deposits.observations import (
    AGE,
    FEWEST,
    CodeScheme,
    Concept,
    Measure,
    Observation,
    PlaceKind,
    Sex,
    WorkStatus,
)
from canut.core.portrait.deposits.table import (
    OCCUPATION,
    RowReader,
    check_columns,
    check_period,
    file_named,
)

CODEBOOK = ("column", "code", "field", "value")
FIELDS = ("sex", "age", "status", "occupation", "weight")
FINISHED = "submitdate"
LARGEST_WEIGHT = 10**7
MOST_CODES = 2_000


class Codebook(NamedTuple):
    """The column of each field, and what its codes mean."""

    columns: Mapping[str, str]
    codes: Mapping[str, Mapping[str, str]]


class SurveyAnswer(NamedTuple):
    """One person's answer: the words of its fields, and its weight."""

    words: Mapping[str, str]
    weight: Decimal


class SurveySettings(NamedTuple):
    """What a survey counts."""

    responses: str
    concept: Concept
    place: str
    place_kind: PlaceKind
    scheme: CodeScheme
    begin: date
    end: date
    by: tuple[str, ...]
    minimum: int


def read_survey(
    files: Mapping[str, Path], settings: Mapping[str, object], today: date, minimum: int = FEWEST
) -> list[Observation]:
    """Count the answers of a survey.

    Args:
        files: the package's files by name.
        settings: under ``canut.adapter``.
        today: the period may not end after it.
        minimum: a breakdown with a smaller group is left out.

    Raises:
        BadFile: a setting, the codebook or a column is wrong, or a column is about persons.
        BadRow: a line cannot be read, or holds free text.
    """
    chosen = _settings(settings, minimum)
    name = AT.text(settings, "codebook")
    codebook = _codebook(file_named(files, name), name)
    for field in chosen.by:
        if field not in codebook.columns:
            AT.refuse("by", field, f"fields of the codebook: {', '.join(codebook.columns)}")
    answers = _answers(file_named(files, chosen.responses), chosen, codebook, today)
    observations = [_count(answers, {}, chosen, codebook)]
    for field in chosen.by:
        groups: defaultdict[str, list[SurveyAnswer]] = defaultdict(list)
        for answer in answers:
            groups[answer.words.get(field, "unknown")].append(answer)
        if all(len(group) >= chosen.minimum for group in groups.values()):
            observations += [
                _count(group, {field: word}, chosen, codebook)
                for word, group in sorted(groups.items())
            ]
    return observations


def _settings(settings: Mapping[str, object], minimum: int) -> SurveySettings:
    own = AT.mapping(
        dict(settings),
        needed="kind responses codebook concept place place_kind period",
        allowed="by scheme",
    )
    first, _, last = AT.text(own, "period").partition("/")
    begin, end = read_day(first), read_day(last)
    if begin is None or end is None:
        AT.refuse("period", own["period"], "first and last day: 2026-01-01/2026-03-31")
    by = AT.names(own, "by")
    for field in by:
        if field not in FIELDS or field == "weight":
            AT.refuse("by", field, f"one of {', '.join(FIELDS[:-1])}")
    return SurveySettings(
        responses=AT.text(own, "responses"),
        concept=AT.choice(Concept, own["concept"], "concept"),
        place=place_of(AT.text(own, "place") or "?", "place"),
        place_kind=AT.choice(PlaceKind, own["place_kind"], "place_kind"),
        scheme=AT.choice(CodeScheme, own.get("scheme", "all"), "scheme"),
        begin=begin or date.min,
        end=end or date.min,
        by=by,
        minimum=max(minimum, FEWEST),
    )


def _codebook(path: Path, name: str) -> Codebook:
    names, rows = table_rows(path, name)
    for column in CODEBOOK:
        if column not in names:
            raise BadFile(
                f"{name} has no column {column!r}; a codebook has {', '.join(CODEBOOK)}",
                code="deposit-column-gone",
                file=name,
                column=column,
            )
    columns: dict[str, str] = {}
    codes: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for count, (line, cells) in enumerate(rows):
        row = RowReader(name, line, cells)
        column, field, value = row.text("column"), row.text("field"), row.text("value")
        if not field:
            continue
        if field not in FIELDS or count > MOST_CODES:
            row.refuse("field", f"one of {', '.join(FIELDS)}, or nothing")
        if columns.setdefault(field, column) != column:
            row.refuse("column", f"one column for {field}; it is {columns[field]}")
        if field != "weight":
            if not _is_word(field, value):
                row.refuse("value", f"a word for {field}")
            codes[field][row.text("code")] = value
    return Codebook(columns, codes)


def _is_word(field: str, word: str) -> bool:
    if field == "sex":
        return word in list(Sex) and word != Sex.ALL
    if field == "status":
        return word in list(WorkStatus) and word != WorkStatus.ALL
    pattern = {"age": AGE, "occupation": OCCUPATION}[field]
    return word != "all" and bool(pattern.fullmatch(word))


def _answers(
    path: Path, settings: SurveySettings, codebook: Codebook, today: date
) -> Sequence[SurveyAnswer]:
    columns, rows = table_rows(path, settings.responses)
    check_columns(columns, settings.responses)
    for column in codebook.columns.values():
        if column not in columns:
            raise BadFile(
                f"{settings.responses} has no column {column!r}, which the codebook names",
                code="deposit-column-gone",
                file=settings.responses,
                column=column[:40],
            )
    answers: list[SurveyAnswer] = []
    for line, cells in rows:
        row = RowReader(settings.responses, line, cells)
        check_period(row, settings.begin, settings.end, today)
        for column, text in cells.items():
            row.check_text(column, text.strip())
        if FINISHED in columns and not row.text(FINISHED):
            continue
        answers.append(SurveyAnswer(_words(row, codebook), _weight(row, codebook)))
    if len(answers) < settings.minimum:
        raise BadRow(
            f"{settings.responses} has {len(answers)} finished answers; at least"
            f" {settings.minimum} are needed",
            code="deposit-few",
            file=settings.responses,
            line=1,
            seen=len(answers),
            limit=settings.minimum,
        )
    return answers


def _words(row: RowReader, codebook: Codebook) -> dict[str, str]:
    words: dict[str, str] = {}
    for field, codes in codebook.codes.items():
        text = row.text(codebook.columns[field])
        if text and text not in codes:
            row.refuse(codebook.columns[field], "a code of the codebook, or nothing")
        words[field] = codes.get(text, "unknown")
    return words


def _weight(row: RowReader, codebook: Codebook) -> Decimal:
    if "weight" not in codebook.columns:
        return Decimal(1)
    weight = read_decimal(row.text(codebook.columns["weight"]).replace(",", "."), LARGEST_WEIGHT)
    if weight is None or weight < 0:
        row.refuse(codebook.columns["weight"], "a weight of 0 or more")
    return weight


def _count(
    answers: Sequence[SurveyAnswer],
    words: Mapping[str, str],
    settings: SurveySettings,
    codebook: Codebook,
) -> Observation:
    total = sum((answer.weight for answer in answers), Decimal(0))
    occupation = words.get("occupation", "all")
    return Observation(
        line=0,
        concept=settings.concept,
        place=settings.place,
        place_kind=settings.place_kind,
        begin=settings.begin,
        end=settings.end,
        measure=Measure.PEOPLE,
        unit="people",
        value=total.to_integral_value(),
        occupation=occupation,
        scheme=CodeScheme.ALL if occupation == "all" else settings.scheme,
        sex=Sex(words.get("sex", "all")),
        age=words.get("age", "all"),
        status=WorkStatus(words.get("status", "all")),
        n=len(answers),
        is_weighted="weight" in codebook.columns,
    )
