"""Read parameter files strictly: an unknown or missing field names the file and parameter.

``parameters`` interprets the values; ``strict`` checks the fields of a file.
"""

import hashlib
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from canut.core.errors import BadFile
from canut.core.places.parameters import (
    PLACE,
    ContributionRule,
    DatedValue,
    LegalHours,
    NotComputed,
    Parameter,
    PlaceRules,
    Places,
    Status,
    ValueConfidence,
    ValueSource,
)
from canut.core.strict import FieldPath, loaded

SCHEMA = "canut.labour-params/1"
SHIPPED = Path(__file__).parent
PLAIN = {"ratio", "years", "hours"}
CURRENCY = re.compile(r"[A-Z]{3}")
PERIODS = {"hour", "day", "pay", "month", "year"}
SPANS = {"pay", "month", "year"}
PAYERS = {"employee", "employer", "self_employed"}
KINDS = {"official", "press", "firm", "library", "general_knowledge", "inferred"}
UNKNOWN = "unknown"


@cache
def shipped_places() -> Places:
    """Return the jurisdictions shipped with Canut."""
    return read_places(SHIPPED)


def read_places(*folders: Path) -> Places:
    """Read all files of these folders; a later folder overrides an earlier one.

    Raises:
        BadFile: a folder is empty, or a required field is missing.
    """
    by_code: dict[str, PlaceRules] = {}
    for folder in folders:
        files = sorted(folder.glob("*.yaml"))
        if not files:
            raise BadFile(f"{folder} holds no .yaml file; expected one file a place")
        for file in files:
            place = read_place(file.name, file.read_bytes())
            by_code[place.code] = place
    places = Places(by_code)
    check_rules(places)
    return places


def read_place(file: str, content: bytes) -> PlaceRules:
    """Read one file, such as ``CA-QC.yaml``.

    Raises:
        BadFile: a field is missing, unknown or duplicated.
    """
    top = FieldPath(file)
    fields = top.mapping(
        loaded(file, content),
        needed="schema jurisdiction currency sources params",
        allowed="hours_basis contributions not_computed not_payable",
    )
    if fields["schema"] != SCHEMA:
        top.refuse("schema", fields["schema"], SCHEMA)
    code = top.text(fields, "jurisdiction")
    if not PLACE.fullmatch(code) or file != f"{code}.yaml":
        top.refuse("jurisdiction", code, f"an ISO 3166-2 code, and the file named {code}.yaml")
    currency = top.text(fields, "currency")
    if not CURRENCY.fullmatch(currency):
        top.refuse("currency", currency, "three capital letters, such as CAD")
    sources = {k: _source(top.of(f"sources.{k}"), k, v) for k, v in top.named(fields, "sources")}
    return PlaceRules(
        code=code,
        currency=currency,
        file=file,
        sha256=hashlib.sha256(content).hexdigest(),
        parameters={
            k: _parameter(top.of(k), k, v, sources) for k, v in top.named(fields, "params")
        },
        hours={
            k: _hours(top.of(f"hours_basis.{k}"), v, sources)
            for k, v in top.named(fields, "hours_basis")
        },
        rules=tuple(_rule(top, item) for item in top.items(fields, "contributions")),
        not_computed=tuple(_left_out(top, item) for item in top.items(fields, "not_computed")),
        content=content.decode(),
        not_payable=tuple(
            top.choice(Status, status, "not_payable") for status in top.items(fields, "not_payable")
        ),
    )


def _source(at: FieldPath, key: str, value: object) -> ValueSource:
    fields = at.mapping(value, needed="title url kind read", allowed="published")
    kind = at.text(fields, "kind")
    if kind not in KINDS:
        at.refuse("kind", kind, f"one of {sorted(KINDS)}")
    published = at.day(fields, "published") if "published" in fields else None
    title, url = at.text(fields, "title"), at.text(fields, "url")
    return ValueSource(key, title, url, kind, at.day(fields, "read"), published)


def _parameter(
    at: FieldPath, name: str, value: object, sources: Mapping[str, ValueSource]
) -> Parameter:
    fields = at.mapping(
        value,
        needed="unit values review_by hard_stop",
        allowed="applies_to inherited override period_of_test",
    )
    unit = at.text(fields, "unit")
    currency, _, period = unit.partition("/")
    if unit not in PLAIN and not (CURRENCY.fullmatch(currency) and period in PERIODS):
        at.refuse("unit", unit, f"ratio, years, hours, or a currency and one of {sorted(PERIODS)}")
    entries: list[DatedValue] = []
    for index, item in enumerate(at.items(fields, "values")):
        entries.append(_entry(at, index, item, sources, entries))
    if not entries:
        at.refuse("values", [], "at least one; unknown is written null")
    review_by, hard_stop = at.day(fields, "review_by"), at.day(fields, "hard_stop")
    if not max(item.since for item in entries) < hard_stop or review_by > hard_stop:
        at.refuse("hard_stop", hard_stop, "a day after the last value, not before review_by")
    if not isinstance(fields.get("inherited", True), bool):
        at.refuse("inherited", fields["inherited"], "true or false")
    for field, only in (("override", "employer"), ("period_of_test", "pay_period")):
        if fields.get(field, only) != only:
            at.refuse(field, fields[field], only)
    return Parameter(
        name=name,
        unit=unit,
        entries=tuple(entries),
        review_by=review_by,
        hard_stop=hard_stop,
        applies_to=tuple(
            at.choice(Status, status, "applies_to") for status in at.items(fields, "applies_to")
        ),
        inherited=bool(fields.get("inherited", True)),
        override=at.text(fields, "override"),
    )


def _entry(
    at: FieldPath,
    index: int,
    item: object,
    sources: Mapping[str, ValueSource],
    earlier: list[DatedValue],
) -> DatedValue:
    """Read one dated value, which must be later than the one before or correct it."""
    here = at.of(f"{at.parameter} values[{index}]")
    fields = here.mapping(item, needed="from value src", allowed="confidence corrects note")
    since, src = here.day(fields, "from"), here.text(fields, "src")
    if "corrects" in fields:
        if here.day(fields, "corrects") != since or since not in {entry.since for entry in earlier}:
            here.refuse("corrects", fields["corrects"], "the day of an earlier value, as in from")
    elif earlier and since <= max(entry.since for entry in earlier):
        here.refuse("from", since, "a day after the earlier values; a correction says corrects")
    if fields["value"] is None:
        if src != UNKNOWN:
            here.refuse("src", src, "unknown, as the value is null")
        return DatedValue(since, None, None, ValueConfidence.UNKNOWN, here.text(fields, "note"))
    if src not in sources:
        here.refuse("src", src, f"one of the sources {sorted(sources)}")
    confidence = here.choice(ValueConfidence, fields.get("confidence"), "confidence")
    if confidence is ValueConfidence.UNKNOWN:
        here.refuse("confidence", confidence.value, "null as value, for what is unknown")
    note = here.text(fields, "note")
    return DatedValue(since, here.number(fields, "value"), sources[src], confidence, note)


def _hours(at: FieldPath, value: object, sources: Mapping[str, ValueSource]) -> LegalHours:
    fields = at.mapping(value, needed="hours src confidence")
    hours, src = at.number(fields, "hours"), at.text(fields, "src")
    if not hours:
        at.refuse("hours", fields["hours"], "more than 0")
    if src not in sources:
        at.refuse("src", src, f"one of the sources {sorted(sources)}")
    return LegalHours(
        hours, sources[src], at.choice(ValueConfidence, fields["confidence"], "confidence")
    )


def _rule(at: FieldPath, value: object) -> ContributionRule:
    fields = at.mapping(
        value,
        needed="id rates",
        allowed="cap exempt above times brackets base least relief per steps",
    )
    here = at.of(f"contributions {fields['id']}")
    by_payer = dict(here.named(fields, "rates"))
    rates = {payer: here.names(by_payer, payer) for payer in by_payer}
    times = {k: str(v) for k, v in here.named(fields, "times")}
    for payer in {*rates, *times} - PAYERS:
        here.refuse("rates", payer, f"who pays: {sorted(PAYERS)}")
    per = here.text(fields, "per") or "year"
    if per not in SPANS:
        here.refuse("per", per, f"one of {sorted(SPANS)}")
    return ContributionRule(
        key=here.text(fields, "id"),
        rates=rates,
        cap=here.text(fields, "cap"),
        exempt=here.text(fields, "exempt"),
        above=here.text(fields, "above"),
        times=times,
        brackets=here.text(fields, "brackets"),
        base=here.text(fields, "base"),
        least=here.text(fields, "least"),
        relief=here.text(fields, "relief"),
        per=per,
        steps=_steps(here, here.items(fields, "steps")),
    )


def _steps(at: FieldPath, items: list[object]) -> tuple[tuple[str, str], ...]:
    """Read rates that grow with the pay; only the last one holds without end."""
    rows = [at.mapping(item, needed="rate", allowed="up_to") for item in items]
    steps = tuple((at.text(row, "rate"), at.text(row, "up_to")) for row in rows)
    if steps and [bool(top) for _rate, top in steps] != [True] * (len(steps) - 1) + [False]:
        at.refuse("steps", [top for _rate, top in steps], "up_to in each step but the last")
    return steps


def check_rules(places: Places) -> None:
    """Check that each contribution uses parameters of its place, with amounts for its span.

    Raises:
        BadFile: no applicable file names a parameter, or it is an amount for another span.
    """
    for code, place in places.by_code.items():
        for rule in place.rules:
            for name in sorted(rule.names):
                here = FieldPath(place.file, f"contributions {rule.key}")
                decided = places.parameter(name, code)
                if decided is None:
                    here.refuse("", name, "the name of a parameter of this place")
                elif name in rule.amounts and not decided[1].unit.endswith(f"/{rule.per}"):
                    here.refuse(name, decided[1].unit, f"an amount a {rule.per}, as it says per")


def _left_out(at: FieldPath, value: object) -> NotComputed:
    fields = at.of("not_computed").mapping(value, needed="id en fr")
    return NotComputed(at.text(fields, "id"), at.text(fields, "en"), at.text(fields, "fr"))
