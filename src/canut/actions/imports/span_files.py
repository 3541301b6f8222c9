"""Convert texts with marked spans, from CoNLL or spaCy, to rows that an import takes.

Each text becomes a row: the text in the column that the project's question marks, and in the column
``spans`` the label those spans make, to be taken as known or as what a model said.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

from canut.core.errors import BadInput
from canut.core.formats.training import conll, spacy
from canut.core.formats.training.labelled_items import LabelledText, Notes
from canut.core.kinds import label_of_values, questions_of
from canut.store.projects.versions import first_question, question_or_none

SPANS = "spans"
CHUNK_BYTES = 1 << 20
COLUMNS_OF_TOKENS = (".conll", ".conllup", ".conllu", ".iob", ".bio")
type Read = Callable[[Iterator[bytes], str, Notes], Iterator[LabelledText]]


def reader_of(path: Path) -> Read | None:
    """Return the reader of a file of marked texts; None if it holds rows or other content."""
    name = path.name.lower()
    if name.endswith(COLUMNS_OF_TOKENS):
        return conll.read
    if name.endswith(".spacy.json"):
        return spacy.read_json
    if name.endswith(".jsonl") and path.is_file():
        with path.open("rb") as file:
            return spacy.read_jsonl if file.read(64).lstrip().startswith(b"[") else None
    return None


def write_rows(project_id: int, path: Path, reader: Read, out: Path, notes: Notes) -> int:
    """Write the texts of a file as rows of JSONL; return how many.

    Args:
        project_id: whose question is asked of them.
        path: the file.
        reader: as ``reader_of`` says.
        out: where the rows go.
        notes: collects what could not be converted exactly.

    Raises:
        BadFile: the file cannot be read; it names the line.
        BadInput: the project asks for no spans, or for more than these.
        BadAnswer: a label that the question does not have, or spans it does not allow.
    """
    question, version = first_question(project_id, "spans"), question_or_none(project_id)
    if question is None or version is None or len(questions_of(version.schema)) > 1:
        raise BadInput("the project does not ask for parts of a text alone", code="no-spans")
    rows = 0
    with out.open("w", encoding="utf-8") as lines:
        for passage in reader(_chunks(path), path.name, notes):
            label = label_of_values(version.schema, {str(question["id"]): passage.value})
            row = {str(question["column"]): passage.text, SPANS: label}
            lines.write(json.dumps(row, ensure_ascii=False) + "\n")
            rows += 1
    return rows


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk
