"""What the description for tools of the Frictionless family says of a dataset's CSV files."""

import json
from typing import Any

from canut.core.datasets.descriptions.croissant import DatasetAbout, datapackage_of
from canut.core.datasets.file_tree import File
from canut.core.formats import FileColumn

ABOUT = DatasetAbout(
    "avis", "Avis", "Des avis.", "Les Soies", "https://example.org/avis/", "2026-11-29", "1.0.0"
)
LABELS = [FileColumn("task", "whole"), FileColumn("label"), FileColumn("confidence", "number")]
ANSWERS = [FileColumn("task", "whole"), FileColumn("label"), FileColumn("simulated", "yes-no")]
FILES = [
    File(f"data/{name}.csv", digit * 64, 12) for name, digit in (("labels", "a"), ("answers", "b"))
]


def described(about: DatasetAbout = ABOUT, *, is_simulated: bool = False) -> dict[str, Any]:
    tables = {"labels": LABELS, "answers": ANSWERS}
    package: dict[str, Any] = json.loads(
        datapackage_of(about, tables, FILES, is_simulated=is_simulated)
    )
    return package


def test_labels_stay_text_and_each_column_has_its_type() -> None:
    labels, answers = described()["resources"]

    assert [field["type"] for field in labels["schema"]["fields"]] == [
        "integer",
        "string",
        "number",
    ]
    assert answers["schema"]["fields"][2] == {"name": "simulated", "type": "boolean"}


def test_answers_refer_to_the_task_of_a_label() -> None:
    labels, answers = described()["resources"]

    assert labels["schema"]["primaryKey"] == ["task"]
    assert answers["schema"]["foreignKeys"] == [
        {"fields": ["task"], "reference": {"resource": "labels", "fields": ["task"]}}
    ]


def test_files_are_held_to_their_hash_and_length() -> None:
    labels, _ = described()["resources"]

    assert (labels["path"], labels["bytes"]) == ("data/labels.csv", 12)
    assert labels["hash"] == f"sha256:{'a' * 64}"


def test_licence_stands_only_where_one_is_given_and_a_show_says_so() -> None:
    assert "licenses" not in described()
    assert described()["simulated"] is False

    given = described(ABOUT._replace(licence="CC-BY-4.0"), is_simulated=True)
    assert given["licenses"] == [{"name": "CC-BY-4.0"}]
    assert given["description"].startswith("Simulated (simulé): nobody of this exists.")
