"""Read the register of rules and its queries strictly: a bad row stops the start, by its name."""

import hashlib
import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

from canut.core.bilingual import Bilingual
from canut.core.rules.register import (
    BoundParty,
    DatedStatus,
    Gap,
    GapKind,
    Instrument,
    InstrumentKind,
    OperatorTask,
    Query,
    QueryKind,
    Register,
    Rule,
    RuleConfidence,
    RuleSource,
    RuleStatus,
    Scope,
)
from canut.core.strict import FieldPath, loaded

HERE = Path(__file__).parent
RULES, QUERIES = "rules.yaml", "queries.yaml"
RULES_SCHEMA, QUERIES_SCHEMA = "canut.rules/1", "canut.rule-queries/1"
URL_WITH_PATH = re.compile(r"https?://[^/\s]+/[^\s]*[^/\s][^\s]*")
OWN_PAGE = re.compile(r"docs/\S+\.md")
RULE_KEY = re.compile(r"[A-Z][A-Z0-9]*(-[A-Za-z0-9]+)+")
QUERY_KEY = re.compile(r"Q\d{2}[a-z]?")
REQUIREMENT = re.compile(r"R([1-9]|[1-3]\d|4[0-5])")
TEST = re.compile(r"test_\w+")
PLACE = re.compile(r"EU|[A-Z]{2}(-[A-Z0-9]{1,3})?")
PERSONS = ("employee", "self_employed", "volunteer", "own_staff")
MOST_DAYS = 365


@cache
def shipped_register() -> Register:
    """Return the register shipped with Canut."""
    return read_register((HERE / RULES).read_bytes(), (HERE / QUERIES).read_bytes())


def read_register(rules: bytes, queries: bytes) -> Register:
    """Read the file of rules and that of queries.

    Raises:
        BadFile: a field is missing, unknown, written twice or has a bad value; a source is a bare
            host; a confirmed row says not when or where it was read; a text lacks a language; a
            query is not known; a status begins after the instrument has ended.
    """
    known_queries = _read_queries(queries)
    top = FieldPath(RULES)
    document = _opened(top, rules, RULES_SCHEMA, "instruments rules")
    instruments = {
        key: _instrument(top.of(f"instruments.{key}"), key, value)
        for key, value in top.named(document, "instruments")
    }
    register: dict[str, Rule] = {}
    for number, value in enumerate(top.items(document, "rules"), 1):
        rule = _rule(top.of(f"rules[{number}]"), value, instruments, known_queries)
        if rule.key in register:
            top.of(rule.key).refuse("id", rule.key, "an id that no other rule has")
        register[rule.key] = rule
    for rule in register.values():
        if rule.corrects and rule.corrects not in register:
            top.of(rule.key).refuse("corrects", rule.corrects, "the id of a rule")
    by_query = {
        query: tuple(rule.key for rule in register.values() if query in rule.evidence)
        for query in known_queries
    }
    for query, of_rules in by_query.items():
        if not of_rules:
            FieldPath(QUERIES, query).refuse("", query, "a query that some rule rests on")
    digest = hashlib.sha256(rules + queries).hexdigest()
    return Register(instruments, register, known_queries, digest, by_query)


def _read_queries(content: bytes) -> Mapping[str, Query]:
    top = FieldPath(QUERIES)
    document = _opened(top, content, QUERIES_SCHEMA, "queries")
    return {key: _query(top.of(key), key, value) for key, value in top.named(document, "queries")}


def _opened(top: FieldPath, content: bytes, schema: str, needed: str) -> Mapping[str, object]:
    document = top.mapping(loaded(top.file, content), needed=f"schema {needed}")
    if document["schema"] != schema:
        top.refuse("schema", document["schema"], schema)
    return document


def _query(at: FieldPath, key: str, value: object) -> Query:
    fields = at.mapping(
        value, needed="words", allowed="kind counted test task within_days defect counts_only"
    )
    if not QUERY_KEY.fullmatch(key):
        at.refuse("", key, "an id such as Q05 or Q02b")
    kind = at.choice(QueryKind, fields.get("kind", "counted"), "kind")
    counted = _words(at, fields, "counted") if "counted" in fields else None
    tests = at.names(fields, "test")
    if (kind is QueryKind.BY_CODE) is not bool(tests):
        at.refuse("test", tests, "the tests that show it, where the code holds it, and only there")
    for test in tests:
        if not TEST.fullmatch(test):
            at.refuse("test", test, "the name of a test")
    return Query(
        key,
        kind,
        _words(at, fields, "words"),
        counted,
        tests,
        _task(at, fields),
        _words(at, fields, "defect") if "defect" in fields else None,
        bool(fields.get("counts_only", False)),
    )


def _instrument(at: FieldPath, key: str, value: object) -> Instrument:
    fields = at.mapping(value, needed="name kind place status source confidence", allowed="note")
    kind = at.choice(InstrumentKind, fields["kind"], "kind")
    confidence = at.choice(RuleConfidence, fields["confidence"], "confidence")
    place = at.text(fields, "place")
    if place and not PLACE.fullmatch(place):
        at.refuse("place", place, "EU, a country, a part of one, or nothing for everywhere")
    return Instrument(
        key,
        _words(at, fields, "name"),
        kind,
        place,
        _statuses(at, fields),
        _source(at, fields["source"], kind, confidence, is_located=False),
        confidence,
        _words(at, fields, "note") if "note" in fields else None,
    )


def _statuses(at: FieldPath, fields: Mapping[str, object]) -> tuple[DatedStatus, ...]:
    """Read the dated statuses, in order; nothing follows the end of an instrument."""
    statuses: list[DatedStatus] = []
    for item in at.items(fields, "status"):
        dated = at.of(f"{at.parameter}.status").mapping(item, needed="from is")
        status = DatedStatus(at.day(dated, "from"), at.choice(RuleStatus, dated["is"], "status"))
        if statuses and status.since <= statuses[-1].since:
            at.refuse("status", status.since, "a day after that of the status before")
        if statuses and statuses[-1].status is RuleStatus.REPEALED:
            at.refuse("status", status.since, "no status after the instrument has ended")
        statuses.append(status)
    if not statuses:
        at.refuse("status", [], "one dated status at least")
    return tuple(statuses)


def _source(
    at: FieldPath,
    value: object,
    kind: InstrumentKind,
    confidence: RuleConfidence,
    *,
    is_located: bool,
) -> RuleSource:
    fields = at.mapping(value, needed="url title", allowed="locator read_at published")
    url = at.text(fields, "url")
    is_own = kind is InstrumentKind.OWN_PROMISE and OWN_PAGE.fullmatch(url)
    if not is_own and not URL_WITH_PATH.fullmatch(url):
        at.refuse("source.url", url, "the address of a page, not only its host")
    source = RuleSource(
        at.text(fields, "title"),
        url,
        at.text(fields, "locator"),
        _day(at, fields, "read_at"),
        _day(at, fields, "published"),
    )
    if not source.title:
        at.refuse("source.title", "", "the name of the page")
    if confidence is RuleConfidence.CONFIRMED and source.read_at is None:
        at.refuse("source.read_at", None, "the day somebody read it, for a row that is confirmed")
    if confidence is RuleConfidence.CONFIRMED and is_located and not source.locator:
        at.refuse("source.locator", "", "where it stands there, for a row that is confirmed")
    return source


def _rule(
    at: FieldPath,
    value: object,
    instruments: Mapping[str, Instrument],
    queries: Mapping[str, Query],
) -> Rule:
    fields = at.mapping(
        value,
        needed="id instrument article demands binds confidence",
        allowed="source status evidence gap task within_days requirements note corrects",
    )
    key = at.text(fields, "id")
    at = at.of(key or at.parameter)
    if not RULE_KEY.fullmatch(key):
        at.refuse("id", key, "an id such as PWD-10-5")
    instrument = instruments.get(str(fields["instrument"]))
    if instrument is None:
        at.refuse("instrument", fields["instrument"], f"one of {sorted(instruments)}")
        raise AssertionError  # refuse raises
    confidence = at.choice(RuleConfidence, fields["confidence"], "confidence")
    evidence = at.names(fields, "evidence")
    for query in evidence:
        if query not in queries:
            at.refuse("evidence", query, "the id of a query in queries.yaml")
    gap, task = _gap(at, fields), _task(at, fields)
    who, scope = _binds(at, fields["binds"])
    if not (evidence or gap or task or who is BoundParty.STATE):
        at.refuse("evidence", [], "a query, a task, or a gap that says why there is none")
    requirements = at.names(fields, "requirements")
    for number in requirements:
        if not REQUIREMENT.fullmatch(number):
            at.refuse("requirements", number, "a row from R1 to R45")
    return Rule(
        key,
        instrument,
        at.text(fields, "article"),
        _words(at, fields, "demands"),
        who,
        scope,
        _rule_source(at, fields, instrument, confidence),
        confidence,
        at.choice(RuleStatus, fields["status"], "status") if "status" in fields else None,
        evidence,
        gap,
        task,
        requirements,
        _words(at, fields, "note") if "note" in fields else None,
        at.text(fields, "corrects"),
    )


def _rule_source(
    at: FieldPath,
    fields: Mapping[str, object],
    instrument: Instrument,
    confidence: RuleConfidence,
) -> RuleSource:
    """Read a rule's source; without a page of its own it is that of the instrument.

    That the page of the instrument was read says nothing of an article that is to verify.
    """
    own = dict(at.named(fields, "source"))
    page = instrument.source
    of_instrument: dict[str, object] = {"url": page.url, "title": page.title}
    if "url" not in own and confidence is RuleConfidence.CONFIRMED:
        read = {"read_at": page.read_at, "published": page.published}
        of_instrument |= {name: day for name, day in read.items() if day is not None}
    merged = of_instrument | own
    return _source(at, merged, instrument.kind, confidence, is_located=True)


def _binds(at: FieldPath, value: object) -> tuple[BoundParty, Scope]:
    fields = at.mapping(value, needed="who", allowed="where persons")
    places, persons = at.names(fields, "where"), at.names(fields, "persons")
    for place in places:
        if not PLACE.fullmatch(place):
            at.refuse("binds.where", place, "EU, a country, or a part of one")
    for person in persons:
        if person not in PERSONS:
            at.refuse("binds.persons", person, f"one of {PERSONS}")
    return at.choice(BoundParty, fields["who"], "binds.who"), Scope(places, persons)


def _gap(at: FieldPath, fields: Mapping[str, object]) -> Gap | None:
    if "gap" not in fields:
        return None
    inner = at.of(f"{at.parameter}.gap").mapping(fields["gap"], needed="is en fr")
    return Gap(at.choice(GapKind, inner["is"], "gap.is"), _both(at, inner, "gap"))


def _task(at: FieldPath, fields: Mapping[str, object]) -> OperatorTask | None:
    if "task" not in fields:
        return None
    days = fields.get("within_days")
    if not isinstance(days, int) or not 1 <= days <= MOST_DAYS:
        at.refuse("within_days", days, f"a number of days from 1 to {MOST_DAYS}")
        raise AssertionError  # refuse raises
    return OperatorTask(_words(at, fields, "task"), days)


def _words(at: FieldPath, fields: Mapping[str, object], field: str) -> Bilingual:
    inner = at.of(f"{at.parameter}.{field}").mapping(fields.get(field), needed="en fr")
    return _both(at, inner, field)


def _both(at: FieldPath, inner: Mapping[str, object], field: str) -> Bilingual:
    for language in ("en", "fr"):
        if not at.text(inner, language).strip():
            at.refuse(f"{field}.{language}", inner[language], "a text in both languages")
    return Bilingual(at.text(inner, "en"), at.text(inner, "fr"))


def _day(at: FieldPath, fields: Mapping[str, object], field: str) -> date | None:
    return at.day(fields, field) if field in fields else None
