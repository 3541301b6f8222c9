"""Read what an adapter is to take from a published table: no code, names of columns and values.

``where`` keeps lines by the text of a column; ``fields`` says which column holds the sex, the age,
the status, the occupation or the place, and what its texts mean. A line with a text that nobody
explained is left out: a table says more than a deposit takes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import cast

from canut.core.errors import BadFile
from canut.core.portrait.deposits.observations import (
    AGE,
    CURRENCY,
    PLACE,
    UNITS,
    CodeScheme,
    Concept,
    Measure,
    Observation,
    ObservationState,
    PlaceKind,
    Sex,
    WorkStatus,
)
from canut.core.portrait.deposits.table import OCCUPATION, SHARE_OF, RowReader, check_period
from canut.core.strict import FieldPath

AT = FieldPath("datapackage.json", "canut.adapter")
MAPPED = ("sex", "age", "status", "occupation", "place")
MOST_VALUES = 300
LONGEST = 200
BASIC = "kind file concept place_kind measure"
BESIDE = "unit currency share_of scheme place where fields"


@dataclass(frozen=True, slots=True)
class FieldColumn:
    """The column of one field, and what its texts mean."""

    column: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TableSettings:
    """What an adapter takes from a table, and how its figures are to be read."""

    file: str
    concept: Concept
    place_kind: PlaceKind
    measure: Measure
    unit: str
    currency: str
    share_of: str
    scheme: CodeScheme
    place: str
    where: Mapping[str, frozenset[str]]
    fields: Mapping[str, FieldColumn]

    def takes(self, cells: Mapping[str, str]) -> bool:
        """Return whether a line is one the depositor names."""
        return all(cells.get(column, "").strip() in texts for column, texts in self.where.items())

    def words(self, cells: Mapping[str, str]) -> dict[str, str] | None:
        """Return the fields a line says; None where nobody explained one of its texts."""
        words: dict[str, str] = {}
        for name, field in self.fields.items():
            word = field.values.get(cells.get(field.column, "").strip())
            if word is None:
                return None
            words[name] = word
        return words

    @property
    def columns(self) -> frozenset[str]:
        """Return the columns that the settings name."""
        return frozenset({*self.where, *(field.column for field in self.fields.values())})


@dataclass(frozen=True, slots=True)
class Reading:
    """The value of one line, with what the publisher says of it."""

    begin: date
    end: date
    value: Decimal | None
    step: Decimal
    flag: str = ""
    state: ObservationState = ObservationState.NORMAL
    note_en: str = ""
    note_fr: str = ""


def read_settings(
    settings: Mapping[str, object], *, needed: str = "", allowed: str = ""
) -> TableSettings:
    """Read the settings of an adapter of tables.

    Args:
        settings: as written under ``canut.adapter``.
        needed: names of further settings that must be there.
        allowed: names of further settings that may be there.

    Raises:
        BadFile: a setting is missing, unknown or wrong.
    """
    own = AT.mapping(
        dict(settings), needed=f"{BASIC} {needed}".strip(), allowed=f"{BESIDE} {allowed}"
    )
    measure = AT.choice(Measure, own["measure"], "measure")
    unit = AT.text(own, "unit") or UNITS[measure][0]
    if unit not in UNITS[measure]:
        AT.refuse("unit", unit, f"one of {', '.join(UNITS[measure])}")
    currency, share_of = AT.text(own, "currency"), AT.text(own, "share_of")
    if bool(currency) != (measure is Measure.PAY_PER_HOUR) or (
        currency and not CURRENCY.fullmatch(currency)
    ):
        AT.refuse("currency", currency, "three letters for pay, none for the others")
    if bool(share_of) != (measure is Measure.SHARE) or not SHARE_OF.fullmatch(share_of):
        AT.refuse("share_of", share_of, "people, hours, a place or a concept, for shares alone")
    fields = {name: _field(name, value) for name, value in AT.named(own, "fields")}
    return TableSettings(
        file=AT.text(own, "file"),
        concept=AT.choice(Concept, own["concept"], "concept"),
        place_kind=AT.choice(PlaceKind, own["place_kind"], "place_kind"),
        measure=measure,
        unit=unit,
        currency=currency,
        share_of=share_of,
        scheme=AT.choice(CodeScheme, own.get("scheme", "all"), "scheme"),
        place=place_of(AT.text(own, "place"), "place"),
        where={name: _texts(name, value) for name, value in AT.named(own, "where")},
        fields=fields,
    )


def observe(
    row: RowReader, settings: TableSettings, reading: Reading, place: str, today: date
) -> Observation | None:
    """Return the figure of a line; None where the line is not one to take.

    Raises:
        BadRow: its period is to come, or its code is none.
    """
    words = settings.words(row.cells)
    place = (words or {}).get("place", place or settings.place)
    if words is None or not place or not settings.takes(row.cells):
        return None
    check_period(row, reading.begin, reading.end, today)
    occupation = words.get("occupation", "all")
    return Observation(
        line=row.line,
        concept=settings.concept,
        place=place,
        place_kind=settings.place_kind,
        begin=reading.begin,
        end=reading.end,
        measure=settings.measure,
        unit=settings.unit,
        value=reading.value,
        occupation=occupation,
        scheme=settings.scheme if occupation != "all" else CodeScheme.ALL,
        sex=Sex(words.get("sex", "all")),
        age=words.get("age", "all"),
        status=WorkStatus(words.get("status", "all")),
        currency=settings.currency,
        is_weighted=settings.measure is not Measure.INDEX,
        flag=reading.flag,
        state=reading.state,
        note_en=reading.note_en,
        note_fr=reading.note_fr,
        share_of=settings.share_of,
        step=reading.step,
    )


def place_of(text: str, name: str) -> str:
    """Return a code of a place, or nothing.

    Raises:
        BadFile: it is no code.
    """
    if text and not PLACE.fullmatch(text):
        AT.refuse(name, text, "an ISO 3166 code, such as CA-QC")
    return text


def check_known_columns(settings: TableSettings, columns: tuple[str, ...], file: str) -> None:
    """Refuse settings that name a column the table does not have.

    Raises:
        BadFile: they do.
    """
    for column in sorted(settings.columns - {*columns}):
        raise BadFile(
            f"{file} has no column {column!r}; it has {', '.join(columns)[:200]}",
            code="deposit-column-gone",
            file=file,
            column=column[:40],
        )


def _field(name: str, value: object) -> FieldColumn:
    at = AT.of(f"canut.adapter.fields.{name}"[:80])
    if name not in MAPPED:
        at.refuse("", name, f"one of {', '.join(MAPPED)}")
    parts = at.mapping(value, needed="column values")
    values = at.named(parts, "values")
    if not 1 <= len(values) <= MOST_VALUES:
        at.refuse("values", len(values), f"1 to {MOST_VALUES} texts")
    return FieldColumn(
        _column(at, at.text(parts, "column")),
        {text: _word(at, name, word) for text, word in values},
    )


def _word(at: FieldPath, name: str, word: object) -> str:
    text = str(word) if isinstance(word, str) else ""
    is_word = {
        "sex": text in list(Sex),
        "status": text in list(WorkStatus),
        "age": bool(AGE.fullmatch(text)),
        "occupation": bool(OCCUPATION.fullmatch(text)),
        "place": bool(PLACE.fullmatch(text)),
    }[name]
    if not is_word:
        at.refuse("values", word, f"a word for {name}")
    return text


def _texts(name: str, value: object) -> frozenset[str]:
    at = AT.of("canut.adapter.where")
    items = cast("list[object]", value) if isinstance(value, list) else [value]
    if not 1 <= len(items) <= MOST_VALUES or not all(isinstance(item, str) for item in items):
        at.refuse(name[:60], value, "a text, or a list of texts")
    _column(at, name)
    return frozenset(str(item).strip() for item in items)


def _column(at: FieldPath, name: str) -> str:
    if not name or len(name) > LONGEST:
        at.refuse("column", name[:60], f"1 to {LONGEST} characters")
    return name
