"""Read a lesson from its folder, strictly: a bad field stops it by file, position and name.

The folder holds ``lesson.yaml``, ``fr.md``, ``en.md``, ``facts.yaml``, ``cases/rubric.yaml`` and
``LICENCE``, and ``labs/`` where screens can show data of the instance; ``docs/en/lessons.md``
describes each. What a teacher must check besides the form, such as the length of sentences, is in
``checks``.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import cast

from canut.core.bilingual import Bilingual
from canut.core.errors import BadFile
from canut.core.lessons.arithmetic import evaluate
from canut.core.lessons.labs import check_labs, read_labs
from canut.core.lessons.lesson import (
    CRITERIA,
    LANGUAGES,
    LEVELS,
    UNMARKED,
    Anchor,
    Case,
    Criterion,
    Fact,
    FactMark,
    Item,
    ItemKind,
    Lesson,
)
from canut.core.lessons.screens import read_screens
from canut.core.outside_text import LARGEST, read_decimal
from canut.core.strict import FieldPath, loaded

SHIPPED = Path(__file__).parent / "shipped"
LESSON_FILE, FACTS_FILE, RUBRIC_FILE = "lesson.yaml", "facts.yaml", "cases/rubric.yaml"
LICENCE_FILE = "LICENCE"
LESSON_SCHEMA, FACTS_SCHEMA, RUBRIC_SCHEMA = "canut.lesson/1", "canut.facts/1", "canut.rubric/1"
RESERVED = frozenset({"figures", "marking", "questions"})  # other pages under /lessons/
LESSON_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
URL_WITH_PATH = re.compile(r"https://[^/\s]+/\S+")
UNIT = re.compile(r"[A-Za-z_]{1,20}")
SCREEN_ID = re.compile(r"s\d{2}")
MOST_FILE = 200_000
MOST_FILES = 60
MOST_NUMBER, MOST_MINUTES, MOST_WORDS = 9999, 120, 400
MOST_ID = 40
LEAST_OPTIONS = 2
MOST_DAYS = 3650


@cache
def shipped_lessons() -> tuple[Lesson, ...]:
    """Return the lessons of the package, by number."""
    return read_lessons(SHIPPED)


def read_lessons(folder: Path) -> tuple[Lesson, ...]:
    """Read every lesson folder of a folder, by number.

    Raises:
        BadFile: a lesson cannot be read, or two have the same id or number.
    """
    lessons = sorted(
        (read_lesson(path.parent) for path in folder.glob(f"*/{LESSON_FILE}")),
        key=lambda lesson: lesson.number,
    )
    check_distinct(lessons)
    return tuple(lessons)


def check_distinct(lessons: Sequence[Lesson]) -> None:
    """Raise ``BadFile`` where two lessons have the same id or number."""
    for field in ("id", "number"):
        values = [getattr(lesson, field) for lesson in lessons]
        for value in values:
            if values.count(value) > 1:
                FieldPath(LESSON_FILE).refuse(field, value, f"an {field} that no other lesson has")


def read_lesson(folder: Path) -> Lesson:
    """Read one lesson.

    Raises:
        BadFile: a file is missing or too large, a field is missing, unknown, written twice or has a
            bad value, the languages differ in screens, or a fact is not in ``facts.yaml``.
    """
    files = _load_files(folder)
    top = FieldPath(LESSON_FILE)
    fields = top.mapping(
        loaded(LESSON_FILE, files[LESSON_FILE]),
        needed="schema id number version minutes title skills serves occupations pass attempts"
        " items case facts authors",
        allowed="sample lawyer terms",
    )
    if fields["schema"] != LESSON_SCHEMA:
        top.refuse("schema", fields["schema"], LESSON_SCHEMA)
    if fields["id"] in RESERVED:
        top.refuse("id", fields["id"], "an id that no other page has")
    items = tuple(
        _item(top.of(f"items[{number}]"), value)
        for number, value in enumerate(top.items(fields, "items"), 1)
    )
    if len({item.id for item in items}) != len(items):
        top.refuse("items", [item.id for item in items], "each id once")
    if not any(item.is_marked for item in items):
        top.refuse("items", [], "one item with a key at least")
    screens = {
        language: read_screens(f"{language}.md", _decode(f"{language}.md", files), items)
        for language in LANGUAGES
    }
    if len({len(screens[language]) for language in LANGUAGES}) != 1:
        counts = {language: len(screens[language]) for language in LANGUAGES}
        top.refuse("screens", counts, "as many screens in each language")
    screen_ids = {screen.id for screen in screens[LANGUAGES[0]]}
    rule = top.of("pass").mapping(fields["pass"], needed="auto case of")
    if rule["of"] != CRITERIA * LEVELS[-1]:
        top.refuse("pass.of", rule["of"], f"{CRITERIA * LEVELS[-1]}")
    attempts = top.of("attempts").mapping(fields["attempts"], needed="paid every_days")
    lesson = Lesson(
        id=_pattern(top, fields, "id", LESSON_ID),
        number=_whole(top, fields, "number", 1, MOST_NUMBER),
        version=_whole(top, fields, "version", 1, MOST_NUMBER),
        minutes=_whole(top, fields, "minutes", 5, MOST_MINUTES),
        title=_bilingual(top, fields, "title"),
        skills=_levels(top, fields),
        serves=top.names(fields, "serves"),
        occupations=top.names(fields, "occupations"),
        pass_share=_share(top.of("pass"), rule, "auto"),
        pass_case=_whole(top.of("pass"), rule, "case", 1, CRITERIA * LEVELS[-1]),
        paid_attempts=_whole(top.of("attempts"), attempts, "paid", 1, 10),
        every_days=_whole(top.of("attempts"), attempts, "every_days", 1, MOST_DAYS),
        items=items,
        case=_case(top.of("case"), fields["case"], files, screen_ids),
        facts=_facts(files, top.names(fields, "facts"), screen_ids),
        lawyer_screens=_screen_names(top, fields, "lawyer", screen_ids),
        terms=_terms(top, fields),
        screens=screens,
        authors=top.names(fields, "authors"),
        sha256=_digest(files),
        labs=read_labs(files, items),
    )
    check_labs(lesson)
    return lesson


def _load_files(folder: Path) -> Mapping[str, bytes]:
    """Return the contents of a folder by relative name."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    if len(paths) > MOST_FILES:
        FieldPath(folder.name).refuse("", len(paths), f"at most {MOST_FILES} files")
    files: dict[str, bytes] = {}
    for path in paths:
        name = path.relative_to(folder).as_posix()
        if path.is_symlink() or path.stat().st_size > MOST_FILE:
            FieldPath(name).refuse("", path.name, f"a plain file of at most {MOST_FILE} bytes")
        files[name] = path.read_bytes()
    for name in (LESSON_FILE, FACTS_FILE, RUBRIC_FILE, LICENCE_FILE, "fr.md", "en.md"):
        if name not in files:
            raise BadFile(
                f"{folder.name} has no {name}; a lesson needs it", code="bad-parameters", file=name
            )
    return files


def _digest(files: Mapping[str, bytes]) -> str:
    """Return one SHA-256 of all files with their names."""
    digest = hashlib.sha256()
    for name, content in sorted(files.items()):
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def _decode(name: str, files: Mapping[str, bytes]) -> str:
    """Return a file as text, with plain line ends."""
    try:
        return files[name].decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError:
        FieldPath(name).refuse("", name, "UTF-8 text")
        raise


def _item(at: FieldPath, value: object) -> Item:
    """Read one item and check its key."""
    fields = at.mapping(
        value,
        needed="id screen kind",
        allowed="options left right key planted unit given check within key_from",
    )
    kind = at.choice(ItemKind, fields["kind"], "kind")
    item_id = at.text(fields, "id")
    at = at.of(item_id or at.parameter)
    if not re.fullmatch(r"[a-z]\d{1,2}", item_id):
        at.refuse("id", item_id, "an id such as q1")
    screen = _pattern(at, fields, "screen", SCREEN_ID)
    if kind in UNMARKED:
        if "key" in fields:
            at.refuse("key", fields["key"], f"no key: {kind.value} is not marked")
        return Item(item_id, screen, kind)
    key_from = at.text(fields, "key_from") if "key_from" in fields else ""
    return replace(_marked_item(at, item_id, screen, kind, fields), key_from=key_from)


def _marked_item(
    at: FieldPath, item_id: str, screen: str, kind: ItemKind, fields: Mapping[str, object]
) -> Item:
    """Read an item that has a key."""
    if kind is ItemKind.NUMBER:
        return _number(at, item_id, screen, fields)
    if kind is ItemKind.MATCH:
        return _match(at, item_id, screen, fields)
    if kind is ItemKind.FIND:
        key = tuple(str(name) for name in at.items(fields, "key" if "key" in fields else "planted"))
        if not key or len(set(key)) != len(key):
            at.refuse("key", list(key), "the numbers of the planted pieces, each once")
        return Item(item_id, screen, kind, key=key)
    return _choice(at, item_id, screen, kind, fields)


def _choice(
    at: FieldPath, item_id: str, screen: str, kind: ItemKind, fields: Mapping[str, object]
) -> Item:
    """Read an item that chooses among lettered options, or puts them in order."""
    options = _letters(at, fields, "options")
    raw = fields.get("key")
    key = (raw,) if isinstance(raw, str) else at.names(fields, "key")
    if not key or len(set(key)) != len(key) or not set(key) <= set(options):
        at.refuse("key", raw, f"some of the options {list(options)}, each once")
    if kind is ItemKind.ONE and len(key) != 1:
        at.refuse("key", raw, "one option")
    if kind is ItemKind.SEVERAL and len(key) == len(options):
        at.refuse("key", raw, "not all options: an item that all ticks solve asks nothing")
    if kind is ItemKind.ORDER and (len(key) != len(options) or key == options):
        at.refuse("key", raw, "all options, in another order than they are printed")
    return Item(item_id, screen, kind, options, key=key)


def _match(at: FieldPath, item_id: str, screen: str, fields: Mapping[str, object]) -> Item:
    """Read an item that links each of the left letters to one of the right."""
    left, right = _letters(at, fields, "left"), _letters(at, fields, "right")
    pairs = {name: str(value) for name, value in at.named(fields, "key")}
    if set(left) & set(right):
        at.refuse("right", list(right), "other letters than the left")
    if tuple(sorted(pairs)) != tuple(sorted(left)) or not set(pairs.values()) <= set(right):
        at.refuse("key", pairs, "a right letter for each left letter")
    return Item(item_id, screen, ItemKind.MATCH, right, left, pairs=pairs)


def _number(at: FieldPath, item_id: str, screen: str, fields: Mapping[str, object]) -> Item:
    """Read an item answered by a number, and check that the key follows from what is given."""
    inputs = {
        name: _fraction(at, f"given.{name}", value) for name, value in at.named(fields, "given")
    }
    key = _fraction(at, "key", fields.get("key"))
    within = _fraction(at, "within", fields.get("within"))
    calculation = at.text(fields, "check")
    exact = evaluate(calculation, inputs)
    if within < 0 or abs(exact - key) > within:
        at.refuse("key", str(fields.get("key")), f"{float(exact):.4f} within {float(within)}")
    unit = at.text(fields, "unit")
    if unit and not UNIT.fullmatch(unit):
        at.refuse("unit", unit, "a word such as percent")
    return Item(
        item_id,
        screen,
        ItemKind.NUMBER,
        number=key,
        within=within,
        unit=unit,
        calculation=calculation,
        inputs=inputs,
    )


def _letters(at: FieldPath, fields: Mapping[str, object], field: str) -> tuple[str, ...]:
    """Return option letters, each once, two at least."""
    letters = at.names(fields, field)
    if len(letters) < LEAST_OPTIONS or len(set(letters)) != len(letters):
        at.refuse(field, list(letters), "two letters or more, each once")
    for letter in letters:
        if not re.fullmatch(r"[a-z]", letter):
            at.refuse(field, letter, "small letters such as a")
    return letters


def _case(at: FieldPath, value: object, files: Mapping[str, bytes], screen_ids: set[str]) -> Case:
    """Read the open case with its rubric."""
    fields = at.mapping(value, needed="id screen words criteria levels markers third_if_apart")
    words = at.items(fields, "words")
    if (
        len(words) != len(("least", "most"))
        or not all(type(count) is int and 1 <= count <= MOST_WORDS for count in words)
        or cast("int", words[0]) >= cast("int", words[1])
    ):
        at.refuse("words", words, "the least and the most words, such as [80, 120]")
    if fields["levels"] != list(LEVELS):
        at.refuse("levels", fields["levels"], f"{list(LEVELS)}")
    screen = at.text(fields, "screen")
    if screen not in screen_ids:
        at.refuse("screen", screen, "a screen of the lesson")
    criteria, anchors = _rubric(files, at.names(fields, "criteria"))
    return Case(
        _pattern(at, fields, "id", re.compile(r"c\d")),
        screen,
        cast("int", words[0]),
        cast("int", words[1]),
        criteria,
        _whole(at, fields, "markers", 2, 2),
        _whole(at, fields, "third_if_apart", 1, CRITERIA * LEVELS[-1]),
        anchors,
    )


def _rubric(
    files: Mapping[str, bytes], names: tuple[str, ...]
) -> tuple[tuple[Criterion, ...], tuple[Anchor, ...]]:
    """Read the criteria, in the order of the case, and the anchor scripts."""
    top = FieldPath(RUBRIC_FILE)
    document = top.mapping(
        loaded(RUBRIC_FILE, files[RUBRIC_FILE]), needed="schema criteria", allowed="anchors"
    )
    if document["schema"] != RUBRIC_SCHEMA:
        top.refuse("schema", document["schema"], RUBRIC_SCHEMA)
    by_name = dict(top.named(document, "criteria"))
    if len(names) != CRITERIA or sorted(by_name) != sorted(names):
        top.refuse(
            "criteria", sorted(by_name), f"the {CRITERIA} criteria of the case: {sorted(names)}"
        )
    criteria: list[Criterion] = []
    for name in names:
        at = top.of(name)
        fields = at.mapping(by_name[name], needed="name levels")
        levels = [
            _words(at, f"levels[{level}]", text)
            for level, text in enumerate(at.items(fields, "levels"))
        ]
        if len(levels) != len(LEVELS):
            at.refuse("levels", len(levels), "four lines, for the levels 0 to 3")
        zero, entry, two, three = levels
        criteria.append(Criterion(name, _bilingual(at, fields, "name"), (zero, entry, two, three)))
    anchors = tuple(
        _anchor(top.of(f"anchors[{number}]"), value, files, names)
        for number, value in enumerate(top.items(document, "anchors"), 1)
    )
    return tuple(criteria), anchors


def _anchor(
    at: FieldPath, value: object, files: Mapping[str, bytes], names: tuple[str, ...]
) -> Anchor:
    """Read one anchor script and its reference marks."""
    fields = at.mapping(value, needed="id language file marks")
    name = f"cases/{at.text(fields, 'file')}"
    if name not in files:
        at.refuse("file", name, "a file of the folder cases/")
    language = at.text(fields, "language")
    if language not in LANGUAGES:
        at.refuse("language", language, f"one of {list(LANGUAGES)}")
    marks = dict(at.named(fields, "marks"))
    if sorted(marks) != sorted(names) or not all(mark in LEVELS for mark in marks.values()):
        at.refuse("marks", marks, f"a level of {list(LEVELS)} for each of {list(names)}")
    return Anchor(
        at.text(fields, "id"),
        language,
        _decode(name, files).strip(),
        tuple(cast("int", marks[criterion]) for criterion in names),
    )


def _facts(
    files: Mapping[str, bytes], names: tuple[str, ...], screen_ids: set[str]
) -> tuple[Fact, ...]:
    """Read the facts of a lesson; those that ``lesson.yaml`` names must be there, and no other."""
    top = FieldPath(FACTS_FILE)
    document = top.mapping(loaded(FACTS_FILE, files[FACTS_FILE]), needed="schema facts")
    if document["schema"] != FACTS_SCHEMA:
        top.refuse("schema", document["schema"], FACTS_SCHEMA)
    facts: list[Fact] = []
    for number, value in enumerate(top.items(document, "facts"), 1):
        at = top.of(f"facts[{number}]")
        fields = at.mapping(
            value, needed="id text source mark screens", allowed="url read_at review_by"
        )
        at = at.of(at.text(fields, "id"))
        mark = at.choice(FactMark, fields["mark"], "mark")
        url = at.text(fields, "url")
        if url and not URL_WITH_PATH.fullmatch(url):
            at.refuse("url", url, "the https address of a page, not only its host")
        read_at = at.day(fields, "read_at") if "read_at" in fields else None
        if mark is FactMark.CONFIRMED and read_at is None:
            at.refuse("read_at", None, "the day somebody read the source of a confirmed fact")
        if not at.text(fields, "source"):
            at.refuse("source", "", "who says so")
        review_by = at.day(fields, "review_by") if "review_by" in fields else None
        facts.append(
            Fact(
                at.text(fields, "id"),
                _bilingual(at, fields, "text"),
                at.text(fields, "source"),
                url,
                mark,
                _screen_names(at, fields, "screens", screen_ids),
                read_at,
                review_by,
            )
        )
    fact_ids = [fact.id for fact in facts]
    if sorted(fact_ids) != sorted(names):
        top.refuse("facts", sorted(fact_ids), f"those of lesson.yaml: {sorted(names)}")
    return tuple(facts)


def _screen_names(
    at: FieldPath, fields: Mapping[str, object], field: str, screen_ids: set[str]
) -> tuple[str, ...]:
    """Return ids of screens that exist."""
    names = at.names(fields, field)
    for name in names:
        if name not in screen_ids:
            at.refuse(field, name, "a screen of the lesson")
    return names


def _terms(top: FieldPath, fields: Mapping[str, object]) -> Mapping[str, tuple[str, ...]]:
    """Return the words of the trade that are explained where they are first met, by language."""
    if "terms" not in fields:
        return dict.fromkeys(LANGUAGES, ())
    terms = top.of("terms").mapping(fields["terms"], needed=" ".join(LANGUAGES))
    return {language: top.of("terms").names(terms, language) for language in LANGUAGES}


def _levels(top: FieldPath, fields: Mapping[str, object]) -> Mapping[str, int]:
    """Return the skills a lesson gives evidence for, with their level."""
    skills: dict[str, int] = {}
    for name, level in top.named(fields, "skills"):
        if not re.fullmatch(r"S\d{2}", name) or level not in {1, 2, 3}:
            top.refuse("skills", {name: level}, "a skill such as S20 and a level from 1 to 3")
        skills[name] = cast("int", level)
    return skills


def _bilingual(at: FieldPath, fields: Mapping[str, object], field: str) -> Bilingual:
    """Return a text in both languages."""
    return _words(at, field, fields[field])


def _words(at: FieldPath, field: str, value: object) -> Bilingual:
    """Return a text in both languages."""
    position = at.of(f"{at.parameter} {field}".strip())
    texts = position.mapping(value, needed="fr en")
    text = Bilingual(en=position.text(texts, "en").strip(), fr=position.text(texts, "fr").strip())
    if not (text.en and text.fr):
        position.refuse("", value, "a text in each language")
    return text


def _whole(at: FieldPath, fields: Mapping[str, object], field: str, least: int, most: int) -> int:
    """Return a whole number within bounds."""
    value = fields[field]
    if type(value) is not int or not least <= value <= most:
        at.refuse(field, value, f"a whole number from {least} to {most}")
    return cast("int", value)


def _share(at: FieldPath, fields: Mapping[str, object], field: str) -> Fraction:
    """Return a share from 0 to 1."""
    share = _fraction(at, field, fields[field])
    if not 0 < share <= 1:
        at.refuse(field, fields[field], 'a share such as "0.70"')
    return share


def _fraction(at: FieldPath, field: str, value: object) -> Fraction:
    """Return a number exactly, written as a whole number or as a text."""
    text: object = str(value) if type(value) in {int, float} else value
    number = read_decimal(text, LARGEST) if isinstance(text, str) else None
    if number is None:
        at.refuse(field, value, 'a number, such as 12 or "0.0333"')
    return Fraction(cast("Decimal", number))


def _pattern(
    at: FieldPath, fields: Mapping[str, object], field: str, pattern: re.Pattern[str]
) -> str:
    """Return a text of a pattern."""
    text = at.text(fields, field)
    if len(text) > MOST_ID or not pattern.fullmatch(text):
        at.refuse(field, text, f"a text of the form {pattern.pattern}")
    return text
