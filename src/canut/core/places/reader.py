"""Read the parameters of places, strictly: a field too many or missing names file and parameter.

What the values mean is decided in ``parameters``; how strictly a file is read, in ``strict``.
"""

import hashlib
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from canut.core.errors import BadFile
from canut.core.places.parameters import (
    PLACE,
    Confidence,
    DatedValue,
    LegalHours,
    NotComputed,
    Parameter,
    PlaceRules,
    Places,
    Rule,
    Source,
    Status,
)
from canut.core.strict import FieldPath, loaded

SCHEMA = "canut.labour-params/1"
SHIPPED = Path(__file__).parent
PLAIN = {"ratio", "years"}
CURRENCY = re.compile(r"[A-Z]{3}")
PERIODS = {"hour", "day", "month", "year"}
PAYERS = {"employee", "employer", "self_employed"}
KINDS = {"official", "press", "firm", "library", "general_knowledge", "inferred"}
UNKNOWN = "unknown"


@cache
def shipped_places() -> Places:
    """Return the places that come with Canut."""
    return read_places(SHIPPED)


def read_places(*folders: Path) -> Places:
    """Read every place of these folders; a file of a later folder takes the place of an earlier.

    Raises:
        BadFile: a folder is empty, or a file does not say all it must.
    """
    found: dict[str, PlaceRules] = {}
    for folder in folders:
        files = sorted(folder.glob("*.yaml"))
        if not files:
            raise BadFile(f"{folder} holds no .yaml file; expected one file a place")
        for file in files:
            place = read_place(file.name, file.read_bytes())
            found[place.code] = place
    places = Places(found)
    _refuse_strangers(places)
    return places


def read_place(file: str, content: bytes) -> PlaceRules:
    """Read one file, such as ``CA-QC.yaml``.

    Raises:
        BadFile: the file does not say all it must, says more, or twice.
    """
    top = FieldPath(file)
    said = top.mapping(
        loaded(file, content),
        needed="schema jurisdiction currency sources params",
        allowed="hours_basis contributions not_computed",
    )
    if said["schema"] != SCHEMA:
        top.refuse("schema", said["schema"], SCHEMA)
    code = top.text(said, "jurisdiction")
    if not PLACE.fullmatch(code) or file != f"{code}.yaml":
        top.refuse("jurisdiction", code, f"an ISO 3166-2 code, and the file named {code}.yaml")
    currency = top.text(said, "currency")
    if not CURRENCY.fullmatch(currency):
        top.refuse("currency", currency, "three capital letters, such as CAD")
    sources = {k: _source(top.of(f"sources.{k}"), k, v) for k, v in top.named(said, "sources")}
    return PlaceRules(
        code=code,
        currency=currency,
        file=file,
        sha256=hashlib.sha256(content).hexdigest(),
        parameters={k: _parameter(top.of(k), k, v, sources) for k, v in top.named(said, "params")},
        hours={
            k: _hours(top.of(f"hours_basis.{k}"), v, sources)
            for k, v in top.named(said, "hours_basis")
        },
        rules=tuple(_rule(top, one) for one in top.items(said, "contributions")),
        not_computed=tuple(_left_out(top, one) for one in top.items(said, "not_computed")),
    )


def _source(at: FieldPath, key: str, seen: object) -> Source:
    said = at.mapping(seen, needed="title url kind read", allowed="published")
    kind = at.text(said, "kind")
    if kind not in KINDS:
        at.refuse("kind", kind, f"one of {sorted(KINDS)}")
    published = at.day(said, "published") if "published" in said else None
    title, url = at.text(said, "title"), at.text(said, "url")
    return Source(key, title, url, kind, at.day(said, "read"), published)


def _parameter(at: FieldPath, name: str, seen: object, sources: Mapping[str, Source]) -> Parameter:
    said = at.mapping(
        seen,
        needed="unit values review_by hard_stop",
        allowed="applies_to inherited override period_of_test",
    )
    unit = at.text(said, "unit")
    currency, _, period = unit.partition("/")
    if unit not in PLAIN and not (CURRENCY.fullmatch(currency) and period in PERIODS):
        at.refuse("unit", unit, f"ratio, years, or a currency and one of {sorted(PERIODS)}")
    entries: list[DatedValue] = []
    for index, one in enumerate(at.items(said, "values")):
        entries.append(_entry(at, index, one, sources, entries))
    if not entries:
        at.refuse("values", [], "at least one; unknown is written null")
    review_by, hard_stop = at.day(said, "review_by"), at.day(said, "hard_stop")
    if not max(one.since for one in entries) < hard_stop or review_by > hard_stop:
        at.refuse("hard_stop", hard_stop, "a day after the last value, not before review_by")
    if not isinstance(said.get("inherited", True), bool):
        at.refuse("inherited", said["inherited"], "true or false")
    for field, only in (("override", "employer"), ("period_of_test", "pay_period")):
        if said.get(field, only) != only:
            at.refuse(field, said[field], only)
    return Parameter(
        name=name,
        unit=unit,
        entries=tuple(entries),
        review_by=review_by,
        hard_stop=hard_stop,
        applies_to=tuple(
            at.choice(Status, status, "applies_to") for status in at.items(said, "applies_to")
        ),
        inherited=bool(said.get("inherited", True)),
        override=at.text(said, "override"),
    )


def _entry(
    at: FieldPath,
    index: int,
    seen: object,
    sources: Mapping[str, Source],
    earlier: list[DatedValue],
) -> DatedValue:
    """Read one dated value: later than the one before, or said to correct it."""
    here = at.of(f"{at.parameter} values[{index}]")
    said = here.mapping(seen, needed="from value src", allowed="confidence corrects note")
    since, src = here.day(said, "from"), here.text(said, "src")
    if "corrects" in said:
        if here.day(said, "corrects") != since or since not in {one.since for one in earlier}:
            here.refuse("corrects", said["corrects"], "the day of an earlier value, as in from")
    elif earlier and since <= max(one.since for one in earlier):
        here.refuse("from", since, "a day after the earlier values; a correction says corrects")
    if said["value"] is None:
        if src != UNKNOWN:
            here.refuse("src", src, "unknown, as the value is null")
        return DatedValue(since, None, None, Confidence.UNKNOWN, here.text(said, "note"))
    if src not in sources:
        here.refuse("src", src, f"one of the sources {sorted(sources)}")
    confidence = here.choice(Confidence, said.get("confidence"), "confidence")
    if confidence is Confidence.UNKNOWN:
        here.refuse("confidence", confidence.value, "null as value, for what is unknown")
    note = here.text(said, "note")
    return DatedValue(since, here.number(said, "value"), sources[src], confidence, note)


def _hours(at: FieldPath, seen: object, sources: Mapping[str, Source]) -> LegalHours:
    said = at.mapping(seen, needed="hours src confidence")
    hours, src = at.number(said, "hours"), at.text(said, "src")
    if not hours:
        at.refuse("hours", said["hours"], "more than 0")
    if src not in sources:
        at.refuse("src", src, f"one of the sources {sorted(sources)}")
    return LegalHours(hours, sources[src], at.choice(Confidence, said["confidence"], "confidence"))


def _rule(at: FieldPath, seen: object) -> Rule:
    said = at.mapping(seen, needed="id rates", allowed="cap exempt above times brackets")
    here = at.of(f"contributions {said['id']}")
    by_payer = dict(here.named(said, "rates"))
    rates = {payer: here.names(by_payer, payer) for payer in by_payer}
    times = {k: str(v) for k, v in here.named(said, "times")}
    for payer in {*rates, *times} - PAYERS:
        here.refuse("rates", payer, f"who pays: {sorted(PAYERS)}")
    return Rule(
        key=here.text(said, "id"),
        rates=rates,
        cap=here.text(said, "cap"),
        exempt=here.text(said, "exempt"),
        above=here.text(said, "above"),
        times=times,
        brackets=here.text(said, "brackets"),
    )


def _refuse_strangers(places: Places) -> None:
    """Refuse a contribution that rests on a parameter no file of its place names."""
    for code, place in places.by_code.items():
        for rule in place.rules:
            for name in sorted(rule.names):
                if places.parameter(name, code) is None:
                    FieldPath(place.file, f"contributions {rule.key}").refuse(
                        "", name, "the name of a parameter of this place"
                    )


def _left_out(at: FieldPath, seen: object) -> NotComputed:
    said = at.of("not_computed").mapping(seen, needed="id en fr")
    return NotComputed(at.text(said, "id"), at.text(said, "en"), at.text(said, "fr"))
