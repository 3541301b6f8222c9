"""Give a lesson's screens data of this instance, frozen when an attempt begins.

Each query of ``core.lessons.queries`` is read here. Own data are read for the person alone; what is
public here only where 20 people or more answered. A query that finds nothing leaves the sample.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from datetime import date

import msgspec

from canut.core.clock import local_day
from canut.core.day_names import day_in
from canut.core.errors import BadFile, BadInput
from canut.core.kinds.values import label_of_values
from canut.core.lessons.labs import with_labs
from canut.core.lessons.lesson import Lesson
from canut.core.lessons.queries import LEAST_PEOPLE, QUERIES, LabData, Word
from canut.store.datasets.card_figures import public_cards
from canut.store.lessons.lab_sources import (
    answers_to,
    closed_incidents,
    has_people,
    last_statement,
    newest_model,
    own_closed_answers,
    pay_lines_in,
)
from canut.store.people.work_terms import zone_of
from canut.store.tables.learning import Trained
from canut.store.tables.lessons import LessonAttempt, LessonLab

LEAST_HIDDEN = 20
LEAST_LINES, MOST_LINES = 3, 6
LEAST_ANSWERS = 3
MOST_LABEL = 40
MISSING_MICRO = 370_000
MICRO, CENT_MICRO = 1_000_000, 10_000
PERCENT = 100
KIND_WORDS = {
    "@length": {"fr": "longueur du texte", "en": "length of the text"},
    "@class": {"fr": "le modèle dit", "en": "the model says"},
    "@import": {"fr": "fichier importé", "en": "imported file"},
    "@agreement": {"fr": "certitude des personnes", "en": "how sure people are"},
    "≤": {"fr": "au plus", "en": "at most"},
    "≥": {"fr": "au moins", "en": "at least"},
}
"""What stands in a screen of a lesson for parts of the name of a kind of task."""
_decode = msgspec.json.Decoder(dict[str, object]).decode


def freeze_labs(attempt: LessonAttempt, lesson: Lesson, now_ms: int) -> list[LessonLab]:
    """Store what the queries of a lesson give the person of a new attempt.

    Data whose text could not be shown are left out, so that the sample stands there.
    """
    rows: list[LessonLab] = []
    for query in sorted({lab.query for lab in lesson.labs.values()}):
        data = READS[query](attempt.person_id, now_ms)
        if data is None:
            continue
        try:
            with_labs(lesson, {query: data})
        except (BadFile, BadInput):
            continue
        rows.append(
            LessonLab(
                attempt=attempt,
                query=query,
                source=QUERIES[query].source,
                words={"words": data.words, "rows": list(data.rows)},
                keys={name: list(key) for name, key in data.keys.items()},
            )
        )
    LessonLab.objects.bulk_create(rows)
    return rows


def lesson_of(attempt: LessonAttempt, lesson: Lesson) -> Lesson:
    """Return a lesson as an attempt shows it: with the data and keys it began with.

    An attempt at another version keeps the text of the lesson.
    """
    if attempt.sha256 != lesson.sha256:
        return lesson
    data_by_query = {
        row.query: LabData(
            row.words["words"],
            tuple(row.words["rows"]),
            {name: tuple(key) for name, key in row.keys.items()},
        )
        for row in LessonLab.objects.filter(attempt=attempt)
    }
    return with_labs(lesson, data_by_query)


def sources_of(attempt: LessonAttempt, lesson: Lesson) -> Mapping[str, str]:
    """Return whose data each screen with a lab shows: ``own``, ``instance`` or ``sample``."""
    stored = {row.query: row.source for row in LessonLab.objects.filter(attempt=attempt)}
    return {screen: stored.get(lab.query, "sample") for screen, lab in lesson.labs.items()}


def _task(person_id: int, _now_ms: int) -> LabData | None:
    """Return the newest closed task of a person on which two labels were given, one more often."""
    for task, project, title, schema, values in own_closed_answers(person_id):
        labels = [label_of_values(schema, _decode(each)) for each in answers_to(task)]
        counts = Counter(labels)
        own_label = label_of_values(schema, _decode(values))
        is_readable = all(label.strip() and len(label) <= MOST_LABEL for label in counts)
        if (
            len(labels) < LEAST_ANSWERS
            or not is_readable
            or len(counts) != len(("first", "second"))
        ):
            continue
        first, second = sorted(counts)
        if counts[first] == counts[second] or not has_people(project, LEAST_PEOPLE):
            continue
        same = sum(count * (count - 1) // 2 for count in counts.values())
        return LabData(
            {
                "project": title,
                "own": own_label,
                "first": first,
                "second": second,
                "people": str(len(labels)),
                "first_count": str(counts[first]),
                "second_count": str(counts[second]),
                "same": str(same),
                "pairs": str(len(labels) * (len(labels) - 1) // 2),
            },
            (),
            {"label": ("a" if counts[first] > counts[second] else "b",)},
        )
    return None


def _statement(person_id: int, now_ms: int) -> LabData | None:
    """Return days of a person's last statement, one of them printed 0.37 too low."""
    statement = last_statement(person_id)
    if statement is None or statement.currency != "CAD":
        return None
    zone = zone_of(person_id, now_ms)
    counts: dict[tuple[date, int], int] = defaultdict(int)
    for at_ms, price in pay_lines_in(person_id, statement.begin_ms, statement.end_ms):
        counts[local_day(at_ms, zone), price] += 1
    lines = sorted(counts.items())[-MOST_LINES:]
    planted = max(range(len(lines)), key=lambda at: _cents(lines[at]), default=0)
    if len(lines) < LEAST_LINES or _cents(lines[planted]) < 2 * MISSING_MICRO:
        return None
    printed = [
        _cents(line) - (MISSING_MICRO if at == planted else 0) for at, line in enumerate(lines)
    ]
    rows = tuple(
        {
            "day": _day(day),
            "tasks": str(count),
            "price": _amount(price),
            "printed": _amount(printed[at]),
        }
        for at, ((day, price), count) in enumerate(lines)
    )
    number = str(planted + 1)
    (_planted_day, price), count = lines[planted]
    words = {
        "tasks": str(count),
        "price": _amount(price),
        "printed": _amount(printed[planted]),
        "right": _amount(_cents(lines[planted])),
        "missing": _amount(MISSING_MICRO),
        "line": number,
    }
    return LabData(words, rows, {"line": (number,)})


def _cents(line: tuple[tuple[date, int], int]) -> int:
    """Return what a line pays, in micro-units rounded to the cent, half up."""
    (_of_day, price), count = line
    return (2 * price * count + CENT_MICRO) // (2 * CENT_MICRO) * CENT_MICRO


def _amount(micro: int) -> str:
    """Return an amount as decimal text with two decimals at least."""
    whole, part = divmod(micro, MICRO)
    decimals = f"{part:06d}".rstrip("0")
    return f"{whole}.{decimals:0<2}"


def _day(day: date) -> Word:
    """Return a day in words of each language, such as ``1er mai``."""
    return {language: day_in(language, day, with_year=False) for language in ("fr", "en")}


def _public_model() -> tuple[str, Trained] | None:
    """Return the newest model of a dataset with a public card that 20 people or more answered."""
    for card in public_cards():
        trained = newest_model(card.project_id)
        if (
            trained is not None
            and trained.held_out >= LEAST_HIDDEN
            and has_people(card.project_id, LEAST_PEOPLE)
        ):
            return card.project.title, trained
    return None


def _model(_person_id: int, _now_ms: int) -> LabData | None:
    """Return how often a released model says what people say, on hidden tasks."""
    chosen = _public_model()
    if chosen is None:
        return None
    title, trained = chosen
    words = {"project": title, "same": str(trained.right), "hidden": str(trained.held_out)}
    return LabData(words, (), {})


def _bands(_person_id: int, _now_ms: int) -> LabData | None:
    """Return a released model's errors by how sure it was, where one band stands out."""
    chosen = _public_model()
    if chosen is None:
        return None
    title, trained = chosen
    bands = [
        (sure, tasks, tasks - right)
        for sure, tasks, right, *_ in trained.bands
        if tasks >= LEAST_HIDDEN
    ]
    bands = bands[-MOST_LINES:]
    shares = [errors / tasks for _sure, tasks, errors in bands]
    if len(bands) < LEAST_LINES or shares.count(max(shares)) != 1:
        return None
    worst = shares.index(max(shares))
    rows = tuple(
        {"sure": f"{PERCENT * sure:.0f}", "tasks": str(tasks), "errors": str(errors)}
        for sure, tasks, errors in bands
    )
    number = str(worst + 1)
    words = {
        "project": title,
        "tasks": rows[worst]["tasks"],
        "errors": rows[worst]["errors"],
        "line": number,
    }
    return LabData(words, rows, {"worst": (number,)})


def _incident(_person_id: int, _now_ms: int) -> LabData | None:
    """Return the counts of a closed incident, as the hidden tasks had them before its repair.

    Of a dataset with a public card that 20 people or more answered; no text of a task, no person.
    """
    projects = [card.project_id for card in public_cards()]
    disclosed = [project for project in projects if has_people(project, LEAST_PEOPLE)]
    for incident in closed_incidents(disclosed):
        right, tasks, *_ = incident.proof.get("slice", [0, 0])
        rest_right, rest_tasks, *_ = incident.proof.get("rest", [0, 0])
        errors, rest_errors = tasks - right, rest_tasks - rest_right
        if min(tasks, rest_tasks) < LEAST_HIDDEN or not errors:
            continue
        expected = round(tasks * rest_errors / rest_tasks, 1)
        words: dict[str, Word] = {
            "kind": _kind_of_task(incident.slice),
            "errors": str(errors),
            "tasks": str(tasks),
            "rest_errors": str(rest_errors),
            "rest_tasks": str(rest_tasks),
            "expected": str(expected),
            "excess": str(round(errors - tasks * rest_errors / rest_tasks, 1)),
        }
        return LabData(words, (), {})
    return None


def _kind_of_task(name: str) -> Word:
    """Return the name of a kind of task in words of each language."""
    words = dict.fromkeys(("fr", "en"), name)
    for symbol, texts in KIND_WORDS.items():
        words = {each: text.replace(symbol, texts[each]) for each, text in words.items()}
    return words


READS: Mapping[str, Callable[[int, int], LabData | None]] = {
    "task": _task,
    "statement": _statement,
    "model": _model,
    "bands": _bands,
    "incident": _incident,
}
