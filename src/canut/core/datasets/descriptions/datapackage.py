"""Describe a dataset to tools of the Frictionless family: ``datapackage.json``.

The tables are the CSV files, with the type of each column, so that digits which are labels stay
text. Tasks are the key of the labels, and each answer refers to its task. The same tables as
Parquet are described by ``croissant``; pay and hours stay in the labour card.
"""

import json
from collections.abc import Mapping, Sequence

from canut.core.datasets.descriptions.croissant import SHOW, DatasetAbout
from canut.core.datasets.file_tree import File
from canut.core.formats.tables.columns import FileColumn, Kind

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
TYPES: Mapping[Kind, str] = {
    "text": "string",
    "whole": "integer",
    "number": "number",
    "yes-no": "boolean",
}
KEY, KEYED_BY_TASK = "task", "labels"


def datapackage_of(
    about: DatasetAbout,
    tables: Mapping[str, Sequence[FileColumn]],
    files: Sequence[File],
    *,
    is_simulated: bool,
) -> bytes:
    """Write ``datapackage.json``.

    Args:
        about: description of the dataset.
        tables: typed columns of each table; its file is ``data/TABLE.csv``.
        files: every file of the dataset, with hash and length in bytes.
        is_simulated: stated first in the description.

    Raises:
        KeyError: a table has no file.

    Source:
        Data Package 2.0, Table Schema 2.0.
    """
    by_path = {file.path: file for file in files}
    document: dict[str, object] = {
        "$schema": PROFILE,
        "name": about.name,
        "title": about.title,
        "description": (SHOW if is_simulated else "") + (about.description or about.title),
        "homepage": about.url,
        "version": about.version,
        "created": f"{about.date}T00:00:00Z",
        "contributors": [{"title": about.creator, "roles": ["creator"]}],
        **({"licenses": [{"name": about.licence}]} if about.licence else {}),
        "simulated": is_simulated,
        "labourCard": "labour-card.json",
        "resources": [
            _resource(name, columns, by_path[f"data/{name}.csv"], has_keys=KEYED_BY_TASK in tables)
            for name, columns in tables.items()
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"


def _resource(
    name: str, columns: Sequence[FileColumn], file: File, *, has_keys: bool
) -> dict[str, object]:
    schema: dict[str, object] = {
        "fields": [{"name": column.name, "type": TYPES[column.kind]} for column in columns],
        "missingValues": [""],
    }
    has_task = any(column.name == KEY for column in columns)
    if has_task and name == KEYED_BY_TASK:
        schema["primaryKey"] = [KEY]
    elif has_task and has_keys:
        reference = {"resource": KEYED_BY_TASK, "fields": [KEY]}
        schema["foreignKeys"] = [{"fields": [KEY], "reference": reference}]
    return {
        "name": name,
        "type": "table",
        "path": file.path,
        "scheme": "file",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": file.size,
        "hash": f"sha256:{file.sha256}",
        "schema": schema,
    }
