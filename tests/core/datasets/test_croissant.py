"""What the description for machines says of the material: what is declared, and no more."""

import json
from typing import Any

import pytest

from canut.core.datasets.card import CardFigure
from canut.core.datasets.descriptions.croissant import DatasetAbout, DatasetTable, croissant_of
from canut.core.datasets.file_tree import File
from canut.core.datasets.material import Gesture, MaterialPart
from canut.core.formats import FileColumn
from tests.core.ledger.bundles import PARTS, SOURCES, material_figures

ABOUT = DatasetAbout(
    "avis", "Avis", "", "Les Soies", "https://example.org/avis/", "2026-11-29", "1.0.0"
)

FILE = File("data/labels.parquet", "0" * 64, 12)


def described(figures: dict[str, CardFigure], *, is_simulated: bool = False) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(
        croissant_of(ABOUT, [], [], figures, is_simulated=is_simulated)
    )
    return answer


def test_declared_material_is_described_with_its_gestures_and_datasets() -> None:
    document = described(material_figures(PARTS, SOURCES))

    collection = document["rai:dataCollection"]
    assert collection.startswith("As declared: version 2; CAPTCHAs with pictures, 60.0%")
    assert "513.9 – 2,861.1 h (arXiv 2311.10911)" in collection
    assert "Datasets: Taken from SQuAD, https://example.org/squad;" in collection
    assert document["rai:dataCollectionType"] == [
        "Manual Human Curator",
        "Others",
        "User-Generated Content Data",
        "Document Analysis",
        "Secondary Data Analysis",
    ]
    assert document["rai:personalSensitiveInformation"] == [
        "CAPTCHAs with pictures: people may be recognisable",
        "Comments: not declared",
        "Public registers and archives: not declared",
    ]


def test_material_that_nobody_declared_stays_unknown() -> None:
    document = described({"material": CardFigure(None, reason="not declared")})

    assert document["rai:dataCollection"] == (
        "Unknown: the origin of the material is not declared."
    )
    assert document["rai:dataCollectionType"] == ["Manual Human Curator"]
    assert document["rai:personalSensitiveInformation"] == ["not declared"]


@pytest.mark.parametrize("gesture", Gesture)
def test_every_gesture_has_a_type_of_collection_or_stays_unknown(gesture: Gesture) -> None:
    document = described(material_figures([MaterialPart(gesture)], []))

    kinds = document["rai:dataCollectionType"]
    assert kinds[0] == "Manual Human Curator"
    assert (len(kinds) == 1) is (gesture in {Gesture.UNKNOWN, Gesture.WORK, Gesture.VOLUNTEER})


def test_show_says_so_of_its_material() -> None:
    document = described(material_figures(PARTS), is_simulated=True)

    assert document["rai:dataCollection"].startswith("Simulated (simulé): nobody of this exists.")


def test_record_sets_read_parquet_with_the_type_of_each_column() -> None:
    columns = [
        FileColumn("task", "whole"),
        FileColumn("label"),
        FileColumn("confidence", "number"),
        FileColumn("simulated", "yes-no"),
    ]
    table = DatasetTable("labels", "data/labels.parquet", columns, "task")
    document = json.loads(croissant_of(ABOUT, [table], [FILE], {}, is_simulated=False))

    (records,) = document["recordSet"]
    assert records["key"] == {"@id": "labels/task"}
    assert [(field["name"], field["dataType"]) for field in records["field"]] == [
        ("task", "cr:Int64"),
        ("label", "sc:Text"),
        ("confidence", "cr:Float64"),
        ("simulated", "sc:Boolean"),
    ]
    assert {field["source"]["fileObject"]["@id"] for field in records["field"]} == {FILE.path}
    assert document["distribution"][0]["encodingFormat"] == "application/x-parquet"


def test_ids_of_columns_hold_no_space_and_stay_apart() -> None:
    columns = [FileColumn("à dire"), FileColumn("à/dire"), FileColumn("à_dire")]
    table = DatasetTable("labels", FILE.path, columns)
    document = json.loads(croissant_of(ABOUT, [table], [FILE], {}, is_simulated=False))

    fields = document["recordSet"][0]["field"]
    assert [field["@id"] for field in fields] == [
        "labels/à_dire",
        "labels/à_dire_2",
        "labels/à_dire_3",
    ]
    assert [field["source"]["extract"]["column"] for field in fields] == [c.name for c in columns]
