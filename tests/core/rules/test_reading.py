"""The register of rules is read strictly, and the shipped one holds what it must."""

import re
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any, cast

import pytest
import yaml

from canut.core.errors import BadFile
from canut.core.rules.reading import HERE, QUERIES, RULES, read_register, shipped_register
from canut.core.rules.register import InstrumentKind, QueryKind, RuleConfidence
from canut.core.rules.statement_checks import STATEMENT_QUERIES
from tests.house.tree import ROOT
from tools.requirements import NUMBERS

ENTRIES = 127

type Document = dict[str, Any]


@pytest.fixture
def rules() -> Document:
    return _document(RULES)


@pytest.fixture
def queries() -> Document:
    return _document(QUERIES)


def _document(name: str) -> Document:
    return cast("Document", yaml.safe_load((HERE / name).read_text()))


def _read(rules: Document, queries: Document) -> None:
    read_register(yaml.safe_dump(rules).encode(), yaml.safe_dump(queries).encode())


def test_register_has_its_entries_each_under_an_id_of_its_own() -> None:
    ids = re.findall(r"^- id: (\S+)$", (HERE / RULES).read_text(), re.MULTILINE)

    assert len(ids) == len(set(ids)) == ENTRIES
    assert [*shipped_register().rules] == ids


def test_every_requirement_hangs_under_a_rule() -> None:
    under = {number for rule in shipped_register().rules.values() for number in rule.requirements}

    assert under == set(NUMBERS)


def test_every_test_that_the_register_names_exists() -> None:
    tests = "\n".join(path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))
    named = {test for query in shipped_register().queries.values() for test in query.test}

    assert len(named) >= 9
    assert not {test for test in named if f"def {test}(" not in tests}


def test_every_query_over_statements_says_what_its_cases_are() -> None:
    queries = shipped_register().queries

    assert all(queries[key].counted for key in STATEMENT_QUERIES)
    assert not [q.key for q in queries.values() if q.counted and q.kind is not QueryKind.COUNTED]


def test_rules_that_were_read_say_where_and_when() -> None:
    confirmed = [
        rule
        for rule in shipped_register().rules.values()
        if rule.confidence is RuleConfidence.CONFIRMED
    ]

    assert len(confirmed) == 51
    assert all(rule.source.read_at and rule.source.locator for rule in confirmed)


def test_rule_that_nobody_read_has_no_day_of_reading() -> None:
    rule = shipped_register().rules["PWD-17"]

    assert rule.confidence is RuleConfidence.TO_VERIFY
    assert rule.source.read_at is None
    assert rule.source.url == rule.instrument.source.url


def test_law_comes_before_what_is_advised_or_promised() -> None:
    kinds = [kind for kind in InstrumentKind if kind.is_law]

    assert kinds == [
        InstrumentKind.ACT,
        InstrumentKind.EU_REGULATION,
        InstrumentKind.EU_DIRECTIVE,
        InstrumentKind.CONVENTION,
    ]


def test_french_and_english_say_the_same_number_of_sentences() -> None:
    register = shipped_register()
    texts = [rule.demands for rule in register.rules.values()]
    texts += [query.words for query in register.queries.values()]

    assert len({text.en for text in texts}) == len({text.fr for text in texts})
    assert not [text.fr for text in texts if re.search(r"\w'\w| [;?!:»%]", text.fr)]


def _spoil(path: str, value: object) -> Callable[[Document, Document], None]:
    """Return what sets one field of the first rule, or of another part, to a value."""

    def spoil(rules: Document, queries: Document) -> None:
        top, *names, last = path.split("/")
        at: Any = {"rule": rules["rules"][2], "instruments": rules["instruments"]}.get(top, queries)
        for name in names:
            at = at[name]
        if value is None:
            del at[last]
        else:
            at[last] = value

    return spoil


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        ("instruments/PWD/source/url", "https://eur-lex.europa.eu/", "source.url"),
        ("instruments/PWD/source/url", "eur-lex.europa.eu/eli/dir", "source.url"),
        ("instruments/GDPR/source/read_at", None, "source.read_at"),
        ("rule/source", {}, "source.locator"),
        ("rule/demands/fr", " ", "demands.fr"),
        ("rule/demands/en", "", "demands.en"),
        ("rule/demands", {"en": "x"}, "fr"),
        ("rule/evidence", ["Q99"], "evidence"),
        ("rule/evidence", [], "evidence"),
        ("rule/requirements", ["R46"], "requirements"),
        ("rule/instrument", "ABC", "instrument"),
        ("rule/id", "PWD-3", "id"),
        ("rule/id", "pwd 3", "id"),
        ("rule/corrects", "PWD-99", "corrects"),
        ("rule/confidence", "sure", "confidence"),
        ("rule/binds/who", "everybody", "binds.who"),
        ("rule/binds/where", ["Europe"], "binds.where"),
        ("rule/binds/persons", ["freelance"], "binds.persons"),
        ("rule/colour", "red", "colour"),
        ("queries/queries/Q16/test", [], "test"),
        ("queries/queries/Q11/within_days", 0, "within_days"),
        ("queries/queries/Q01/words/fr", "", "words.fr"),
    ],
)
def test_row_that_cannot_be_shown_is_refused_by_its_field(
    rules: Document, queries: Document, path: str, value: object, field: str
) -> None:
    _spoil(path, value)(rules, queries)

    with pytest.raises(BadFile) as refused:
        _read(rules, queries)

    assert refused.value.facts["field"] == field


def test_no_status_begins_after_an_instrument_has_ended(rules: Document, queries: Document) -> None:
    statuses = rules["instruments"]["PWD"]["status"]
    statuses[0]["is"] = "repealed"

    with pytest.raises(BadFile, match="no status after the instrument has ended"):
        _read(rules, queries)


def test_query_under_no_rule_is_refused(rules: Document, queries: Document) -> None:
    queries["queries"]["Q98"] = deepcopy(queries["queries"]["Q01"])

    with pytest.raises(BadFile, match="some rule rests on"):
        _read(rules, queries)


def test_row_without_code_needs_only_a_query_that_exists(
    rules: Document, queries: Document
) -> None:
    correction = {**deepcopy(rules["rules"][0]), "id": "PWD-3-new", "corrects": "PWD-3"}
    rules["rules"].append(correction)

    register = read_register(yaml.safe_dump(rules).encode(), yaml.safe_dump(queries).encode())

    assert register.rules["PWD-3-new"].corrects == "PWD-3"
    assert len(register.rules) == ENTRIES + 1


def test_pages_of_own_promises_are_in_the_repository() -> None:
    pages = {rule.source.url for rule in shipped_register().rules.values()}
    own = {page for page in pages if not page.startswith("https://")}

    assert own == {"docs/en/developers/labour-requirements.md"}
    assert all(Path(ROOT, page).is_file() for page in own)
