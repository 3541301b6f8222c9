"""The data package is what its standard asks, and shows when a table was changed."""

import csv
import hashlib
import json
import re
from datetime import date
from io import StringIO

import pytest

from canut.core.errors import BadInput
from canut.core.portrait.chart_set import rows_of
from canut.core.portrait.occupations import table
from canut.core.portrait.package import DESCRIPTOR, package
from canut.core.portrait.privacy import Release, band_of
from canut.core.portrait.reading import shipped_terms
from tests.core.portrait.edition import REFERENCE, release
from tests.core.portrait.samples import FACTS, ROWS, here

CASTS = {
    "string": lambda _text: True,
    "number": lambda text: re.fullmatch(r"-?\d+(\.\d+)?([eE][+-]?\d+)?", text),
    "integer": lambda text: re.fullmatch(r"-?\d+", text),
    "boolean": lambda text: text in {"true", "false"},
    "date": date.fromisoformat,
}


def files() -> dict[str, bytes]:
    cells = (*here(), band_of("ALL", 41))
    release = Release("2026-Q3", 1, date(2026, 10, 8), "ab" * 32, "CAD", cells)
    return package(release, table(ROWS, FACTS, here()), FACTS, shipped_terms())


def faults(made: dict[str, bytes]) -> list[str]:
    """Check a package by the rules of the Data Package standard, version 2.0."""
    said = json.loads(made[DESCRIPTOR])
    found = [] if said["resources"] else ["no resources"]
    if said["$schema"] != "https://datapackage.org/profiles/2.0/datapackage.json":
        found.append("schema")
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", said["created"]):
        found.append("created")
    if not all(one.get("name") or one.get("path") for one in said["licenses"]):
        found.append("a licence without name or path")
    if not all(one.get("title") or one.get("path") for one in said["sources"]):
        found.append("a source without title")
    names = [one["name"] for one in said["resources"]]
    if len(set(names)) != len(names) or not all(re.fullmatch(r"[-a-z0-9._/]+", n) for n in names):
        found.append("names")
    return found + [fault for one in said["resources"] for fault in resource_faults(one, made)]


def resource_faults(said: dict[str, object], made: dict[str, bytes]) -> list[str]:
    path, schema = said["path"], said.get("schema")
    assert isinstance(path, str)
    if path not in made or path.startswith(("/", "..")):
        return [f"{path}: not in the package"]
    content, found = made[path], []
    if said["bytes"] != len(content):
        found.append(f"{path}: byte count")
    if said["hash"] != f"sha256:{hashlib.sha256(content).hexdigest()}":
        found.append(f"{path}: hash")
    if said.get("type") != "table":  # a text to read
        return found
    assert isinstance(schema, dict)
    reader = csv.DictReader(StringIO(content.decode(str(said["encoding"]))))
    rows, fields = list(reader), schema["fields"]
    if reader.fieldnames != [one["name"] for one in fields]:
        found.append(f"{path}: header")
    keys = [tuple(row[name] for name in schema["primaryKey"]) for row in rows]
    if len(set(keys)) != len(keys) or not all(all(key) for key in keys):
        found.append(f"{path}: primary key")
    return found + [
        f"{path}: {one['name']} is {row[one['name']]!r}"
        for row in rows
        for one in fields
        if not is_allowed(row[one["name"]], one)
    ]


def is_allowed(text: str, field: dict[str, object]) -> bool:
    rules = field.get("constraints", {})
    assert isinstance(rules, dict)
    if not text:
        return not rules.get("required")
    return bool(CASTS[str(field["type"])](text)) and text in rules.get("enum", [text])


def test_the_package_is_valid() -> None:
    assert faults(files()) == []


def test_a_changed_row_shows() -> None:
    made = files()
    made["cells.csv"] = made["cells.csv"].replace(b",700,", b",7000,")

    assert faults(made) == ["cells.csv: byte count", "cells.csv: hash"]


def test_a_row_written_twice_shows() -> None:
    made = files()
    made["facts.csv"] += made["facts.csv"].splitlines(keepends=True)[1]

    assert "facts.csv: primary key" in faults(made)


def test_every_occupation_and_every_cell_is_in_it() -> None:
    made = files()

    occupations = made["occupations.csv"].decode().splitlines()[1:]
    cells = made["cells.csv"].decode()
    assert len(occupations) == 22
    assert cells.count("CA-QC") == 22 * 6 + len(here()) + 1
    assert "CAN-ANNOT.people.reference,CA-QC,CAN-ANNOT,people,reference,unknown,,,," in cells
    assert "CAN-ANNOT.people.here,CA-QC,CAN-ANNOT,people,here,at_least,,30,," in cells


def test_the_same_release_makes_the_same_bytes() -> None:
    assert files() == files()


def test_a_table_of_another_release_is_refused() -> None:
    release = Release("2026-Q3", 1, date(2026, 10, 8), "ab" * 32, "CAD", ())

    with pytest.raises(BadInput, match="build one from the other"):
        package(release, table(ROWS, FACTS, here()), FACTS, shipped_terms())


def test_what_licences_ask_to_be_said_is_said() -> None:
    sources = [one["title"] for one in json.loads(files()[DESCRIPTOR])["sources"]]

    assert "This service uses the ESCO classification of the European Commission." in sources


def test_figures_say_whose_and_how_counted_in_the_words_of_the_schema() -> None:
    made = package(release(), rows_of(release(), REFERENCE), FACTS, shipped_terms())

    assert faults(made) == []
    rows = {
        row["figure"]: row for row in csv.DictReader(StringIO(made["figures.csv"].decode("utf-8")))
    }
    client, status = rows["client.CA-QC.FR"], rows["status.CA-QC.employee"]
    assert (client["client"], client["frame"], client["grade"]) == ("FR", "statements", "B")
    assert (status["status"], status["client"], status["target"]) == ("employee", "", "")
    pay = rows["place.CA-QC.pay_by_hour"]
    assert (pay["target"], pay["n_effective"]) == ("another_group", "30")
    assert rows["displaced"]["grade"] == "D"
    schema = next(
        item["schema"]
        for item in json.loads(made[DESCRIPTOR])["resources"]
        if item["name"] == "figures"
    )
    described = {field["name"]: field["description"] for field in schema["fields"]}
    for name in ("client", "status", "frame", "grade", "target", "n_effective", "as_of"):
        assert described[name]
