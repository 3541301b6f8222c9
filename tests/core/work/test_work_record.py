"""A record that left comes back the same, and what is no record is refused."""

import io
import json
import zipfile
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canut.core.errors import BadFile, TooLarge
from canut.core.outside_text import FIRST_DAY, LAST_DAY
from canut.core.work import work_record as subject
from canut.core.work.work_record import SCHEMA, TABLES, Record, read_record, write_record

PERSON: subject.Row = {"name": "Nadia", "language": "fr", "since_ms": 5}
texts = st.text(st.characters(codec="utf-8", exclude_characters="\x00"))
cells: dict[type, st.SearchStrategy[Any]] = {
    int: st.integers(-(2**53), 2**53),
    str: texts,
    bool: st.booleans(),
}
moments, days = st.integers(0, subject.MOST_MS), st.dates(FIRST_DAY, LAST_DAY).map(str)


def cells_of(column: str, kind: type) -> st.SearchStrategy[Any]:
    if column == "day":
        return days
    return moments if column.endswith("ms") else cells[kind]


records = st.builds(
    Record,
    instance=texts.map(lambda text: text[:200]),
    made_ms=moments,
    person=st.just(PERSON),
    tables=st.fixed_dictionaries(
        {
            name: st.lists(
                st.fixed_dictionaries(
                    {column: st.none() | cells_of(column, kind) for column, kind in columns.items()}
                ),
                max_size=2,
            )
            for name, columns in TABLES.items()
        }
    ),
)


def changed(**parts: object) -> bytes:
    whole = json.loads(write_record(Record("ici", 1, PERSON)))
    return json.dumps(whole | parts).encode()


def zipped(content: bytes, name: str = "record.json") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(name, content)
    return out.getvalue()


@given(records)
def test_record_comes_back_as_it_left(record: Record) -> None:
    assert read_record(zipped(write_record(record))) == record


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("answers", "answered_ms", 2**53),
        ("answers", "elapsed_ms", 10**30),
        ("pay_lines", "piece_micro", 2**63),
        ("time", "day", "0001-01-01"),
        ("time", "day", "demain"),
        ("time", "surface", "a\0"),
        ("time", "surface", "\ud800"),
        ("time", "ms", 1e300),
    ],
)
def test_cell_that_cannot_be_stored_or_shown_is_refused(
    table: str, column: str, value: object
) -> None:
    row = dict.fromkeys(TABLES[table]) | {column: value}

    with pytest.raises(BadFile):
        read_record(changed(tables={table: [row]}))


def test_record_adds_up_pay_time_and_span() -> None:
    record = Record(
        "ici",
        1,
        PERSON,
        {
            "answers": [{"answered_ms": 30}, {"answered_ms": 10}],
            "pay_lines": [
                {"currency": "CAD", "piece_micro": 200, "elapsed_ms": 5},
                {"currency": "EUR", "piece_micro": 7, "elapsed_ms": 4},
            ],
            "adjustments": [{"currency": "CAD", "piece_micro": -50}],
        },
    )

    assert record.pay_by_currency() == {"CAD": 150, "EUR": 7}
    assert (record.elapsed_ms, record.span_ms) == (9, (10, 30))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{}",
        b"PK\x03\x04 no zip",
        zipped(b"{}", "other.json"),
        zipped(b"no json"),
        b"[" * 100_000,
        changed(schema=SCHEMA + "0"),
        changed(person=None),
        changed(person={"name": 5}),
        changed(tables=[]),
        changed(tables={"answers": {}}),
        changed(tables={"answers": ["x"]}),
        changed(tables={"answers": [{"answer": "7"}]}),
        changed(tables={"answers": [{"counted": 1}]}),
        changed(tables={"messages": [{"text": "a\x00b"}]}),
        changed(made_ms=True),
        changed(instance=3),
    ],
)
def test_what_is_no_record_is_refused(content: bytes) -> None:
    with pytest.raises(BadFile) as refused:
        read_record(content)

    assert refused.value.case == "not-a-record"


def test_record_over_its_limit_is_refused_packed_or_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subject, "LARGEST", 1000)

    for content in (b" " * 1001, zipped(b" " * 1001)):
        with pytest.raises(TooLarge):
            read_record(content)


def test_columns_nobody_knows_are_left_behind() -> None:
    content = changed(tables={"answers": [{"answer": 7, "shoe_size": 44}]})

    (row,) = read_record(content).rows("answers")

    assert set(row) == set(TABLES["answers"])
