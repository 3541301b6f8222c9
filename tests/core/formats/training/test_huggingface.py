import json
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from canut.core.errors import BadFile
from canut.core.formats import FileColumn
from canut.core.formats.training.huggingface import TypedRow, questions_in, read, write
from canut.core.formats.training.huggingface_types import TYPED
from tests.core.formats.labelled_examples import ANSWERS, SCHEMAS, choices

type Value = Any  # of whatever shape
CHAT = {"id": "q", "kind": "chat", "ask": "?", "column": "text"}
QUESTIONS: dict[str, Value] = {kind: schema["questions"][0] for kind, schema in SCHEMAS.items()} | {
    "rate": {**CHAT, "mode": "rate", "least": 1, "most": 5},
    "compare": {**CHAT, "mode": "compare", "reasons": choices(["net"])},
    "write": {**CHAT, "mode": "write"},
    "page": {"id": "q", "kind": "page", "ask": "?"},
    "of each": {**SCHEMAS["choice"]["questions"][0], "each": "boxes"},
}
VALUES = dict(ANSWERS) | {
    "rate": st.lists(st.just({"turn": 0, "rating": 4}), max_size=1),
    "compare": st.just({"choice": "tie", "reasons": ["net"]}),
    "write": st.text(st.characters(exclude_categories=["Cs"]), min_size=1),
    "page": st.dictionaries(st.sampled_from(["a", "b.c"]), st.lists(st.just("net"), max_size=2)),
    "of each": st.lists(st.none() | ANSWERS["choice"], max_size=3),
}
COLUMNS = [FileColumn("id"), FileColumn("tour", "whole")]


def file_of(path: Path, questions: list[Value], rows: list[TypedRow]) -> Path:
    path.write_bytes(b"".join(write(COLUMNS, questions, [rows])))
    return path


@pytest.mark.parametrize("kind", sorted(QUESTIONS))
@settings(max_examples=8)
@given(data=st.data())
def test_answers_of_every_kind_come_back_as_they_were(
    tmp_path_factory: pytest.TempPathFactory, kind: str, data: st.DataObject
) -> None:
    values = data.draw(st.lists(VALUES[kind], min_size=1, max_size=3))
    rows = [TypedRow({"id": "0007", "tour": 1}, {"q": each}) for each in values]
    empty = TypedRow({"id": "8", "tour": None}, {})
    path = tmp_path_factory.mktemp("hf") / "a.parquet"

    file_of(path, [QUESTIONS[kind]], [*rows, empty])
    (found,) = read(path, questions_in(path))

    assert found == [*rows, empty]
    assert questions_in(path) == [QUESTIONS[kind]]


def test_every_kind_has_a_column() -> None:
    assert {each["kind"] for each in QUESTIONS.values()} == set(TYPED)


def test_a_file_of_others_is_read_by_its_features(tmp_path: Path) -> None:
    features = {
        "text": {"dtype": "string", "_type": "Value"},
        "mood": {"names": ["bad", "good"], "_type": "ClassLabel"},
        "topics": {"feature": {"names": ["a", "b"], "_type": "ClassLabel"}, "_type": "List"},
    }
    metadata = {"huggingface": json.dumps({"info": {"features": features}})}
    table = pa.table(
        {"text": ["x", "y"], "mood": [-1, 1], "topics": [[1], []], "raw": [b"1", b"2"]}
    ).replace_schema_metadata(metadata)
    path = tmp_path / "theirs.parquet"
    pq.write_table(table, path)

    questions = questions_in(path)
    (rows,) = read(path, questions)

    assert [(each["id"], each["multiple"]) for each in questions] == [
        ("mood", False),
        ("topics", True),
    ]
    assert rows == [
        TypedRow({"text": "x"}, {"topics": ["b"]}),
        TypedRow({"text": "y"}, {"mood": "good", "topics": []}),
    ]


def test_what_is_wrong_is_refused_with_its_row(tmp_path: Path) -> None:
    question = QUESTIONS["choice"]
    path = tmp_path / "a.parquet"

    with pytest.raises(BadFile, match="row 1: “label” is 'loup'; expected one of"):
        file_of(path, [question], [TypedRow({}, {"q": "loup"})])
    with pytest.raises(BadFile, match="“name” id is there twice"):
        file_of(path, [{**question, "id": "id"}], [])
    with pytest.raises(BadFile, match="cannot hold answers of the kind “video”"):
        file_of(path, [{"id": "q", "kind": "video"}], [])
    pq.write_table(pa.table({"q": [0, 7]}), path)
    with pytest.raises(BadFile, match=r"a\.parquet, row 2: “label” is 7; expected one of: 0–2"):
        list(read(path, [question]))
    with pytest.raises(BadFile, match="“z” is not there"):
        list(read(path, [{**question, "id": "z"}]))
    with pytest.raises(BadFile, match=r"The column “q” of a\.parquet is int64"):
        list(read(path, [QUESTIONS["boxes"]]))
    path.write_bytes(b"PAR1")
    with pytest.raises(BadFile, match="cannot be read as Parquet"):
        questions_in(path)


def test_memory_does_not_grow_with_the_rows() -> None:
    box = {"label": "chat", "x": 1, "y": 2, "w": 3, "h": 4}
    row = TypedRow({"id": "a" * 50, "tour": 1}, {"q": [box]})

    def batches(count: int) -> Iterator[list[TypedRow]]:
        for _ in range(count):
            yield [row] * 1_000

    def peak(count: int) -> int:
        tracemalloc.start()
        size = sum(map(len, write(COLUMNS, [QUESTIONS["boxes"]], batches(count))))
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert size > 1_000
        return most

    peak(1)
    assert peak(30) < 2 * peak(4) + 2**20
