"""Read what ``canut audit --json`` says of a crowd that somebody ran elsewhere.

Taken: how many people, their hours, the median pay of an hour over people, the share of people
under the floor. Never taken: the lines of single persons.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import cast

from canut.core.errors import BadFile, BadRow, TooLarge
from canut.core.json_depth import load_json
from canut.core.outside_text import LARGEST, read_day, read_decimal
from canut.core.portrait.deposits.adapters.settings import AT, place_of
from canut.core.portrait.deposits.observations import (
    CURRENCY,
    Concept,
    Measure,
    Observation,
    PlaceKind,
)
from canut.core.portrait.deposits.table import file_named, step_of
from canut.core.strict import FieldPath

LARGEST_AUDIT = 64 * 2**20
FOUR_DIGITS = Decimal("0.0001")
CENT = Decimal("0.01")
TENTH = Decimal("0.1")


def read_audit(
    files: Mapping[str, Path], settings: Mapping[str, object], today: date
) -> list[Observation]:
    """Read the figures of an audit.

    Raises:
        BadFile: it is no audit, or a setting is wrong.
        BadRow: the period is to come.
        TooLarge: the file is longer than is read.
    """
    own = AT.mapping(dict(settings), needed="kind file concept place place_kind period")
    file = AT.text(own, "file")
    audit = FieldPath(file)
    content = _document(file_named(files, file), file)
    people = _number(audit, content, "people")
    observe = _Figures(own, int(people), today, file)
    observations = [observe.figure(Measure.PEOPLE, "people", people)]
    pay = content.get("pay")
    if not isinstance(pay, dict):
        return observations
    paid = cast("dict[str, object]", pay)
    currency = audit.text(paid, "currency")
    if not CURRENCY.fullmatch(currency):
        audit.refuse("pay.currency", currency, "three letters, such as USD")
    observe.people = int(_number(audit, paid, "people"))
    observations.append(
        observe.figure(Measure.HOURS, "hours", _number(audit, paid, "hours").quantize(TENTH))
    )
    spread = audit.mapping(paid.get("by_person"), needed="p10 p50 p90")
    median = observe.figure(
        Measure.PAY_PER_HOUR, "currency_per_hour", _number(audit, spread, "p50").quantize(CENT)
    )
    observations.append(
        replace(
            median,
            currency=currency,
            note_en="Median over people; time of refused work counted",
            note_fr="Médiane des personnes ; temps du travail refusé compté",
        )
    )
    under = paid.get("under_floor")
    if isinstance(under, dict):
        under_fields = cast("dict[str, object]", under)
        floor = _number(audit, under_fields, "floor").normalize()
        share = observe.figure(
            Measure.SHARE,
            "proportion",
            _number(audit, under_fields, "people_share").quantize(FOUR_DIGITS),
        )
        observations.append(
            replace(
                share,
                share_of="people",
                note_en=f"Under {floor:f} {currency} an hour",
                note_fr=f"Sous {floor:f} {currency} de l’heure",
            )
        )
    return observations


class _Figures:
    """Writes figures of one crowd, place and period."""

    def __init__(self, own: Mapping[str, object], people: int, today: date, file: str) -> None:
        first, _, last = AT.text(own, "period").partition("/")
        begin, end = read_day(first), read_day(last)
        if begin is None or end is None or begin > end:
            AT.refuse("period", own["period"], "first and last day: 2026-01-01/2026-03-31")
        self.begin, self.end = begin or date.min, end or date.min
        if self.end > today:
            raise BadRow(
                f"the period ends on {self.end}, which is to come",
                code="deposit-future",
                file=file,
                line=1,
                day=self.end.isoformat(),
            )
        self.concept = AT.choice(Concept, own["concept"], "concept")
        self.place = place_of(AT.text(own, "place") or "?", "place")
        self.place_kind = AT.choice(PlaceKind, own["place_kind"], "place_kind")
        self.people = people

    def figure(self, measure: Measure, unit: str, value: Decimal) -> Observation:
        """Write one figure."""
        return Observation(
            line=0,
            concept=self.concept,
            place=self.place,
            place_kind=self.place_kind,
            begin=self.begin,
            end=self.end,
            measure=measure,
            unit=unit,
            value=value,
            n=self.people,
            step=step_of(value),
        )


def _document(path: Path, file: str) -> Mapping[str, object]:
    with path.open("rb") as opened:
        raw = opened.read(LARGEST_AUDIT + 1)
    if len(raw) > LARGEST_AUDIT:
        raise TooLarge(
            f"{file} is over {LARGEST_AUDIT} bytes",
            code="deposit-large",
            file=file,
            limit=LARGEST_AUDIT // 1024,
        )
    try:
        document = load_json(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError) as problem:
        raise _no_audit(file) from problem
    if not isinstance(document, dict) or not {"people", "assignments", "pay"} <= {*document}:
        raise _no_audit(file)
    return cast("dict[str, object]", document)


def _no_audit(file: str) -> BadFile:
    return BadFile(f"{file} is not what canut audit --json writes", code="deposit-audit", file=file)


def _number(at: FieldPath, fields: Mapping[str, object], name: str) -> Decimal:
    raw = fields.get(name)
    is_number = isinstance(raw, (str, int, float)) and not isinstance(raw, bool)
    value = read_decimal(str(raw), LARGEST) if is_number else None
    if value is None or value < 0:
        at.refuse(name, raw, "a number of 0 or more")
    return cast("Decimal", value)
